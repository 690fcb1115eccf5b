// What stands at the end of a test, as its expectations speak of it: each thing as one line, for comparing and showing.
import type { Actions } from '../actions/action.ts';
import { actions } from '../actions/registry.ts';
import type { RuleOutcome } from '../engine/decide.ts';
import type { RuleSet } from '../engine/rule.ts';
import type { Json } from '../store/store.ts';
import type { EffectOn } from './memory-programme.ts';
import { isObject } from './payload.ts';
import type { Decided, Played } from './play-test.ts';
import type { Expectations } from './written-test.ts';

/** An expectation that is compared line by line; tickets are compared by what is said of them. */
export type Field = Exclude<keyof Expectations, 'tickets'>;

/** The lines of one field that stand. */
export function linesThatStand(field: Field, { programme, decided }: Played, rules: RuleSet): string[] {
  switch (field) {
    case 'points':
      return programme.contributors().flatMap(({ login, points }) => (points === 0 ? [] : [`${login}: ${points}`]));
    case 'badges':
      return programme.contributors().flatMap(({ login, badges }) => badges.map((badge) => `${login}: ${badge}`));
    case 'comments':
      return there(programme.effects(), 'comment').map((params) => text(params, 'body'));
    case 'labels':
      return [...new Set(there(programme.effects(), 'add_labels').map((params) => text(params, 'label')))];
    case 'checks':
      return there(programme.effects(), 'set_check').map(
        (params) => `${text(params, 'name')}: ${text(params, 'conclusion')}`,
      );
    case 'notifications':
      return there(programme.effects(), 'notify_discord').map((params) => text(params, 'message'));
    case 'effects':
      return programme.effects().filter(isThere).map(summaryOf);
    case 'parked':
      return programme
        .effects()
        .filter(({ state }) => state === 'parked')
        .map(summaryOf);
    case 'shadow':
      return shadowLines(decided, rules);
    case 'errors':
      return errorLines(decided, rules);
  }
}

/** The lines of one field that are expected. */
export function linesExpected(field: Field, expected: NonNullable<Expectations[Field]>): string[] {
  if (Array.isArray(expected)) return expected.map(String).map(tidy);
  const entries: [string, unknown][] = Object.entries(expected);
  const lines = entries.flatMap(([name, value]) => [value].flat().map((item) => `${name}: ${tidy(String(item))}`));
  return field === 'points' ? lines.filter((line) => !line.endsWith(': 0')) : lines;
}

/** Names of the actions that a field is about; null for one that is about them all. */
export const ACTIONS: Readonly<Record<keyof Expectations, readonly string[] | null>> = {
  points: ['award_points'],
  tickets: ['list_ticket'],
  badges: ['grant_badge'],
  comments: ['comment'],
  labels: ['add_labels'],
  checks: ['set_check'],
  notifications: ['notify_discord'],
  effects: null,
  parked: null,
  shadow: null,
  errors: null,
};

function there(effects: readonly EffectOn[], action: string): Json[] {
  return effects.filter((effect) => effect.action === action && isThere(effect)).map(({ params }) => params);
}

function isThere({ state }: EffectOn): boolean {
  return state === 'standing' || state === 'happened';
}

function text(params: Json, name: string): string {
  return isObject(params) && typeof params[name] === 'string' ? tidy(params[name]) : '';
}

/**
 * As people read it: without what was put in to keep a payload's text from being a mention or Markdown, and without the
 * line break at the end of YAML's blocks.
 */
function tidy(line: string): string {
  return line
    .replaceAll('\u200b', '')
    .replace(/&#x([0-9a-f]{1,4});|&#(\d{1,4});/gi, (_, hex?: string, decimal?: string) =>
      String.fromCharCode(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)),
    )
    .replace(/&(amp|lt|gt|quot);/g, (_, name: string) => ENTITIES.get(name) ?? '')
    .replace(/\\([^\w\s])/g, '$1')
    .trimEnd();
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
]);

function summaryOf({ action, params }: { readonly action: string; readonly params: unknown }): string {
  const known: Actions = actions;
  return tidy(known[action]?.summary(params as Json) ?? action);
}

/** A rule's outcome, and the decision in which it came to it. */
export interface OutcomeOn extends Omit<Decided, 'outcomes'> {
  readonly outcome: RuleOutcome;
}

/**
 * The outcomes that count at the end: of a `while`, those of the last decision on each subject; of a `when`, all, as what
 * happened has happened.
 */
export function outcomesInForce(decided: readonly Decided[], rules: RuleSet): OutcomeOn[] {
  const last = new Map(decided.map((decision) => [decision.key, decision]));
  return decided.flatMap((decision) => {
    const { outcomes, ...on } = decision;
    const isLast = last.get(decision.key) === decision;
    const counting = outcomes.filter(({ id }) => isLast || rules.byId.get(id)?.clause === 'when');
    return counting.map((outcome) => ({ ...on, outcome }));
  });
}

function shadowLines(decided: readonly Decided[], rules: RuleSet): string[] {
  const shadows = outcomesInForce(decided, rules).filter(({ outcome }) => outcome.mode === 'shadow');
  return shadows.flatMap(({ outcome }) =>
    outcome.changes.filter(({ op }) => op !== 'withdraw').map((change) => `${outcome.id}: ${summaryOf(change)}`),
  );
}

function errorLines(decided: readonly Decided[], rules: RuleSet): string[] {
  const failed = outcomesInForce(decided, rules).filter(({ outcome }) => outcome.error !== undefined);
  return [...new Set(failed.map(({ outcome }) => outcome.id))];
}
