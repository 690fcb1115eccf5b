// What one payload tells of one subject: the form in which consumers hand on what they read.
import type { User } from '../models/user.ts';
import type { Facts, FactValue } from './fact.ts';

/** The kinds of things rules can hold effects on, and the repository that shelters them. */
export type SubjectKind = 'issue' | 'pull_request' | 'repository';

/** Names a subject for ever: the repository's number, and the number within it (0 for the repository itself). */
export interface SubjectRef {
  readonly kind: SubjectKind;
  readonly repositoryId: number;
  readonly number: number;
}

/** An atomic change that an event reports. It settles which of two states of the same second is the later one. */
export interface Delta {
  /** The list or value that changed, by fact name. */
  readonly fact: string;
  readonly added?: readonly FactValue[];
  readonly removed?: readonly FactValue[];
  /** The value that a non-list fact took. */
  readonly set?: FactValue;
}

/** The subject's state as one payload shows it. */
export interface Snapshot {
  /** Payloads of different events show different parts of a subject; the newest of each shape is kept. */
  readonly shape: string;
  /** When GitHub last changed the subject, ISO 8601: `updated_at`, whole seconds. */
  readonly at: string;
  /** Order within one second, by the usual course of events: opened 0 … closed 3, reopened 4, deleted 9. */
  readonly rank: number;
  readonly deltas: readonly Delta[];
  /** State facts only, without what is parsed or looked up. */
  readonly facts: Facts;
  /** The labels on it by GitHub's number, so that a later rename or deletion of a label can be followed. */
  readonly labels: readonly { readonly id: number; readonly name: string }[];
}

/** A review on a pull request; `dismissed` is final. */
export interface ReviewRecord {
  readonly id: number;
  readonly author: User | null;
  /** How the author belongs to the repository: OWNER, MEMBER, COLLABORATOR, CONTRIBUTOR, NONE …, or null. */
  readonly association: string | null;
  /** approved, changes_requested, commented, dismissed, pending. */
  readonly state: string;
  /** ISO 8601. */
  readonly submittedAt: string;
}

/** A label that was renamed (name) or deleted (null) in its repository, by GitHub's number of the label. */
export interface LabelChange {
  readonly id: number;
  readonly was: string;
  readonly name: string | null;
}

/** What a payload tells of one subject. Learning is a union: the order of observations never matters. */
export interface Observation {
  readonly subject: SubjectRef;
  readonly snapshot?: Snapshot;
  readonly review?: ReviewRecord;
  readonly label?: LabelChange;
  /** The subject was deleted or moved away: nothing stands on it any more. */
  readonly gone?: true;
}
