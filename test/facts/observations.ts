// Arbitrary observations of one subject: few values, so that they meet, clash and repeat.
import fc from 'fast-check';
import type { FactValue } from '../../src/facts/fact.ts';
import type { Knowledge } from '../../src/facts/knowledge.ts';
import type { Delta, LabelChange, Observation, ReviewRecord, Snapshot } from '../../src/facts/observation.ts';

/** An observation with the event that brought it. */
export interface Seen {
  readonly event: string;
  readonly observation: Observation;
}

const labelNames = ['A', 'B', 'C'];
const idOf = (name: string) => name.charCodeAt(0);
const second = fc.constantFrom('2026-06-01T09:00:00Z', '2026-06-01T09:00:01Z');
const names = fc.subarray(labelNames);
const user = fc.record({ id: fc.constantFrom(1, 2, 3), login: fc.constantFrom('asha', 'ravi') });

const delta: fc.Arbitrary<Delta> = fc.oneof(
  fc.constantFrom(...labelNames).map((name) => ({ fact: 'pull_request.labels', added: [name] })),
  fc.constantFrom(...labelNames).map((name) => ({ fact: 'pull_request.labels', removed: [name] })),
  user.map((one) => ({ fact: 'pull_request.assignees', removed: [one] })),
  fc.constantFrom('open', 'closed').map((set) => ({ fact: 'pull_request.state', set })),
);

export const snapshot: fc.Arbitrary<Snapshot> = fc
  .record({
    shape: fc.constantFrom('pull_request', 'pull_request_review'),
    at: second,
    rank: fc.constantFrom(0, 1, 3),
    deltas: fc.array(delta, { maxLength: 2 }),
    state: fc.constantFrom('open', 'closed'),
    labels: names,
    assignees: fc.array(user, { maxLength: 2 }),
    title: fc.option(fc.constantFrom('one', 'two'), { nil: undefined }),
  })
  .map(({ state, labels, assignees, title, ...rest }) => ({
    ...rest,
    facts: {
      'pull_request.state': state,
      'pull_request.labels': labels,
      'pull_request.assignees': assignees,
      'pull_request.merged': labels.length === 0,
      ...(title === undefined ? {} : { 'pull_request.title': title }),
    } satisfies Record<string, FactValue>,
    labels: labels.map((name) => ({ id: idOf(name), name })),
  }));

const review: fc.Arbitrary<ReviewRecord> = fc.record({
  id: fc.constantFrom(7, 8),
  author: fc.option(user),
  state: fc.constantFrom('approved', 'changes_requested', 'commented', 'dismissed', 'pending'),
  submittedAt: second,
  association: fc.constantFrom('MEMBER', 'NONE', null),
});

/** A label goes from name to name by the same number, and may be deleted. */
export const labelChange: fc.Arbitrary<LabelChange> = fc.record({
  id: fc.constantFrom(...labelNames.map(idOf)),
  was: fc.constantFrom(...labelNames),
  name: fc.option(fc.constantFrom(...labelNames), { freq: 5 }),
});

export const seen: fc.Arbitrary<Seen> = fc
  .record(
    { snapshot, review, label: labelChange, gone: fc.constant(true as const) },
    { requiredKeys: [], noNullPrototype: true },
  )
  .chain((parts) =>
    fc.constantFrom('pull_request.opened', 'pull_request.labeled', 'pull_request_review.submitted').map((event) => ({
      event,
      observation: { subject: { kind: 'pull_request', repositoryId: 9, number: 4 }, ...parts },
    })),
  );

/** As it comes back from a database, which keeps no order of keys: jsonb sorts them by length, then by bytes. */
export function stored(knowledge: Knowledge): Knowledge {
  return sorted(knowledge) as Knowledge;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
