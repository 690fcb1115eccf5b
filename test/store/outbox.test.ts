// Wishes: what decisions want to be seen outside, of which the newest counts; and how they are looked at and retried.
import { expect } from 'chai';
import { eachTransport } from '../support/database.ts';
import {
  aHome,
  anOutcome,
  aWish,
  claimable,
  claimEffect,
  emptyOutbox,
  newInstallation,
  pass,
  tellInstalled,
  terms,
  wish,
  write,
} from './outbox-samples.ts';
import { aCommit, anEffect, newRepository } from './samples.ts';

eachTransport('a wish', (database) => {
  beforeEach(() => emptyOutbox(database()));

  const rows = () =>
    database().query(
      'select wanted, params, generation, state, performed, unsure from c4gt.outbox order by subject, key',
    );

  it('is handed out with all that performing it takes', async () => {
    const { store } = database();
    const { repositoryId, installation } = await aHome(store);
    await wish(store, { repositoryId, number: 7, key: 'r 7 comment' });
    const { id, lease, ...effect } = await claimEffect(store);
    expect([id, lease].every((number) => number > 0)).to.equal(true);
    expect(effect).to.deep.equal({
      ...{ key: 'r 7 comment', action: 'comment', wanted: 'stand', params: { body: 'Hello' } },
      ...{ repository: `org/repo-${repositoryId}`, number: 7, generation: 1, attempt: 1, faults: 0 },
      ...{ performed: null, unsure: false, others: [], installation, setbacks: 0 },
    });
  });

  it('is none where nothing is to be seen outside, or it is parked', async () => {
    const { store } = database();
    await store.commit(aCommit({ effects: [anEffect('a')] }));
    await store.commit(aWish({ repositoryId: newRepository(), state: 'parked' }, 0));
    expect(await rows()).to.deep.equal([]);
  });

  it('takes the place of the one that waits', async () => {
    const { store } = database();
    const { repositoryId } = await aHome(store);
    for (const body of ['one', 'two', 'three']) await wish(store, { repositoryId, params: { body } });
    expect(await rows()).to.have.length(1);
    expect((await claimEffect(store)).params).to.deep.equal({ body: 'three' });
  });

  it('leaves nothing when it is withdrawn before anything was performed', async () => {
    const { store } = database();
    const { repositoryId } = await aHome(store);
    await wish(store, { repositoryId });
    await wish(store, { repositoryId, state: 'withdrawn' });
    await wish(store, { repositoryId, key: 'never there', state: 'withdrawn' });
    expect(await rows()).to.deep.equal([]);
  });

  it('to withdraw keeps what is visible, which is what has to go', async () => {
    const { store } = database();
    const { repositoryId } = await aHome(store);
    await wish(store, { repositoryId });
    await write(store, await claimEffect(store), { performed: { comment: 1 } });
    await wish(store, { repositoryId, state: 'withdrawn' });
    await pass(database(), 1);
    expect(await claimEffect(store)).to.deep.include({ wanted: 'withdraw', performed: { comment: 1 }, generation: 2 });
  });

  it('to withdraw is kept while nobody knows whether anything is visible', async () => {
    const { store } = database();
    const { repositoryId } = await aHome(store);
    await wish(store, { repositoryId });
    await store.beginWrite(await claimEffect(store), { comment: 5 });
    await wish(store, { repositoryId, state: 'withdrawn' });
    expect(await rows()).to.deep.equal([
      {
        ...{ wanted: 'withdraw', params: { body: 'Hello' }, generation: 2, state: 'pending' },
        ...{ performed: { comment: 5 }, unsure: true },
      },
    ]);
  });

  it('that is as it should be is not performed again, whether it stands or happened', async () => {
    const { store } = database();
    const { repositoryId } = await aHome(store);
    await wish(store, { repositoryId });
    await write(store, await claimEffect(store), { performed: { comment: 1 } });
    await wish(store, { repositoryId, state: 'happened' });
    await wish(store, { repositoryId });
    await pass(database(), 1);
    expect(await claimable(store)).to.deep.equal([]);
    await wish(store, { repositoryId, params: { body: 'Other' } });
    expect(await claimable(store)).to.deep.equal(['a']);
  });

  it('comes back once it was withdrawn', async () => {
    const { store } = database();
    const { repositoryId } = await aHome(store);
    await wish(store, { repositoryId });
    await write(store, await claimEffect(store), { performed: { comment: 1 } });
    await wish(store, { repositoryId, state: 'withdrawn' });
    await pass(database(), 1);
    await write(store, await claimEffect(store));
    await wish(store, { repositoryId });
    await pass(database(), 1);
    expect(await claimEffect(store)).to.deep.include({ wanted: 'stand', performed: null, attempt: 1 });
  });

  it('names the others that the same action is wanted for on the subject', async () => {
    const { store } = database();
    const { repositoryId } = await aHome(store);
    const label = { action: 'add_labels', params: { label: 'bug' } };
    await wish(store, { repositoryId, key: 'mine', ...label });
    await wish(store, { repositoryId, key: 'other', ...label });
    await wish(store, { repositoryId, key: 'elsewhere', number: 2, ...label });
    await wish(store, { repositoryId, key: 'unlike' });
    const mine = await claimEffect(store);
    expect([mine.key, mine.others]).to.deep.equal(['mine', [{ key: 'other', params: { label: 'bug' } }]]);
  });

  it('belongs to the installation that the newest delivery names', async () => {
    const { store } = database();
    const repositoryId = newRepository();
    await wish(store, { repositoryId });
    expect(await claimable(store), 'no installation is known').to.deep.equal([]);
    const [waiting] = await store.effects({ state: 'pending', limit: 9 });
    expect(waiting?.reason).to.equal('the App is not known to be installed there');

    const [first, second] = [newInstallation(), newInstallation()];
    await tellInstalled(store, repositoryId, first);
    await tellInstalled(store, repositoryId, second);
    expect((await claimEffect(store)).installation).to.equal(second);
    await database().query(`update c4gt.installed_repositories set delivery = delivery + 1000`);
    await tellInstalled(store, repositoryId, first);
    await wish(store, { repositoryId, key: 'b' });
    await pass(database(), 61);
    expect((await claimEffect(store)).installation, 'the delivery was an old one').to.equal(second);
  });

  it('is part of the commit: a decision that conflicts wishes for nothing', async () => {
    const { store } = database();
    expect(await store.commit(aWish({ repositoryId: newRepository() }, 3))).to.equal('conflict');
    expect(await rows()).to.deep.equal([]);
  });
});

