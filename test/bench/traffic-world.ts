// Where a benchmark's traffic happens: 300 repositories of 40 organisations, each with mentors, and 3,000 contributors.
import type { Person, Place, StoryClock } from '../../src/commands/scene.ts';
import type { Chance } from './chance.ts';

export interface Site {
  readonly place: Place;
  readonly installation: number;
  readonly mentors: readonly Person[];
}

export interface World {
  readonly chance: Chance;
  readonly clock: StoryClock;
  readonly people: readonly Person[];
  readonly places: readonly Site[];
  /** The last number given to an issue or pull request, by repository. */
  readonly numbers: Map<number, number>;
  /** Says what somebody must have earned by now; less than nothing takes back. */
  award(to: Person, points: number): void;
  /** Says how many more tickets must be on the list by now. */
  list(by: number): void;
}

export const people: readonly Person[] = Array.from({ length: 3_000 }, (_, at) => ({
  id: 1_000_000 + at,
  login: `contributor-${at}`,
}));

/** @param part other repositories for each, of the same organisations and with the same mentors */
export function places(part: number): readonly Site[] {
  return Array.from({ length: 300 }, (_, at) => {
    const number = part * 300 + at;
    return {
      place: { id: 500_000 + number, fullName: `organisation-${at % 40}/repository-${number}` },
      installation: 40_000 + (at % 40),
      mentors: Array.from({ length: 3 }, (_, who) => {
        const mentor = (at % 100) * 3 + who;
        return { id: 3_000_000 + mentor, login: `mentor-${mentor}` };
      }),
    };
  });
}

/** The next issue's or pull request's number there. */
export function nextNumber({ numbers }: World, { id }: Place): number {
  const number = (numbers.get(id) ?? 0) + 1;
  numbers.set(id, number);
  return number;
}

const WORDS =
  `the a of to in for on with when after before every user page request response server client field value error retry
  timeout upload download report export import table column index query cache token session login logout role access
  student teacher district school patient clinic record farmer crop water meter grievance ticket citizen service form
  language translation offline sync device browser mobile screen button list filter search sort sum average monthly
  fails works breaks returns shows hides loses keeps sends stores reads writes should must cannot does is are was not
  only again twice never always first last new old large small empty missing broken slow fast wrong right please
  because while until unless instead also perhaps since yesterday release version branch commit review test build
  deploy container image network proxy certificate region zone limit quota budget alert metric trace log dashboard`
    .split(/\s+/)
    .filter(Boolean);

/** So many words, more or less. */
export function prose({ chance }: World, about: number): string {
  const length = Math.ceil(about * (0.5 + chance.next()));
  return Array.from({ length }, () => chance.of(WORDS)).join(' ');
}
