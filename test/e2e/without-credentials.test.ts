// Without GitHub's credentials everything works but what is to be seen on GitHub, which is skipped, and says so; with
// them, what still counts is carried out.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { issueStory } from '../../src/commands/issue-story.ts';
import { storyClock } from '../../src/commands/scene.ts';
import { openStore } from '../../src/store/open.ts';
import type { EffectSummary } from '../../src/store/outbox.ts';
import type { Counts } from '../../src/store/reading.ts';
import { carriedOut, credentialsOf, shown, through } from '../support/acting.ts';
import { mentor } from '../support/cast.ts';
import { openTestPostgres, type TestDatabase } from '../support/database.ts';
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import { type Environment, type RunningServer, startServer, temporaryDirectory } from '../support/server.ts';
import { patience, until } from '../support/until.ts';

const rules = `version: 1
program: demo
rules:
  greet:
    description: An open issue is greeted, listed and rewarded.
    on: issues
    while: { issue.state: open }
    then:
      - comment: { body: "Hello {{ issue.title }}" }
      - list_ticket: { points: 5 }
      - award_points: { to: { fact: issue.author }, points: 5 }
  triage:
    description: A bug is for somebody to look at.
    on: issues
    while: { issue.labels: { contains: bug } }
    then: [{ add_labels: { labels: [triage] } }]
  cheer:
    description: What is opened is cheered.
    on: issues.opened
    when: { issue.state: open }
    then: [{ react: { content: heart } }]
`;

const NAME = 'Sunbird/core';

/** What is told without credentials: of 1, that it changed twice; of 2, that it came to an end; of 3, just that it is. */
async function told(server: RunningServer, fake: FakeGitHub): Promise<void> {
  const repository = fake.repository(NAME);
  const place = { id: repository.id, fullName: NAME };
  const { id: installation } = fake.installationOf(repository);
  const clock = storyClock();
  const [one, two, three] = [1, 2, 3].map((number) => {
    const first = { title: `Issue ${number}`, author: mentor, labels: ['bug'] };
    fake.issue(repository, { ...first, number, author: mentor.login });
    return issueStory(clock, place, number, { ...first, body: null });
  });
  for (const each of [
    one?.opened(),
    two?.opened(),
    three?.opened(),
    one?.edited({ title: 'Edited once' }),
    one?.edited({ title: 'Edited twice' }),
    one?.unlabeled('bug'),
    two?.closed(),
    two?.unlabeled('bug'),
  ])
    if (each !== undefined) expect((await server.deliver(through(installation, each))).status).to.equal(202);
  // Whoever asks GitHub later finds it so.
  Object.assign(repository.issues.get(1) ?? {}, { title: 'Edited twice', labels: [] });
  Object.assign(repository.issues.get(2) ?? {}, { state: 'closed', labels: [] });
}

async function effectsOf(config: { databaseUrl: string | null; dataDir: string }): Promise<EffectSummary[]> {
  const store = await openStore(config);
  try {
    return await store.effects({ limit: 100 });
  } finally {
    await store.close();
  }
}

const drawn = ({ number, action, state, reason }: EffectSummary) => `${number} ${action} ${state}: ${reason}`;

