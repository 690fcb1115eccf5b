// Told to stop in the middle of effects, a worker finishes what it can, leaves nothing held, and the next one goes on at
// once; and two workers at one installation are as one, even when one of them stood still for a while.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { issueStory } from '../../src/commands/issue-story.ts';
import { storyClock } from '../../src/commands/scene.ts';
import { pass } from '../store/outbox-samples.ts';
import { carriedOut, credentialsOf, shown, through } from '../support/acting.ts';
import { mentor } from '../support/cast.ts';
import { openTestPostgres, type TestDatabase } from '../support/database.ts';
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import { type RunningServer, startServer, temporaryDirectory } from '../support/server.ts';
import { patience, until } from '../support/until.ts';

const rules = `version: 1
program: demo
rules:
  greet:
    description: An open issue is greeted.
    on: issues
    while: { issue.state: open }
    then: [{ comment: { body: "Hello {{ issue.title }}" } }]
`;

const POST_COMMENT = 'POST /repos/*/*/issues/*/comments';
const GET_COMMENTS = 'GET /repos/*/*/issues/*/comments';
/** Milliseconds in which a process that is told to stop has ended: 5 s for what is held, and some for the rest. */
const ENDS_WITHIN = 10_000;

describe('workers that act on GitHub', function () {
  this.timeout(300_000);
  const directory = temporaryDirectory();
  let database: TestDatabase;
  let fake: FakeGitHub;
  let server: RunningServer;
  let environment: Readonly<Record<string, string>>;
  let homes = 0;
  const workers = new Set<RunningServer>();

  const begin = async () => {
    const worker = await startServer({ ...environment, ...credentialsOf(fake) }, ['worker']);
    workers.add(worker);
    return worker;
  };
  /** So many issues in a repository with an installation of its own; returns its name. */
  const open = async (issues: number): Promise<string> => {
    const name = `org-${++homes}/repo`;
    const repository = fake.repository(name);
    for (let number = 1; number <= issues; number++) {
      fake.issue(repository, { number });
      const first = { title: `Issue ${number}`, body: null, author: mentor };
      const told = issueStory(storyClock(), { id: repository.id, fullName: name }, number, first).opened();
      const { status } = await server.deliver(through(fake.installationOf(repository).id, told));
      expect(status).to.equal(202);
    }
    return name;
  };
  const comments = (name: string, issues: number) =>
    Array.from({ length: issues }, (_, index) =>
      fake
        .commentsOn(name, index + 1)
        .map(shown)
        .join(' | '),
    );
  const greetings = (issues: number) => Array.from({ length: issues }, (_, index) => `Hello Issue ${index + 1}`);
  const asked =
    (count: number, on = 'POST') =>
    () =>
      fake.log.filter(({ method }) => method === on).length >= count;
  const held = async () =>
    (await database.query('select id from c4gt.installations where leased_until > clock_timestamp()')).length;
  const stopped = async (worker: RunningServer) => {
    const told = performance.now();
    expect(await worker.stop()).to.include({ code: 0, signal: null, stderr: '' });
    expect(performance.now() - told).to.be.below(patience(ENDS_WITHIN));
    expect(await held(), 'leases that are still held').to.equal(0);
  };

  before(() => {
    mkdirSync(join(directory, 'rules'));
    writeFileSync(join(directory, 'rules', 'demo.yaml'), rules);
  });
  beforeEach(async () => {
    [database, fake] = await Promise.all([openTestPostgres(), startFakeGitHub()]);
    const RULES_DIR = join(directory, 'rules');
    environment = { DATABASE_URL: String(database.url), RULES_DIR, VISIBILITY_TIMEOUT: '2' };
    server = await startServer(environment, ['serve', '--no-worker']);
  });
  afterEach(async () => {
    await Promise.all([server, ...workers].map((each) => each?.kill()));
    workers.clear();
    await database.close();
    fake.assertPaced();
    await fake.stop();
  });

  it('finish what is under way when they are told to stop, and the next goes on at once', async () => {
    const names = [await open(2), await open(2), await open(2)];
    fake.faults.add(POST_COMMENT, { kind: 'delay', milliseconds: 1_500 }, { times: 3 });
    const first = await begin();
    await until('all three are writing', asked(6));
    await stopped(first);
    expect(first.log.map(({ msg }) => msg)).not.to.include('not performed; will be tried again');
    expect(names.map((name) => comments(name, 2).filter(Boolean).length)).to.deep.equal([1, 1, 1]);

    await begin();
    const began = performance.now();
    await carriedOut(server, patience(20_000));
    expect(performance.now() - began, 'no lease had to run out').to.be.below(patience(8_000));
    expect(names.map((name) => comments(name, 2))).to.deep.equal(names.map(() => greetings(2)));
  });

  it('give up a write that hangs when they are told to stop, and it is there once all the same', async () => {
    const names = [await open(1), await open(1)];
    const hanging = fake.faults.add(POST_COMMENT, [{ kind: 'hang', committed: true }], {
      times: 1,
      where: ({ path }) => path.includes(names[0] ?? ''),
    });
    const first = await begin();
    await until('it hangs', () => hanging.hits === 1);
    await stopped(first);
    const [open1] = await database.store.effects({ state: 'pending', limit: 9 });
    expect(open1?.reason).to.match(/^POST .*: no answer came: it was given up$/);

    await begin();
    await carriedOut(server, patience(40_000));
    expect(names.map((name) => comments(name, 1))).to.deep.equal(names.map(() => greetings(1)));
  });

  it('give up a question that hangs when they are told to stop, and it is asked again at once', async () => {
    const name = await open(1);
    const hanging = fake.faults.add(GET_COMMENTS, 'hang');
    const first = await begin();
    await until('it hangs', () => hanging.hits === 1);
    await stopped(first);
    await begin();
    const began = performance.now();
    await carriedOut(server, patience(30_000));
    expect(performance.now() - began, 'no lease had to run out').to.be.below(patience(12_000));
    expect(comments(name, 1)).to.deep.equal(greetings(1));
  });

  it('are two at one installation, and write one at a time, a second apart', async () => {
    await Promise.all([begin(), begin()]);
    const name = await open(8);
    await carriedOut(server, patience(40_000));
    expect(comments(name, 8)).to.deep.equal(greetings(8));
    expect(fake.log.filter(({ isWrite }) => isWrite)).to.have.length(8);
  });

  for (const [what, on, fault] of [
    ['before it wrote', GET_COMMENTS, 'hang'],
    ['while it wrote', POST_COMMENT, { kind: 'hang', committed: true }],
  ] as const) {
    it(`do nothing twice when one of them stands still ${what}, and comes back later`, async () => {
      const name = await open(1);
      const hanging = fake.faults.add(on, fault);
      const still = await begin();
      await until('it hangs', () => hanging.hits === 1);
      process.kill(still.pid, 'SIGSTOP');
      try {
        hanging.release();
        // As if a minute had passed: its claim is over.
        await pass(database, 61);
        await begin();
        await carriedOut(server, patience(30_000));
        expect(comments(name, 1)).to.deep.equal(greetings(1));
      } finally {
        process.kill(still.pid, 'SIGCONT');
      }
      await still.logged('it took too long: somebody else has taken the effect');
      expect(comments(name, 1)).to.deep.equal(greetings(1));
      expect(
        fake.log.filter(({ isWrite }) => isWrite),
        'comments posted',
      ).to.have.length(1);
      expect(await still.stop()).to.include({ code: 0 });
    });
  }
});
