// An explanation as text for people: what happened, then each rule with its conditions, what it wants and what changes.
import type { ExplainedChange } from './changes.ts';
import { drawTrace, type Paint, plain } from './draw-trace.ts';
import type { Explanation, RuleExplanation } from './explain.ts';
import { counted, inWords, oneLine } from './values.ts';

/** Ends with a line break. The explanation's texts have to be safe to print already. */
export function drawExplanation({ event, subject, rules, lookups }: Explanation, paint: Paint = plain): string {
  const where = event.repository === null ? '' : ` in ${oneLine(event.repository)}`;
  const by = event.sender === null ? '' : `, by ${oneLine(event.sender)}`;
  const at = event.at === null ? '' : `, at ${oneLine(event.at)}`;
  const about = subject === null ? [] : [titleOf(subject)];
  const inScope = rules.filter(({ outcome, changes }) => outcome !== 'out of scope' || changes.length > 0);
  const others = rules.filter((rule) => !inScope.includes(rule));
  const blocks = [
    [`${paint('strong', event.name)}${where}${by}${at}`, ...about],
    ...inScope.map((rule) => drawRule(rule, paint)),
    ...(others.length === 0 ? [] : [others.flatMap((rule) => drawRule(rule, paint))]),
    ...(Object.keys(lookups).length === 0 ? [] : [drawLookups(lookups, paint)]),
    [summary(rules)],
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** What was looked up, and where: it may be otherwise where the worker looks. */
function drawLookups(lookups: Explanation['lookups'], paint: Paint): string[] {
  const lines = Object.entries(lookups).map(([name, { value, source, reason }]) => {
    const where = reason === undefined ? source : `${source}: ${reason}`;
    return indented(`${name}: ${inWords(value)}  ${paint('faint', `(${where})`)}`);
  });
  return [paint('strong', 'looked up'), ...lines];
}

function titleOf({ kind, number, title }: NonNullable<Explanation['subject']>): string {
  const name = `${kind.replaceAll('_', ' ')}${number === null ? '' : ` #${number}`}`;
  return title === null ? name : `${name}: ${oneLine(title)}`;
}

/** A rule's lines: how it came out, why, what is nearest to making it hold, and what would change. */
export function drawRule(rule: RuleExplanation, paint: Paint = plain): string[] {
  const { id, description, file, line, outcome, because, conditions, mode } = rule;
  const head = `${outcomeIn(outcome, paint)}  ${paint('strong', id)}`;
  const why = because === null ? '' : `: ${oneLine(because)}`;
  const effects = drawEffects(rule, paint);
  if (outcome === 'out of scope') return [`${head}${why}`, ...effects.map(indented)];
  const place = file === null ? '' : paint('faint', `  ${file}:${line}`);
  const shadow = mode === 'shadow' ? paint('faint', '  (in shadow)') : '';
  const inside = [
    ...(description === '' ? [] : [paint('faint', description)]),
    ...(because === null ? [] : [`it failed: ${because}`]),
    ...(conditions === null ? [] : drawTrace(conditions, { paint, places: true })),
    ...drawNearest(rule, paint),
    ...effects,
  ];
  return [`${head}${shadow}${place}`, ...inside.map(indented)];
}

const indented = (line: string) => `  ${line}`;

function outcomeIn(outcome: RuleExplanation['outcome'], paint: Paint): string {
  switch (outcome) {
    case 'held':
      return paint('good', '✓ held');
    case 'not held':
      return paint('bad', '✗ did not hold');
    case 'error':
      return paint('bad', '! error');
    case 'out of scope':
      return paint('faint', '– out of scope');
  }
}

function drawNearest({ nearest }: RuleExplanation, paint: Paint): string[] {
  if (nearest === null) return [];
  const { steps, unseen } = nearest;
  const rest =
    unseen === 0 ? [] : [paint('faint', `${counted(unseen, 'other part')} not looked at may be in the way too`)];
  const [only] = steps;
  if (steps.length === 1 && only !== undefined)
    return [`${paint('strong', 'nearest miss:')} ${only.sentence}`, ...rest];
  const head = `${paint('strong', 'nearest miss:')} ${steps.length} things would have to be otherwise`;
  return [head, ...steps.map(({ sentence }) => `  · ${sentence}`), ...rest];
}

const OPS: Readonly<Record<ExplainedChange['op'], string>> = {
  stand: 'would stand',
  replace: 'would be replaced',
  withdraw: 'would be withdrawn',
  happen: 'would happen',
};

function drawEffects({ changes, unchanged, mode }: RuleExplanation, paint: Paint): string[] {
  const changing = changes.map(({ op, summary: what, instead, unless }) => {
    const change = instead === undefined ? oneLine(what) : `${oneLine(instead)} → ${oneLine(what)}`;
    return `${paint('strong', '→')} ${OPS[op]}: ${change}${unless === undefined ? '' : `, ${unless}`}`;
  });
  const reason = changing.length > 0 && mode === 'live' ? 'besides' : 'nothing changes';
  const why = unchanged.map((each) => paint('faint', `${reason}: ${each}`));
  return [...changing, ...why];
}

function summary(rules: readonly RuleExplanation[]): string {
  const count = (outcome: RuleExplanation['outcome']) => rules.filter((rule) => rule.outcome === outcome).length;
  const counts = [
    [count('held'), 'held'],
    [count('not held'), 'did not hold'],
    [count('error'), 'failed'],
    [count('out of scope'), 'out of scope'],
  ] as const;
  const said = counts.filter(([each]) => each > 0).map(([each, what]) => `${each} ${what}`);
  const changes = rules.filter(({ mode }) => mode === 'live').reduce((sum, rule) => sum + rule.changes.length, 0);
  const change = changes === 0 ? 'nothing would change' : `${counted(changes, 'thing')} would change`;
  return `${counted(rules.length, 'rule')}: ${said.join(', ')}; ${change}.`;
}
