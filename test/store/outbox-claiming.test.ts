// Who may write now: one worker for each installation, a second apart, within budgets that all share, and not too often
// to the same subject.
import { expect } from 'chai';
import type { Outcome } from '../../src/store/outbox.ts';
import { eachDatabase, openTestPostgres, type TestDatabase } from '../support/database.ts';
import {
  aHome,
  anOutcome,
  claimable,
  claimEffect,
  emptyOutbox,
  pass,
  setInstallation,
  terms,
  wish,
  write,
} from './outbox-samples.ts';

eachDatabase('claiming an effect', (database) => {
  beforeEach(() => emptyOutbox(database()));

  const later = (seconds: number) => pass(database(), seconds);

  it('takes its installation too, so that nobody else writes through it', async () => {
    const { store } = database();
    const [here, there] = [await aHome(store), await aHome(store)];
    for (const key of ['a', 'b']) await wish(store, { ...here, key });
    for (const key of ['c', 'd']) await wish(store, { ...there, key });
    expect(await claimable(store), 'the oldest of each').to.deep.equal(['a', 'c']);
  });

  it('gives the installation back when it is settled', async () => {
    const { store } = database();
    const here = await aHome(store);
    for (const key of ['a', 'b']) await wish(store, { ...here, key });
    expect(await store.settleEffect(await claimEffect(store), anOutcome())).to.equal('settled');
    expect(await claimable(store), 'nothing was written, so nothing has to be waited for').to.deep.equal(['b']);
  });

  it('leaves a second between two writes', async () => {
    const { store } = database();
    const here = await aHome(store);
    for (const key of ['a', 'b']) await wish(store, { ...here, key });
    await write(store, await claimEffect(store));
    expect(await claimable(store)).to.deep.equal([]);
    await later(1);
    expect(await claimable(store)).to.deep.equal(['b']);
  });

  it('goes by age, and what was tried in vain comes when it is due', async () => {
    const { store } = database();
    const here = await aHome(store);
    for (const key of ['a', 'b', 'c']) await wish(store, { ...here, key });
    const first = await claimEffect(store);
    await store.settleEffect(first, anOutcome({ state: 'pending', reason: 'GitHub was away', seconds: 10 }));
    expect((await store.effects({ limit: 9 })).map(({ reason }) => reason)).to.deep.equal([
      null,
      null,
      'GitHub was away',
    ]);
    const keys: string[] = [];
    for (let seconds = 0; seconds < 3; seconds++) {
      const { effect } = await store.claimEffect(terms);
      if (effect !== null) await store.settleEffect(effect, anOutcome());
      keys.push(effect?.key ?? 'none');
    }
    expect(keys).to.deep.equal(['b', 'c', 'none']);
    await later(10);
    expect(await claimEffect(store)).to.deep.include({ key: 'a', attempt: 2 });
  });

  it('of a dead worker is open to others within half a minute, who are told to look first', async () => {
    const { store } = database();
    const here = await aHome(store);
    await wish(store, here);
    const dead = await claimEffect(store);
    expect(await store.beginWrite(dead, { comment: null, tried: true })).to.equal('go');
    await later(24);
    expect(await claimable(store), 'the write may still be under way').to.deep.equal([]);
    await later(2);
    const again = await claimEffect(store);
    expect(again).to.deep.include({ attempt: 2, unsure: true, performed: { comment: null, tried: true } });

    expect(await store.beginWrite(dead, null), 'it comes back from the dead').to.equal('lost');
    expect(await store.settleEffect(dead, anOutcome({ performed: { comment: 1 } }))).to.equal('lost');
    expect(await store.settleEffect(again, anOutcome({ performed: { comment: 2 } }))).to.equal('settled');
    const [row] = await database().query('select performed from c4gt.outbox');
    expect(row?.['performed']).to.deep.equal({ comment: 2 });
  });

  it('by a worker that only read before it died leaves nothing in doubt', async () => {
    const { store } = database();
    const here = await aHome(store);
    await wish(store, here);
    await claimEffect(store);
    await later(61);
    expect(await claimEffect(store)).to.deep.include({ unsure: false, performed: null });
  });

  it('lasts while it is renewed, and no longer', async () => {
    const { store } = database();
    const here = await aHome(store);
    for (const key of ['a', 'b']) await wish(store, { ...here, key });
    const claim = await claimEffect(store);
    for (let renewals = 0; renewals < 3; renewals++) {
      await later(15);
      expect(await store.renewLease(claim, 20)).to.equal(true);
      expect(await claimable(store)).to.deep.equal([]);
    }
    await later(21);
    expect(await store.renewLease(claim, 20), 'nobody else is there yet').to.equal(false);
    expect(await claimable(store)).to.deep.equal(['b']);
    expect(await store.renewLease(claim, 20), 'somebody else is').to.equal(false);
    expect(await store.beginWrite(claim, null)).to.equal('lost');
  });

  it('is not shortened by a renewal while a write may be under way, and not prolonged once it is settled', async () => {
    const { store } = database();
    const here = await aHome(store);
    for (const key of ['a', 'b']) await wish(store, { ...here, key });
    const claim = await claimEffect(store);
    expect(await store.beginWrite(claim, null)).to.equal('go');
    expect(await store.renewLease(claim, 20)).to.equal(true);
    await later(24);
    expect(await claimable(store)).to.deep.equal([]);
    expect(await store.settleEffect(claim, anOutcome({ wrote: true }))).to.equal('settled');
    expect(await store.renewLease(claim, 20)).to.equal(false);
    await later(1);
    expect(await claimable(store)).to.deep.equal(['b']);
  });

  it('ends for all when the store is opened again, but for what may still be under way', async () => {
    const { store } = database();
    const here = await aHome(store);
    for (const key of ['a', 'b']) await wish(store, { ...here, key });
    const dead = await claimEffect(store);
    await store.releaseClaims();
    expect(await store.beginWrite(dead, null)).to.equal('lost');
    expect(await claimable(store)).to.deep.equal(['b']);
    await later(61);
    const again = await claimEffect(store);
    expect(again.key).to.equal('a');
    await store.beginWrite(again, null);
    await store.releaseClaims();
    await later(14);
    expect(await claimable(store), 'a write may still be under way').to.deep.equal([]);
    await later(2);
    expect(await claimable(store)).to.deep.equal(['b']);
  });

  it('keeps to the budgets of the minute and of the hour', async () => {
    const { store } = database();
    const here = await aHome(store);
    const budget = { gap: 0, perMinute: 3, perHour: 5, perSubject: 100 };
    for (let number = 1; number <= 6; number++) await wish(store, { ...here, key: `k${number}`, number });
    const spend = async () => {
      for (let writes = 0; ; writes++) {
        const { effect } = await store.claimEffect({ ...terms, ...budget });
        if (effect === null) return writes;
        await write(store, effect);
      }
    };
    expect(await spend(), 'three a minute').to.equal(3);
    expect((await store.effects({ state: 'pending', limit: 1 }))[0]?.reason).to.equal('the budget of writes is spent');
    await later(30);
    expect(await spend()).to.equal(0);
    await later(31);
    expect(await spend(), 'five an hour').to.equal(2);
    await later(61);
    expect(await spend()).to.equal(0);
    await later(3600 - 92);
    expect(await spend(), 'the first three are an hour old').to.equal(1);
    expect(await database().query('select from c4gt.writes'), 'what is older is forgotten').to.have.length(3);
  });

  it('pauses when GitHub asks for it, and says so', async () => {
    const { store } = database();
    const here = await aHome(store);
    for (const key of ['a', 'b']) await wish(store, { ...here, key });
    const reason = 'GitHub tells us to wait (403)';
    await store.settleEffect(
      await claimEffect(store),
      anOutcome({ state: 'pending', reason, pause: 300, setbacks: 1, counted: false }),
    );
    expect((await store.effects({ limit: 9 })).map((effect) => effect.reason)).to.deep.equal([reason, reason]);
    await later(299);
    expect(await claimable(store)).to.deep.equal([]);
    await later(2);
    const next = await claimEffect(store);
    expect(next).to.deep.include({ key: 'b', setbacks: 1 });
    await store.settleEffect(next, anOutcome());
    expect(await claimEffect(store), 'it was not the effect that failed').to.deep.include({
      ...{ key: 'a', attempt: 1, setbacks: 0 },
    });
  });

  it('holds back a subject that was written to too often, says so, and goes on elsewhere', async () => {
    const { store } = database();
    const here = await aHome(store);
    const fuse = { gap: 0, perSubject: 3 };
    for (const key of ['a', 'b', 'c', 'd', 'e']) await wish(store, { ...here, key });
    await wish(store, { ...here, key: 'other', number: 2 });
    for (let writes = 0; writes < 3; writes++) await write(store, await claimEffect(store, fuse));
    const { effect, fused } = await store.claimEffect({ ...terms, ...fuse });
    expect(fused).to.deep.equal([`org/repo-${here.repositoryId}#1`]);
    expect(effect?.key).to.equal('other');
    if (effect !== null) await write(store, effect);
    expect(await store.claimEffect({ ...terms, ...fuse }), 'told once').to.deep.equal({ effect: null, fused: [] });
    const held = await store.effects({ state: 'pending', limit: 9 });
    expect(held.map(({ key, reason }) => [key, reason])).to.deep.equal([
      ['e', 'held back: 3 writes here within an hour'],
      ['d', 'held back: 3 writes here within an hour'],
    ]);
    await later(3590);
    expect(await claimable(store, fuse)).to.deep.equal([]);
    await later(20);
    expect(await claimEffect(store, fuse)).to.deep.include({ key: 'd' });
  });

  it('passes over installations that are suspended or deleted', async () => {
    const { store, query } = database();
    const here = await aHome(store);
    await wish(store, here);
    for (const state of ['suspended', 'deleted'] as const) {
      await setInstallation(query, here.installation, state);
      expect(await claimable(store)).to.deep.equal([]);
      const [waiting] = await store.effects({ limit: 1 });
      expect(waiting).to.deep.include({ state: 'pending', reason: `the installation of the App is ${state}` });
    }
    await setInstallation(query, here.installation, 'active');
    expect(await claimable(store)).to.deep.equal(['a']);
  });
});

