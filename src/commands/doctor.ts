// `c4gt doctor`: whether everything is as it has to be, and what to do where it is not.
import { styleText } from 'node:util';
import { examine } from '../doctor/examine.ts';
import type { Finding, Verdict } from '../doctor/finding.ts';
import { printableLine } from '../printable.ts';

export interface DoctorOptions {
  readonly format: 'text' | 'json';
}

/** Sets exit code 1 when there is a problem. */
export async function doctor({ format }: DoctorOptions): Promise<void> {
  const findings = (await examine({ environment: process.env })).map(oneLine);
  const text = format === 'json' ? JSON.stringify({ findings }, null, 2) : findings.map(drawn).join('\n');
  process.stdout.write(`${text}\n`);
  if (findings.some(({ verdict }) => verdict === 'problem')) process.exitCode = 1;
}

/** Names, addresses and messages come from outside. */
function oneLine({ check, verdict, what, advice }: Finding): Finding {
  return { check, verdict, what: printableLine(what), advice: advice === null ? null : printableLine(advice) };
}

function drawn({ check, verdict, what, advice }: Finding): string {
  const head = `${styleText(STYLES[verdict], verdict.padEnd(8), { stream: process.stdout })} ${check}: ${what}`;
  return advice === null ? head : `${head}\n${' '.repeat(9)}→ ${advice}`;
}

const STYLES = { ok: 'green', warning: 'yellow', problem: 'red', skipped: 'dim' } as const satisfies Record<
  Verdict,
  string
>;
