// `c4gt why`: why an issue or a pull request earned points, or none, in words; asked of a server, as anybody may.
import type { Paint } from '../engine/explain/draw-trace.ts';
import { printableLine } from '../printable.ts';
import { inertJson } from '../problem-formats/json.ts';
import { C4GT } from '../program-name.ts';
import { drawRule } from './draw-rule.ts';
import { apiAt, type RuleAnswer, type Why } from './read-api.ts';
import { safe } from './safe.ts';
import { serverAt } from './server-address.ts';
import { terminalPaint } from './terminal-paint.ts';
import { UsageError } from './usage-error.ts';

export interface WhyOptions {
  /** Address of the server. */
  readonly from?: string;
  /** Whether every condition is drawn, with what it saw. */
  readonly conditions?: boolean;
  readonly format: 'text' | 'json';
}

/** @param written `owner/name#12`, or the address of an issue or a pull request */
export async function why(written: string, { from, conditions = false, format }: WhyOptions): Promise<void> {
  const subject = subjectIn(written);
  const server = serverAt(from, '--from');
  const told = await apiAt(server).why(subject);
  process.stdout.write(format === 'json' ? `${inertJson(told)}\n` : drawWhy(subject, safe(told), { conditions }));
}

/** @throws UsageError */
function subjectIn(written: string): string {
  const [, repository, number] =
    /^(?:https?:\/\/[^/]+\/)?([\w.-]+\/[\w.-]+)(?:#|\/(?:issues|pull)\/|\/)(\d{1,10})$/.exec(written) ?? [];
  if (repository === undefined || number === undefined)
    throw new UsageError(`why is asked of an issue or pull request, owner/name#12, not ${printableLine(written)}`);
  return `${repository}/${number}`;
}

/** @param told with every text made safe for a terminal */
export function drawWhy(
  subject: string,
  { answer, decisions, effects }: Why,
  { conditions, paint = terminalPaint }: { readonly conditions: boolean; readonly paint?: Paint },
): string {
  const title = paint('strong', subject.replace(/\/(\d+)$/, '#$1'));
  const rules = answer.flatMap((each) => drawAnswer(each, paint));
  const outside = effects.filter(({ state }) => state !== 'parked');
  const drawn = outside.map(
    ({ preview, state, reason }) => `  ${preview}: ${state}${reason === null ? '' : `, ${reason}`}`,
  );
  const trees = conditions ? (decisions[0]?.rules ?? []).map((rule) => `\n${drawRule(rule)}`) : [];
  return [
    `${title}\n\n`,
    ...(answer.length === 0 ? [`${NO_RULE}\n`] : rules.map((line) => `${line}\n`)),
    ...(drawn.length === 0 ? [] : [`\n${paint('strong', 'on GitHub')}\n`, ...drawn.map((line) => `${line}\n`)]),
    ...trees,
  ].join('');
}

const NO_RULE =
  'No rule is about it: none is on what happened to it, or its repository is not among those that take part\n' +
  `(\`repositories\` in the rules, ORGANISATIONS). \`${C4GT} rules explain\` says of each rule which.`;

function drawAnswer({ rule, outcome, mode, because, changes }: RuleAnswer, paint: Paint): readonly string[] {
  const mark = outcome === 'held' ? paint('good', '✓') : paint('bad', outcome === 'error' ? '!' : '✗');
  const shadow = mode === 'shadow' ? paint('faint', '  (in shadow)') : '';
  return [
    `${mark} ${paint('strong', rule)}${shadow}`,
    ...(because === null ? [] : [`  ${because}`]),
    ...changes.map(({ at, text }) => `  ${paint('faint', `${at.slice(0, 16).replace('T', ' ')} UTC`)}  ${text}`),
  ];
}
