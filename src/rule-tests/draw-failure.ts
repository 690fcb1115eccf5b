// A failed test for people: what was expected against what stands, and why each rule decided as it did.
import { drawTrace } from '../engine/explain/draw-trace.ts';
import { nearestMiss } from '../engine/explain/nearest.ts';
import type { Rule, RuleSet } from '../engine/rule.ts';
import type { Mismatch } from './compare.ts';
import type { Decided } from './play-test.ts';
import type { PreparedTest } from './prepare.ts';
import { ACTIONS, type OutcomeOn, outcomesInForce } from './stands.ts';

/** More rules than these are not read. */
const MOST_RULES = 5;

/** Not yet safe to print. */
export function drawFailure(
  mismatches: readonly Mismatch[],
  decided: readonly Decided[],
  test: PreparedTest,
  rules: RuleSet,
): string {
  const differences = mismatches.flatMap(drawMismatch);
  const outcomes = outcomesInForce(decided, rules);
  const concerned = rules.rules.filter((rule) => mismatches.some((mismatch) => concerns(rule, mismatch, outcomes)));
  const drawn = concerned.map((rule) =>
    drawRule(
      rule,
      outcomes.filter(({ outcome }) => outcome.id === rule.id),
      test,
    ),
  );
  const others = drawn.length - MOST_RULES;
  const rest = others > 0 ? [['', `… and ${others} more rules`]] : [];
  return [
    differences,
    ...drawn
      .sort(byHeat)
      .slice(0, MOST_RULES)
      .map(({ lines }) => ['', ...lines]),
    ...rest,
  ]
    .flat()
    .map((line) => `  ${line}`.trimEnd())
    .join('\n');
}

function drawMismatch({ field, lines }: Mismatch): string[] {
  const stands = lines.filter(({ sign }) => sign !== '-').length;
  const none = stands === 0 ? ['    (nothing stands)'] : [];
  const drawn = lines.flatMap(({ sign, text }) => text.split('\n').map((line) => `  ${sign} ${line}`));
  return [`${field}: - expected, + stands`, ...drawn, ...none];
}

/** Whether a rule could have brought the field about, or is what it is about. */
function concerns(rule: Rule, { field, lines }: Mismatch, outcomes: readonly OutcomeOn[]): boolean {
  if (field === 'shadow') return rule.mode === 'shadow';
  if (field === 'errors') {
    const hasFailed = outcomes.some(({ outcome }) => outcome.id === rule.id && outcome.error !== undefined);
    return hasFailed || lines.some(({ text }) => text === rule.id);
  }
  const actions = ACTIONS[field];
  if (rule.mode === 'shadow') return false;
  return actions === null || rule.actions.some(({ name }) => actions.includes(name));
}

interface Drawn {
  readonly lines: readonly string[];
  /** Rules that held, failed or nearly held are looked for first. */
  readonly heat: number;
}

const byHeat = (a: Drawn, b: Drawn) => b.heat - a.heat;

function drawRule(rule: Rule, outcomes: readonly OutcomeOn[], test: PreparedTest): Drawn {
  const place = `${rule.at.file}:${rule.at.line}`;
  if (outcomes.length === 0)
    return { lines: [`– ${rule.id} was never asked: ${notAsked(rule, test)} (${place})`], heat: -1 };
  const drawn = outcomes.map((one) => drawOutcome(one, place));
  return { lines: drawn.flatMap(({ lines }) => lines), heat: Math.max(...drawn.map(({ heat }) => heat)) };
}

function drawOutcome({ outcome, subject, event, now }: OutcomeOn, place: string): Drawn {
  const { id, error, because, conditions } = outcome;
  const miss = outcome.outcome === 'not held' && conditions !== undefined ? nearestMiss(conditions, now) : null;
  const [said, heat] = {
    held: ['✓ held', 2],
    'not held': ['✗ did not hold', 1 / (1 + (miss?.flips ?? 0))],
    error: ['! failed', 3],
    'out of scope': ['– out of scope', 0],
  }[outcome.outcome] as [string, number];
  const why = because ?? error;
  return {
    lines: [
      `${said}: ${id} on ${subject}, at ${event} (${place})`,
      ...(why === undefined ? [] : [`  ${why}`]),
      ...(conditions === undefined ? [] : drawTrace(conditions, { places: true }).map((line) => `  ${line}`)),
      ...(miss === null ? [] : [`  nearest miss: ${miss.sentence}`]),
    ],
    heat,
  };
}

function notAsked(rule: Rule, { steps }: PreparedTest): string {
  const events = steps.flatMap((step) => {
    if (step.kind === 'delivery') return [step.told.name];
    return [step.kind === 'day' ? 'schedule.daily' : 'contributor'];
  });
  const came = events.filter((event) => rule.on.some((name) => event === name || event.startsWith(`${name}.`)));
  if (came.length === 0) return `it is on ${rule.on.join(', ')}, and none of that happens`;
  const where = rule.repositories.length === 0 ? '' : `; it applies to ${rule.repositories.join(', ')}`;
  return `nothing that happens is about ${rule.subject === null ? 'it' : `one of its ${rule.subject.replace('_', ' ')}s`}${where}`;
}
