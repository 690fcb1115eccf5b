// What we know of a subject, as a union of what payloads told: the same set of observations, in any order and any
// number, gives the same knowledge. That is why deliveries may come late, twice or forged around an old body.
import { createHash } from 'node:crypto';
import type { LabelChange, Observation, ReviewRecord, Snapshot, SubjectRef } from './observation.ts';

export interface Knowledge {
  readonly subject: SubjectRef;
  /** Events that were about this subject, `issues.opened`; a rule applies from the first one it names in `on`. */
  readonly events: readonly string[];
  /** By shape: every distinct snapshot of its newest second, by digest. */
  readonly snapshots: Readonly<Record<string, Readonly<Record<string, Snapshot>>>>;
  /** The text a pull request was merged with: its oldest snapshot that is merged. Edits after that close nothing. */
  readonly merged: MergedText | null;
  /** By GitHub's number of the review. */
  readonly reviews: Readonly<Record<string, ReviewRecord>>;
  /** Renames and deletions of a repository's labels, by digest. */
  readonly labels: Readonly<Record<string, LabelChange>>;
  /** Deleted, or moved to another repository. */
  readonly gone: boolean;
}

export interface MergedText {
  /** ISO 8601: when GitHub had last changed the pull request, as that snapshot shows it. */
  readonly at: string;
  readonly title: string;
  readonly body: string;
}

/** GitHub's times are whole seconds, so several states may share the newest one; a flood of them is cut here. */
const SNAPSHOTS_PER_SECOND = 32;

/** `123/45`: a subject's key in the store, and in what refers to it. */
export function subjectKey(subject: SubjectRef): string {
  return `${subject.repositoryId}/${subject.number}`;
}

/** Key of the repository that a subject lives in. */
export function repositoryKey(subject: SubjectRef): string {
  return `${subject.repositoryId}/0`;
}

/**
 * Adds an observation to what was known. A join in the sense of lattices: commutative, associative, idempotent.
 * Returns `known` itself when the observation teaches nothing new.
 *
 * @param events the event that brought it, `issues.labeled`, or those that it shows must have happened
 */
export function learn(
  known: Knowledge | null,
  events: string | readonly string[],
  observation: Observation,
): Knowledge {
  const before = known ?? unknown(observation.subject);
  const unheard = [events].flat().filter((event) => !before.events.includes(event));
  const after: Knowledge = {
    subject: observation.subject,
    events: unheard.length === 0 ? before.events : [...before.events, ...unheard].sort(),
    snapshots: observation.snapshot ? withSnapshot(before.snapshots, observation.snapshot) : before.snapshots,
    merged: observation.snapshot ? withMerged(before.merged, observation.snapshot) : before.merged,
    reviews: observation.review ? withReview(before.reviews, observation.review) : before.reviews,
    labels: observation.label ? withLabel(before.labels, observation.label) : before.labels,
    gone: before.gone || observation.gone === true,
  };
  return known !== null && isSame(before, after) ? known : after;
}

/** As {@link learn}, of reviews that GitHub was asked for: no event brought them. Returns `known` when all were known. */
export function learnReviews(known: Knowledge, reviews: readonly ReviewRecord[]): Knowledge {
  const joined = reviews.reduce(withReview, known.reviews);
  return joined === known.reviews ? known : { ...known, reviews: joined };
}

function unknown(subject: SubjectRef): Knowledge {
  return { subject, events: [], snapshots: {}, merged: null, reviews: {}, labels: {}, gone: false };
}

function isSame(a: Knowledge, b: Knowledge): boolean {
  return (
    a.events === b.events &&
    a.snapshots === b.snapshots &&
    a.merged === b.merged &&
    a.reviews === b.reviews &&
    a.labels === b.labels &&
    a.gone === b.gone
  );
}

function withSnapshot(known: Knowledge['snapshots'], snapshot: Snapshot): Knowledge['snapshots'] {
  const ofShape = known[snapshot.shape] ?? {};
  const newest = Object.values(ofShape)[0]?.at ?? '';
  if (snapshot.at < newest) return known;
  const key = digest(snapshot);
  if (snapshot.at === newest && Object.hasOwn(ofShape, key)) return known;
  const sameSecond = snapshot.at === newest ? { ...ofShape, [key]: snapshot } : { [key]: snapshot };
  const kept = inOrder(sameSecond).slice(-SNAPSHOTS_PER_SECOND);
  if (!kept.some(([id]) => id === key)) return known;
  return { ...known, [snapshot.shape]: Object.fromEntries(kept) };
}

/** The snapshots of one second, in the order in which their facts lie over one another. */
export function inOrder(snapshots: Readonly<Record<string, Snapshot>>): [string, Snapshot][] {
  return Object.entries(snapshots).sort(([a, one], [b, other]) => one.rank - other.rank || (a < b ? -1 : 1));
}

function withMerged(known: MergedText | null, { at, facts }: Snapshot): MergedText | null {
  if (facts['pull_request.merged'] !== true) return known;
  const text = (fact: string) => (typeof facts[fact] === 'string' ? facts[fact] : '');
  const seen = { at, title: text('pull_request.title'), body: text('pull_request.body') };
  return known === null || order(seen) < order(known) ? seen : known;

  function order(merged: MergedText): string {
    return `${merged.at} ${digest([merged.title, merged.body])}`;
  }
}

function withReview(known: Knowledge['reviews'], review: ReviewRecord): Knowledge['reviews'] {
  const before = known[review.id];
  return before !== undefined && reviewOrder(before) >= reviewOrder(review) ? known : { ...known, [review.id]: review };
}

/** A review only moves forward: pending, given, dismissed. Its author may be renamed or, to null, deleted meanwhile. */
function reviewOrder({ state, submittedAt, author, association }: ReviewRecord): string {
  const stage = state === 'dismissed' ? 2 : state === 'pending' ? 0 : 1;
  const by = author === null ? '' : `${author.id} ${author.login} ${author.type ?? ''}`;
  return `${stage} ${submittedAt} ${state} ${by} ${association}`;
}

function withLabel(known: Knowledge['labels'], change: LabelChange): Knowledge['labels'] {
  const key = digest(change);
  return Object.hasOwn(known, key) ? known : { ...known, [key]: change };
}

/** Of a value straight from a consumer, whose key order is that of its code. */
function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22);
}