eachDatabase('settling an effect', (database) => {
  beforeEach(() => emptyOutbox(database()));

  it('for a wish that is no longer the newest keeps what is visible, and nothing else', async () => {
    const { store } = database();
    const here = await aHome(store);
    await wish(store, here);
    const old = await claimEffect(store);
    expect(await store.beginWrite(old, null)).to.equal('go');
    await wish(store, { ...here, params: { body: 'newer' } });
    const outcome: Partial<Outcome> = { state: 'dead', reason: 'of no more interest', performed: { comment: 4 } };
    expect(await store.settleEffect(old, anOutcome(outcome))).to.equal('superseded');
    await pass(database(), 1);
    expect(await claimEffect(store)).to.deep.include({
      ...{ params: { body: 'newer' }, performed: { comment: 4 }, unsure: false, attempt: 1 },
    });
  });

  it('for a wish that was withdrawn meanwhile leaves nothing where nothing came to be visible', async () => {
    const { store } = database();
    const here = await aHome(store);
    await wish(store, here);
    const old = await claimEffect(store);
    await store.beginWrite(old, null);
    await wish(store, { ...here, state: 'withdrawn' });
    expect(await store.settleEffect(old, anOutcome({ state: 'pending', seconds: 60 }))).to.equal('superseded');
    expect(await store.effects({ limit: 9 })).to.deep.equal([]);
  });

  it('whose wish is gone altogether ends the claim', async () => {
    const { store } = database();
    const here = await aHome(store);
    for (const key of ['a', 'b']) await wish(store, { ...here, key });
    const old = await claimEffect(store);
    await wish(store, { ...here, state: 'withdrawn' });
    expect(await store.beginWrite(old, null), 'there is nothing to write any more').to.equal('superseded');
    expect(await store.settleEffect(old, anOutcome({ state: 'pending' }))).to.equal('superseded');
    expect(await claimable(store)).to.deep.equal(['b']);
  });

  it('does not let a write begin for a wish that is no longer the newest', async () => {
    const { store, query } = database();
    const here = await aHome(store);
    await wish(store, here);
    const old = await claimEffect(store);
    await wish(store, { ...here, params: { body: 'newer' } });
    expect(await store.beginWrite(old, { comment: 1 })).to.equal('superseded');
    expect(await query('select performed, unsure from c4gt.outbox')).to.deep.equal([
      { performed: null, unsure: false },
    ]);
    expect(await query('select from c4gt.writes')).to.deep.equal([]);
  });

  it('gives a write without an answer its time, though something else is wanted', async () => {
    const { store } = database();
    const here = await aHome(store);
    await wish(store, here);
    const old = await claimEffect(store);
    await store.beginWrite(old, null);
    const open = anOutcome({ state: 'pending', unsure: true, wrote: true, seconds: 15 });
    await store.settleEffect(old, open);
    await wish(store, { ...here, params: { body: 'newer' } });
    await pass(database(), 13);
    expect(await claimable(store)).to.deep.equal([]);
    await pass(database(), 3);
    expect(await claimEffect(store)).to.deep.include({ unsure: true, params: { body: 'newer' } });
  });

  it('hands what is left behind to another effect that wants it', async () => {
    const { store, query } = database();
    const here = await aHome(store);
    const performed = { added: true };
    for (const key of ['a', 'b']) await wish(store, { ...here, key });
    const heirs = async () => await query('select key, performed, state from c4gt.outbox order by key');
    await write(store, await claimEffect(store), { performed });
    await wish(store, { ...here, state: 'withdrawn' });
    await pass(database(), 1);
    await store.settleEffect(await claimEffect(store), anOutcome());
    const withdrawal = await claimEffect(store);
    expect(withdrawal).to.deep.include({ key: 'a', wanted: 'withdraw' });
    await store.settleEffect(withdrawal, anOutcome({ heir: { key: 'b', performed } }));
    expect(await heirs()).to.deep.equal([
      { key: 'a', performed: null, state: 'done' },
      { key: 'b', performed, state: 'done' },
    ]);
  });

  it('leaves nothing to an heir that is gone by then, and has one that is withdrawn undo it', async () => {
    const { store, query } = database();
    const here = await aHome(store);
    const performed = { added: true };
    const heir = { key: 'b', performed };
    const found = async () => await query('select key, performed, state from c4gt.outbox order by key');
    await wish(store, here);
    await write(store, await claimEffect(store), { performed });
    await wish(store, { ...here, state: 'withdrawn' });
    await pass(database(), 1);
    await store.settleEffect(await claimEffect(store), anOutcome({ heir }));
    expect(await found(), 'to be tried again').to.deep.equal([{ key: 'a', performed, state: 'pending' }]);

    await wish(store, { ...here, key: 'b' });
    const withdrawal = await claimEffect(store);
    await database().query(`update c4gt.outbox set wanted = 'withdraw', state = 'done' where key = 'b'`);
    await store.settleEffect(withdrawal, anOutcome({ heir }));
    expect(await found()).to.deep.equal([
      { key: 'a', performed: null, state: 'done' },
      { key: 'b', performed, state: 'pending' },
    ]);
    expect((await claimEffect(store)).key).to.equal('b');
  });
});

