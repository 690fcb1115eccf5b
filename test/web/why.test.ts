// Why, over HTTP: what became of each effect that is seen outside, and where what was looked up came from.
import { expect } from 'chai';
import { actions } from '../../src/actions/registry.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import { performEffect } from '../../src/worker/perform-effects.ts';
import { startPerformer } from '../../src/worker/performer.ts';
import {
  anOutcome,
  claimEffect,
  pass,
  setInstallation,
  tellInstalled,
  type Wish,
  wish,
  write,
} from '../store/outbox-samples.ts';
import { aCommit, newRepository } from '../store/samples.ts';
import { openTestPGlite, type TestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { GitHubInMemory } from '../worker/github-in-memory.ts';
import { expectProblem, type Serving, serve } from './serving.ts';

interface Why {
  readonly decisions: readonly { readonly rules: readonly unknown[]; readonly lookups: readonly unknown[] }[];
  readonly effects: readonly Record<string, unknown>[];
}

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

describe('the reasons of a subject', () => {
  let database: TestDatabase;
  let serving: Serving;
  let repositoryId: number;
  let installations = 900;

  before(async () => {
    database = await openTestPGlite();
    serving = await serve(database.store);
  });
  after(async () => {
    await serving?.stop();
    await database?.close();
  });
  beforeEach(async () => {
    await database.query('update c4gt.outbox set installation = null');
    repositoryId = newRepository();
  });

  const want = (parts: Partial<Wish> = {}) => wish(database.store, { repositoryId, ...parts });
  const install = () => tellInstalled(database.store, repositoryId, ++installations);
  const path = () => `/api/why/org/repo-${repositoryId}/1`;
  const why = async () => (await serving.ask(path())).json<Why>();
  /** State and reason of each effect. */
  const became = async () =>
    (await why()).effects.map(({ preview, wanted, state, reason }) =>
      [wanted, preview, state, reason].filter((each) => each !== null).join(' | '),
    );

  it('tell of an effect what it comes to, what is wanted and what became of it', async () => {
    await want({ params: { body: 'Please add: Complexity.' } });
    const { decisions, effects } = await why();
    expect(decisions).to.have.length(1);
    expect(effects).to.have.length(1);
    const [{ at, ...effect } = {}] = effects;
    expect(at).to.match(/^20\d\d-.*Z$/);
    expect(effect).to.deep.equal({
      rule: 'r',
      action: 'comment',
      preview: 'comments “Please add: Complexity.”',
      params: { body: 'Please add: Complexity.' },
      wanted: 'stand',
      state: 'pending',
      reason: 'the App is not known to be installed there',
    });
  });

  it('tell that there are no credentials', async () => {
    await want();
    const performer = startPerformer({ store: database.store, actions, github: null, log: quiet });
    await until('it is skipped', async () => (await database.store.counts()).effects.pending === 0);
    await performer.stop();
    expect(await became()).to.deep.equal(['stand | comments “Hello” | skipped | no GitHub credentials']);
  });

  it('tell what is done, taken back, held back or dead, and why', async () => {
    await install();
    await want();
    await write(database.store, await claimEffect(database.store), { performed: { comment: 1 } });
    expect(await became()).to.deep.equal(['stand | comments “Hello” | done']);
    await want({ state: 'withdrawn' });
    expect(await became()).to.deep.equal(['withdraw | comments “Hello” | pending']);
    await pass(database, 5);
    const reason = 'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}: the App may not do this (403)';
    await write(database.store, await claimEffect(database.store), { state: 'dead', reason });
    expect(await became()).to.deep.equal([`withdraw | comments “Hello” | dead | ${reason}`]);

    const [dead] = await database.store.effects({ subject: `${repositoryId}/1`, limit: 1 });
    await database.store.retryEffects(dead?.id ?? 0);
    await pass(database, 5);
    const { fused } = await database.store.claimEffect({
      ...{ visibility: 60, gap: 1, perMinute: 80, perHour: 500, perSubject: 2 },
    });
    expect(fused).to.deep.equal([`org/repo-${repositoryId}#1`]);
    expect(await became()).to.deep.equal([
      'withdraw | comments “Hello” | pending | held back: 2 writes here within an hour',
    ]);
  });

  it('tell that the installation is paused or suspended', async () => {
    await install();
    await want({ key: 'a' });
    await want({ key: 'b', action: 'add_labels', params: { label: 'bug' } });
    const claim = await claimEffect(database.store);
    await database.store.settleEffect(
      claim,
      anOutcome({ state: 'pending', reason: 'GitHub tells us to wait (429)', pause: 600, counted: false }),
    );
    expect(new Set(await became())).to.deep.equal(
      new Set([
        'stand | comments “Hello” | pending | GitHub tells us to wait (429)',
        'stand | adds the label “bug” | pending | GitHub tells us to wait (429)',
      ]),
    );
    await setInstallation(database.query, installations, 'suspended');
    expect(await became()).to.include(
      'stand | adds the label “bug” | pending | the installation of the App is suspended',
    );
  });

  it('tell what waits for room under the limit of its rule', async () => {
    const effect = (key: string) =>
      ({ key, rule: 'r', action: 'comment', params: { body: key }, state: 'standing' }) as const;
    const effects = [effect('one'), effect('two')];
    const changes = effects.map(({ action, params }) => ({ op: 'stand', action, params }));
    const outward = effects.map(({ key }) => ({ effect: key, medium: 'github' as const }));
    const limits = [{ rule: 'r', perHour: 1 }];
    const trace = [{ id: 'r', outcome: 'held', changes }];
    await database.store.commit(aCommit({ repositoryId, number: 1, effects, outward, limits, trace }));
    expect(new Set(await became())).to.deep.equal(
      new Set([
        'stand | comments “one” | pending | the App is not known to be installed there',
        'comments “two” | parked | its rule has reached its limit',
      ]),
    );
    const [decision] = (await why()).decisions;
    expect(decision?.rules.map((rule) => Object(rule).changes.map(({ op }: { op: string }) => op))).to.deep.equal([
      ['stand', 'park'],
    ]);
  });

  it('tell an effect of an action that is no more by its name', async () => {
    await want({ action: 'sing', params: { song: 'x' } });
    await want({ key: 'b', params: { words: 'of an older version' } });
    expect((await why()).effects.map(({ preview }) => preview)).to.have.members(['sing', 'comment']);
  });

  it('tell where what was looked up came from, and why not from GitHub', async () => {
    const lookups = {
      'pull_request.files': { value: null, source: 'what is stored', reason: 'no GitHub credentials' },
      'pull_request.closes': { value: ['org/repo#1'], source: 'GitHub' },
    } as const;
    await database.store.commit(aCommit({ repositoryId, number: 1, lookups }));
    expect((await why()).decisions.map((decision) => decision.lookups)).to.deep.equal([
      [
        { fact: 'pull_request.closes', source: 'GitHub', reason: null },
        { fact: 'pull_request.files', source: 'what is stored', reason: 'no GitHub credentials' },
      ],
    ]);
  });

  it('are told of nothing private', async () => {
    await want();
    await database.query(`update c4gt.subjects set private = true where key = '${repositoryId}/1'`);
    expectProblem(await serving.ask(path()), 404);
    expect(await database.store.effectsOn(`org/repo-${repositoryId}`, 1)).to.equal(null);
    expect(await database.store.effectsOn('org/\0\ud800', 1)).to.equal(null);
  });

  it('say nothing of where our database is', async () => {
    await install();
    await want({ action: 'react', params: { content: 'heart', comment: null } });
    const { store } = database;
    const away = { ...store, beginWrite: () => Promise.reject(new StoreUnavailable('connect ECONNREFUSED 10.1.2.3')) };
    const { signal } = new AbortController();
    const performing = { store: away, actions, github: new GitHubInMemory(), clock: () => new Date(), signal };
    await performEffect(performing, await claimEffect(store));
    expect(await became()).to.deep.equal(['stand | reacts with heart | pending | the database was away']);
  });
});
