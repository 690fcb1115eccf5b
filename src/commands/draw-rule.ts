// Drawing why: a decision's conditions as a tree with what was looked at, what was in the way, and what changed.
import { actions } from '../actions/registry.ts';
import type { Trace } from '../engine/evaluate.ts';
import { summaryOf } from '../engine/explain/changes.ts';
import { drawTrace } from '../engine/explain/draw-trace.ts';
import { nearestMiss } from '../engine/explain/nearest.ts';
import type { RuleOutcome } from './read-api.ts';
import { terminalPaint as paint } from './terminal-paint.ts';

export function drawRule({ id, outcome, conditions, changes }: RuleOutcome): string {
  const trace = conditions === undefined ? null : (conditions as Trace);
  const tree = trace === null ? [] : drawTrace(trace, { paint });
  const miss = trace === null ? null : nearestMiss(trace, new Date().toISOString());
  const missed = miss === null ? [] : [`${paint('strong', 'nearest miss:')} ${miss.sentence}`];
  const changed = changes.map(
    ({ op, action, params }) => `${paint('strong', '→')} ${OPS.get(op) ?? op} ${summaryOf(action, params, actions)}`,
  );
  return [
    `${paint('strong', id)} ${paint(outcome === 'held' ? 'good' : 'bad', outcome)}`,
    ...tree,
    ...missed,
    ...changed,
  ]
    .map((line) => `  ${line}\n`)
    .join('');
}

const OPS: ReadonlyMap<string, string> = new Map([
  ['stand', 'stands:'],
  ['replace', 'corrected:'],
  ['withdraw', 'withdrawn:'],
  ['happen', 'done:'],
  ['park', 'waits for room under its limit:'],
]);
