// The chain of the ledger: one sequence without gaps, whoever writes at once, that nobody but the owner can touch.
import { expect } from 'chai';
import fc from 'fast-check';
import { verifyLedger } from '../../src/ledger/verify.ts';
import { createStore } from '../../src/store/database-store.ts';
import { migrate } from '../../src/store/migrate.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import type { Store } from '../../src/store/store.ts';
import { eachDatabase, eachTransport, openTestPostgres } from '../support/database.ts';
import { startPostgres } from '../support/postgres.ts';
import { aCommit, aDelivery, anAward, claimedOne, newRepository } from './samples.ts';

async function failureOf(asked: Promise<unknown>): Promise<string> {
  return await asked.then(
    () => 'nothing',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

eachDatabase('the chain of the ledger', (database) => {
  const changes = (table: string) => [
    `update ${table} set ${table.endsWith('chain') ? 'position' : 'points'} = 9`,
    `delete from ${table}`,
    `truncate ${table} cascade`,
  ];
  const lock = [
    'insert into c4gt.ledger_chain values (99, 99, sha256($$x$$), sha256($$x$$))',
    'alter table c4gt.ledger disable trigger all',
    'alter table c4gt.ledger disable trigger ledger_is_chained',
    'drop trigger ledger_keeps_rows on c4gt.ledger',
    'drop table c4gt.ledger_chain',
    'alter table c4gt.ledger_chain disable row level security',
    'create or replace function c4gt.refuse_change() returns trigger language plpgsql as $$ begin return new; end $$',
    'select c4gt.chain_line(null)',
    'set session_replication_role = replica',
  ];

  it('refuses the service to change it or the ledger, or to turn off what guards them', async () => {
    const { query } = database();
    for (const sql of [...changes('c4gt.ledger'), ...changes('c4gt.ledger_chain'), ...lock]) {
      const failure = await failureOf(query(`set role service_role; ${sql}`));
      await query('reset role');
      expect(failure, sql).to.match(/permission denied|must be owner/);
    }
  });

  it('refuses even the owner to change it, while triggers stand', async () => {
    const { store, query } = database();
    await store.commit(aCommit({ awards: [anAward('a', 651)] }));
    for (const sql of [...changes('c4gt.ledger'), ...changes('c4gt.ledger_chain')]) {
      expect(await failureOf(query(sql)), sql).to.match(/append-only/);
    }
  });

  it('has no gap where a decision was rolled back', async () => {
    const { store } = database();
    const repositoryId = newRepository();
    await store.commit(aCommit({ repositoryId, awards: [anAward('a', 652)] }));
    const { lines } = await store.ledgerHead();
    const again = aCommit({ repositoryId, version: 1, awards: [anAward('b', 652), anAward('a', 652)] });
    expect(await failureOf(store.commit(again))).to.match(/stands already/);
    expect(await store.ledgerHead()).to.include({ lines });
    await store.commit(aCommit({ awards: [anAward('a', 652)] }));
    const added = await store.ledgerLines(lines, 10);
    expect(added.map(({ position }) => position)).to.deep.equal([lines + 1]);
    expect((await verifyLedger(store)).problems).to.deep.equal([]);
  });

  it('verifies, and nets reversals to zero, after any awards and reversals made at once', async () => {
    const { store, query } = database();
    const step = fc.record({
      subject: fc.nat({ max: 3 }),
      person: fc.integer({ min: 661, max: 664 }),
      awards: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const subjects = Array.from({ length: 4 }, () => newRepository());
        const ofSubject = (index: number) => steps.filter(({ subject }) => subject === index);
        const standing = new Set<string>();
        await Promise.all(
          subjects.map(async (repositoryId, index) => {
            let version = 0;
            for (const { person, awards } of ofSubject(index)) {
              const effect = `of ${person}`;
              const name = `${repositoryId} ${effect}`;
              const isNew = awards && !standing.has(name);
              const commit = isNew
                ? aCommit({ repositoryId, version, awards: [anAward(effect, person, 3)] })
                : aCommit({ repositoryId, version, reversals: [{ effect, reason: 'No more' }] });
              expect(await store.commit(commit)).to.equal('committed');
              version++;
              if (isNew) standing.add(name);
              else standing.delete(name);
            }
          }),
        );
        const keys = subjects.map((id) => `'${id}/1'`).join();
        const [sums] = await query(
          `select coalesce(sum(points), 0)::int as points, count(*) filter (where reverses is not null)::int as reversals,
             count(distinct reverses)::int as reversed from c4gt.ledger where subject in (${keys})`,
        );
        expect(sums).to.include({ points: standing.size * 3, reversed: sums?.['reversals'] });
        expect((await verifyLedger(store)).problems).to.deep.equal([]);
      }),
      { numRuns: 15 },
    );
  });
});

eachTransport('reading the ledger', (database) => {
  it('comes to the same by every way: lines, head, totals, and what a replay reads', async () => {
    const { store } = database();
    await store.activateRules('rules-1', 1, { 'rules/a.yaml': 'version: 1' });
    const work = await claimedOne(store, aDelivery({ body: Buffer.from('{"n":"\\u0000é"}') }));
    const [repositoryId, delivery] = [newRepository(), work.delivery?.id ?? 0];
    const award = { ...anAward('a', 691), reason: 'Merged “é” 🎉' };
    await store.commit(aCommit({ repositoryId, message: work.message, delivery, awards: [award] }));
    const reversals = [{ effect: 'a', reason: 'Not merged' }];
    await store.commit(aCommit({ repositoryId, version: 1, reversals }));
    const head = await store.ledgerHead();
    const found = await verifyLedger(store, { head: head.digest, page: 1 });
    expect(found).to.deep.include({ head, points: 0, reversals: 1, foundAt: 2, problems: [] });
    expect(await store.findUnchained(0, 10)).to.deep.equal({ line: null, next: 2 });
    expect(await store.findUnchained(2, 10)).to.deep.equal({ line: null, next: null });
    expect(await store.ledgerTotals(0, 10)).to.deep.include({
      contributor: 691,
      login: 'user-691',
      points: 0,
      lines: 0,
    });

    const [stored] = await store.storedDeliveries(0, 10);
    expect(stored).to.include({ guid: work.delivery?.guid, event: 'issues', state: 'processed', reason: null });
    expect(stored?.receivedAt.getTime()).to.be.at.most(stored?.finishedAt?.getTime() ?? 0);
    expect(Buffer.from(stored?.body ?? [])).to.deep.equal(Buffer.from('{"n":"\\u0000é"}'));
    expect((await store.turns()).map(({ rules, day }) => ({ rules, day }))).to.deep.equal([
      { rules: 'rules-1', day: null },
    ]);
    expect(await store.ruleFiles('rules-1')).to.deep.equal({ 'rules/a.yaml': 'version: 1' });
    expect(await store.ruleFiles('none')).to.equal(null);
    const [subject] = await store.standings(repositoryId - 1, 0, 1);
    expect(subject).to.include({
      repository: repositoryId,
      number: 1,
      name: `org/repo-${repositoryId}#1`,
      pruned: false,
      repositoryPruned: false,
    });
    const next = { repository: repositoryId, number: 1 };
    expect(await store.prunedSubjects(repositoryId - 1, 0, 1)).to.deep.equal({ subjects: [], next });
    const [points] = subject?.points ?? [];
    expect(points).to.include({ rule: 'merged', contributor: 691, value: 0 });
    expect(await store.cause(points?.decision ?? 0)).to.include({ delivery: null, rulesVersion: 'rules-1' });
    expect(await store.cause(0)).to.equal(null);
  });
});

describe('the chain of the ledger, under pressure', () => {
  it('is one unbroken sequence after 8 workers wrote 200 awards each, some of them sharing contributors', async function () {
    this.timeout(120_000);
    const database = await openTestPostgres();
    const stores = Array.from({ length: 8 }, () => openPostgres(database.url ?? '', { connections: 1 }));
    await Promise.all(
      stores.map(async (transport, worker) => {
        const store = createStore(transport);
        for (let count = 0; count < 200; count++) {
          const awards = [anAward('a', 1 + (count % 5), 2), anAward('a', 1_000 + worker * 200 + count, 1)];
          expect(await store.commit(aCommit({ awards }))).to.equal('committed');
        }
      }),
    );
    const { lines, digest } = await database.store.ledgerHead();
    const { head, points, problems } = await verifyLedger(database.store, { head: digest, page: 500 });
    expect({ head, points, problems }).to.deep.equal({ head: { lines: 3_200, digest }, points: 4_800, problems: [] });
    expect(lines).to.equal(3_200);
    await Promise.all(stores.map((transport) => transport.close()));
    await database.close();
  });
});

describe('an award, when Postgres crashes right after', function () {
  this.timeout(60_000);

  /** Where nothing is written to the disk but what somebody waits for. */
  async function crashing(
    use: (store: Store) => Promise<void>,
    afterwards: (store: Store) => Promise<void>,
  ): Promise<void> {
    const server = await startPostgres({ fsync: true, settings: { wal_writer_delay: '10s' } });
    try {
      const url = await server.createDatabase();
      const transport = openPostgres(url);
      await migrate(transport);
      await use(createStore(transport));
      await server.kill('SIGKILL');
      await server.restart();
      await transport.close();
      const again = openPostgres(url);
      await afterwards(createStore(again));
      await again.close();
    } finally {
      await server.stop();
    }
  }

  it('is there once a head was told that rests on it', async () => {
    let digest = '';
    await crashing(
      async (store) => {
        await store.commit(aCommit({ awards: [anAward('a', 681)] }));
        ({ digest } = await store.ledgerHead());
      },
      async (store) => {
        expect(await verifyLedger(store, { head: digest })).to.deep.include({ foundAt: 1, problems: [] });
      },
    );
  });

  it('is there with its acknowledgement, or it is to be made again', async () => {
    await crashing(
      async (store) => {
        const work = await claimedOne(store);
        const delivery = work.delivery?.id ?? 0;
        await store.commit(aCommit({ message: work.message, delivery, awards: [anAward('a', 682)] }));
      },
      async (store) => {
        const { lines } = await store.ledgerHead();
        const { pending } = await store.counts();
        expect(lines + pending, 'the award, or its delivery to be decided').to.equal(1);
        expect((await verifyLedger(store)).problems).to.deep.equal([]);
      },
    );
  });
});
