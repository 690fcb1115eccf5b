// Promise 4 over real processes: however often the worker is killed while GitHub misbehaves, each comment is there once
// with its newest text, each label and check is right, and GitHub was never asked faster than it wants to be.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { type IssueStory, issueStory } from '../../src/commands/issue-story.ts';
import { type PullRequestStory, pullRequestStory } from '../../src/commands/pull-request-story.ts';
import { type Moves, type Person, storyClock, type Told } from '../../src/commands/scene.ts';
import { carriedOut, credentialsOf, shown, through } from '../support/acting.ts';
import { openTestPostgres, type TestDatabase } from '../support/database.ts';
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import { seededRandom } from '../support/fake-github/faults.ts';
import type { Issue, Repository } from '../support/fake-github/state.ts';
import { type RunningServer, startServer, temporaryDirectory } from '../support/server.ts';
import { patience } from '../support/until.ts';

const KILLS = 16;
/** Each with an installation, two issues and a pull request: 10 effects. */
const HOMES = 50;
const EFFECTS = 10 * HOMES;
/** Things that happen to what is in them, after all was opened. */
const STEPS = 5 * HOMES;

const seed = Math.floor(Math.random() * 2 ** 31);
const random = seededRandom(seed);
const oneOf = <T>(list: readonly T[]): T => {
  const found = list[Math.floor(random() * list.length)];
  if (found === undefined) throw new Error('there is nothing to choose from');
  return found;
};

const rules = `version: 1
program: demo
rules:
  greet:
    description: An open issue is greeted.
    on: issues
    while: { issue.state: open }
    then: [{ comment: { body: "Hello {{ issue.title }}" } }]
  triage:
    description: A bug is for somebody to look at.
    on: issues
    while: { issue.labels: { contains: bug } }
    then: [{ add_labels: { labels: [triage, help wanted] } }]
  seen:
    description: What was opened is not new for long.
    on: issues.opened
    when: { issue.state: open }
    then: [{ remove_labels: { labels: [new] } }]
  check:
    description: An open pull request is thanked for and checked.
    on: pull_request
    while: { pull_request.state: open }
    then:
      - comment: { body: "Thanks for {{ pull_request.title }}" }
      - set_check: { name: Ticket, conclusion: success, title: "{{ pull_request.title }}" }
`;

const author: Person = { id: 50_001, login: 'asha' };
const SHA = 'c0ffee'.padEnd(40, '0');
/** What a maintainer does by himself, past our App. */
const LABELS = ['bug', 'new'];

/** One issue or pull request: what GitHub has, what was told of it, and so what must stand in the end. */
class Subject {
  title: string;
  isOpen = true;
  isBug = true;
  readonly issue: Issue;
  readonly name: string;
  readonly #installation: number;
  readonly #story: IssueStory | PullRequestStory;
  readonly #isPull: boolean;

  constructor(fake: FakeGitHub, repository: Repository, number: number, isPull: boolean) {
    this.name = `${repository.owner.login}/${repository.name}`;
    this.title = `title 0 of ${number}`;
    this.#isPull = isPull;
    this.#installation = fake.installationOf(repository).id;
    const first = { title: this.title, author: author.login, number };
    this.issue = isPull
      ? fake.pull(repository, { ...first, headSha: SHA })
      : fake.issue(repository, { ...first, labels: LABELS });
    const told = { title: this.title, body: null, author, labels: isPull ? [] : LABELS };
    const place = { id: repository.id, fullName: this.name };
    // Ahead of the fake's own clock: GitHub is asked for what we never heard of, and must not seem to know better.
    const clock = storyClock(new Date(Math.ceil(Date.now() / 1000) * 1000).toISOString());
    this.#story = (isPull ? pullRequestStory : issueStory)(clock, place, number, told);
  }

  opened(): Told {
    return this.#tell((story) => story.opened());
  }

