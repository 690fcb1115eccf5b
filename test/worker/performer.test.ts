// The performer's loop: from a delivery to a comment; without credentials; and how it stops.
import { expect } from 'chai';
import { actions } from '../../src/actions/registry.ts';
import { issueStory } from '../../src/commands/issue-story.ts';
import { storyClock } from '../../src/commands/scene.ts';
import { type GitHubApp, GitHubFailure } from '../../src/github/github.ts';
import type { Told } from '../../src/rule-tests/memory-programme.ts';
import type { Outbox } from '../../src/store/outbox.ts';
import { type Store, StoreUnavailable } from '../../src/store/store.ts';
import { type PerformerOptions, startPerformer, TERMS } from '../../src/worker/performer.ts';
import { rulesOf } from '../engine/rules.ts';
import { aHome, emptyOutbox, pass, wish } from '../store/outbox-samples.ts';
import { mentor, sunbird } from '../support/cast.ts';
import { eachDatabase } from '../support/database.ts';
import { openProgramme } from '../support/programme.ts';
import { until } from '../support/until.ts';
import { GitHubInMemory, US } from './github-in-memory.ts';

const rules = rulesOf(`  greet:
    on: issues
    while: { issue.labels: { contains: bug } }
    then:
      - comment: { body: "Thank you, {{ issue.author.login }}" }
      - add_labels: { labels: [seen] }
  tell:
    on: issues.opened
    when: { issue.state: open }
    then: [{ notify_discord: { channel: tickets, message: "New" } }]`);

/** As GitHub sends it to an App. */
function through(installation: number, { event, payload }: Told): Told {
  return { event, payload: { ...payload, installation: { id: installation } } };
}

