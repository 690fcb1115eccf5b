// The story of a GitHub that accepts every request and answers none, while deliveries go on coming: how fast they are
// acknowledged and decided meanwhile, and what of their effects is there once GitHub answers again.
import { setTimeout as sleep } from 'node:timers/promises';
import { issueStory } from '../../src/commands/issue-story.ts';
import { pullRequestStory } from '../../src/commands/pull-request-story.ts';
import { type Person, type Place, storyClock, type Told } from '../../src/commands/scene.ts';
import type { Counts } from '../../src/store/reading.ts';
import { carriedOut, shown, through } from './acting.ts';
import { mentor } from './cast.ts';
import type { FakeGitHub } from './fake-github/fake-github.ts';
import type { RunningServer } from './server.ts';

/** An issue earns its author a point and a comment, for which GitHub is not asked before the decision; a pull request
 * earns points for the ticket it closes, for which GitHub may be asked. */
export const hangingRules = `version: 1
program: hanging
rules:
  greet:
    description: Whoever opens an issue is greeted, and earns a point.
    on: issues
    while: { issue.state: open }
    then:
      - comment: { body: "Hello {{ issue.title }}" }
      - award_points: { to: { fact: issue.author }, points: 1 }
  merge:
    description: A merged pull request earns the points of its ticket.
    on: pull_request
    while:
      all:
        - pull_request.merged: true
        - pull_request.ticket.labels: { contains: ticket }
    then: [{ award_points: { to: { fact: pull_request.author }, points: 100 } }]
`;

export interface HangingOptions {
  readonly fake: FakeGitHub;
  readonly server: RunningServer;
  /** Repositories, each with an installation of its own. */
  readonly repositories: number;
  /** Deliveries that come at once, before GitHub hangs and when it does. */
  readonly before: number;
  readonly queued: number;
  /** How many of a burst's deliveries are pull requests: one in so many. */
  readonly onePullIn: number;
  /** Milliseconds for which it hangs, and between the deliveries that go on coming. */
  readonly lasting: number;
  readonly every: number;
  /** Milliseconds in which everything must be carried out afterwards. */
  readonly within: number;
  readonly tell?: (line: string) => void;
}

/** Milliseconds from sending a delivery to its acknowledgement. */
export interface Latency {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
}

export interface Hung {
  readonly before: Latency;
  readonly burst: Latency;
  readonly steady: Latency;
  /** The slowest answers of `/healthz` and `/api/status` while GitHub hung. */
  readonly probes: Latency;
  /** Milliseconds from the start of the hang until every issue was decided; null when that took longer than it. */
  readonly decidedAfter: number | null;
  /** Points of issues' authors at the end of the hang, and how many it should have been. */
  readonly points: number;
  readonly pointsWanted: number;
  /** What the server said of itself at the end of the hang, and when all was over. */
  readonly atItsEnd: Counts;
  readonly afterwards: Counts;
  /** Milliseconds from the end of the hang until everything was carried out. */
  readonly carriedOutAfter: number;
  /** Requests that hung. */
  readonly hung: number;
  /** Points of pull requests' authors when all was over, and how many it should have been. */
  readonly mergePoints: number;
  readonly mergePointsWanted: number;
  /** Issues that have other comments than the one they should. */
  readonly wrong: readonly string[];
}

/** Deliveries under way at once in a burst. */
const SENDERS = 8;
const writer: Person = { id: 40_001, login: 'issue-writer' };
const merger: Person = { id: 40_002, login: 'pull-writer' };

interface Home {
  readonly place: Place;
  readonly installation: number;
  /** Of its issues, in order. */
  readonly titles: Map<number, string>;
  pulls: number;
  last: number;
}

