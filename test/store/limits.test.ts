// Limits: so many effects of a rule in an hour and in a day, over all subjects; the others wait, and are not forgotten.
import { expect } from 'chai';
import type { Commit, Store } from '../../src/store/store.ts';
import { eachDatabase, openTestPostgres, type TestDatabase } from '../support/database.ts';
import { aBadge, aCommit, anAward, anEffect, aTicket, newRepository, queuedSubjects } from './samples.ts';

type Limit = Commit['limits'][number];

let rules = 0;

/** An effect of that rule, with all it does, and what `why` says of it. */
function wanting(rule: string, key: string, limit: Partial<Limit>, state: 'standing' | 'happened' = 'standing') {
  const effect = { ...anEffect(key, state), rule };
  return {
    effects: [effect],
    awards: [anAward(key, 900)],
    listed: [aTicket({ effect: key })],
    badges: [aBadge(key, 901)],
    limits: [{ rule, ...limit }],
    trace: [
      { id: 'other', outcome: 'not held', changes: [] },
      { id: rule, outcome: 'held', changes: [{ op: 'stand', action: effect.action, params: effect.params }] },
    ],
  };
}

eachDatabase('limits', (database) => {
  let rule: string;
  beforeEach(async () => {
    rule = `limited-${++rules}`;
    await database().query(`select pgmq.purge_queue('inbox')`);
  });

  const states = async () =>
    (await database().query(`select state from c4gt.effects where rule = '${rule}' order by state`)).map(
      ({ state }) => state,
    );
  /** Seconds until each waiting subject is decided again. */
  const turns = async () =>
    await database().query(
      `select message ->> 'subject' as subject, extract(epoch from vt - clock_timestamp())::int as seconds
       from pgmq.q_inbox where read_ct = 0 and vt > clock_timestamp() order by vt, msg_id`,
    );
  const later = (hours: number) =>
    database().query(`update c4gt.arrivals set at = at - interval '${hours} hours' where rule = '${rule}'`);
  const pointsOf = async (id: number) => Object(await database().store.contributor(`user-${id}`)).points ?? 0;

  it('park what goes over, with nothing of what it does, and say so', async () => {
    const { store, query } = database();
    const [before, badges] = [await pointsOf(900), await query('select from c4gt.badges')];
    const parked = (await store.counts()).effects.parked;
    const first = aCommit(wanting(rule, 'a', { perHour: 1 }));
    const second = aCommit(wanting(rule, 'a', { perHour: 1 }));
    expect(await store.commit(first)).to.equal('committed');
    expect(await store.commit(second)).to.equal('committed');
    expect((await store.subjects([second.subject.key]))[0]?.effects).to.deep.equal([
      { ...anEffect('a', 'parked'), rule },
    ]);
    expect(await pointsOf(900)).to.equal(before + 10);
    expect(await query(`select from c4gt.tickets where subject = '${second.subject.key}'`)).to.deep.equal([]);
    expect(await query('select from c4gt.badges')).to.have.length(badges.length + 1);
    expect((await store.counts()).effects.parked).to.equal(parked + 1);

    const opsOf = async (commit: Commit) =>
      Object(await store.why(commit.subject.repository, 1))[0].rules.map(({ changes }: { changes: { op: string }[] }) =>
        changes.map(({ op }) => op),
      );
    expect(await opsOf(first)).to.deep.equal([[], ['stand']]);
    expect(await opsOf(second)).to.deep.equal([[], ['park']]);
  });

  it('do not hold up what the same decision does by other rules, or by the same within its limit', async () => {
    const { store } = database();
    const limits = [{ rule, perHour: 2 }];
    const effects = ['a', 'b', 'c', 'd'].map((key) => ({ ...anEffect(key), rule: key === 'b' ? 'free' : rule }));
    const commit = aCommit({ effects, awards: effects.map(({ key }) => anAward(key, 902, 1)), limits });
    await store.commit(commit);
    const [stored] = await store.subjects([commit.subject.key]);
    expect(stored?.effects.map(({ state }) => state)).to.deep.equal(['standing', 'standing', 'standing', 'parked']);
    expect(await pointsOf(902)).to.equal(3);
  });

  it('have the subject decided again when there is room, which is when the oldest is an hour old', async () => {
    const { store, query } = database();
    const limit = { perHour: 2 };
    for (const minutes of [50, 20]) {
      await store.commit(aCommit(wanting(rule, 'a', limit)));
      await query(
        `update c4gt.arrivals set at = clock_timestamp() - interval '${minutes} minutes'
         where rule = '${rule}' and at > clock_timestamp() - interval '1 minute'`,
      );
    }
    const waiting = Array.from({ length: 4 }, () => aCommit(wanting(rule, 'a', limit)));
    for (const commit of waiting) await store.commit(commit);
    const queue = await turns();
    expect(queue.map(({ subject }) => subject)).to.deep.equal(waiting.map(({ subject }) => subject.key));
    const minutes = queue.map(({ seconds }) => Math.round(Number(seconds) / 60));
    expect(minutes, 'as each of the two leaves, and then an hour at most').to.deep.equal([10, 40, 60, 60]);

    await later(1);
    const [again] = waiting;
    if (again === undefined) throw new Error('A subject was expected to wait');
    const before = await pointsOf(900);
    await store.commit({ ...again, subject: { ...again.subject, version: 1 } });
    expect(await states()).to.deep.equal(['parked', 'parked', 'parked', 'standing', 'standing', 'standing']);
    expect(await pointsOf(900)).to.equal(before + 10);
  });

  it('leave alone what waits already: no version, no news, no second message', async () => {
    const { store, query } = database();
    const limit = { perDay: 1 };
    await store.commit(aCommit(wanting(rule, 'a', limit)));
    const commit = aCommit({ ...wanting(rule, 'a', limit), learns: false });
    await store.commit(commit);
    const found = async () => ({
      subject: await store.subjects([commit.subject.key]),
      why: await query(`select from c4gt.decisions where subject = '${commit.subject.key}'`),
      turns: (await turns()).map(({ subject }) => subject),
    });
    const before = await found();
    expect(before.turns).to.deep.equal([commit.subject.key]);
    const again = { ...commit, subject: { ...commit.subject, version: 1 } };
    expect(await store.commit(again)).to.equal('committed');
    expect(await store.commit({ ...again, event: 'decided again' })).to.equal('committed');
    expect(await found()).to.deep.equal(before);
  });

  it('ask again after an hour at most, though the day is full for longer', async () => {
    const { store, query } = database();
    const limit = { perHour: 10, perDay: 1 };
    await store.commit(aCommit(wanting(rule, 'a', limit)));
    const commit = aCommit(wanting(rule, 'a', limit));
    await store.commit(commit);
    const [turn] = await turns();
    expect(Number(turn?.['seconds'])).to.be.within(3_500, 3_600);
    await query(`update pgmq.q_inbox set vt = clock_timestamp()`);
    expect(await queuedSubjects(store)).to.include(commit.subject.key);
    await later(23);
    await store.commit({ ...commit, subject: { ...commit.subject, version: 1 } });
    expect(await states()).to.deep.equal(['parked', 'standing']);
    const [again] = await turns();
    expect(Number(again?.['seconds'])).to.be.within(3_500, 3_600);
    await later(1);
    await store.commit({ ...commit, subject: { ...commit.subject, version: 2 } });
    expect(await states()).to.deep.equal(['standing', 'standing']);
  });

  it('count what comes and comes again, and neither what is replaced nor what is withdrawn', async () => {
    const { store } = database();
    const limit = { perHour: 3 };
    const repositoryId = newRepository();
    const at = (version: number, parts: Partial<Commit>) => aCommit({ repositoryId, version, ...parts });
    const stands = { ...wanting(rule, 'a', limit), awards: [], badges: [] };
    const limits = [{ rule, ...limit }];
    const replaced = { ...anEffect('a'), rule, params: { points: 20 } };
    const gone = { effects: [{ ...anEffect('a', 'withdrawn'), rule }], limits };
    await store.commit(at(0, stands));
    for (const version of [1, 2, 3, 4]) await store.commit(at(version, { effects: [replaced], limits }));
    for (const version of [5, 7]) {
      await store.commit(at(version, gone));
      await store.commit(at(version + 1, stands));
    }
    expect(await states()).to.deep.equal(['standing']);
    await store.commit(at(9, { effects: [{ ...anEffect('a', 'happened'), rule }], limits }));
    await store.commit(at(10, gone));
    await store.commit(at(11, stands));
    expect(await states(), 'the fourth time').to.deep.equal(['parked']);
  });

  it('let go of what is no longer wanted, which takes nothing back', async () => {
    const { store, query } = database();
    const limit = { perHour: 1 };
    await store.commit(aCommit(wanting(rule, 'a', limit)));
    const commit = aCommit(wanting(rule, 'a', limit));
    await store.commit(commit);
    const before = await query('select count(*)::int as lines from c4gt.ledger');
    const gone = {
      effects: [{ ...anEffect('a', 'withdrawn'), rule }],
      reversals: [{ effect: 'a', reason: 'Withdrawn' }],
      unlisted: ['a'],
      unbadged: ['a'],
      limits: [{ rule, ...limit }],
    };
    const { repositoryId } = commit.subject;
    expect(await store.commit(aCommit({ repositoryId, version: 1, ...gone }))).to.equal('committed');
    expect(await states()).to.deep.equal(['standing', 'withdrawn']);
    expect(await query('select count(*)::int as lines from c4gt.ledger')).to.deep.equal(before);
  });

  it('let go of what was to happen once for ever, and has happened elsewhere', async () => {
    const { store } = database();
    const key = `${rule} ever`;
    const limit = { perHour: 1 };
    await store.commit(aCommit(wanting(rule, 'a', limit)));
    const parked = aCommit(wanting(rule, key, limit, 'happened'));
    await store.commit(parked);
    await later(1);
    await store.commit(aCommit(wanting(rule, key, limit, 'happened')));
    await later(1);
    const before = await pointsOf(900);
    await store.commit({ ...parked, subject: { ...parked.subject, version: 1 } });
    expect(await states()).to.deep.equal(['happened', 'standing', 'withdrawn']);
    expect(await pointsOf(900)).to.equal(before);
  });

  it('leave what waits for its time hidden when a store is opened again', async () => {
    const { store } = database();
    await store.commit(aCommit(wanting(rule, 'a', { perHour: 1 })));
    await store.commit(aCommit(wanting(rule, 'a', { perHour: 1 })));
    await queuedSubjects(store);
    await store.releaseClaims();
    expect(await queuedSubjects(store)).to.deep.equal([]);
    expect(await turns()).to.have.length(1);
  });
});

