// Promise 8: what can never be processed is put aside with its reason, over real processes, and its neighbours never notice.
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { example, setIn } from '../../src/commands/examples.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import type { RunningServer } from '../support/server.ts';
import { startListener, startWorker } from './halves.ts';
import { createLoad, type Delivery, delivery } from './load.ts';
import { createProgramme } from './programme.ts';
import { count } from './tally.ts';
import { expectNothingLostNorTwice } from './verdict.ts';

const NEIGHBOURS = 5;

function issue(path: string, value: unknown): string {
  const { payload } = example('issues.opened');
  setIn(payload, path, value);
  return JSON.stringify(payload);
}
const wellKnown = JSON.stringify(example('issues.opened').payload);
const deep = (levels: number) => `{"action":"opened","issue":${'['.repeat(levels)}${']'.repeat(levels)}}`;
const large = (kind: string) =>
  JSON.stringify({ action: 'opened', [kind]: Array.from({ length: 200_000 }, () => ({})) });

const poison: readonly [body: string | Uint8Array, reason: RegExp, event?: string][] = [
  [issue('issue.title', 'a\0b'), /issue\.title has a character U\+0000/],
  ['{"action":"opened","x":"\\u0000"}', /x has a character U\+0000/],
  [issue('issue.title', '\ud800'), /issue\.title has half a surrogate pair/],
  [issue('issue.body', 'a\udc00b'), /issue\.body has half a surrogate pair/],
  [deep(20_000), /nested deeper than/],
  [deep(2_000_000), /nested deeper than/],
  [wellKnown.slice(0, -1), /not JSON/],
  [Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d]), /not UTF-8/],
  ['', /not JSON/],
  ['null', /must be object/],
  [large('issue'), /is missing/],
  [wellKnown, /pull_request is missing/, 'pull_request'],
  [JSON.stringify(example('pull_request.opened').payload), /a body with pull_request is not one of/, 'issues'],
  ['{"__proto__":{"action":"opened"}}', /is missing/],
  [issue('issue.number', 2 ** 60), /issue\.number/],
  [issue('issue.updated_at', 'yesterday'), /issue\.updated_at/],
  [wellKnown, /no consumer/, '__proto__'],
  [wellKnown, /no consumer/, 'constructor'],
];

describe('poisonous deliveries', () => {
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

  it('are stored and put aside with their reasons; those beside them are processed, by the same process', async () => {
    const [load, programme] = [createLoad(), createProgramme()];
    const intended = new Map<string, RegExp>();
    const all = poison.flatMap(([body, reason, event = 'issues']): Delivery[] => {
      const guid = randomUUID();
      intended.set(guid, reason);
      return [{ guid, event, body }, ...Array.from({ length: NEIGHBOURS }, () => delivery(programme.next()))];
    });
    const endings = await Promise.all(all.map((each) => load.send(each, listener.url)));
    expect(new Set(endings)).to.deep.equal(new Set(['acknowledged']));
    count('poison', poison.length);

    const counts = await expectNothingLostNorTwice({ url, load, expected: programme.expected, intended });
    count('deadByIntent', counts.dead);
    expect(counts).to.include({ dead: poison.length - 2, ignored: 2, received: all.length });
    for (const each of [listener, worker]) expect(await each.stop()).to.include({ code: 0, stderr: '' });
  });
});
