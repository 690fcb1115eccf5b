// Drawing effects: what would be seen on GitHub, and why it is not.
import { cut, dim } from './demo-report.ts';
import type { Effect, Status } from './read-api.ts';

const WIDTH = 110;

/** @param onSubjects the effects on each subject, by its address */
export function drawEffects(
  { effects }: Status,
  onSubjects: readonly (readonly [string, readonly Effect[]])[],
): string {
  const { skipped, pending, dead } = effects;
  const counts = `  ${skipped} skipped, ${pending} pending, ${dead} dead\n`;
  return [counts, ...onSubjects.flatMap(([subject, each]) => each.map((effect) => drawEffect(subject, effect)))].join(
    '',
  );
}

function drawEffect(subject: string, { preview, params, wanted, state, reason }: Effect): string {
  const [, repository = '', number = ''] = subject.split('/');
  const became = `${state}${reason === null ? '' : `: ${reason}`}`;
  const lines = [
    `${repository}#${number}  ${WANTED.get(wanted) ?? 'would come'}: ${preview}`,
    `  → ${became}`,
    ...bodyIn(params).map((line) => dim(`  │ ${line}`.trimEnd())),
  ];
  return lines.map((line) => `  ${line}\n`).join('');
}

const WANTED: ReadonlyMap<string | null, string> = new Map([
  ['stand', 'would stand'],
  ['happen', 'would happen'],
  ['withdraw', 'would be withdrawn'],
]);

/** What a comment says, line by line. */
function bodyIn(params: unknown): readonly string[] {
  const body = typeof params === 'object' && params !== null && 'body' in params ? params.body : null;
  return typeof body === 'string' ? body.split('\n').map((line) => cut(line.replaceAll('\u200b', ''), WIDTH)) : [];
}
