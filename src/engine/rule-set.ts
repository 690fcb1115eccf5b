// A rule set and its index: from what happened, the rules that could hold, however many others there are.
//
// A rule whose condition is a conjunction can hold only where each of its parts does. A part that compares a fact with
// literals (`issue.state: open`, `issue.labels: { containsAny: […] }`) is a guard: without one of its keys, such as
// `issue.labels=c4gt community`, among those of the facts, the rule cannot hold. Each rule is filed under the guard that
// the fewest others share, and an event looks up the keys of its own facts.
import type { Facts, FactValue } from '../facts/fact.ts';
import { testsIn } from './condition-facts.ts';
import { familyOf } from './language.ts';
import type { Condition, Rule, RuleSet, Test } from './rule.ts';
import { atOnce, type Steps } from './steps.ts';

/** Of a rule in its set; in order of these, rules stand as they do in their files. */
type Place = number;

/** The rules that an event, or a kind of subject, concerns: filed by key, or under none. */
interface Shelf {
  readonly all: readonly Place[];
  readonly facts: readonly string[];
  readonly byKey: ReadonlyMap<string, readonly Place[]>;
  readonly unguarded: readonly Place[];
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
  const placeOf = new Map(rules.map(({ id }, place) => [id, place]));
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  // Made when they are first needed: whoever checks or lists rules needs none.
  const byEvent = once(() => shelves(rules, ({ clause, on }) => (clause === 'when' ? on : [])));
  const bySubject = once(() => shelves(rules, ({ clause, subject }) => (clause === 'while' ? [String(subject)] : [])));
  const inOrder = (places: readonly Place[]) =>
    [...new Set(places)].sort((a, b) => a - b).flatMap((place) => rules[place] ?? []);
  const held = (ids: readonly string[], isHere: (rule: Rule) => boolean) =>
    ids.flatMap((id) => byId.get(id) ?? []).flatMap((rule) => (isHere(rule) ? (placeOf.get(rule.id) ?? []) : []));
  return {
    version,
    rules,
    byId,
    isTimed: rules.some((rule) => rule.on.includes('schedule.daily') || isTimed(rule.condition)),
    atEvent: (event, facts, standing) => {
      const names = [familyOf(event), event];
      const found = names.flatMap((name) => candidates(byEvent.now().get(name), facts, allUpTo));
      const isHere = ({ clause, on }: Rule) => clause === 'when' && on.some((name) => names.includes(name));
      return inOrder([...found, ...held(standing, isHere)]);
    },
    onSubject: (kind, facts, standing) => {
      const isHere = ({ clause, subject }: Rule) => clause === 'while' && subject === kind;
      return inOrder([...candidates(bySubject.now().get(kind), facts, allUpTo), ...held(standing, isHere)]);
    },
    *index() {
      yield* byEvent.stepwise();
      yield* bySubject.stepwise();
    },
  };
}

function once<T>(make: () => Steps<T>): { readonly now: () => T; readonly stepwise: () => Steps<T> } {
  let made: { readonly value: T } | undefined;
  return {
    now: () => {
      made ??= { value: atOnce(make()) };
      return made.value;
    },
    *stepwise() {
      made ??= { value: yield* make() };
      return made.value;
    },
  };
}

function isTimed(condition: Condition): boolean {
  return testsIn(condition).some(({ ago }) => ago !== undefined);
}

function* shelves(
  rules: readonly Rule[],
  namesOf: (rule: Rule) => readonly string[],
): Steps<ReadonlyMap<string, Shelf>> {
  const named = new Map<string, Place[]>();
  rules.forEach((rule, place) => {
    for (const name of namesOf(rule)) file(named, name, place);
  });
  const shelves = new Map<string, Shelf>();
  for (const [name, all] of named) shelves.set(name, yield* shelve(all, rules));
  return shelves;
}

function* shelve(all: readonly Place[], rules: readonly Rule[]): Steps<Shelf> {
  const shelved = all.flatMap((place) => (rules[place] === undefined ? [] : [{ place, rule: rules[place] }]));
  const sharers = new Map<string, number>();
  for (const { rule } of shelved) {
    yield;
    for (const key of keysIn(rule)) sharers.set(key, (sharers.get(key) ?? 0) + 1);
  }
  const byKey = new Map<string, Place[]>();
  const unguarded: Place[] = [];
  for (const { rule, place } of shelved) {
    yield;
    const guard = guardOf(rule, (key) => sharers.get(key) ?? 0);
    if (guard === null) unguarded.push(place);
    else for (const key of guard) file(byKey, key, place);
  }
  const facts = new Set([...byKey.keys()].map((key) => key.slice(0, key.indexOf('='))));
  return { all, facts: [...facts], byKey, unguarded };
}

