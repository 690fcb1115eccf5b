// The state of a subject: a pure function of what we know of it, of its repository, and of nothing else.
import type { User } from '../models/user.ts';
import type { Facts, FactValue } from './fact.ts';
import { inOrder, type Knowledge } from './knowledge.ts';
import type { Delta, LabelChange, Snapshot } from './observation.ts';
import { ticketFacts } from './ticket-facts.ts';

/** Shapes that show the whole subject; where times are equal they lie over the partial ones. */
const WHOLE_SHAPES = ['issues', 'pull_request', 'repository'];

/** True once the subject, or for an issue its repository, no longer exists. Points for work done outlive both. */
export function isGone(knowledge: Knowledge, repository: Knowledge | null): boolean {
  return knowledge.gone || (knowledge.subject.kind === 'issue' && repository?.gone === true);
}

/**
 * All state facts that what we know gives, parsed and derived ones included, lookups excluded.
 *
 * @param repository what we know of the subject's repository: its name of today, its labels renamed or deleted
 */
export function stateFacts(knowledge: Knowledge, repository: Knowledge | null): Facts {
  const newest = Object.values(knowledge.snapshots).map(secondState).sort(byTime);
  const at = newest.at(-1)?.at ?? '';
  const facts: Record<string, FactValue> = Object.assign({}, ...newest.map((state) => state.facts));
  const around = repository === null ? [] : Object.values(repository.snapshots).map(secondState);
  // Of one second the repository itself is right: a subject must not stay public in what was just made private.
  for (const state of around) {
    // GitHub does not always move a repository's own time along: in doubt, what may be private is.
    const isPrivate = state.facts['repository.private'] === true || facts['repository.private'] === true;
    if (state.at >= at) Object.assign(facts, state.facts);
    else if (isPrivate) facts['repository.private'] = true;
  }

  const labels = newest.at(-1)?.labels;
  const labelFact = `${knowledge.subject.kind}.labels`;
  if (labels !== undefined && Array.isArray(facts[labelFact])) {
    facts[labelFact] = currentLabels(facts[labelFact] as string[], labels, Object.values(repository?.labels ?? {}));
  }
  if (knowledge.subject.kind === 'issue') Object.assign(facts, ticketFacts(asText(facts['issue.body'])));
  if (knowledge.subject.kind === 'pull_request') {
    // Merging cannot be undone, whatever a partial payload shows.
    if (newest.some((state) => state.facts['pull_request.merged'] === true)) facts['pull_request.merged'] = true;
  }
  return facts;
}

interface SecondState {
  readonly at: string;
  readonly whole: boolean;
  readonly facts: Facts;
  readonly labels: Snapshot['labels'];
}

/** What the snapshots of one second come to: laid over one another, then settled by the changes they report. */
function secondState(snapshots: Readonly<Record<string, Snapshot>>): SecondState {
  const ordered = inOrder(snapshots).map(([, snapshot]) => snapshot);
  const facts: Record<string, FactValue> = Object.assign({}, ...ordered.map((snapshot) => snapshot.facts));
  const deltas = ordered.flatMap((snapshot) => snapshot.deltas);
  for (const fact of new Set(deltas.map((delta) => delta.fact))) {
    const ofFact = deltas.filter((delta) => delta.fact === fact);
    const set = ofFact.findLast((delta) => delta.set !== undefined)?.set;
    if (set !== undefined) facts[fact] = set;
    else facts[fact] = settledList(ordered, fact, ofFact);
  }
  return {
    at: ordered[0]?.at ?? '',
    whole: WHOLE_SHAPES.includes(ordered[0]?.shape ?? ''),
    facts,
    labels: ordered.flatMap((snapshot) => snapshot.labels),
  };
}

/** Two lists of one second: whatever either shows, less what was taken away. */
function settledList(snapshots: readonly Snapshot[], fact: string, deltas: readonly Delta[]): FactValue {
  const removed = new Set(deltas.flatMap((delta) => (delta.removed ?? []).map(identity)));
  const shown = new Map<string, string | User>();
  for (const item of snapshots.flatMap((snapshot) => listOf(snapshot.facts[fact]))) {
    if (!removed.has(identity(item))) shown.set(identity(item), item);
  }
  return [...shown.values()] as FactValue;
}

function listOf(value: FactValue | undefined): readonly (string | User)[] {
  return Array.isArray(value) ? value : [];
}

function identity(value: FactValue): string {
  if (typeof value === 'object' && value !== null && 'id' in value) return String(value.id);
  return String(value).toLowerCase();
}

/** Follows renames and deletions of labels that the subject's own payloads did not see. A circle of names stays put. */
function currentLabels(
  names: readonly string[],
  labels: Snapshot['labels'],
  changes: readonly LabelChange[],
): readonly string[] {
  if (changes.length === 0) return names;
  const idOf = new Map(labels.map((label) => [label.name, label.id]));
  return names.flatMap((name) => {
    const ofLabel = changes.filter((change) => change.id === idOf.get(name));
    const now = ofLabel.some((change) => change.name === null) ? null : renamed(name, ofLabel);
    return now === null ? [] : [now];
  });
}

/** Labels' changes have no time; the name of today is the one that was never left. */
function renamed(name: string, changes: readonly LabelChange[]): string {
  const reached = new Set([name]);
  const left = new Set<string>();
  for (const from of reached) {
    for (const { was, name: to } of changes) {
      if (was !== from || to === null) continue;
      left.add(from);
      reached.add(to);
    }
  }
  return [...reached].filter((each) => !left.has(each)).sort()[0] ?? name;
}

/** Anybody may approve a public pull request; it counts from those who belong to its repository. */
const REVIEWERS = new Set(['OWNER', 'MEMBER', 'COLLABORATOR']);

/**
 * Those of the repository whose last verdict before the merge is an approval; a mere comment is no verdict, and a
 * machine has none. By account number.
 *
 * @param facts the pull request's state
 */
export function approvedBy(knowledge: Knowledge, { 'pull_request.merged_at': merged }: Facts): readonly User[] {
  const mergedAt = asText(merged);
  const last = new Map<number, { verdict: string; order: string; author: User }>();
  for (const review of Object.values(knowledge.reviews)) {
    if (review.author === null || review.state === 'commented' || review.state === 'pending') continue;
    if (review.author.type === 'Bot') continue;
    if (!REVIEWERS.has(review.association ?? '') || (mergedAt !== null && review.submittedAt > mergedAt)) continue;
    const order = `${review.submittedAt} ${String(review.id).padStart(20, '0')}`;
    const before = last.get(review.author.id);
    if (before === undefined || before.order < order) {
      last.set(review.author.id, { verdict: review.state, order, author: review.author });
    }
  }
  const approving = [...last.values()].filter(({ verdict }) => verdict === 'approved').map(({ author }) => author);
  return approving.sort((a, b) => a.id - b.id);
}

function byTime(a: SecondState, b: SecondState): number {
  return a.at === b.at ? Number(a.whole) - Number(b.whole) : a.at < b.at ? -1 : 1;
}

function asText(value: FactValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
