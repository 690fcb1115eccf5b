// Drawing why: a decision's conditions as a tree with what was looked at, ✓ or ✗, and the changes that followed.
import type { Trace } from '../engine/evaluate.ts';
import type { RuleOutcome } from './demo-api.ts';
import { bold, dim, green, red } from './demo-report.ts';

export function drawRule({ id, outcome, conditions, changes }: RuleOutcome): string {
  const tree = conditions === undefined ? [] : drawTrace(conditions as Trace);
  const changed = changes.map(
    ({ op, action, params }) => `${bold('→')} ${OPS.get(op) ?? op} ${action}${awarded(params)}`,
  );
  return [`${bold(id)} ${outcome === 'held' ? green(outcome) : red(outcome)}`, ...tree, ...changed]
    .map((line) => `  ${line}\n`)
    .join('');
}

const OPS: ReadonlyMap<string, string> = new Map([
  ['stand', 'stands:'],
  ['replace', 'corrected:'],
  ['withdraw', 'withdrawn:'],
  ['happen', 'done:'],
]);

/** `, 20 points to ananya-iyer`; nothing for other actions than awards. */
function awarded(params: unknown): string {
  if (typeof params !== 'object' || params === null || !('points' in params) || !('contributor' in params)) return '';
  const { points, contributor } = params;
  const isNamed = typeof contributor === 'object' && contributor !== null && 'login' in contributor;
  return isNamed ? `, ${String(points)} points to ${String(contributor.login)}` : '';
}

/** A condition and what is below it, each line further in by two. */
function drawTrace(trace: Trace): string[] {
  if (trace.result === null && 'all' in trace && trace.condition !== undefined)
    return [`${mark(trace)} ${trace.condition}${dim('  (not looked at)')}`];
  const inside = below(trace).flatMap(drawTrace);
  return [`${mark(trace)} ${titleOf(trace)}`, ...inside.map((line) => `  ${line}`)];
}

function titleOf(trace: Trace): string {
  if ('fact' in trace) return testOf(trace);
  if ('not' in trace) return `not: ${titleOf(trace.not)}`;
  if ('any' in trace) return 'any of';
  const [only, second] = trace.all;
  if (trace.condition === undefined) return 'all of';
  return only === undefined || second !== undefined ? trace.condition : `${trace.condition}: ${titleOf(only)}`;
}

/** What the title has not said already. */
function below(trace: Trace): readonly Trace[] {
  if ('fact' in trace) return [];
  if ('not' in trace) return below(trace.not);
  if ('any' in trace) return trace.any;
  const [only, second] = trace.all;
  return trace.condition !== undefined && only !== undefined && second === undefined ? below(only) : trace.all;
}

function mark({ result }: Trace): string {
  return result === null ? dim('·') : result ? green('✓') : red('✗');
}

/** `pull_request.merged is true`, and what it was where the condition does not already say so. */
function testOf({ fact, operator, expected, result, ...seen }: Extract<Trace, { fact: string }>): string {
  const wanted = shown(expected);
  const was = 'actual' in seen ? shown(seen.actual) : 'unknown';
  const remark = result === null ? 'not looked at' : operator === 'equal' && was === wanted ? '' : `was ${was}`;
  return `${fact} ${WORDS.get(operator) ?? operator} ${wanted}${remark && dim(`  (${remark})`)}`;
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ['equal', 'is'],
  ['notEqual', 'is not'],
  ['in', 'is one of'],
  ['contains', 'has'],
  ['doesNotContain', 'has not'],
  ['containsAny', 'has any of'],
  ['containsAll', 'has all of'],
]);

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'empty' : value.map(shown).join(', ');
  if (typeof value === 'object' && value !== null && 'fact' in value) {
    const known = 'value' in value ? ` = ${shown(value.value)}` : '';
    return `${String(value.fact)}${known}`;
  }
  if (typeof value === 'object' && value !== null && 'login' in value) return String(value.login);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