  /** Something happens to it. */
  step(count: number): Told {
    const kinds = this.#isPull ? (['title', 'state'] as const) : (['title', 'title', 'state', 'label'] as const);
    const kind = oneOf(kinds);
    if (kind === 'title') {
      this.title = `title ${count} of ${this.issue.number}`;
      this.issue.title = this.title;
      return this.#tell((story) => story.edited({ title: this.title }));
    }
    if (kind === 'state') {
      this.isOpen = !this.isOpen;
      this.issue.state = this.isOpen ? 'open' : 'closed';
      return this.#tell((story) => (this.isOpen ? story.reopened() : story.closed()));
    }
    this.isBug = !this.isBug;
    const bug = this.issue.repository.labels.get('bug');
    if (bug === undefined) throw new Error('the label is missing');
    this.issue.labels = [...this.issue.labels.filter((each) => each !== bug), ...(this.isBug ? [bug] : [])];
    return this.#tell((story) => (this.isBug ? story.labeled('bug') : story.unlabeled('bug')));
  }

  /** What is there and should not be, or the other way round. */
  faults(fake: FakeGitHub): string[] {
    const { number } = this.issue;
    const text = `${this.#isPull ? 'Thanks for' : 'Hello'} ${this.title}`;
    const is = {
      comments: fake.commentsOn(this.name, number).map(shown).join(' | '),
      labels: [...fake.labelsOn(this.name, number)].sort().join(),
      checks: fake.checksOn(this.name, number).map((run) => `${run.conclusion} ${run.output.title}`),
    };
    const should = {
      comments: this.isOpen ? text : '',
      labels: !this.#isPull && this.isBug ? 'bug,help wanted,triage' : '',
    };
    const checks = is.checks.join(' | ');
    const wrong = [
      is.comments === should.comments ? '' : `comments “${is.comments}” instead of “${should.comments}”`,
      is.labels === should.labels ? '' : `labels “${is.labels}” instead of “${should.labels}”`,
      this.#isCheckRight(is.checks) ? '' : `checks “${checks}”, ${this.isOpen ? this.title : 'closed'}`,
    ].filter(Boolean);
    return wrong.map((what) => `${this.name}#${number}: ${what}`);
  }

  /** One run; or, if it was closed before it was ever checked, none. */
  #isCheckRight(checks: readonly string[]): boolean {
    if (!this.#isPull) return checks.length === 0;
    if (this.isOpen) return checks.join() === `success ${this.title}`;
    return checks.length === 0 || checks.join() === 'neutral Withdrawn';
  }

