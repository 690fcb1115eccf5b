// The ledger: append-only, reversed exactly once, and always equal to the totals.
import { expect } from 'chai';
import fc from 'fast-check';
import { eachTransport } from '../support/database.ts';
import { aCommit, anAward, newRepository } from './samples.ts';

const LINES = 'select id::int, effect, points, reason, reverses::int from c4gt.ledger';

eachTransport('the ledger', (database) => {
  it('refuses to be edited, shortened or emptied', async () => {
    const { store, query } = database();
    await store.commit(aCommit({ awards: [anAward('a', 601)] }));
    for (const sql of [
      'update c4gt.ledger set points = 9',
      'delete from c4gt.ledger',
      'truncate c4gt.ledger cascade',
    ]) {
      const failure = await query(sql).catch((error: unknown) => error);
      expect(failure, sql)
        .to.be.instanceOf(Error)
        .with.property('message')
        .that.matches(/append-only/);
    }
    expect(await store.contributor('user-601')).to.include({ points: 10 });
  });

  it('takes an award back once, however often it is asked to', async () => {
    const { store, query } = database();
    const repositoryId = newRepository();
    const reversals = [{ effect: 'a', reason: 'The label was removed' }];
    await store.commit(aCommit({ repositoryId, awards: [anAward('a', 602), anAward('a', 603), anAward('b', 602, 5)] }));
    await store.commit(aCommit({ repositoryId, version: 1, reversals }));
    await store.commit(aCommit({ repositoryId, version: 2, reversals }));
    const lines = await query(`${LINES} where subject = '${repositoryId}/1' order by id`);
    const [first, second] = lines;
    expect(lines.slice(3)).to.deep.equal(
      [first, second].map((line, index) => ({
        id: Number(lines[2]?.['id']) + 1 + index,
        effect: 'a',
        points: -10,
        reason: 'The label was removed',
        reverses: line?.['id'],
      })),
    );
    expect(await store.contributor('user-602')).to.include({ points: 5 });
    expect(await store.contributor('user-603')).to.include({ points: 0 });
  });

  it('refuses a second reversal of a line even from the owner', async () => {
    const { store, query } = database();
    const commit = aCommit({ awards: [anAward('a', 604)] });
    await store.commit(commit);
    const reversal = `insert into c4gt.ledger
        (subject, effect, contributor, points, rule, rules_version, reason, url, decision, reverses)
      select subject, effect, contributor, -points, rule, rules_version, reason, url, decision, id
      from c4gt.ledger where subject = '${commit.subject.key}' and reverses is null`;
    await query(reversal);
    const failure = await query(reversal).catch((error: unknown) => error);
    expect(failure)
      .to.be.instanceOf(Error)
      .with.property('message')
      .that.matches(/ledger_reverses_key/);
  });

  it('refuses a second award while one stands, and takes it after a reversal, in one decision too', async () => {
    const { store } = database();
    const repositoryId = newRepository();
    const awards = [anAward('a', 605)];
    await store.commit(aCommit({ repositoryId, awards }));
    const again = aCommit({ repositoryId, version: 1, awards: [anAward('a', 605, 20)] });
    const failure = await store.commit(again).catch((error: unknown) => error);
    expect(failure)
      .to.be.instanceOf(Error)
      .with.property('message')
      .that.matches(/stands already/);
    const reversals = [{ effect: 'a', reason: 'Other points now' }];
    expect(await store.commit({ ...again, reversals })).to.equal('committed');
    expect(await store.contributor('user-605')).to.include({ points: 20 });
  });

  it('keeps awards of equally named effects on two subjects apart', async () => {
    const { store } = database();
    const [one, other] = [newRepository(), newRepository()];
    await store.commit(aCommit({ repositoryId: one, awards: [anAward('a', 606)] }));
    await store.commit(aCommit({ repositoryId: other, awards: [anAward('a', 606)] }));
    await store.commit(aCommit({ repositoryId: one, version: 1, reversals: [{ effect: 'a', reason: 'Gone' }] }));
    expect(await store.contributor('user-606')).to.include({ points: 10 });
  });

  it('agrees with every total after any decisions, made at once, that share contributors', async () => {
    const { store, query } = database();
    const person = fc.integer({ min: 611, max: 616 });
    const subject = fc.record({ first: fc.uniqueArray(person), second: fc.uniqueArray(person) });
    await fc.assert(
      fc.asyncProperty(fc.array(subject, { maxLength: 8 }), async (subjects) => {
        await Promise.all(
          subjects.map(async ({ first, second }) => {
            const repositoryId = newRepository();
            const results = [
              await store.commit(aCommit({ repositoryId, awards: first.map((id) => anAward('a', id, 3)) })),
              await store.commit(
                aCommit({
                  repositoryId,
                  version: 1,
                  reversals: [{ effect: 'a', reason: 'Again' }],
                  awards: second.map((id) => anAward('b', id, 7)),
                }),
              ),
            ];
            expect(results).to.deep.equal(['committed', 'committed']);
          }),
        );
        const wrong = await query(
          `select c.id from c4gt.contributors as c left join c4gt.ledger as l on l.contributor = c.id
           where c.id between 611 and 616 group by c.id having c.points <> coalesce(sum(l.points), 0)`,
        );
        expect(wrong).to.deep.equal([]);
      }),
      { numRuns: 20 },
    );
  });
});