describe('many workers at one outbox (Postgres)', () => {
  let database: TestDatabase;
  before(async () => {
    database = await openTestPostgres();
  });
  after(() => database.close());

  it('never hold an installation together, claim everything once, and never deadlock', async () => {
    const { store } = database;
    const homes = [await aHome(store), await aHome(store), await aHome(store), await aHome(store)];
    const all = homes.flatMap((home) => Array.from({ length: 12 }, (_, index) => ({ ...home, key: `k${index}` })));
    for (const each of all) await wish(store, { ...each, number: Number(each.key.slice(1)) + 1 });
    const held = new Set<number>();
    const done: string[] = [];
    const worker = async () => {
      while (done.length < all.length) {
        const { effect } = await store.claimEffect({ ...terms, gap: 0 });
        if (effect === null) continue;
        if (held.has(effect.installation)) throw new Error('Two workers hold one installation');
        held.add(effect.installation);
        if ((await store.beginWrite(effect, null)) !== 'go') throw new Error('The write could not begin');
        held.delete(effect.installation);
        expect(await store.settleEffect(effect, anOutcome({ wrote: true }))).to.equal('settled');
        done.push(`${effect.repository} ${effect.key}`);
      }
    };
    await Promise.all([
      ...Array.from({ length: 8 }, worker),
      ...Array.from({ length: 5 }, () => store.skipEffects({ discord: 'no Discord connection' })),
    ]);
    expect(new Set(done).size).to.equal(all.length);
    expect(done).to.have.length(all.length);
  });

  it('together keep to the budget', async () => {
    await emptyOutbox(database);
    const { store } = database;
    const here = await aHome(store);
    for (let number = 1; number <= 12; number++) await wish(store, { ...here, number });
    let written = 0;
    const worker = async () => {
      for (let tries = 0; tries < 30; tries++) {
        const { effect } = await store.claimEffect({ ...terms, gap: 0, perHour: 7 });
        if (effect === null) continue;
        await write(store, effect);
        written++;
      }
    };
    await Promise.all(Array.from({ length: 6 }, worker));
    expect(written).to.equal(7);
  });
});
