// How issues, tickets and pull requests go in a benchmark's traffic, told delivery by delivery.

import type { Payload } from '../../src/commands/examples.ts';
import { issueStory, ticketBody } from '../../src/commands/issue-story.ts';
import { pullRequestStory } from '../../src/commands/pull-request-story.ts';
import type { Person, Told } from '../../src/commands/scene.ts';
import { nextNumber, prose, type Site, type World } from './traffic-world.ts';

/** Of the shipped rules; without a complexity, as on DMP's form, a ticket counts for the default. */
const POINTS: Readonly<Record<string, number>> = { Beginner: 5, Low: 10, Medium: 20, High: 30 };
const DEFAULT_POINTS = 10;

const bot: Person = { id: 49_699_333, login: 'dependabot[bot]' };

interface Ticket {
  readonly number: number;
  readonly points: number;
}

/** A ticket by the programme's form: discussed, assigned, and of ten, seven worked on and half closed by it. */
export function* ticketWork(world: World): Generator<Told> {
  const { chance } = world;
  const site = chance.often(world.places);
  const mentor = chance.of(site.mentors);
  const number = nextNumber(world, site.place);
  const isDmp = chance.happens(0.15);
  const complexity = isDmp ? undefined : chance.of(Object.keys(POINTS));
  const body = ticketText(world, mentor, complexity);
  const isWhole = chance.happens(0.85);
  const story = issueStory(world.clock, site.place, number, {
    title: prose(world, 7),
    body: isWhole ? body : body.replace(/### Category\n\n.*\n/, ''),
    author: mentor,
  });
  yield story.opened();
  if (isWhole) world.list(1);
  yield story.labeled(isDmp ? 'DMP 2026' : chance.of(['C4GT Community', 'C4GT Coding', 'C4GT Bounty']));
  if (chance.happens(0.3)) yield story.labeled('good first issue');
  if (!isWhole) {
    world.list(1);
    yield story.edited({ body });
  } else if (chance.happens(0.3)) yield story.edited({ body: `${prose(world, 20)}\n\n${body}` });
  for (let left = chance.times(2.5); left > 0; left -= 1)
    yield story.commented(chance.often(world.people), prose(world, 40));
  if (!chance.happens(0.7)) return;
  const author = chance.often(world.people);
  if (chance.happens(0.7)) yield story.assigned(author);
  const points = complexity === undefined ? DEFAULT_POINTS : (POINTS[complexity] ?? DEFAULT_POINTS);
  const isMerged = yield* pullRequest(world, site, author, { number, points });
  if (isMerged) yield story.closed();
}

export function* issueWork(world: World): Generator<Told> {
  const { chance } = world;
  const site = chance.often(world.places);
  const author = chance.often(world.people);
  const body = prose(world, 120);
  const first = { title: prose(world, 7), body, author };
  const story = issueStory(world.clock, site.place, nextNumber(world, site.place), first);
  yield story.opened();
  if (chance.happens(0.6)) yield story.labeled(chance.of(['bug', 'enhancement', 'question', 'documentation']));
  for (let left = chance.times(2.5); left > 0; left -= 1)
    yield story.commented(chance.often(world.people), prose(world, 40));
  if (chance.happens(0.2)) yield story.edited({ body: `${body} ${prose(world, 10)}` });
  if (chance.happens(0.25)) yield story.assigned(chance.of(site.mentors));
  if (chance.happens(0.7)) yield story.closed();
}

export function* pullRequestWork(world: World): Generator<Told> {
  const author = world.chance.happens(0.25) ? bot : world.chance.often(world.people);
  yield* pullRequest(world, world.chance.often(world.places), author, null);
}

/** A labelled ticket and the merged pull request that closes it: the worst there is, points at every other delivery. */
export function* awardStory(world: World): Generator<Told> {
  const { chance } = world;
  const site = chance.often(world.places);
  const mentor = chance.of(site.mentors);
  const number = nextNumber(world, site.place);
  const complexity = chance.of(Object.keys(POINTS));
  const labels = ['C4GT Community'];
  const body = ticketText(world, mentor, complexity);
  const ticket = { title: prose(world, 7), body, author: mentor, labels };
  world.list(1);
  yield issueStory(world.clock, site.place, number, ticket).opened();
  const author = chance.often(world.people);
  const first = { title: prose(world, 7), body: `${prose(world, 40)}\n\nFixes #${number}`, author };
  const story = pullRequestStory(world.clock, site.place, nextNumber(world, site.place), first);
  world.award(author, POINTS[complexity] ?? DEFAULT_POINTS);
  yield story.merged(mentor);
}

/** Returns whether it was merged. */
function* pullRequest(
  world: World,
  { place, mentors }: Site,
  author: Person,
  ticket: Ticket | null,
): Generator<Told, boolean> {
  const { chance, clock } = world;
  const number = nextNumber(world, place);
  const body = ticket === null ? prose(world, 60) : `${prose(world, 60)}\n\nFixes #${ticket.number}`;
  const first = { title: prose(world, 7), body, author };
  const story = pullRequestStory(clock, place, number, first);
  yield story.opened();
  if (chance.happens(0.3)) yield story.labeled(chance.of(['backend', 'frontend', 'dependencies']));
  const approvers: Person[] = [];
  const reviewers = [...mentors];
  for (let left = chance.times(4.5); left > 0; left -= 1) {
    const drawn = chance.next();
    const reviewer = drawn < 0.3 ? reviewers.shift() : undefined;
    if (reviewer !== undefined) {
      const verdict = chance.happens(0.6) ? 'approved' : chance.of(['commented', 'changes_requested'] as const);
      if (verdict === 'approved') approvers.push(reviewer);
      yield story.reviewed(reviewer, verdict);
    } else if (drawn < 0.7) yield story.synchronized();
    else if (drawn < 0.95) yield commentOn(world, place, number, first);
    else yield story.edited({ body: `${body}\n\n${prose(world, 20)}` });
  }
  if (chance.happens(0.1)) return false;
  if (!chance.happens(0.8)) {
    yield story.closed();
    return false;
  }
  const isOwn = chance.happens(0.05);
  if (ticket !== null) {
    if (!isOwn) world.award(author, ticket.points);
    for (const approver of approvers) world.award(approver, ticket.points);
  }
  yield story.merged(isOwn ? author : chance.of(mentors));
  return true;
}

/** GitHub shows a pull request as an issue there. */
function commentOn(
  world: World,
  place: Site['place'],
  number: number,
  first: { readonly title: string; readonly body: string; readonly author: Person },
): Told {
  const asIssue = issueStory(world.clock, place, number, first);
  const { event, payload } = asIssue.commented(world.chance.often(world.people), prose(world, 40));
  const url = `https://api.github.com/repos/${place.fullName}/pulls/${number}`;
  return { event, payload: { ...payload, issue: { ...(payload['issue'] as Payload), pull_request: { url } } } };
}

function ticketText(world: World, mentor: Person, complexity: string | undefined): string {
  const form = ticketBody({
    product: world.chance.of(['Sunbird', 'DIGIT', 'Avni', 'Glific', 'CARE', 'Bahmni']),
    organisation: 'A foundation of the programme',
    domain: world.chance.of(['Education', 'Healthcare', 'Citizen Services', 'Agriculture']),
    skills: world.chance.of(['TypeScript, PostgreSQL', 'Java, Spring', 'Python', 'React, CSS']),
    category: world.chance.of(['Backend', 'Frontend', 'Documentation', 'Testing']),
    mentor: `@${mentor.login}`,
    ...(complexity === undefined ? {} : { complexity }),
  });
  return `## Ticket Contents\n\n${prose(world, 100)}\n\n${form}`;
}
