// What a fault does to one request: nothing, before the deed, after it, or instead of it.
import { setTimeout as sleep } from 'node:timers/promises';
import { EXPIRED } from './app-keys.ts';
import type { Answer } from './endpoint.ts';
import type { Fault, Hit } from './faults.ts';
import { Refusal, refusalBody } from './refusal.ts';

/** The connection that the request came by. */
export interface Wire {
  readonly isOpen: boolean;
  send(answer: Answer): void;
  /** Sends only the first half of the body, as if it were all. */
  sendHalf(answer: Answer): void;
  /** Resets the connection, as a machine that dies does. */
  reset(): void;
}

export interface Deed {
  /** Does what was asked, and says what GitHub would answer. */
  perform(): Answer;
  /** The headers of the budget as it stands. */
  left(): Record<string, string>;
  /** The headers of a budget of which nothing is left, for so many seconds. */
  spent(seconds: number): Record<string, string>;
  readonly now: () => number;
}

const SECONDARY = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
const DEFAULT_WAIT = 60;

export async function misbehave({ fault, released }: Hit, deed: Deed, wire: Wire): Promise<void> {
  if ('committed' in fault && fault.committed && fault.kind !== 'hang') deed.perform();
  switch (fault.kind) {
    case 'hang':
      return hang(fault.committed ?? false, released, deed, wire);
    case 'delay':
      // Not held up by it: a process whose tests are over ends.
      await sleep(fault.milliseconds, undefined, { ref: false });
      return wire.send(deed.perform());
    case 'resetBefore':
      return wire.reset();
    case 'resetAfterCommit':
      deed.perform();
      return wire.reset();
    case 'truncatedJson':
      return wire.sendHalf(deed.perform());
    default:
      return wire.send(insteadOf(fault, deed));
  }
}

async function hang(committed: boolean, released: Promise<void>, deed: Deed, wire: Wire): Promise<void> {
  const answer = committed ? deed.perform() : null;
  await released;
  if (wire.isOpen) wire.send(answer ?? deed.perform());
}

type Instead = Exclude<Fault, { kind: 'hang' | 'delay' | 'resetBefore' | 'resetAfterCommit' | 'truncatedJson' }>;

function insteadOf(fault: Instead, { left, spent, now }: Deed): Answer {
  const refused = (status: number, message: string, headers: Record<string, string> = {}): Answer => {
    return { status, headers: { ...left(), ...headers }, body: refusalBody(new Refusal(status, message)) };
  };
  switch (fault.kind) {
    case 'badGateway':
      return { status: 502, headers: { 'content-type': 'text/html' }, body: '<html><h1>502 Bad Gateway</h1></html>' };
    case 'secondaryLimit':
      return refused(403, SECONDARY, { 'retry-after': String(fault.retryAfter ?? DEFAULT_WAIT) });
    case 'bare429':
      return { status: 429, headers: { 'content-type': 'text/html' }, body: '<html><h1>Too many requests</h1></html>' };
    case 'primaryLimit':
      return refused(403, 'API rate limit exceeded for installation.', spent(fault.resetIn ?? DEFAULT_WAIT));
    case 'clockSkew':
      return refused(401, EXPIRED, { date: new Date(now() + (fault.ahead ?? 0)).toUTCString() });
    case 'notFound':
      return refused(404, 'Not Found');
    case 'gone':
      return refused(410, 'This issue was deleted');
    case 'unprocessable':
      return refused(422, fault.message ?? 'Validation Failed');
    case 'answer':
      return fault;
  }
}