function file(shelf: Map<string, Place[]>, name: string, place: Place): void {
  const there = shelf.get(name);
  if (there === undefined) shelf.set(name, [place]);
  else there.push(place);
}

function candidates(shelf: Shelf | undefined, facts: Facts, allUpTo: number): readonly Place[] {
  if (shelf === undefined) return [];
  if (shelf.all.length <= allUpTo) return shelf.all;
  const found = shelf.facts.flatMap((fact) => keysOf(fact, facts[fact]).flatMap((key) => shelf.byKey.get(key) ?? []));
  return [...shelf.unguarded, ...found];
}

/** Keys of which one must be among the facts' for a condition to hold; null where no keys tell. */
type Guard = readonly string[] | null;

/** How many rules could be filed under a key. */
type Crowd = (key: string) => number;

function keysIn(rule: Rule): ReadonlySet<string> {
  const guards = [...testsIn(rule.condition).flatMap(guardsOfTest), repositoryGuard(rule)];
  return new Set(guards.flatMap((guard) => guard ?? []));
}

function guardOf(rule: Rule, crowd: Crowd): Guard {
  return leastOf([guardOfCondition(rule.condition, crowd), repositoryGuard(rule)], crowd);
}

function guardOfCondition(condition: Condition, crowd: Crowd): Guard {
  switch (condition.kind) {
    case 'not':
      return null;
    case 'all':
      return leastOf(
        condition.conditions.map((part) => guardOfCondition(part, crowd)),
        crowd,
      );
    case 'any': {
      // One part holds, whichever: the guards of all parts together are a guard, if each part has one.
      const guards = condition.conditions.map((part) => guardOfCondition(part, crowd));
      return guards.includes(null) ? null : [...new Set(guards.flatMap((guard) => guard ?? []))];
    }
    case 'test':
      return leastOf(guardsOfTest(condition), crowd);
  }
}

/** Of guards that must all be met, the one that most rules are told apart by. */
function leastOf(guards: readonly Guard[], crowd: Crowd): Guard {
  const counted = guards
    .filter((guard) => guard !== null)
    .map((guard) => ({ guard, sharers: guard.reduce((sum, key) => sum + crowd(key), 0) }));
  return counted.sort((a, b) => a.sharers - b.sharers)[0]?.guard ?? null;
}

function guardsOfTest({ fact, type, operator, value, looksUp }: Test): Guard[] {
  // `contains` of a text looks for a part of it, which is no key.
  if (looksUp || (operator === 'contains' && type === 'string')) return [];
  if (operator === 'equal' || operator === 'contains') return isLiteral(value) ? [[keyOf(fact, value)]] : [];
  if (!Array.isArray(value)) return [];
  if (operator === 'in' || operator === 'containsAny') return [[...new Set(value.map((item) => keyOf(fact, item)))]];
  return operator === 'containsAll' ? value.map((item) => [keyOf(fact, item)]) : [];
}

/** Globs without a joker name their repository; those of a whole owner, the owner. Contributors are in no repository. */
function repositoryGuard({ repositories, subject }: Rule): Guard {
  if (repositories.length === 0 || subject === 'contributor') return null;
  const names = repositories.map((glob) => (glob.endsWith('/*') ? glob.slice(0, -1) : glob));
  return names.some((name) => /[*?{]/.test(name)) ? null : [...new Set(names.map((name) => keyOf(REPOSITORY, name)))];
}

const REPOSITORY = 'repository.full_name';

function isLiteral(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function keysOf(fact: string, value: FactValue | undefined): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.map((item) => keyOf(fact, named(item)));
  const key = keyOf(fact, named(value));
  // The name of a repository has its owner's, `sunbird/`, as a second key.
  return fact === REPOSITORY ? [key, key.slice(0, key.indexOf('/') + 1)] : [key];
}

/** A user goes by its login, as rules name one. */
function named(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'login' in value ? value.login : value;
}

/** Without regard to case, or to what any operator or glob takes for a letter's other case: `ſ` is an `s`. */
function keyOf(fact: string, value: unknown): string {
  const lower = String(value).toLowerCase();
  return `${fact}=${/^[\0-\x7f]*$/.test(lower) ? lower : lower.toUpperCase().toLowerCase()}`;
}
