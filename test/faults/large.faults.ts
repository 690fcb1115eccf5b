// Promise 12: deliveries of 25 MB, many at once, at the limit and a byte over it, in bounded memory.
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { expect } from 'chai';
import { maxBody, webhooksPath } from '../../src/listener/limits.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import type { RunningServer } from '../support/server.ts';
import { startListener, startWorker } from './halves.ts';
import { createLoad, type Delivery, delivery, signedHeaders } from './load.ts';
import { createProgramme, type Programme } from './programme.ts';
import { count } from './tally.ts';
import { expectNothingLostNorTwice } from './verdict.ts';

const MB = 1024 * 1024;
/** At once: as many again are one byte over, half of them by their header and half of them as they stream. */
const LARGE = 6;
/** What a process may ever have used: the bodies that are being read, what is made of them, and 200 MB for itself. */
const LISTENER_USES = 250 * MB + 4 * LARGE * maxBody;
const WORKER_USES = 250 * MB + 12 * maxBody;

describe('large deliveries', () => {
  let postgres: PostgresServer;
  let url: string;
  let listener: RunningServer;
  let worker: RunningServer;

  before(async () => {
    postgres = await startPostgres({ fsync: true });
    url = await postgres.createDatabase();
    listener = await startListener(url);
    worker = await startWorker(url);
  });
  after(async () => {
    await Promise.all([listener?.kill(), worker?.kill()]);
    await postgres?.stop();
  });

  it('are taken at 25 MB and refused beyond, in bounded memory, and deliveries beside them are taken', async () => {
    const [load, programme] = [createLoad(), createProgramme()];
    const large = Array.from({ length: LARGE }, (_, index) => ofSize(programme, maxBody, index % 2 === 0));
    const over = Array.from({ length: LARGE }, () => ({
      guid: randomUUID(),
      event: 'issues',
      body: Buffer.alloc(maxBody + 1, 'x'),
    }));
    const small = Array.from({ length: 40 }, () => delivery(programme.next()));
    count('large', large.length);
    count('tooLarge', over.length);

    const [statuses, endings] = await Promise.all([
      Promise.all(over.map((each, index) => refusalOf(each, listener.url, index % 2 === 0))),
      Promise.all([...large, ...small].map((each) => load.send(each, listener.url))),
    ]);
    expect(new Set(statuses)).to.deep.equal(new Set([413]));
    expect(endings.filter((ending) => ending === 'unanswered')).to.deep.equal([]);
    await load.sendAgain(() => listener.url);

    const counts = await expectNothingLostNorTwice({ url, load, expected: programme.expected });
    expect(counts.received).to.equal(large.length + small.length);
    expect(peakOf(listener), 'bytes that the listener ever used').to.be.lessThan(LISTENER_USES);
    expect(peakOf(worker), 'bytes that the worker ever used').to.be.lessThan(WORKER_USES);
    for (const each of [listener, worker]) expect(await each.stop()).to.include({ code: 0, stderr: '' });
  });
});

/** A delivery of exactly so many bytes, which can be compressed to nothing, or to half of it at best. */
function ofSize(programme: Programme, size: number, isPlain: boolean): Delivery {
  const { event, payload } = programme.opened();
  const empty = JSON.stringify({ ...payload, padding: '' });
  const missing = size - Buffer.byteLength(empty);
  const padding = isPlain
    ? 'x'.repeat(missing)
    : randomBytes(Math.ceil(missing / 2))
        .toString('hex')
        .slice(0, missing);
  return { guid: randomUUID(), event, body: Buffer.from(JSON.stringify({ ...payload, padding })) };
}

/** How it is answered when it says its length, or when it does not and streams. */
async function refusalOf(sent: Delivery, to: string, bySize: boolean): Promise<number | undefined> {
  const length = bySize ? { 'content-length': String(sent.body.length) } : {};
  const asking = request(new URL(webhooksPath, to), {
    method: 'POST',
    headers: { ...signedHeaders(sent), ...length },
    agent: false,
  }).on('error', () => undefined);
  asking.end(sent.body);
  const [answer] = await once(asking, 'response');
  answer.resume();
  asking.destroy();
  return answer.statusCode;
}

/** What a process ever held of memory at once, in bytes; where the system does not tell, nothing. */
function peakOf({ pid }: RunningServer): number {
  if (process.platform !== 'linux') return 0;
  const [, kilobytes] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}