export async function whileGitHubHangs(options: HangingOptions): Promise<Hung> {
  const { fake, server, tell = () => undefined } = options;
  // What it shows when it is looked through is by the same people as what it delivers.
  for (const { id, login } of [writer, merger, mentor])
    fake.world.accounts.set(login.toLowerCase(), { id, login, type: 'User' });
  const homes = Array.from({ length: options.repositories }, (_, index) => settle(fake, index + 1));
  let turn = 0;
  const next = (): Told => {
    const home = homes[turn++ % homes.length];
    if (home === undefined) throw new Error('there are no repositories');
    const isPull = home.last > 0 && turn % options.onePullIn === 0;
    return through(home.installation, isPull ? mergedPull(fake, home) : openedIssue(fake, home));
  };
  const send = async (taken: number[]) => {
    const told = next();
    const began = performance.now();
    const { status } = await server.deliver(told);
    taken.push(performance.now() - began);
    if (status !== 202) throw new Error(`a delivery was answered with ${status}`);
  };
  const burst = async (count: number): Promise<Latency> => {
    const taken: number[] = [];
    let left = count;
    const sender = async () => {
      while (left-- > 0) await send(taken);
    };
    await Promise.all(Array.from({ length: SENDERS }, sender));
    return latencyOf(taken);
  };
  const issues = () => homes.reduce((sum, { titles }) => sum + titles.size, 0);
  const pointsOf = async ({ login }: Person) => {
    const answer = await server.get(`/api/contributors/${login}`);
    return answer.status === 404 ? 0 : answer.json<{ points: number }>().points;
  };

  const before = await burst(options.before);
  await carriedOut(server, options.within);
  tell(`GitHub answers: ${options.before} deliveries ${drawn(before)}, and everything is carried out`);

  const hang = fake.faults.add('* /**', 'hang', { times: Number.POSITIVE_INFINITY });
  const began = performance.now();
  const atOnce = await burst(options.queued);
  tell(`GitHub hangs: ${options.queued} deliveries ${drawn(atOnce)}`);
  const steady: number[] = [];
  const probes: number[] = [];
  let decidedAfter: number | null = null;
  for (let round = 0; performance.now() - began < options.lasting; round++) {
    await send(steady);
    for (const path of ['/healthz', '/api/status']) {
      const asked = performance.now();
      const { status } = await server.get(path);
      probes.push(performance.now() - asked);
      if (status !== 200) throw new Error(`${path} was answered with ${status}`);
    }
    if (decidedAfter === null && (await pointsOf(writer)) >= issues() - 1) {
      decidedAfter = performance.now() - began;
      tell(`all issues are decided ${Math.round(decidedAfter / 1000)} s after the start`);
    }
    const seconds = Math.round((performance.now() - began) / 1000);
    if (round % Math.ceil(60_000 / options.every) === 0) tell(`${seconds} s: ${said(await countsOf(server))}`);
    await sleep(options.every);
  }
  // The last ones have just come, and a question may hold them up for a moment.
  for (let tries = 0; tries < 40 && (await pointsOf(writer)) < issues(); tries++) await sleep(250);
  const [points, pointsWanted, atItsEnd] = [await pointsOf(writer), issues(), await countsOf(server)];
  tell(`at its end: ${said(atItsEnd)}; ${points} points of ${pointsWanted} stand`);

  const answersAgain = performance.now();
  const { hits: hung } = hang;
  hang.stop();
  hang.release();
  const afterwards = await carriedOut(server, options.within);
  const carriedOutAfter = performance.now() - answersAgain;
  tell(`GitHub answers again: everything is carried out after ${Math.round(carriedOutAfter / 1000)} s`);
  return {
    ...{ before, burst: atOnce, steady: latencyOf(steady), probes: latencyOf(probes), decidedAfter },
    ...{ points, pointsWanted, atItsEnd, afterwards, carriedOutAfter, hung },
    mergePoints: await pointsOf(merger),
    mergePointsWanted: 100 * homes.reduce((sum, { pulls }) => sum + pulls, 0),
    wrong: homes.flatMap((home) => wrongIn(fake, home)),
  };
}

function settle(fake: FakeGitHub, index: number): Home {
  const fullName = `org-${index}/repo`;
  const repository = fake.repository(fullName);
  const place = { id: repository.id, fullName };
  return { place, installation: fake.installationOf(repository).id, titles: new Map(), pulls: 0, last: 0 };
}

function openedIssue(fake: FakeGitHub, home: Home): Told {
  const number = ++home.last;
  const title = `Issue ${number}`;
  home.titles.set(number, title);
  const labels = ['ticket'];
  fake.issue(repositoryOf(fake, home), { number, title, labels, author: writer.login });
  return issueStory(storyClock(), home.place, number, { title, body: null, author: writer, labels }).opened();
}

/** It closes the first issue, by GitHub's word and by its own. */
function mergedPull(fake: FakeGitHub, home: Home): Told {
  const [number, repository] = [++home.last, repositoryOf(fake, home)];
  const ticket = repository.issues.get(1);
  home.pulls += 1;
  const body = 'Fixes #1';
  fake.pull(repository, {
    ...{ number, body, author: merger.login, mergedBy: mentor.login },
    closes: ticket === undefined ? [] : [ticket],
  });
  return pullRequestStory(storyClock(), home.place, number, { title: 'Fix', body, author: merger }).merged(mentor);
}

function repositoryOf(fake: FakeGitHub, { place }: Home) {
  const repository = fake.world.repositories.get(place.id);
  if (repository === undefined) throw new Error(`there is no ${place.fullName}`);
  return repository;
}

function wrongIn(fake: FakeGitHub, { place, titles }: Home): string[] {
  return [...titles].flatMap(([number, title]) => {
    const says = fake.commentsOn(place.fullName, number).map(shown).join(' | ');
    return says === `Hello ${title}` ? [] : [`${place.fullName}#${number}: ${says || 'no comment'}`];
  });
}

async function countsOf({ get }: RunningServer): Promise<Counts> {
  return (await get('/api/status')).json<Counts>();
}

function latencyOf(taken: readonly number[]): Latency {
  const sorted = taken.toSorted((one, other) => one - other);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), most: sorted.at(-1) ?? 0 };
}

export function drawn({ p50, p99, most }: Latency): string {
  return `acknowledged in ${p50.toFixed(1)} ms (p50), ${p99.toFixed(1)} ms (p99), ${most.toFixed(1)} ms at most`;
}

function said({ pending, processed, dead, effects }: Counts): string {
  return `deliveries ${processed} processed, ${pending} pending, ${dead} dead; effects ${effects.pending} pending, ${effects.dead} dead`;
}
