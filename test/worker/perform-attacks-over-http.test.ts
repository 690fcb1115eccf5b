// What people do to issues and repositories while effects wait or stand there, over HTTP: maintainers delete, edit, lock,
// rename, archive, hand over; strangers copy our marks; a process stands still at the worst moment.
import { expect } from 'chai';
import { actions } from '../../src/actions/registry.ts';
import type { GitHubApp } from '../../src/github/github.ts';
import { performEffect } from '../../src/worker/perform-effects.ts';
import { claimEffect, emptyOutbox } from '../store/outbox-samples.ts';
import { shown } from '../support/acting.ts';
import { openTestPGlite, type TestDatabase } from '../support/database.ts';
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import type { Comment } from '../support/fake-github/state.ts';
import { until } from '../support/until.ts';
import { appOf, type HttpStage, setHttpStage } from './performing-over-http.ts';

const US = 'c4gt[bot]';
const by =
  (login: string) =>
  ({ author }: Comment): boolean =>
    author.login === login;

describe('effects among people', () => {
  let database: TestDatabase;
  let fake: FakeGitHub;
  let app: GitHubApp;
  let stage: HttpStage;

  before(async () => {
    database = await openTestPGlite();
  });
  after(() => database.close());
  beforeEach(async () => {
    await emptyOutbox(database);
    fake = await startFakeGitHub();
    app = appOf(fake);
    stage = await setHttpStage(database, fake, app);
  });
  afterEach(() => fake.stop());

  const comment = (body: string, state: 'standing' | 'withdrawn' = 'standing') =>
    stage.want('comment', { params: { body }, state });
  const label = (state: 'standing' | 'withdrawn') => stage.want('add_labels', { params: { label: 'triage' }, state });
  const ours = () => stage.issue.comments.filter(by(US));
  const writes = () => fake.log.filter(({ isWrite }) => isWrite).map(({ method }) => method);

  it('a comment that a maintainer deletes stays away until it has something else to say', async () => {
    await comment('one');
    await stage.rest();
    for (const each of ours()) fake.deleteComment(each);
    await comment('one');
    await stage.rest();
    expect(ours()).to.deep.equal([]);
    await comment('two');
    await stage.rest();
    expect(ours().map(shown)).to.deep.equal(['two']);
  });

  it('a comment that a maintainer adds to is edited in place, also when an answer is lost', async () => {
    await comment('one');
    await stage.rest();
    const [posted] = ours();
    if (posted === undefined) throw new Error('it was not posted');
    for (const [text, fault] of [
      ['two', 'resetAfterCommit'],
      ['three', 'resetBefore'],
    ] as const) {
      posted.body += '\n\nA maintainer: done.';
      fake.faults.add('PATCH /repos/**', fault);
      await comment(text);
      await stage.attempt();
      posted.body += '\n\nA maintainer: and done again.';
      await stage.rest();
      expect(ours().map(shown), fault).to.deep.equal([text]);
    }
    expect(ours()).to.deep.equal([posted]);
  });

  it('a comment as long as the engine lets it be is one that GitHub takes, with its mark', async () => {
    await comment('x'.repeat(65_000));
    expect(await stage.rest()).to.deep.equal(['done']);
    expect(ours()[0]?.body).to.have.length.within(65_001, 65_536);
  });

  it("a stranger's copy of our mark is neither taken for ours nor touched", async () => {
    await comment('one');
    await stage.rest();
    const [{ body } = { body: '' }] = ours();
    for (const each of ours()) fake.deleteComment(each);
    const copy = fake.comment(stage.issue, body, 'mallory');
    const bot = fake.comment(stage.issue, body, 'c4gt-look-alike[bot]');
    fake.faults.add('POST /repos/**', 'resetAfterCommit');
    await comment('two');
    await stage.rest();
    expect(ours().map(shown)).to.deep.equal(['two']);
    await comment('two', 'withdrawn');
    await stage.rest();
    expect(stage.issue.comments).to.deep.equal([copy, bot]);
    expect(copy.body).to.equal(body);
  });

  it('a label that a maintainer takes off stays off, and one he puts there stays', async () => {
    await label('standing');
    await stage.rest();
    stage.issue.labels = [];
    await label('standing');
    await stage.rest();
    expect(fake.labelsOn(stage.name, 1)).to.deep.equal([]);
    await label('withdrawn');
    expect(await stage.rest()).to.deep.equal(['done']);
    await stage.want('add_labels', { key: 'other', params: { label: 'kept' } });
    fake.comment(stage.issue, 'I label it myself', 'maintainer');
    stage.issue.labels = [{ id: 1, name: 'Kept', color: 'ededed', description: null }];
    await stage.rest();
    await stage.want('add_labels', { key: 'other', params: { label: 'kept' }, state: 'withdrawn' });
    await stage.rest();
    expect(fake.labelsOn(stage.name, 1)).to.deep.equal(['Kept']);
    expect(await stage.states()).to.deep.equal(['add_labels done', 'add_labels done']);
  });

  it('a repository that is renamed between decision and effect is found, and what stood there too', async () => {
    const check = { name: 'Ticket', sha: stage.pull.pull.headSha, conclusion: 'success', title: 'T', summary: 'Fine.' };
    await comment('one');
    await stage.want('set_check', { number: 2, params: check });
    await stage.rest();
    fake.rename(stage.repository, 'another-name');
    await comment('two');
    await label('standing');
    await stage.want('set_check', { number: 2, params: { ...check, conclusion: 'failure' } });
    await stage.rest();
    expect(ours().map(shown)).to.deep.equal(['two']);
    expect(stage.issue.labels.map(({ name }) => name)).to.deep.equal(['triage']);
    expect([...fake.world.checkRuns.values()].map(({ conclusion }) => conclusion)).to.deep.equal(['failure']);
    await comment('two', 'withdrawn');
    await label('withdrawn');
    await stage.rest();
    expect(ours()).to.deep.equal([]);
    expect(stage.issue.labels).to.deep.equal([]);
    expect(fake.log.filter(({ status }) => status === 307)).not.to.be.empty;
  });

  it('an App that is renamed finds what it wrote under its old name, at once', async () => {
    const check = { name: 'Ticket', sha: stage.pull.pull.headSha, conclusion: 'success', title: 'T', summary: 'Fine.' };
    // Its name is asked for, and believed.
    fake.faults.add('POST /repos/**', 'resetAfterCommit');
    await stage.want('comment', { key: 'before', params: { body: 'before' } });
    await stage.rest();
    fake.faults.add('POST /repos/**', 'resetAfterCommit', { times: 2 });
    await comment('one');
    await stage.want('set_check', { number: 2, params: check });
    while ([...fake.world.checkRuns].length === 0 || ours().length < 2) await stage.attempt();
    Object.assign(fake.app, { slug: 'renamed' });
    Object.assign(fake.app.bot, { login: 'renamed[bot]' });
    await stage.rest();
    expect(stage.issue.comments.map(shown)).to.deep.equal(['before', 'one']);
    expect([...fake.world.checkRuns]).to.have.length(1);
    expect(fake.log.filter(({ path }) => path === '/app')).to.have.length(2);
  });

  it('a redirected write whose answer is lost is not written again', async () => {
    fake.rename(stage.repository, 'another-name');
    fake.faults.add('POST /repos/*/another-name/issues/*/comments', 'resetAfterCommit');
    await comment('one');
    await stage.rest();
    expect(ours().map(shown)).to.deep.equal(['one']);
    expect(writes().filter((method) => method === 'POST')).to.have.length(2);
  });

  it('an issue that is handed over is followed where GitHub leads', async () => {
    const elsewhere = fake.repository(`org/elsewhere-${stage.repositoryId}`, { installed: false });
    const installation = fake.installationOf(stage.repository);
    installation.repositories.add(elsewhere);
    const moved = fake.issue(elsewhere, { number: 77 });
    const location = `${fake.url}/repositories/${elsewhere.id}/issues/77/comments`;
    for (const [method, status] of [
      ['GET', 301],
      ['POST', 307],
    ] as const)
      fake.faults.add(
        `${method} /repos/${stage.name}/issues/1/comments`,
        { kind: 'answer', status, headers: { location }, body: { message: 'Moved Permanently' } },
        { times: 5 },
      );
    await comment('one');
    await stage.rest();
    expect(moved.comments.map(shown)).to.deep.equal(['one']);
    expect(stage.issue.comments).to.deep.equal([]);
  });

  const refusals: readonly [what: string, makeSo: () => void, undo: (() => void) | null, reason: RegExp][] = [
    ['an issue that is locked', () => set({ locked: true }), () => set({ locked: false }), /issue is locked/],
    [
      'a repository that is archived',
      () => void Object.assign(stage.repository, { archived: true }),
      () => void Object.assign(stage.repository, { archived: false }),
      /\(403\).*archived so is read-only/,
    ],
    ['an issue that is deleted', () => set({ deleted: true }), null, /\(410\).*deleted/],
    ['an issue that never was', () => void stage.repository.issues.delete(1), null, /\(404\)/],
    [
      'a repository that was made private and taken from the App',
      () => {
        Object.assign(stage.repository, { private: true });
        fake.installationOf(stage.repository).repositories.delete(stage.repository);
      },
      null,
      /\(404\)/,
    ],
  ];
  const set = (parts: { locked?: boolean; deleted?: boolean }) => void Object.assign(stage.issue, parts);
  for (const [what, makeSo, undo, reason] of refusals) {
    it(`${what} ends its effects with the reason${undo === null ? '' : ', and they can be retried once that is over'}`, async () => {
      makeSo();
      await comment('one');
      expect(await stage.rest()).to.deep.equal(['dead']);
      const [dead] = await database.store.effects({ state: 'dead', limit: 9 });
      expect(dead?.reason).to.match(reason);
      const asked = fake.log.length;
      await stage.pass(7_200);
      await stage.rest();
      expect(fake.log, 'requests after that').to.have.length(asked);
      if (undo === null) return;
      undo();
      await database.store.retryEffects(dead?.id ?? null);
      await stage.rest();
      expect(ours().map(shown)).to.deep.equal(['one']);
    });
  }

  it('a repository that is made private goes on as before', async () => {
    await comment('one');
    await stage.rest();
    Object.assign(stage.repository, { private: true });
    await comment('two');
    expect(await stage.rest()).to.deep.equal(['done']);
    expect(ours().map(shown)).to.deep.equal(['two']);
  });

  it('what stood on a deleted issue is taken back with it, even when nobody knew whether it stood', async () => {
    await comment('one');
    fake.faults.add('POST /repos/**', 'resetAfterCommit');
    await stage.attempt();
    set({ deleted: true });
    await comment('one', 'withdrawn');
    await stage.rest();
    expect((await stage.states()).filter((state) => !state.endsWith(' done'))).to.deep.equal([]);
  });

  it('a process that stands still between its claim and its write writes nothing when it comes back', async () => {
    const { store } = database;
    await comment('one');
    const effect = await claimEffect(store);
    let now = Date.parse('2026-11-23T10:00:00Z');
    const stood = {
      ...store,
      beginWrite: async (...given: Parameters<typeof store.beginWrite>) => {
        const answer = await store.beginWrite(...given);
        // The answer waited in its socket for a minute, and its lease is over.
        now += 61_000;
        return answer;
      },
    };
    const { signal } = new AbortController();
    const performing = { store: stood, actions, github: app, clock: () => new Date(now), signal };
    const { outcome } = await performEffect(performing, effect);
    expect(writes()).to.deep.equal([]);
    expect(outcome).to.include({ state: 'pending', wrote: false, counted: false });
    await stage.rest();
    expect(ours().map(shown)).to.deep.equal(['one']);
  });

  it('a process that stands still while it waits for a token sends nothing when the token comes', async () => {
    const { store } = database;
    const token = fake.faults.add('POST /app/installations/**', 'hang');
    await stage.want('react', { params: { content: 'eyes', comment: null } });
    const effect = await claimEffect(store);
    let now = Date.parse('2026-11-23T10:00:00Z');
    const { signal } = new AbortController();
    const attempt = performEffect({ store, actions, github: app, clock: () => new Date(now), signal }, effect);
    await until('a token is asked for', () => fake.log.some(({ path }) => path.endsWith('/access_tokens')));
    now += 15_000;
    token.release();
    expect((await attempt).outcome).to.include({ state: 'pending', unsure: false });
    expect(writes()).to.deep.equal([]);
    expect(await stage.rest()).to.deep.equal(['done']);
    expect(writes()).to.deep.equal(['POST']);
  });
});
