// The programme under fault: its rules, the issues and pull requests of its repositories, and what must come of them.
import { fileURLToPath } from 'node:url';
import { issueStory } from '../../src/commands/issue-story.ts';
import { pullRequestStory } from '../../src/commands/pull-request-story.ts';
import { type Person, storyClock, type Told } from '../../src/commands/scene.ts';
import { through } from '../support/acting.ts';
import { mentor } from '../support/cast.ts';
import type { FakeGitHub } from '../support/fake-github/fake-github.ts';

/** `list`, `greet` and `merge`. */
export const rulesDirectory = fileURLToPath(new URL('rules', import.meta.url));

/** What has to be there in the end. */
export interface Expected {
  tickets: number;
  /** By login. */
  readonly points: Map<string, number>;
  /** Of each issue that is to be greeted: where it is, and its title. */
  readonly greeted: { readonly repository: string; readonly number: number; readonly title: string }[];
}

export interface Programme {
  readonly expected: Expected;
  /** The opening of an issue that nobody has heard of, with this text. */
  opened(greeted?: boolean, body?: string): Told;
  /** The merging of a pull request that nobody has heard of. */
  merged(): Told;
  /** One of these, in turn: a quarter are pull requests, and one in 17 is to be greeted where there is a GitHub. */
  next(): Told;
}

const AUTHORS = 7;

/** @param homes how many repositories, each with an installation of its own */
export function createProgramme(homes = 1, fake: FakeGitHub | null = null): Programme {
  const places = Array.from({ length: homes }, (_, index) => {
    const fullName = `org-${index}/repo`;
    const repository = fake?.repository(fullName) ?? null;
    const id = repository?.id ?? 9_000 + index;
    const installation = repository === null ? null : (fake?.installationOf(repository).id ?? null);
    return { place: { id, fullName }, repository, installation, last: 0 };
  });
  const expected: Expected = { tickets: 0, points: new Map(), greeted: [] };
  let [turn, made] = [0, 0];

  const home = () => {
    const found = places[made++ % places.length];
    if (found === undefined) throw new Error('there are no repositories');
    found.last += 1;
    return found;
  };
  const told = ({ installation }: ReturnType<typeof home>, { event, payload }: Told): Told =>
    installation === null ? { event, payload } : through(installation, { event, payload });
  /** Ahead of the fake's own clock: it is asked for what we never heard of, and must not seem to know better. */
  const clock = () =>
    fake === null ? storyClock() : storyClock(new Date(Math.ceil(Date.now() / 1000) * 1000).toISOString());

  const opened = (greeted = false, body: string | null = null): Told => {
    const at = home();
    const { place, repository, last: number } = at;
    const title = `Issue ${number} of place ${place.id % 1000}`;
    const labels = greeted ? ['greet'] : [];
    if (repository !== null) fake?.issue(repository, { number, title, labels, author: mentor.login });
    if (greeted) expected.greeted.push({ repository: place.fullName, number, title });
    expected.tickets += 1;
    return told(at, issueStory(clock(), place, number, { title, body, author: mentor, labels }).opened());
  };
  const merged = (): Told => {
    const at = home();
    const { place, repository, last: number } = at;
    const author: Person = { id: 5_000 + (made % AUTHORS), login: `author-${made % AUTHORS}` };
    const title = `Pull ${number} of place ${place.id % 1000}`;
    fake?.world.accounts.set(author.login, { ...author, type: 'User' });
    if (repository !== null) fake?.pull(repository, { number, title, author: author.login, mergedBy: mentor.login });
    expected.points.set(author.login, (expected.points.get(author.login) ?? 0) + 10);
    return told(at, pullRequestStory(clock(), place, number, { title, body: null, author }).merged(mentor));
  };
  fake?.world.accounts.set(mentor.login, { ...mentor, type: 'User' });
  return {
    ...{ expected, opened, merged },
    next: () => {
      turn += 1;
      return turn % 4 === 0 ? merged() : opened(fake !== null && turn % 17 === 1);
    },
  };
}
