// Decisions committed together: each by itself all or nothing, and the same as one after the other.
import { expect } from 'chai';
import fc from 'fast-check';
import type { Commit } from '../../src/store/store.ts';
import { eachTransport, type TestDatabase } from '../support/database.ts';
import { aCommit, aDelivery, anAward, anEffect, aTicket, claimed, newRepository, queuedSubjects } from './samples.ts';

let accounts = 70_000;

eachTransport('decisions that are committed together', (database) => {
  it('get each its own answer, and only the committed acknowledge their work', async () => {
    const { store } = database();
    const work = await claimed(store, aDelivery(), aDelivery(), aDelivery());
    const commits = work.map(({ message, delivery }) => aCommit({ message, delivery: delivery?.id ?? null }));
    const [good, stale, outdated] = commits as [Commit, Commit, Commit];
    await store.activateRules('rules-1', 1, {});
    expect(
      await store.commitAll([
        good,
        { ...stale, subject: { ...stale.subject, version: 4 } },
        { ...outdated, rulesVersion: 'rules-0' },
      ]),
    ).to.deep.equal(['committed', 'conflict', 'other rules']);
    const states = await Promise.all(work.map(({ delivery }) => store.delivery(delivery?.guid ?? '')));
    expect(states.map((delivery) => delivery?.state)).to.deep.equal(['processed', 'pending', 'pending']);
    const subjects = await store.subjects(commits.map(({ subject }) => subject.key));
    expect(subjects.map(({ version }) => version)).to.deep.equal([1, 0, 0]);
  });

  const repository = newRepository();
  const issue = (number: number, parts: Parameters<typeof aCommit>[0] = {}) =>
    aCommit({ repositoryId: repository, repository: `org/shared-${repository}`, number, ...parts });
  const once = anEffect('only-once', 'happened');
  const clashes: Record<string, readonly [Commit, Commit]> = {
    'are about the same subject': [issue(1), issue(1)],
    'are about what once had the same address': [
      issue(2),
      aCommit({ repository: `ORG/Shared-${repository}`, number: 2 }),
    ],
    'let the same happen that happens once for ever': [issue(3, { effects: [once] }), issue(4, { effects: [once] })],
    'change what another of them rests on': [
      issue(5, { consulted: [{ key: `${repository}/6`, version: 0 }] }),
      issue(6),
    ],
    'rest, by its address, on what another of them changes': [
      issue(7),
      issue(8, { consulted: [{ key: `org/SHARED-${repository}#7`, version: 0 }] }),
    ],
  };
  for (const [what, commits] of Object.entries(clashes)) {
    it(`and ${what} are made but for the first, which the others have not seen`, async () => {
      const { store } = database();
      expect(await store.commitAll(commits)).to.deep.equal(['committed', 'conflict']);
      await queuedSubjects(store);
    });
  }

  it('add points for the same contributor one after the other', async () => {
    const { store } = database();
    const id = ++accounts;
    const commits = [10, 20, 30].map((points) => aCommit({ awards: [anAward('a', id, points)] }));
    expect(await store.commitAll(commits)).to.deep.equal(['committed', 'committed', 'committed']);
    const [contributor] = await store.subjects([`0/${id}`]);
    expect(contributor?.contributor).to.include({ id, points: 60 });
    expect(await queuedSubjects(store)).to.deep.equal([`0/${id}`]);
  });

  it('keep to a limit that they share', async () => {
    const { store } = database();
    const rule = `limited-${newRepository()}`;
    const commits = ['a', 'b', 'c'].map((key) =>
      aCommit({ effects: [{ ...anEffect(key), rule }], limits: [{ rule, perHour: 2 }] }),
    );
    expect(await store.commitAll(commits)).to.deep.equal(['committed', 'committed', 'committed']);
    const subjects = await store.subjects(commits.map(({ subject }) => subject.key));
    expect(subjects.map(({ effects }) => effects[0]?.state)).to.deep.equal(['standing', 'standing', 'parked']);
  });

  it('leave the same as one after the other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(plans, { minLength: 1, maxLength: 8 }), async (planned) => {
        const [together, apart] = [createWorld(database()), createWorld(database())];
        const { store } = database();
        const answers = await store.commitAll(planned.map(together.commitOf));
        for (const [index, plan] of planned.entries()) {
          const isFirst = planned.findIndex(({ number }) => number === plan.number) === index;
          if (isFirst) expect(await store.commit(apart.commitOf(plan))).to.equal(answers[index]);
          else expect(answers[index]).to.equal('conflict');
        }
        expect(await together.left()).to.deep.equal(await apart.left());
      }),
      { numRuns: 25 },
    );
  });
});

interface Plan {
  readonly number: number;
  readonly version: number;
  readonly points: number | null;
  readonly earner: number;
  readonly lists: boolean;
  readonly comments: boolean;
}

const plans: fc.Arbitrary<Plan> = fc.record({
  number: fc.integer({ min: 1, max: 5 }),
  version: fc.constantFrom(0, 0, 0, 1),
  points: fc.constantFrom(null, 5, 10),
  earner: fc.integer({ min: 1, max: 2 }),
  lists: fc.boolean(),
  comments: fc.boolean(),
});

/** A repository and contributors of its own, to carry plans out in. */
function createWorld({ store, query }: TestDatabase) {
  const repositoryId = newRepository();
  const [first, second] = [++accounts, ++accounts];
  const earners = [first, second] as const;
  return {
    commitOf: ({ number, version, points, earner, lists, comments }: Plan): Commit =>
      aCommit({
        repositoryId,
        number,
        version,
        effects: [
          ...(points === null ? [] : [anEffect('award')]),
          ...(lists ? [anEffect('listed')] : []),
          ...(comments ? [{ ...anEffect('comment'), action: 'comment' }] : []),
        ],
        awards: points === null ? [] : [anAward('award', earners[earner - 1] ?? 0, points)],
        listed: lists ? [aTicket({ effect: 'listed', number })] : [],
        outward: comments ? [{ effect: 'comment', medium: 'github' }] : [],
      }),
    left: async () => ({
      subjects: (await store.subjects([1, 2, 3, 4, 5].map((number) => `${repositoryId}/${number}`))).map(
        ({ version, effects }) => ({ version, effects }),
      ),
      earned: (await store.subjects(earners.map((id) => `0/${id}`))).map(({ version, contributor }) => ({
        version,
        points: contributor?.points ?? null,
      })),
      counted: await query(
        `select
           (select count(*) from c4gt.decisions as d where d.subject like '${repositoryId}/%')::int as decisions,
           (select count(*) from c4gt.tickets as t where t.subject like '${repositoryId}/%')::int as tickets,
           (select count(*) from c4gt.outbox as o where o.subject like '${repositoryId}/%')::int as outbox,
           (select count(*) from c4gt.ledger as l where l.subject like '${repositoryId}/%')::int as lines,
           (select count(*) from pgmq.q_inbox as q where q.message ->> 'subject' in ('0/${first}', '0/${second}'))::int
             as queued`,
      ),
    }),
  };
}
