// GitHub's side: deliveries are sent, by many senders at once; what was not acknowledged is delivered again.
import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Told } from '../../src/commands/scene.ts';
import { webhooksPath } from '../../src/listener/limits.ts';
import { webhookSecret } from '../support/server.ts';
import { count } from './tally.ts';

export interface Delivery {
  readonly guid: string;
  readonly event: string;
  readonly body: string | Uint8Array;
}

export type Ending = 'acknowledged' | 'refused' | 'unanswered';

export interface Load {
  /** By GUID. */
  readonly acknowledged: ReadonlySet<string>;
  readonly counts: Readonly<Record<Ending, number>>;
  /** Milliseconds that the slowest answer took. */
  readonly slowest: number;
  /** Sends it once; throws when the answer is neither 202 nor 503. */
  send(delivery: Delivery, to: string): Promise<Ending>;
  /** Sends again, to whom `to` names, whatever has never been acknowledged, until it all is. */
  sendAgain(to: () => string | null): Promise<void>;
}

/** As GitHub counts: an answer that takes longer is none. */
export const GITHUB_WAITS = 10_000;

export function delivery({ event, payload }: Told, guid: string = randomUUID()): Delivery {
  return { guid, event, body: JSON.stringify(payload) };
}

export function signedHeaders({ guid, event, body }: Delivery): Record<string, string> {
  return {
    'content-type': 'application/json',
    'x-github-event': event,
    'x-github-delivery': guid,
    'x-hub-signature-256': `sha256=${createHmac('sha256', webhookSecret).update(body).digest('hex')}`,
  };
}

export function createLoad(): Load {
  const [acknowledged, open] = [new Set<string>(), new Map<string, Delivery>()];
  const counts = { acknowledged: 0, refused: 0, unanswered: 0 };
  let slowest = 0;

  const send = async (sent: Delivery, to: string): Promise<Ending> => {
    if (!acknowledged.has(sent.guid)) open.set(sent.guid, sent);
    const ending = await ended(sent, to, (took) => {
      slowest = Math.max(slowest, took);
    });
    counts[ending] += 1;
    count('sent');
    count(ending);
    if (ending === 'acknowledged') {
      acknowledged.add(sent.guid);
      open.delete(sent.guid);
    }
    return ending;
  };
  return {
    acknowledged,
    counts,
    get slowest() {
      return slowest;
    },
    send,
    async sendAgain(to) {
      for (const each of [...open.values()]) {
        for (let url = to(); url === null || (await send(each, url)) !== 'acknowledged'; url = to()) await sleep(100);
      }
    },
  };
}

export interface Sending {
  readonly senders: number;
  /** Milliseconds that each sender rests after each delivery. */
  readonly pause: number;
  /** Whom the next one goes to; null while there is nobody. */
  to(): string | null;
  next(): Delivery;
}

/** Sends one new delivery after another until it is stopped; stopping resolves when what is under way has ended. */
export function startSending(load: Load, { senders, pause, to, next }: Sending): () => Promise<void> {
  let stopped = false;
  const sender = async () => {
    while (!stopped) {
      const url = to();
      if (url !== null) await load.send(next(), url);
      await sleep(pause);
    }
  };
  const sending = Promise.all(Array.from({ length: senders }, sender));
  // Heard when it is stopped, which may be long after.
  sending.catch(() => undefined);
  return async () => {
    stopped = true;
    await sending;
  };
}

async function ended(sent: Delivery, to: string, onAnswer: (took: number) => void): Promise<Ending> {
  const began = performance.now();
  const request = {
    method: 'POST',
    headers: signedHeaders(sent),
    body: sent.body,
    signal: AbortSignal.timeout(GITHUB_WAITS),
  };
  try {
    const { status, body } = await fetch(new URL(webhooksPath, to), request);
    await body?.cancel();
    onAnswer(performance.now() - began);
    if (status === 202) return 'acknowledged';
    if (status === 503) return 'refused';
    throw new WrongAnswer(`a delivery was answered with ${status}`);
  } catch (error) {
    if (error instanceof WrongAnswer) throw error;
    return 'unanswered';
  }
}

class WrongAnswer extends Error {
  override name = 'WrongAnswer';
}