eachDatabase('a performer', (database) => {
  beforeEach(async () => {
    await emptyOutbox(database());
    await database().query('truncate c4gt.rule_sets');
  });

  const logged: { readonly level: string; readonly message: string; readonly about: object }[] = [];
  beforeEach(() => void logged.splice(0));
  const note = (level: string) => (about: object, message: string) => void logged.push({ level, message, about });
  const log = { info: note('info'), warn: note('warn'), error: note('error') } as unknown as PerformerOptions['log'];
  /** Without waiting between writes. */
  const terms = { ...TERMS, gap: 0 };
  const start = (store: Outbox, github: GitHubApp | null, more: Partial<PerformerOptions> = {}) =>
    startPerformer({ store, actions, github, log, terms, ...more });
  const effects = async () => (await database().store.counts()).effects;
  const settled = () => until('nothing waits', async () => (await effects()).pending === 0);

  it('carries out what the rules want of a delivery, and takes it back', async () => {
    await using programme = await openProgramme(database(), rules);
    const github = new GitHubInMemory();
    const performer = start(programme.store, github);
    const story = issueStory(storyClock(), sunbird, github.number, { title: 'x', body: '', author: mentor });
    await programme.play([through(55, story.opened()), through(55, story.labeled('bug'))]);
    await settled();
    expect(github.commentsBy(US).map((body) => body.split('\n')[0])).to.deep.equal([`Thank you, ${mentor.login}`]);
    expect([...github.labels]).to.deep.equal(['seen']);

    await programme.play([through(55, story.unlabeled('bug'))]);
    await settled();
    expect(github.comments).to.deep.equal([]);
    expect([...github.labels]).to.deep.equal([]);
    const told = await programme.store.effects({ limit: 9 });
    expect(told.map(({ action, state, reason }) => [action, state, reason]).sort()).to.deep.equal([
      ['add_labels', 'done', null],
      ['comment', 'done', null],
      ['notify_discord', 'skipped', 'no Discord connection'],
    ]);
    await performer.stop();
  });

  it('without credentials skips everything, and says so; with them it takes it up', async () => {
    const { store } = database();
    const here = await aHome(store);
    const github = new GitHubInMemory();
    await wish(store, { ...here, number: github.number });
    const poor = start(store, null);
    await until('it is skipped', async () => (await effects()).skipped === 1);
    await poor.stop();
    const [skipped] = await store.effects({ limit: 1 });
    expect(skipped).to.deep.include({ state: 'skipped', reason: 'no GitHub credentials' });
    expect(logged.map(({ message }) => message)).to.deep.equal(['effects are skipped']);

    const rich = start(store, github);
    await until('it is done', async () => github.comments.length === 1);
    await rich.stop();
    expect(await effects()).to.deep.include({ pending: 0, skipped: 0 });
  });

  it('tells of a fault of ours in full in the log, and nothing of it to everybody', async () => {
    const { store } = database();
    const github = new GitHubInMemory();
    const where = 'password authentication failed for user "c4gt" at 10.1.2.3:5432';
    const beginWrite = () => Promise.reject(new Error(where));
    await wish(store, { ...(await aHome(store)), number: github.number });
    const performer = start(Object.setPrototypeOf({ beginWrite }, store), github);
    const told = async () => (await store.effects({ limit: 1 }))[0]?.reason ?? '';
    await until('it has failed', async () => (await told()) !== '');
    await performer.stop();
    expect(await told()).to.equal('a fault of this service, which its log tells');
    expect(JSON.stringify(logged)).to.include('10.1.2.3');
  });

  it('without credentials skips nothing that another process with some carries out', async () => {
    const { store } = database();
    const [here, there] = [await aHome(store), await aHome(store)];
    const github = new GitHubInMemory();
    const rich = start(store, github);
    await wish(store, { ...here, number: github.number });
    await until('it is done', async () => github.comments.length === 1);
    const poor = start(store, null);
    await wish(store, { ...there, key: 'other', number: github.number });
    await until('the other is done', async () => github.comments.length === 2);
    await Promise.all([poor.stop(), rich.stop()]);
    expect(logged).to.deep.equal([]);
    await store.noteConnection('no GitHub credentials');
    expect((await store.coverage()).complete.because).not.to.equal('no GitHub credentials');

    await database().query("update c4gt.connections set seen_at = now() - interval '4 minutes'");
    const alone = start(store, null);
    await wish(store, { ...here, key: 'later', number: github.number });
    await until('it is skipped', async () => (await effects()).skipped === 1);
    await alone.stop();
  });

  it('works through several installations at once, and one thing at a time through each', async () => {
    const { store } = database();
    const github = new GitHubInMemory();
    const homes = [await aHome(store), await aHome(store), await aHome(store)];
    for (const home of homes)
      for (const key of ['a', 'b']) await wish(store, { ...home, key: `${key} ${home.installation}`, number: 7 });
    const inside = new Map<number, number>();
    let [most, together] = [0, 0];
    const app: GitHubApp = {
      ...{ app: github.app, botLogin: () => github.botLogin() },
      installation: (id) => ({
        ...github.app,
        request: async (route, parameters) => {
          inside.set(id, (inside.get(id) ?? 0) + 1);
          most = Math.max(most, ...inside.values());
          together = Math.max(together, [...inside.values()].filter((count) => count > 0).length);
          await until('all are there, or have been', () => together === homes.length);
          inside.set(id, (inside.get(id) ?? 0) - 1);
          return github.app.request(route, parameters);
        },
      }),
    };
    const performer = start(store, app, { lanes: 3 });
    await settled();
    await performer.stop();
    expect({ most, together }).to.deep.equal({ most: 1, together: 3 });
    expect(github.comments).to.have.length(6);
  });

  it('finishes what it holds when it is stopped, and begins nothing new', async () => {
    const { store } = database();
    const here = await aHome(store);
    const github = new GitHubInMemory();
    for (const key of ['a', 'b']) await wish(store, { ...here, key, number: github.number });
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    github.meanwhile = () => {
      ask();
      return answered;
    };
    const performer = start(store, github);
    await asked;
    const stopped = performer.stop();
    answer();
    await stopped;
    expect(github.comments).to.have.length(1);
    expect(await effects()).to.deep.include({ pending: 1, dead: 0 });
  });

  it('gives up a GitHub that hangs when it is stopped, and the next one looks first', async () => {
    const { store } = database();
    const here = await aHome(store);
    const github = new GitHubInMemory();
    await wish(store, { ...here, number: github.number });
    let hanging = 0;
    const hangs: GitHubApp = {
      ...{ app: github.app, botLogin: () => github.botLogin() },
      installation: () => ({
        ...github.app,
        request: async (route, parameters, signal) => {
          await github.app.request(route, parameters);
          hanging++;
          await new Promise((resolve) => signal?.addEventListener('abort', resolve));
          throw new GitHubFailure(`${route}: it was given up`, 'ambiguous');
        },
      }),
    };
    const performer = start(store, hangs, { grace: 0 });
    await until('it hangs', () => hanging === 1);
    await performer.stop();
    expect(github.comments, 'it happened all the same').to.have.length(1);
    expect(logged.at(-1)?.message).to.equal('not performed; will be tried again');
    await pass(database(), 16);
    const next = start(store, github);
    await settled();
    await next.stop();
    expect(github.comments).to.have.length(1);
  });

  it('goes on when the store comes back', async () => {
    const { store } = database();
    const here = await aHome(store);
    const github = new GitHubInMemory();
    await wish(store, { ...here, number: github.number });
    let isAway = true;
    const away: Store = {
      ...store,
      claimEffect: async (asked) => {
        if (isAway) throw new StoreUnavailable('away');
        return store.claimEffect(asked);
      },
    };
    const performer = start(away, github);
    await until('it is told', () => logged.some(({ message }) => message.startsWith('cannot get at the outbox')));
    isAway = false;
    performer.wake();
    await settled();
    await performer.stop();
    expect(github.comments).to.have.length(1);
  });

  it('says what is dead, and which subject it holds back', async () => {
    const { store } = database();
    const here = await aHome(store);
    const github = new GitHubInMemory();
    for (const key of ['a', 'b', 'c']) await wish(store, { ...here, key, number: github.number });
    github.script.push('forbidden');
    const performer = start(store, github, { terms: { ...terms, perSubject: 1 } });
    await until('one is held back', () => logged.some(({ level }) => level === 'warn'));
    await performer.stop();
    expect(logged.map(({ level, message }) => [level, message])).to.deep.equal([
      ['error', 'dead effect'],
      ['warn', 'so many writes within an hour: effects there are held back'],
    ]);
    expect(logged[1]?.about).to.deep.equal({ subject: `org/repo-${here.repositoryId}#7`, writes: 1 });
    expect(await effects()).to.deep.include({ pending: 1, dead: 1 });
  });
});
