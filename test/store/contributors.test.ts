// Points and their reasons, as everyone may read them.
import { expect } from 'chai';
import { eachTransport } from '../support/database.ts';
import { aCommit, aDelivery, anAward, anEffect, claimedOne, newRepository } from './samples.ts';

eachTransport('contributors', (database) => {
  before(async () => {
    const { store, query } = database();
    const awards = [
      anAward('a', 1, 30, 'bela'),
      anAward('a', 2, 50, 'asha'),
      anAward('a', 3, 30, 'Anil'),
      anAward('a', 4, 10, 'dev'),
      anAward('a', 5, 10, 'zero'),
    ];
    const repositoryId = newRepository();
    await store.commit(aCommit({ repositoryId, awards }));
    await store.commit(aCommit({ awards: [anAward('z', 5, -10, 'zero')] }));
    await query(
      `insert into c4gt.badges (subject, effect, contributor, badge, at)
       values ('${repositoryId}/1', 'm', 2, 'Mentor', '2026-02-01'), ('${repositoryId}/1', 'f', 2, 'First', '2026-01-01')`,
    );
  });

  it('share a rank when they have equal points, and are listed by login within it', async () => {
    const { entries, total } = await database().store.leaderboard(10, 0);
    expect(total).to.equal(4);
    expect(entries).to.deep.equal([
      { rank: 1, login: 'asha', points: 50, badges: ['First', 'Mentor'] },
      { rank: 2, login: 'Anil', points: 30, badges: [] },
      { rank: 2, login: 'bela', points: 30, badges: [] },
      { rank: 4, login: 'dev', points: 10, badges: [] },
    ]);
    expect(await database().store.leaderboard(2, 1)).to.deep.equal({ entries: entries.slice(1, 3), total: 4 });
  });

  it('are found by login in any case, with their rank and badges', async () => {
    const { store } = database();
    expect(await store.contributor('ASHA')).to.include({ login: 'asha', points: 50, rank: 1 });
    expect(await store.contributor('bela')).to.include({ rank: 2 });
    expect(await store.contributor('zero')).to.include({ points: 0, rank: null });
    expect(await store.contributor('nobody')).to.equal(null);
    expect(await store.contributor('a\0b')).to.equal(null);
  });

  it('read why they have each point, the newest first', async () => {
    const { store } = database();
    const repositoryId = newRepository();
    const award = anAward('a', 20, 10, 'reader');
    await store.commit(aCommit({ repositoryId, number: 12, awards: [award] }));
    await store.commit(
      aCommit({ repositoryId, number: 12, version: 1, reversals: [{ effect: 'a', reason: 'Reopened' }] }),
    );
    const { ledger } = Object(await store.contributor('reader'));
    expect(ledger).to.have.length(2);
    const [reversal, line] = ledger;
    const shared = { rule: 'merged', url: award.url, subject: `org/repo-${repositoryId}#12` };
    const { id, at, ...rest } = line;
    expect(rest).to.deep.equal({ ...shared, points: 10, reason: award.reason, reverses: null });
    expect(at).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/);
    expect(reversal).to.deep.include({ ...shared, points: -10, reason: 'Reopened', reverses: id });
  });

  it('keep their points for private work, of which nothing is told', async () => {
    const { store } = database();
    await store.commit(aCommit({ private: true, awards: [anAward('a', 21, 10, 'discreet')] }));
    const { points, ledger } = Object(await store.contributor('discreet'));
    expect(points).to.equal(10);
    expect(ledger[0]).to.include({
      points: 10,
      reason: 'Work in a repository that is not public',
      url: null,
      subject: null,
    });
  });

  it('keep their points through a rename, and lose a login to whoever has it now', async () => {
    const { store } = database();
    await store.commit(aCommit({ awards: [anAward('a', 22, 10, 'before')] }));
    await store.commit(aCommit({ awards: [anAward('a', 22, 10, 'after')] }));
    expect(await store.contributor('before')).to.equal(null);
    expect(await store.contributor('after')).to.include({ points: 20 });
    await store.commit(aCommit({ awards: [anAward('a', 23, 1, 'After')] }));
    expect(await store.contributor('after')).to.include({ points: 1 });
  });

  it('read why a subject is as it is, the newest decision first, unless it is private', async () => {
    const { store } = database();
    const repositoryId = newRepository();
    const work = await claimedOne(store, aDelivery());
    const acknowledged = { message: work.message, delivery: work.delivery?.id ?? null };
    await store.commit(aCommit({ repositoryId, number: 3, trace: ['first'], ...acknowledged }));
    const again = { repositoryId, number: 3, version: 1, learns: false, trace: ['second'], event: 'decided again' };
    await store.commit(aCommit({ ...again, effects: [anEffect('award/1')] }));
    await store.commit(aCommit({ ...again, version: 2, event: 'the same again: not worth telling' }));
    const decisions = await store.why(`ORG/repo-${repositoryId}`, 3);
    expect(
      decisions?.map((decision) => [Object(decision).event, Object(decision).delivery, Object(decision).rules]),
    ).to.deep.equal([
      ['decided again', null, ['second']],
      ['issues.opened', work.delivery?.guid, ['first']],
    ]);
    expect(await store.why(`org/repo-${repositoryId}`, 4)).to.equal(null);
    await store.commit(aCommit({ ...again, version: 2, private: true }));
    expect(await store.why(`org/repo-${repositoryId}`, 3)).to.equal(null);
  });
});