  #tell(happens: (story: Moves) => Told): Told {
    const { event, payload } = happens(this.#story);
    const { pull_request: pull } = payload;
    const told = this.#isPull ? { ...payload, pull_request: { ...Object(pull), head: headOf(pull) } } : payload;
    return through(this.#installation, { event, payload: told });
  }
}

function headOf(pull: unknown): object {
  return { ...Object(Object(pull).head), sha: SHA };
}

/** Comes after a random number of requests, at a random moment of what follows; or when nothing is asked for a while. */
async function diesAmong({ log }: FakeGitHub): Promise<void> {
  const wanted = log.length + 1 + random() * 80;
  const late = performance.now() + patience(1_500);
  while (log.length < wanted && performance.now() < late) await sleep(2);
  await sleep(random() * 10);
}

/** Leases that a killed worker still held, as `installation lease`. */
async function abandoned({ query }: TestDatabase): Promise<string[]> {
  const rows = await query('select id, lease from c4gt.installations where leased_until > clock_timestamp()');
  return rows.map(({ id, lease }) => `${id} ${lease}`);
}

describe(`a worker killed ${KILLS} times during ${EFFECTS} effects`, function () {
  this.timeout(900_000);
  const directory = temporaryDirectory();
  let database: TestDatabase;
  let fake: FakeGitHub;
  let server: RunningServer;
  let worker: RunningServer | undefined;
  let subjects: readonly Subject[];

  before(async () => {
    mkdirSync(join(directory, 'rules'));
    writeFileSync(join(directory, 'rules', 'demo.yaml'), rules);
    [database, fake] = await Promise.all([openTestPostgres(), startFakeGitHub()]);
    const repositories = Array.from({ length: HOMES }, (_, index) => fake.repository(`org-${index}/repo`));
    subjects = repositories.flatMap((repository) =>
      [1, 2, 3].map((number) => new Subject(fake, repository, number, number === 3)),
    );
  });
  after(async () => {
    await Promise.all([worker?.kill(), server?.kill()]);
    await fake?.stop();
    await database?.close();
  });

  it('leaves each comment once, each label and each check right, and keeps the pace', async () => {
    process.stdout.write(`\n  seed ${seed}\n`);
    const environment = {
      DATABASE_URL: String(database.url),
      RULES_DIR: join(directory, 'rules'),
      VISIBILITY_TIMEOUT: '2',
    };
    server = await startServer(environment, ['serve', '--no-worker']);
    const tell = async (told: Told) => expect((await server.deliver(told)).status).to.equal(202);
    const begin = () => startServer({ ...environment, ...credentialsOf(fake) }, ['worker']);
    const writes = 'POST|PATCH|DELETE /repos/**';
    fake.faults.add(
      writes,
      ['resetAfterCommit', { kind: 'badGateway', committed: true }, 'resetBefore', 'badGateway', 'truncatedJson'],
      { probability: 0.05, seed },
    );
    fake.faults.add(writes, ['hang', { kind: 'hang', committed: true }], { probability: 0.01, times: 4, seed });
    fake.faults.add(
      '* /repos/**',
      [
        { kind: 'secondaryLimit', retryAfter: 5 },
        { kind: 'primaryLimit', resetIn: 5 },
      ],
      { probability: 0.005, times: 4, seed },
    );
    // What goes well takes its time, as GitHub does, so that a kill may come before the deed, or between it and its answer.
    const slow = [20, 60, 150].map((milliseconds) => ({ kind: 'delay' as const, milliseconds }));
    fake.faults.add(writes, slow, { times: Number.POSITIVE_INFINITY });
    // A second comment would stand until a later attempt, a second away at least, takes it down.
    let most = 0;
    const watch = setInterval(() => {
      for (const { issue } of subjects) most = Math.max(most, issue.comments.length);
    }, 50);

    const began = performance.now();
    await Promise.all(subjects.map((subject) => tell(subject.opened())));
    const held = new Set<string>();
    let [steps, inTheMiddle] = [0, 0];
    try {
      for (let kill = 0; kill < KILLS; kill++) {
        worker = await begin();
        const dies = diesAmong(fake);
        const upTo = Math.round(((kill + 1) / KILLS) * STEPS);
        while (steps < upTo) await tell(oneOf(subjects).step(++steps));
        await dies;
        inTheMiddle += fake.log.some(({ isWrite, endedAt }) => isWrite && endedAt === null) ? 1 : 0;
        await worker.kill();
        for (const lease of await abandoned(database)) held.add(lease);
      }
      const killing = performance.now() - began;
      worker = await begin();
      const counts = await carriedOut(server, patience(240_000));
      const all = performance.now() - began;
      process.stdout.write(
        `  ${KILLS} kills in ${(killing / 1000).toFixed(0)} s, ${inTheMiddle} of them during a write, ` +
          `left ${held.size} leases to run out; ` +
          `all was carried out ${((all - killing) / 1000).toFixed(0)} s later, by ` +
          `${fake.log.filter(({ isWrite }) => isWrite).length} writes, ` +
          `${fake.log.filter(({ isWrite, fault }) => isWrite && fault !== 'delay').length} of which went wrong\n`,
      );
      expect(counts).to.include({ dead: 0, pending: 0 });
      expect(counts.received).to.be.at.least(subjects.length + STEPS);
      expect(counts.effects).to.deep.equal({ pending: 0, dead: 0, parked: 0, skipped: 0 });
    } finally {
      clearInterval(watch);
    }
    const [wished] = await database.query('select count(*)::int as count, max(generation) as most from c4gt.outbox');
    process.stdout.write(`  ${wished?.['count']} effects, of up to ${wished?.['most']} wishes each\n`);
    expect(subjects.flatMap((subject) => subject.faults(fake))).to.deep.equal([]);
    expect(most, 'comments that ever stood on one issue').to.equal(1);
    expect(held.size, 'leases that the kills left: they hit too little').to.be.greaterThan(KILLS / 2);
    fake.assertPaced();
    fake.assertValid();
    expect(await worker.stop()).to.include({ code: 0, stderr: '' });
  });
});
