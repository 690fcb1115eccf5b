// A rule set and its index: from what happened, the rules that could hold, however many others there are.
//
// A rule whose condition is a conjunction can hold only where each of its parts does. A part that compares a fact with
// literals (`issue.state: open`, `issue.labels: { containsAny: […] }`) is a guard: without one of its keys, such as
// `issue.labels = c4gt community`, among the facts, the rule cannot hold. Each rule is filed under the guard that the
// fewest others share, and an event looks up the keys of its own facts.
import type { Facts, FactValue } from '../facts/fact.ts';
import type { Condition, Rule, RuleSet, Test } from './rule.ts';

/** The rules that an event, or a kind of subject, concerns: filed by key, or under none. */
interface Shelf {
  readonly all: readonly Rule[];
  readonly facts: readonly string[];
  readonly byKey: ReadonlyMap<string, readonly Rule[]>;
  readonly unguarded: readonly Rule[];
}

/**
 * Of so few rules all are looked at, and a decision can say of each what was missing; of more, only those that could
 * hold.
 */
const ALL_UP_TO = 32;

export interface IndexOptions {
  /** Up to how many rules on an event or kind of subject are all candidates; `Infinity` for no index at all. */
  readonly allUpTo?: number;
}

export function ruleSetOf(
  version: string,
  rules: readonly Rule[],
  { allUpTo = ALL_UP_TO }: IndexOptions = {},
): RuleSet {
  const order = new Map(rules.map((rule, place) => [rule, place]));
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const byEvent = shelves(
    rules.filter(({ clause }) => clause === 'when'),
    ({ on }) => on,
  );
  const bySubject = shelves(
    rules.filter(({ clause }) => clause === 'while'),
    ({ subject }) => [String(subject)],
  );
  const inOrder = (found: Iterable<Rule>) =>
    [...new Set(found)].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  return {
    version,
    rules,
    byId,
    isTimed: rules.some((rule) => rule.on.includes('schedule.daily') || isTimed(rule.condition)),
    atEvent: (event, facts) => {
      const [name = event] = event.split('.');
      const found = [...new Set([name, event])].flatMap((each) => candidates(byEvent.get(each), facts, allUpTo));
      return inOrder(found);
    },
    onSubject: (kind, facts, standing) => {
      const held = standing.flatMap((id) => byId.get(id) ?? []).filter(({ clause }) => clause === 'while');
      return inOrder([
        ...candidates(bySubject.get(kind), facts, allUpTo),
        ...held.filter((rule) => rule.subject === kind),
      ]);
    },
  };
}

function isTimed(condition: Condition): boolean {
  if (condition.kind === 'not') return isTimed(condition.condition);
  return condition.kind === 'test' ? condition.ago !== undefined : condition.conditions.some(isTimed);
}

function shelves(rules: readonly Rule[], namesOf: (rule: Rule) => readonly string[]): ReadonlyMap<string, Shelf> {
  const named = new Map<string, Rule[]>();
  for (const rule of rules) {
    for (const name of namesOf(rule)) {
      const there = named.get(name);
      if (there === undefined) named.set(name, [rule]);
      else there.push(rule);
    }
  }
  return new Map([...named].map(([name, all]) => [name, shelve(all)]));
}

function shelve(all: readonly Rule[]): Shelf {
  const guards = all.map((rule) => [...guardsOf(rule.condition), ...repositoryGuards(rule)]);
  const shared = new Map<string, number>();
  for (const key of guards.flat(2)) shared.set(key, (shared.get(key) ?? 0) + 1);
  const crowd = (guard: Guard) => guard.reduce((sum, key) => sum + (shared.get(key) ?? 0), 0);

  const byKey = new Map<string, Rule[]>();
  const unguarded: Rule[] = [];
  all.forEach((rule, place) => {
    const [best] = (guards[place] ?? [])
      .map((guard) => ({ guard, crowd: crowd(guard) }))
      .sort((a, b) => a.crowd - b.crowd);
    if (best === undefined) unguarded.push(rule);
    for (const key of new Set(best?.guard)) {
      const there = byKey.get(key);
      if (there === undefined) byKey.set(key, [rule]);
      else there.push(rule);
    }
  });
  const facts = new Set([...byKey.keys()].map((key) => key.slice(0, key.indexOf('='))));
  return { all, facts: [...facts], byKey, unguarded };
}

function candidates(shelf: Shelf | undefined, facts: Facts, allUpTo: number): readonly Rule[] {
  if (shelf === undefined) return [];
  if (shelf.all.length <= allUpTo) return shelf.all;
  const found = shelf.facts.flatMap((fact) => keysOf(fact, facts[fact]).flatMap((key) => shelf.byKey.get(key) ?? []));
  return [...shelf.unguarded, ...found];
}

/** Keys of which one must be among the facts' for the rule to hold. */
type Guard = readonly string[];

function guardsOf(condition: Condition): Guard[] {
  switch (condition.kind) {
    case 'not':
      return [];
    case 'all':
      return condition.conditions.flatMap(guardsOf);
    case 'any': {
      // One part holds, whichever: the first guards of all parts together are a guard, if each part has one.
      const parts = condition.conditions.map((part) => guardsOf(part)[0]);
      return parts.includes(undefined) ? [] : [parts.flatMap((part) => part ?? [])];
    }
    case 'test':
      return guardOf(condition);
  }
}

function guardOf({ fact, type, operator, value, looksUp }: Test): Guard[] {
  // `contains` of a text looks for a part of it, which is no key.
  if (looksUp || (operator === 'contains' && type === 'string')) return [];
  if (operator === 'equal' || operator === 'contains') return isLiteral(value) ? [[keyOf(fact, value)]] : [];
  if (!Array.isArray(value)) return [];
  if (operator === 'in' || operator === 'containsAny') return [value.map((item) => keyOf(fact, item))];
  return operator === 'containsAll' ? value.map((item) => [keyOf(fact, item)]) : [];
}

/** Globs without a joker name their repository; those of a whole owner, the owner. */
function repositoryGuards({ repositories }: Rule): Guard[] {
  const keys = repositories.map((glob) => {
    if (!/[*?{]/.test(glob)) return keyOf('repository.full_name', glob);
    const [, owner] = /^([^*?{/]+)\/\*$/.exec(glob) ?? [];
    return owner === undefined ? null : keyOf('repository.owner', owner);
  });
  const known = keys.filter((key) => key !== null);
  return known.length > 0 && known.length === keys.length ? [known] : [];
}

function isLiteral(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Without regard to case: a key may only let more rules through than hold. */
function keyOf(fact: string, value: unknown): string {
  return `${fact}=${String(value).toLowerCase()}`;
}

function keysOf(fact: string, value: FactValue | undefined): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.map((item) => keyOf(fact, named(item)));
  return [keyOf(fact, named(value))];
}

/** A user goes by its login, as rules name one. */
function named(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'login' in value ? value.login : value;
}
