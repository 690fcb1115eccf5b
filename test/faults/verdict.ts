// The verdict on a world after its faults: all that was acknowledged is stored and processed, and each of its
// consequences is there exactly once.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { verifyLedger } from '../../src/ledger/verify.ts';
import { openStore } from '../../src/store/open.ts';
import type { Counts } from '../../src/store/reading.ts';
import type { Store } from '../../src/store/store.ts';
import { shown } from '../support/acting.ts';
import type { FakeGitHub } from '../support/fake-github/fake-github.ts';
import { until } from '../support/until.ts';
import type { Load } from './load.ts';
import type { Expected } from './programme.ts';
import { count } from './tally.ts';

export interface World {
  /** Of the database, past every wire. */
  readonly url: string;
  readonly load: Load;
  readonly expected: Expected;
  readonly fake?: FakeGitHub;
  /** GUIDs of what has to end dead, with the reason, or ignored. */
  readonly intended?: ReadonlyMap<string, RegExp>;
}

/** Waits until the world has come to rest. @param within milliseconds */
export async function expectNothingLostNorTwice(world: World, within = 60_000): Promise<Counts> {
  const store = await openStore({ databaseUrl: world.url, dataDir: '' });
  try {
    return await judge(world, store, within);
  } finally {
    await store.close();
  }
}

/** As {@link expectNothingLostNorTwice}, of a store that is open. */
export async function judge(world: World, store: Store, within: number): Promise<Counts> {
  const { load, expected, fake, intended = new Map<string, RegExp>() } = world;
  const counts = await atRest(store, fake !== undefined, within);
  const found = await storedIn(store);
  const states = [...found.values()];
  const awarded = await pointsIn(store);
  const { total: tickets } = await store.tickets({ limit: 1, offset: 0 });
  const comments = fake === undefined ? [] : expected.greeted.map((each) => commentsOf(fake, each));

  const lost = [...load.acknowledged].filter((guid) => !intended.has(guid) && found.get(guid)?.state !== 'processed');
  count('lost', lost.length);
  count('twice', surplus(tickets, expected.tickets));
  for (const [login, points] of awarded) count('twice', surplus(points, expected.points.get(login) ?? 0));
  for (const texts of comments) count('twice', surplus(texts.length, 1));
  count('stored', found.size);
  count('processed', states.filter(({ state }) => state === 'processed').length);
  count(
    'points',
    [...awarded.values()].reduce((sum, points) => sum + points, 0),
  );
  count('comments', comments.flat().length);

  expect(
    lost.map((guid) => `${guid} ${JSON.stringify(found.get(guid))}`),
    'acknowledged and lost',
  ).to.deep.equal([]);
  for (const [guid, reason] of intended) expect(found.get(guid)?.reason, guid).to.match(reason);
  const wrong = [...found].filter(([guid, { state }]) => state !== 'processed' && !intended.has(guid));
  expect(wrong, 'neither processed nor meant to be otherwise').to.deep.equal([]);
  expect(tickets, 'tickets').to.equal(expected.tickets);
  expect(Object.fromEntries(awarded), 'points').to.deep.equal(Object.fromEntries(expected.points));
  expect(comments).to.deep.equal(fake === undefined ? [] : expected.greeted.map(({ title }) => [`Hello ${title}`]));
  const { problems } = await verifyLedger(store);
  expect(problems, 'the ledger').to.deep.equal([]);
  fake?.assertValid();
  return counts;
}

async function atRest(store: Store, withEffects: boolean, within: number): Promise<Counts> {
  let counts = await store.counts();
  const rests = async () => {
    counts = await store.counts();
    const left = counts.pending + counts.subjects.pending + (withEffects ? counts.effects.pending : 0);
    if (left > 0) await sleep(100);
    return left === 0;
  };
  await until('nothing is pending', rests, within).catch((cause: unknown) => {
    throw new Error(`it did not come to rest: ${JSON.stringify(counts)}`, { cause });
  });
  expect(counts.subjects, 'subjects that could not be decided').to.deep.equal({ pending: 0, dead: 0 });
  if (withEffects) expect(counts.effects).to.deep.equal({ pending: 0, dead: 0, parked: 0, skipped: 0 });
  return counts;
}

interface Found {
  readonly state: string;
  readonly reason: string | null;
}

/** What became of every delivery, by its GUID. */
export async function storedIn(store: Store): Promise<Map<string, Found>> {
  const found = new Map<string, Found>();
  for (let before = 2 ** 31; before > 0; ) {
    const page = await store.deliveries({ limit: 500, before });
    for (const { guid, state, reason } of page) found.set(guid, { state, reason });
    before = page.at(-1)?.id ?? 0;
  }
  return found;
}

async function pointsIn(store: Store): Promise<Map<string, number>> {
  const { entries } = await store.leaderboard(100, 0);
  return new Map(entries.map((entry) => [String(Object(entry).login), Number(Object(entry).points)]));
}

function commentsOf(fake: FakeGitHub, { repository, number }: Expected['greeted'][number]): string[] {
  return fake.commentsOn(repository, number).map(shown);
}

function surplus(is: number, should: number): number {
  return Math.max(0, is - should);
}