function itTakesUpWhatCounts(
  title: string,
  open: () => Promise<{ environment: Environment; database?: TestDatabase }>,
) {
  describe(title, () => {
    let fake: FakeGitHub;
    let environment: Environment;
    let database: TestDatabase | undefined;
    let server: RunningServer;
    const config = () => ({ databaseUrl: database?.url ?? null, dataDir: environment['DATA_DIR'] ?? '' });

    before(async () => {
      ({ environment, database } = await open());
      fake = await startFakeGitHub();
      // Where GitHub is, everybody may know; who we are is what is missing.
      server = await startServer({ ...environment, GITHUB_API_URL: fake.url });
      await told(server, fake);
      await server.settled();
    });
    after(async () => {
      await server?.kill();
      await fake?.stop();
      await database?.close();
    });

    it('lists and awards, and skips what is to be seen on GitHub, with the reason', async () => {
      const status = async () => (await server.get('/api/status')).json<Counts>().effects;
      await until('all effects are skipped', async () => (await status()).skipped === 6);
      expect(await status()).to.deep.equal({ pending: 0, dead: 0, parked: 0, skipped: 6 });
      expect((await server.get('/api/tickets')).json()).to.include({ total: 2 });
      const { points } = (await server.get(`/api/contributors/${mentor.login}`)).json<{ points: number }>();
      expect(points).to.equal(10);
      expect(fake.log, 'requests').to.deep.equal([]);

      expect(await server.stop()).to.include({ code: 0, stderr: '' });
      const effects = await effectsOf(config());
      // What was never carried out and is not wanted any more has left nothing behind.
      expect(effects.map(drawn).sort()).to.deep.equal([
        '1 comment skipped: no GitHub credentials',
        '1 react skipped: no GitHub credentials',
        '2 react skipped: no GitHub credentials',
        '3 add_labels skipped: no GitHub credentials',
        '3 comment skipped: no GitHub credentials',
        '3 react skipped: no GitHub credentials',
      ]);
    });

    it('carries out, once there are credentials, what still counts, with its newest text', async () => {
      server = await startServer({ ...environment, ...credentialsOf(fake) });
      const counts = await carriedOut(server, patience(40_000));
      expect(counts.effects).to.deep.equal({ pending: 0, dead: 0, parked: 0, skipped: 0 });
      const standing = (number: number) => ({
        comments: fake.commentsOn(NAME, number).map(shown),
        labels: fake.labelsOn(NAME, number),
        reactions: reactionsOn(fake, number),
      });
      expect(standing(1)).to.deep.equal({ comments: ['Hello Edited twice'], labels: [], reactions: ['heart'] });
      expect(standing(2)).to.deep.equal({ comments: [], labels: [], reactions: ['heart'] });
      expect(standing(3)).to.deep.equal({
        ...{ comments: ['Hello Issue 3'], labels: ['bug', 'triage'], reactions: ['heart'] },
      });
      expect(fake.log.filter(({ isWrite }) => isWrite)).to.have.length(6);
      fake.assertPaced();
      expect(await server.stop()).to.include({ code: 0, stderr: '' });
    });
  });
}

function reactionsOn(fake: FakeGitHub, number: number): string[] {
  const repository = fake.world.names.get(NAME.toLowerCase());
  return (repository?.issues.get(number)?.reactions ?? []).map(({ content }) => content);
}

describe('a server without GitHub credentials', function () {
  this.timeout(200_000);
  const directory = temporaryDirectory();
  const rulesDir = join(directory, 'rules');
  before(() => {
    mkdirSync(rulesDir);
    writeFileSync(join(rulesDir, 'demo.yaml'), rules);
  });

  itTakesUpWhatCounts('on an embedded database', async () => ({
    environment: { DATA_DIR: join(directory, 'data'), RULES_DIR: rulesDir },
  }));
  itTakesUpWhatCounts('on Postgres', async () => {
    const database = await openTestPostgres();
    return { environment: { DATABASE_URL: String(database.url), RULES_DIR: rulesDir }, database };
  });

  it('leaves alone what was to happen once, longer than three days ago', async () => {
    const database = await openTestPostgres();
    const fake = await startFakeGitHub();
    const environment = { DATABASE_URL: String(database.url), RULES_DIR: rulesDir };
    let server = await startServer(environment);
    try {
      await told(server, fake);
      await server.settled();
      await until('all effects are skipped', async () => {
        return (await server.get('/api/status')).json<Counts>().effects.skipped === 6;
      });
      await server.stop();
      await database.query(`update c4gt.outbox set at = at - interval '73 hours'`);
      server = await startServer({ ...environment, ...credentialsOf(fake) });
      const counts = await carriedOut(server, patience(40_000));
      expect(counts.effects).to.deep.equal({ pending: 0, dead: 0, parked: 0, skipped: 3 });
      expect([1, 2, 3].flatMap((number) => reactionsOn(fake, number))).to.deep.equal([]);
      expect(fake.commentsOn(NAME, 1).map(shown)).to.deep.equal(['Hello Edited twice']);
      const skipped = await database.store.effects({ state: 'skipped', limit: 9 });
      expect(skipped.map(({ reason }) => reason)).to.deep.equal(skipped.map(() => 'no GitHub credentials'));
    } finally {
      await server.kill();
      await fake.stop();
      await database.close();
    }
  });
});
