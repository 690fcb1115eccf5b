// `c4gt ledger`: whether it is what it was, and what others can hold against us later.
import { readConfig } from '../config.ts';
import { BEGINNING } from '../ledger/chain.ts';
import { signHead } from '../ledger/head.ts';
import { newSigningKey } from '../ledger/signing-key.ts';
import { type Verification, verifyLedger } from '../ledger/verify.ts';
import { printableLine } from '../printable.ts';
import { inertJson } from '../problem-formats/json.ts';
import { C4GT } from '../program-name.ts';
import { withStore } from './listing.ts';
import { UsageError } from './usage-error.ts';

export interface VerifyCommand {
  readonly format: 'text' | 'json';
  /** A digest that was kept. */
  readonly head?: string;
}

export async function ledgerVerify({ format, head }: VerifyCommand): Promise<void> {
  if (head !== undefined && !/^[0-9a-f]{64}$/i.test(head))
    throw new UsageError('--head is the digest of a head that was kept: 64 digits, 0 to 9 and a to f');
  const options = head === undefined ? {} : { head: head.toLowerCase() };
  const found = await withStore((store) => verifyLedger(store, options));
  process.stdout.write(format === 'json' ? `${inertJson(found)}\n` : drawn(found));
  if (found.problems.length > 0) process.exitCode = 1;
}

function drawn({ head, points, reversals, contributors, foundAt, problems }: Verification): string {
  if (problems.length > 0) {
    const many = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    const upTo = head.digest === BEGINNING ? 'no line' : `the chain fits as far as position ${head.lines}`;
    return `${problems.map(({ message }) => `${printableLine(message)}\n`).join('')}${many}; ${upTo}\n`;
  }
  const kept =
    foundAt === null ? '' : `The head that was kept is that of position ${foundAt}: nothing up to it was changed.\n`;
  return (
    `${counted(head.lines, 'line')}, ${counted(points, 'point')}, ${counted(reversals, 'reversal')}: each line fits the ` +
    `one before it,\neach reversal takes back one line, once, and ${counted(contributors, 'contributor')} ` +
    `${contributors === 1 ? 'has' : 'have'} the points of their lines.\n${kept}head ${head.digest}\n`
  );
}

function counted(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}

export async function ledgerHead(signed: boolean): Promise<void> {
  const config = readConfig(process.env);
  if (signed && config.ledgerKey === null)
    throw new UsageError(`--sign needs a key in LEDGER_SIGNING_KEY; \`${C4GT} ledger key\` makes one`);
  const at = new Date();
  const head = await withStore((store) => store.ledgerHead());
  const told =
    signed && config.ledgerKey !== null ? signHead(head, at, config.ledgerKey) : { ...head, at: at.toISOString() };
  process.stdout.write(`${JSON.stringify(told, null, 2)}\n`);
}

/** The private half alone goes to standard output, as a line of `.env`. */
export function ledgerKey(): void {
  const { privateKey, publicKey } = newSigningKey();
  process.stdout.write(`LEDGER_SIGNING_KEY=${privateKey}\n`);
  process.stderr.write(
    'This is the private key, and it is nowhere else: keep the line in .env. Whoever has it can sign as you.\n' +
      `The public key, for everybody: ${publicKey}\n`,
  );
}
