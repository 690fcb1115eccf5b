// A decision as one commit: what was learned, why, and every line that carries the changes out.
import type { Actions } from '../actions/action.ts';
import type { Decision } from '../engine/decide.ts';
import type { RuleSet } from '../engine/rule.ts';
import type { Commit, Json, Work } from '../store/store.ts';
import type { Concluded } from './conclude.ts';
import type { Situated } from './situate.ts';
import type { Understood } from './understand.ts';

/** What a decision was made by. */
export interface DecidedBy {
  readonly rules: RuleSet;
  readonly actions: Actions;
}

export function commitOf(
  work: Work,
  told: Understood | null,
  { rules, actions }: DecidedBy,
  { situation, decision }: Concluded,
): Commit {
  const { subject, consulted, lookedUp } = situation;
  const { rules: outcomes, changes } = decision;
  const lines = changes.map((change) => change.lines);
  // Of a repository we may know no more than that a label was renamed; then the event says where it happened.
  const where = (fact: string) => subject.facts[fact] ?? told?.facts[fact];
  const installation = told?.facts['installation.id'];
  return {
    message: work.message,
    delivery: work.delivery?.id ?? null,
    event: told?.name ?? work.occasion?.event ?? 'decided again',
    rulesVersion: rules.version,
    subject: {
      key: subject.key,
      kind: subject.kind,
      repositoryId: subject.repositoryId,
      number: subject.number,
      repository: String(where('repository.full_name') ?? ''),
      private: where('repository.private') === true || subject.homeGone,
      version: subject.version,
      knowledge: subject.learned,
      lookups: subject.answered,
    },
    consulted,
    trace: outcomes.filter(
      ({ outcome, changes: made }) => outcome !== 'out of scope' || made.length > 0,
    ) as unknown as Json,
    lookups: lookedUp,
    reason: null,
    effects: changes.map(({ effect }) => effect),
    outward: changes.flatMap(({ effect }) => {
      const outward = actions[effect.action]?.outward ?? null;
      return outward === null ? [] : [{ effect: effect.key, medium: outward.medium }];
    }),
    installation: typeof installation === 'number' && work.delivery !== null ? installation : null,
    awards: lines.flatMap(({ awards = [] }) => awards),
    reversals: lines.flatMap(({ reversals = [] }) => reversals),
    listed: lines.flatMap(({ listed = [] }) => listed),
    unlisted: lines.flatMap(({ unlisted = [] }) => unlisted),
    badges: lines.flatMap(({ badges = [] }) => badges),
    unbadged: lines.flatMap(({ unbadged = [] }) => unbadged),
    limits: [...new Set(changes.map(({ effect }) => effect.rule))].flatMap((id) => {
      const limits = rules.byId.get(id)?.limits ?? null;
      return limits === null ? [] : [{ rule: id, ...limits }];
    }),
  };
}

const NOTHING: Decision = { rules: [], changes: [], wanted: [], needs: [] };

/** A delivery of which no more is wanted than what it tells: nothing is decided, and `reason` says why. */
export function commitOfNews(
  work: Work,
  told: Understood | null,
  by: DecidedBy,
  situation: Situated,
  reason: string,
): Commit {
  return { ...commitOf(work, told, by, { situation, decision: NOTHING }), trace: null, reason };
}
