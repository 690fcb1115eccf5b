// What it takes to tell one step of a test as a payload.
import { objectAt, type Payload } from './payload.ts';
import type { People } from './people.ts';
import type { Kind, Place, Scene } from './scene.ts';
import type { DeliveryStep, Written } from './written-test.ts';

/** What a payload begins as. */
export interface Base {
  readonly payload: Payload;
  /** A real delivery shows its repository and its subject itself; an example lends its form to those of the scene. */
  readonly isReal: boolean;
}

/** Where a history begins that names no payload: in a repository, with a subject of each kind. */
export interface Beginning extends Readonly<Record<Kind, Payload>> {
  readonly place: Place;
}

export interface Telling {
  readonly step: DeliveryStep;
  readonly base: Base;
  /** Null for an event without actions. */
  readonly action: string | null;
  readonly scene: Scene;
  readonly people: People;
  readonly beginning: Beginning;
  /** When it happens, as payloads have it. */
  readonly now: string;
}

/** What the step sets a fact to; undefined where it leaves it. */
export function setValue({ set }: DeliveryStep, fact: string): Written | undefined {
  return set.find(({ name }) => name === fact)?.value;
}

/** Whether the step sets a fact of this name, or a part of it. */
export function sets({ set }: DeliveryStep, family: string): boolean {
  return set.some(({ name }) => name === family || name.startsWith(`${family}.`));
}

/** The kind of subject that an event shows; null for one that shows none. */
export function kindOf(event: string): Kind | null {
  if (event === 'issues' || event === 'issue_comment') return 'issue';
  return event === 'pull_request' || event === 'pull_request_review' ? 'pull_request' : null;
}

/** The repository, and its owner, that a payload shows. */
export function shownPlace(payload: Payload): Place {
  const { organization } = payload;
  return {
    repository: objectAt(payload, 'repository'),
    organization: organization === undefined || organization === null ? undefined : objectAt(payload, 'organization'),
  };
}