eachTransport('effects', (database) => {
  beforeEach(() => emptyOutbox(database()));

  const counts = async () => {
    const { parked: _, ...outbox } = (await database().store.counts()).effects;
    return outbox;
  };

  it('are skipped with the reason where nothing is connected, and taken up again', async () => {
    const { store } = database();
    const { repositoryId } = await aHome(store);
    await wish(store, { repositoryId });
    await wish(store, { repositoryId, key: 'd', action: 'notify_discord' });
    expect(await store.skipEffects({ github: 'no GitHub credentials' })).to.equal(1);
    expect(await store.skipEffects({ github: 'no GitHub credentials' })).to.equal(0);
    expect(await counts()).to.deep.equal({ pending: 1, dead: 0, skipped: 1 });
    const [skipped] = await store.effects({ state: 'skipped', limit: 9 });
    expect(skipped).to.deep.include({ action: 'comment', reason: 'no GitHub credentials', due_at: null });
    expect(await claimable(store)).to.deep.equal([]);

    expect(await store.resumeEffects('discord')).to.equal(0);
    expect(await store.resumeEffects('github')).to.equal(1);
    expect(await claimable(store)).to.deep.equal(['a']);
  });

  it('that were skipped and to happen once are not taken up when that is days ago', async () => {
    const { store } = database();
    const { repositoryId } = await aHome(store);
    await wish(store, { repositoryId, key: 'greeting', state: 'happened' });
    await wish(store, { repositoryId, key: 'label', action: 'add_labels', params: { label: 'x' } });
    await store.skipEffects({ github: 'no GitHub credentials' });
    await pass(database(), 4 * 24 * 3600);
    expect(await store.resumeEffects('github')).to.equal(1);
    expect((await claimEffect(store)).key).to.equal('label');
  });

  it('are wished for anew though they were skipped, or are dead', async () => {
    const { store } = database();
    const { repositoryId } = await aHome(store);
    await wish(store, { repositoryId });
    await store.skipEffects({ github: 'no GitHub credentials' });
    await wish(store, { repositoryId, params: { body: 'again' } });
    await store.settleEffect(await claimEffect(store), anOutcome({ state: 'dead', reason: 'no' }));
    await wish(store, { repositoryId, params: { body: 'once more' } });
    expect((await store.effects({ limit: 9 }))[0]).to.deep.include({ state: 'pending', reason: null, attempts: 0 });
    await wish(store, { repositoryId, state: 'withdrawn' });
    expect(await store.effects({ limit: 9 })).to.deep.equal([]);
  });

  it('that are dead say why, and are tried again when asked: one, or all', async () => {
    const { store, query } = database();
    const { repositoryId } = await aHome(store);
    const kill = async () => {
      for (;;) {
        const { effect } = await store.claimEffect({ ...terms, gap: 0 });
        if (effect === null) return;
        const faults = effect.faults + 1;
        await store.settleEffect(effect, anOutcome({ state: 'dead', reason: 'It is not there\0 \ud800', faults }));
      }
    };
    for (const key of ['a', 'b', 'c']) await wish(store, { repositoryId, key });
    await kill();
    expect(await counts()).to.deep.equal({ pending: 0, dead: 3, skipped: 0 });
    const dead = await store.effects({ state: 'dead', limit: 9 });
    expect(dead.map(({ key, reason }) => [key, reason])).to.deep.equal(
      ['c', 'b', 'a'].map((key) => [key, 'It is not there\ufffd \ufffd']),
    );

    expect(await store.retryEffects(dead[0]?.id ?? 0)).to.equal(1);
    expect(await claimEffect(store)).to.deep.include({ key: 'c', attempt: 1, faults: 0 });
    await pass(database(), 61);
    await kill();
    expect(await store.retryEffects(null)).to.equal(3);
    expect(await counts()).to.deep.equal({ pending: 3, dead: 0, skipped: 0 });
    const audit = await query(`select details ->> 'count' as count from c4gt.audit where action = 'effects retried'`);
    expect(audit.map(({ count }) => count)).to.deep.equal(['1', '3']);
  });

  it('that are done are not done again, whoever asks', async () => {
    const { store } = database();
    const { repositoryId } = await aHome(store);
    await wish(store, { repositoryId, state: 'happened' });
    await write(store, await claimEffect(store));
    const [done] = await store.effects({ limit: 1 });
    expect(await store.retryEffects(done?.id ?? 0)).to.equal(0);
    expect(await store.retryEffects(null)).to.equal(0);
  });

  it('are listed newest first, by state and subject, page by page', async () => {
    const { store } = database();
    const { repositoryId } = await aHome(store);
    for (const key of ['a', 'b', 'c', 'd']) await wish(store, { repositoryId, key, number: key === 'a' ? 2 : 1 });
    const first = await store.effects({ state: 'pending', limit: 2 });
    const rest = await store.effects({ limit: 9, before: first.at(-1)?.id ?? 0 });
    expect([...first, ...rest].map(({ key }) => key)).to.deep.equal(['d', 'c', 'b', 'a']);
    const here = await store.effects({ subject: `org/repo-${repositoryId}#2`, limit: 9 });
    expect(here.map(({ key, number }) => [key, number])).to.deep.equal([['a', 2]]);
    expect(Object.keys(here[0] ?? {}).sort()).to.deep.equal([
      ...['action', 'at', 'attempts', 'due_at', 'id', 'key', 'number', 'params', 'reason', 'repository', 'rule'],
      ...['state', 'wanted'],
    ]);
  });
});
