// The answer to "why?" in words: of each rule how it came out last, what was in its way, and what it has changed.
import type { Actions } from '../../actions/action.ts';
import type { RuleOutcome } from '../decide.ts';
import { summaryOf } from './changes.ts';
import { nearestMiss } from './nearest.ts';

/** A decision as the store has it: its rules as the worker recorded them, and of their changes also those that wait. */
export interface Decided {
  readonly event: string;
  /** ISO 8601. */
  readonly at: string;
  readonly rules: readonly (Omit<RuleOutcome, 'changes'> & { readonly changes: readonly Recorded[] })[];
}

interface Recorded {
  readonly op: string;
  readonly action: string;
  readonly params: unknown;
}

export interface RuleAnswer {
  readonly rule: string;
  readonly outcome: RuleOutcome['outcome'];
  readonly mode?: 'shadow';
  /** When it was last decided, and at which event. */
  readonly at: string;
  readonly event: string;
  /** What was in its way, or why nothing came of it; null when something did. Without capital letter and full stop. */
  readonly because: string | null;
  /** What it has changed, the newest first; a shadow: what it would. */
  readonly changes: readonly { readonly at: string; readonly text: string }[];
}

/** @param decisions on one subject, the newest first */
export function answerOf(decisions: readonly Decided[], actions: Actions): readonly RuleAnswer[] {
  const latest = new Map<string, RuleAnswer>();
  for (const { at, event, rules } of decisions)
    for (const { id, changes, ...outcome } of rules) {
      const later = latest.get(id);
      const answer = later ?? { ...answered(outcome), rule: id, at, event, changes: [] };
      // A shadow's changes never come to be, so each decision says all of them again.
      const isSaid = outcome.mode === 'shadow' && later !== undefined;
      const said = isSaid ? [] : changes.map((change) => ({ at, text: textOf(change, outcome.mode, actions) }));
      // What waits is decided anew whenever there may be room: it has waited since the first time.
      const newer = answer.changes.filter(
        ({ text }) => !(text.startsWith(WAITS) && said.some((one) => one.text === text)),
      );
      latest.set(id, { ...answer, changes: [...newer, ...said] });
    }
  return [...latest.values()].map((answer) =>
    answer.because === null && answer.changes.length === 0 ? { ...answer, because: NOTHING } : answer,
  );
}

const NOTHING = 'it holds, and comes to nothing: there is nobody, or nothing, that its actions could be about';

type Answered = Pick<RuleAnswer, 'outcome' | 'because'> & { readonly mode?: 'shadow' };

function answered({ outcome, mode, conditions, error, because }: Omit<RuleOutcome, 'id' | 'changes'>): Answered {
  const shadow = mode === undefined ? {} : { mode };
  if (outcome === 'held') return { outcome, ...shadow, because: null };
  const miss = conditions === undefined ? null : nearestMiss(conditions, null);
  const besides = miss === null || miss.unseen === 0 ? '' : '; what else it asks was not looked at';
  const missed = miss === null ? 'its condition does not hold' : `${miss.sentence}${besides}`;
  return { outcome, ...shadow, because: error ?? because ?? missed };
}

function textOf({ op, action, params }: Recorded, mode: 'shadow' | undefined, actions: Actions): string {
  const summary = summaryOf(action, params, actions);
  const reason = reasonIn(params);
  const what = reason === null || summary.includes(reason) ? summary : `${summary}: ${reason}`;
  return `${mode === 'shadow' ? 'in shadow, nothing is done: ' : (OPS.get(op) ?? '')}${what}`;
}

const WAITS = 'waits for room under its rule’s limit: ';
const OPS: ReadonlyMap<string, string> = new Map([
  ['replace', 'corrected: '],
  ['withdraw', 'withdrawn: '],
  ['park', WAITS],
]);

/** What an action says it is for, such as that of points. */
function reasonIn(params: unknown): string | null {
  const reason = typeof params === 'object' && params !== null && 'reason' in params ? params.reason : null;
  return typeof reason === 'string' && reason !== '' ? reason : null;
}
