// What is known of subjects of which deliveries have lost their bodies: taken as it is on record, for nothing else can tell.
import type { ReplayStore } from '../store/replay.ts';
import type { Commit, Store } from '../store/store.ts';

const PAGE = 500;

/**
 * Makes it known in an empty database, before anything is decided there: what is known only ever adds up, so it does not
 * matter when it becomes known. Returns how many subjects that are.
 */
export async function takeFromRecord(
  recorded: Pick<ReplayStore, 'prunedSubjects'> & Pick<Store, 'subjects'>,
  scratch: Pick<Store, 'commitAll'>,
): Promise<number> {
  let taken = 0;
  for (let [repository, number] = [0, 0]; ; ) {
    const { subjects, next } = await recorded.prunedSubjects(repository, number, PAGE);
    const stored = await recorded.subjects(subjects.map((each) => `${each.repository}/${each.number}`));
    const commits = subjects.flatMap((about, index): Commit[] => {
      const { key = '', knowledge = null, lookups = null } = stored[index] ?? {};
      if (knowledge === null) return [];
      const subject = {
        ...{ key, kind: knowledge.subject.kind, repositoryId: about.repository, number: about.number },
        ...{ repository: about.name, private: about.private, version: 0, knowledge, lookups },
      };
      return [{ ...NOTHING_DECIDED, subject }];
    });
    if (commits.length > 0) await scratch.commitAll(commits);
    taken += commits.length;
    if (next === null) return taken;
    ({ repository, number } = next);
  }
}

const NOTHING_DECIDED: Omit<Commit, 'subject'> = {
  ...{ message: 0, delivery: null, installation: null, event: 'taken from the record', rulesVersion: '' },
  ...{ trace: null, reason: null, lookups: {}, consulted: [], effects: [], outward: [], limits: [] },
  ...{ awards: [], reversals: [], listed: [], unlisted: [], badges: [], unbadged: [] },
};