describe('limits, when many decisions are committed at once (Postgres)', () => {
  let database: TestDatabase;
  before(async () => {
    database = await openTestPostgres();
  });
  after(() => database.close());

  async function counted(store: Store, keys: readonly string[], rule: string): Promise<number> {
    const effects = (await store.subjects(keys)).flatMap((subject) => subject.effects);
    return effects.filter((effect) => effect.rule === rule && effect.state !== 'parked').length;
  }

  it('are kept to, exactly', async () => {
    const { store } = database;
    for (let round = 0; round < 10; round += 1) {
      const rule = `busy-${round}`;
      const commits = Array.from({ length: 16 }, (_, at) =>
        aCommit(wanting(rule, `${round} a`, { perHour: 5 }, at % 2 === 0 ? 'standing' : 'happened')),
      ).map((commit, at) => ({
        ...commit,
        effects: commit.effects.map((effect) => ({ ...effect, key: `${effect.key} ${at}` })),
        awards: [],
        badges: [],
        listed: [],
      }));
      const results = await Promise.all(commits.map((commit) => store.commit(commit)));
      expect(new Set(results)).to.deep.equal(new Set(['committed']));
      const keys = commits.map(({ subject }) => subject.key);
      expect(await counted(store, keys, rule), `round ${round}`).to.equal(5);
    }
  });

  it('of several rules that decisions share never deadlock', async () => {
    const { store } = database;
    const names = ['p', 'q', 'r', 's'];
    const commits = Array.from({ length: 40 }, (_, at) => {
      const turned = [...names.slice(at % 4), ...names.slice(0, at % 4)];
      const effects = turned.map((rule) => ({ ...anEffect(rule), rule }));
      const awards = turned.map((rule, place) => anAward(rule, 910 + ((at + place) % 4), 1));
      return aCommit({ effects, awards, limits: turned.map((rule) => ({ rule, perHour: 30, perDay: 20 })) });
    });
    const results = await Promise.all(commits.map((commit) => store.commit(commit)));
    expect(new Set(results)).to.deep.equal(new Set(['committed']));
    const keys = commits.map(({ subject }) => subject.key);
    for (const rule of names) expect(await counted(store, keys, rule), rule).to.equal(20);
  });
});
