// The store as deciding needs it, with the reads and the commits of works that go on at the same time made together.
import { inBatches } from '../store/in-batches.ts';
import type { Commit, Store } from '../store/store.ts';
import type { DecidingStore } from './process-delivery.ts';

/** Subjects in one read, decisions in one transaction: as many as keep a request small and a lock short. */
const MOST_SUBJECTS = 128;
const MOST_DECISIONS = 64;

export function decidingInBatches(store: DecidingStore & Pick<Store, 'commitAll'>): DecidingStore {
  const read = inBatches(
    async (asked: readonly (readonly string[])[]) => {
      const subjects = await store.subjects([...new Set(asked.flat())]);
      const known = new Map(subjects.map((subject) => [subject.key, subject]));
      return asked.map((keys) => keys.map((key) => known.get(key)));
    },
    { atOnce: 1, most: MOST_SUBJECTS },
  );
  const commit = inBatches(store.commitAll, { atOnce: 1, most: MOST_DECISIONS, choose: apart });
  return {
    ...store,
    commit,
    subjects: async (keys) => (await read(keys)).filter((subject) => subject !== undefined),
  };
}

/** Those of which none changes what another rests on: made together, all but the first of them would be conflicts. */
function apart(commits: readonly Commit[]): ReadonlySet<Commit> {
  const changed = new Set<string>();
  const restedOn = new Set<string>();
  const chosen = commits.filter(({ subject, consulted }) => {
    const own = [subject.key, `${subject.repository}#${subject.number}`.toLowerCase()];
    const others = consulted.map(({ key }) => key.toLowerCase());
    if (own.some((name) => changed.has(name) || restedOn.has(name)) || others.some((name) => changed.has(name)))
      return false;
    for (const name of own) changed.add(name);
    for (const name of others) restedOn.add(name);
    return true;
  });
  return new Set(chosen);
}
