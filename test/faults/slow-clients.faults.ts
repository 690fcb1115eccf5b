// Promise 13: connections that drip, stop, never send, or never read what they are answered, in their hundreds, beside
// deliveries that are sent as GitHub sends them.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { serverLimits, webhooksPath } from '../../src/listener/limits.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import type { RunningServer } from '../support/server.ts';
import { until } from '../support/until.ts';
import { startListener, startWorker } from './halves.ts';
import { createLoad, type Delivery, delivery, GITHUB_WAITS, signedHeaders } from './load.ts';
import { createProgramme } from './programme.ts';
import { count } from './tally.ts';
import { expectNothingLostNorTwice } from './verdict.ts';

const DRIPPING = 500;
const SILENT = 100;
const DEAF = 50;
function requestOf(made: Delivery, length = Buffer.byteLength(made.body)): string {
  const headers = { host: 'x', ...signedHeaders(made), 'content-length': String(length) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${webhooksPath} HTTP/1.1\r\n${lines.join('')}\r\n${made.body}`;
}

describe('slow clients', () => {
  let postgres: PostgresServer;
  let url: string;
  let listener: RunningServer;
  let worker: RunningServer;
  const sockets = new Set<Socket>();

  const open = async (): Promise<Socket> => {
    const socket = connect(Number(new URL(listener.url).port), '127.0.0.1').on('error', () => undefined);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    await once(socket, 'connect');
    return socket;
  };
  const openMany = async (many: number) => await Promise.all(Array.from({ length: many }, open));

  before(async () => {
    postgres = await startPostgres({ fsync: true });
    url = await postgres.createDatabase();
    listener = await startListener(url);
    worker = await startWorker(url);
  });
  after(async () => {
    for (const socket of sockets) socket.destroy();
    await Promise.all([listener?.kill(), worker?.kill()]);
    await postgres?.stop();
  });

  it('are in nobody’s way, and are gone after the time they are given', async () => {
    const [load, programme] = [createLoad(), createProgramme()];
    const dripping = await openMany(DRIPPING);
    const silent = await openMany(SILENT);
    const deaf = await openMany(DEAF);
    count('slowSenders', DRIPPING + SILENT);
    count('deafSenders', DEAF);

    const slowly = requestOf(delivery(programme.opened(false, 'x'.repeat(5_000))));
    for (const [index, socket] of dripping.entries()) {
      socket.resume();
      // A third of them drip their headers, and a third their body; the rest end their half of the connection in it.
      if (index % 3 === 0) socket.write(slowly.slice(0, 60));
      else if (index % 3 === 1) socket.write(slowly.slice(0, 2_000));
      else socket.end(slowly.slice(0, 2_000));
    }
    for (const socket of silent) socket.resume();
    // These deliver like others, and never read the answer: nobody knows what it was, and it is delivered again.
    const unread = deaf.map((socket) => {
      const made = delivery(programme.next());
      socket.pause().write(requestOf(made));
      return made;
    });
    const drips = setInterval(() => {
      for (const [index, socket] of dripping.entries()) if (index % 3 < 2 && !socket.destroyed) socket.write('x');
    }, 100);

    const began = performance.now();
    const taken: number[] = [];
    try {
      while (performance.now() - began < serverLimits.requestTimeout - 2_000) {
        const sent = performance.now();
        expect(await load.send(delivery(programme.next()), listener.url)).to.equal('acknowledged');
        taken.push(performance.now() - sent);
        await sleep(100);
      }
      await until('the slow ones are gone', () => dripping.every((socket) => socket.destroyed), 15_000);
    } finally {
      clearInterval(drips);
    }
    const sorted = taken.toSorted((one, other) => one - other);
    expect(sorted[Math.floor(sorted.length * 0.9)], 'milliseconds of nine valid ones in ten').to.be.lessThan(1_000);
    expect(load.slowest, 'milliseconds of the slowest').to.be.lessThan(GITHUB_WAITS);

    for (const made of unread) expect(await load.send(made, listener.url)).to.equal('acknowledged');
    // The issue of the slow ones came to nobody's knowledge.
    const expected = { ...programme.expected, tickets: programme.expected.tickets - 1 };
    const counts = await expectNothingLostNorTwice({ url, load, expected });
    expect(counts.received).to.equal(load.acknowledged.size);
    for (const each of [worker, listener]) expect(await each.stop()).to.include({ code: 0, stderr: '' });
  });
});
