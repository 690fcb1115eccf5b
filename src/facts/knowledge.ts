// What we know of a subject, as a union of what payloads told: the same set of observations, in any order and any
// number, gives the same knowledge, and state is a pure function of it. That is why deliveries may come late or twice.
import type { LabelChange, ReviewRecord, Snapshot, SubjectRef } from './observation.ts';

export interface Knowledge {
  readonly subject: SubjectRef;
  /** Events that were about this subject, `issues.opened`; a rule applies from the first one it names in `on`. */
  readonly events: readonly string[];
  /** By shape: every distinct snapshot of its newest second, by digest. */
  readonly snapshots: Readonly<Record<string, Readonly<Record<string, Snapshot>>>>;
  /** By GitHub's number of the review. */
  readonly reviews: Readonly<Record<string, ReviewRecord>>;
  /** Renames and deletions of a repository's labels, by digest. */
  readonly labels: Readonly<Record<string, LabelChange>>;
  readonly gone: boolean;
}

/** `123/45`: a subject's key in the store, and in what refers to it. */
export function subjectKey(subject: SubjectRef): string {
  return `${subject.repositoryId}/${subject.number}`;
}
