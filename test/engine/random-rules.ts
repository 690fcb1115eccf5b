// Rules and facts at random, with so few values that they often match.
import fc from 'fast-check';
import { factTypes } from '../../src/engine/check-operand.ts';
import { ruleLoader } from '../../src/engine/load.ts';
import { operators } from '../../src/engine/operators.ts';
import type { Rule, RuleSubject } from '../../src/engine/rule.ts';
import type { FactEntry, FactType, FactValue } from '../../src/facts/fact.ts';
import type { Json, StoredEffect } from '../../src/store/store.ts';
import { ofContributors, ofIssues, ofMoments, ofPullRequests, repository, vocabulary } from './small-language.ts';

const letter = fc.constantFrom('a', 'A', 'b', 'ab', 'B a');
const user = fc.constantFrom({ id: 1, login: 'a' }, { id: 2, login: 'B' }, { id: 1, login: 'b' });
const time = fc.constantFrom('2026-05-31T09:00:00Z', '2026-05-31T14:30:00+05:30', '2026-06-01T08:00:00Z');

export const now = '2026-06-01T09:00:00Z';

/** Values as facts have them: at times empty, and at times what no payload should hold. */
const VALUES: Readonly<Record<FactType, fc.Arbitrary<FactValue>>> = {
  string: letter,
  number: fc.constantFrom<FactValue>(0, 1, 1, 2, 7, -1, -0, Number.NaN, '1'),
  boolean: fc.boolean(),
  time: fc.oneof({ weight: 5, arbitrary: time }, { weight: 1, arbitrary: fc.constant('yesterday') }),
  user,
  strings: fc.array(letter, { maxLength: 3 }),
  users: fc.array(user, { maxLength: 2 }),
};

const fullName = fc.constantFrom('Sunbird/core', 'sunbird/Core', 'Sunbird/app', 'other/core', '\u017funbird/core');

/** Facts of a kind of subject: each there, missing, or null. */
export function factsFor(
  family: 'issue' | 'pull_request' | 'contributor' | 'label',
): fc.Arbitrary<Record<string, FactValue>> {
  const entries = {
    issue: [...ofIssues, ...ofMoments],
    pull_request: [...ofPullRequests, ...ofMoments].filter(({ source }) => source !== 'lookup'),
    contributor: ofContributors,
    label: ofMoments,
  }[family];
  const values = entries.map(({ name, type }) => [name, seldomNull(VALUES[type])] as const);
  const where = family === 'contributor' ? {} : { 'repository.full_name': fullName };
  const model = { 'sender.id': fc.constantFrom<FactValue>(5, 6), ...where, ...Object.fromEntries(values) };
  return fc.record<Record<string, FactValue>>(model, { requiredKeys: Object.keys(where) });
}

/** What would be found by looking it up. */
export const answers: fc.Arbitrary<Record<string, FactValue>> = fc.record(
  Object.fromEntries(
    ofPullRequests
      .filter(({ source }) => source === 'lookup')
      .map(({ name, type }) => [name, seldomNull(VALUES[type])]),
  ),
);

function seldomNull(value: fc.Arbitrary<FactValue>): fc.Arbitrary<FactValue> {
  return fc.oneof({ weight: 8, arbitrary: value }, { weight: 1, arbitrary: fc.constant(null) });
}

/** One value, or one element, as rules write it. */
const WRITTEN: Readonly<Record<FactType, fc.Arbitrary<Json>>> = {
  string: letter,
  number: fc.constantFrom(0, 1, 2, 7),
  boolean: fc.boolean(),
  time,
  user: letter,
  strings: letter,
  users: letter,
};

function comparison(entry: FactEntry, offered: readonly FactEntry[]): fc.Arbitrary<Json> {
  const one = WRITTEN[entry.type];
  const many = fc.array(one, { minLength: 1, maxLength: 3 });
  const fitting = [...operators.values()].filter(({ types }) => types.includes(entry.type));
  const likely = fitting.filter(({ name }) => ['equal', 'in', 'contains', 'containsAny', 'containsAll'].includes(name));
  return fc.constantFrom(...fitting, ...likely, ...likely).chain(({ name, operand }): fc.Arbitrary<Json> => {
    const literal = {
      same: one,
      element: one,
      list: many,
      elements: many,
      pattern: fc.constantFrom<Json>('a', '^b', '(?i)A$', 'a|b'),
      glob: fc.constantFrom<Json>('a*', '?', '{a,b}', '*'),
      boolean: fc.boolean(),
      duration: fc.constantFrom<Json>('1d', '30m', '12h'),
      'number or comparison': fc.constantFrom<Json>(0, 1, { greaterThan: 0 }, { lessThan: 2, notEqual: 1 }),
    }[operand];
    const others = offered.filter(({ type }) => factTypes(entry.type, { operand }).includes(type));
    const other = others.length === 0 ? literal : fc.constantFrom(...others).map((fact): Json => ({ fact: fact.name }));
    return fc
      .oneof({ weight: 4, arbitrary: literal }, { weight: 1, arbitrary: other })
      .map((value) => ({ [name]: value }));
  });
}

/** @param names of conditions that it may use */
function condition(offered: readonly FactEntry[], names: readonly string[]): fc.Arbitrary<Json> {
  const test = fc
    .constantFrom(...offered)
    .chain((entry) => comparison(entry, offered).map((compared): Json => ({ [entry.name]: compared })));
  const named = names.length === 0 ? test : fc.constantFrom(...names).map((name): Json => ({ condition: name }));
  const { node } = fc.letrec<{ node: Json; nodes: Json }>((tie) => ({
    nodes: fc.array(tie('node'), { minLength: 1, maxLength: 3 }),
    node: fc.oneof(
      { maxDepth: 3, depthSize: 'medium' },
      { weight: 6, arbitrary: test },
      { weight: 1, arbitrary: named },
      { weight: 2, arbitrary: tie('nodes').map((all): Json => ({ all })) },
      { weight: 2, arbitrary: tie('nodes').map((any): Json => ({ any })) },
      { weight: 1, arbitrary: tie('node').map((not): Json => ({ not })) },
    ),
  }));
  return node;
}

const BY_KIND: Readonly<Record<RuleSubject, { on: readonly string[]; facts: readonly FactEntry[] }>> = {
  issue: {
    on: ['issues', 'issues.labeled', 'issues.closed', 'issue_comment.created', 'schedule.daily'],
    facts: ofIssues,
  },
  pull_request: { on: ['pull_request', 'pull_request.closed', 'schedule.daily'], facts: ofPullRequests },
  contributor: { on: ['contributor'], facts: ofContributors },
};

function then(offered: readonly FactEntry[]): fc.Arbitrary<Json> {
  const people = offered.filter(({ type }) => type === 'user' || type === 'users').map(({ name }) => ({ fact: name }));
  const sizes = offered.filter(({ type }) => type === 'number').map(({ name }) => ({ fact: name }));
  const texts = offered.filter(({ type }) => type === 'string').map(({ name }) => `{{ ${name} }}`);
  const params = fc.record<Record<string, Json>>(
    {
      to: fc.constantFrom(...people),
      size: fc.constantFrom<Json>(1, 2, ...sizes),
      said: fc.constantFrom('said', ...texts),
    },
    { requiredKeys: [] },
  );
  return fc.array(
    params.map((given): Json => ({ mark: given })),
    { minLength: 1, maxLength: 2 },
  );
}

/** A rule that loads: its facts are offered by its events, and it says which kind it is about. */
function rule(kind: RuleSubject, names: readonly string[]): fc.Arbitrary<Json> {
  const { on, facts: own } = BY_KIND[kind];
  return fc
    .tuple(fc.uniqueArray(fc.constantFrom(...on), { minLength: 1, maxLength: 2 }), fc.boolean())
    .chain(([events, stands]): fc.Arbitrary<Json> => {
      const isSent = kind !== 'contributor' && !events.includes('schedule.daily');
      const offered = stands || !isSent ? own : [...own, ...ofMoments];
      const held = fc
        .tuple(condition(own, names), condition(offered, names))
        // What is about nothing but the schedule has to speak of its kind first.
        .map(([first, second]): Json => ({ all: [{ any: [{ [`${kind}.locked`]: true }, first, second] }, second] }));
      const plain = condition(offered, names);
      return fc.record<Record<string, Json>>(
        {
          on: fc.constant<Json>(events),
          [stands ? 'while' : 'when']: events.includes('schedule.daily') ? held : plain,
          // biome-ignore lint/suspicious/noThenProperty: `then` is a key of the rule language, not a thenable
          then: then(offered),
          mode: fc.constantFrom('live', 'live', 'shadow'),
          limits: fc.constant({ per_hour: 1 }),
          ...(stands ? {} : { once_per: fc.constantFrom('delivery', 'subject', 'contributor') }),
        },
        { requiredKeys: ['on', stands ? 'while' : 'when', 'then'] },
      );
    });
}

const onLabels: fc.Arbitrary<Json> = fc
  .tuple(condition([...ofMoments, ...repository], []), then(ofMoments))
  // biome-ignore lint/suspicious/noThenProperty: `then` is a key of the rule language, not a thenable
  .map(([when, actions]) => ({ on: 'label', when, then: actions }));

const globs = fc.constantFrom(
  null,
  ['Sunbird/*'],
  ['sunbird/core'],
  ['*/core'],
  ['**'],
  ['sunbird/{core,app}'],
  ['other/*', 'Sunbird/co*'],
  ['sunbird/core', 'other/core'],
);

const load = ruleLoader(vocabulary);

/** Rules named `a`, `b`, …, of two files for different repositories, that share conditions by name. */
export const rules: fc.Arbitrary<readonly Rule[]> = fc
  .record({
    conditions: fc.record({
      'issue-one': condition(ofIssues, []),
      'issue-two': condition(ofIssues, ['issue-one']),
      'work-one': condition(ofPullRequests, []),
    }),
    files: fc.tuple(file(['a', 'b', 'c']), file(['d', 'e', 'f'])),
  })
  .map(({ conditions, files: [one, two] }) => {
    const written = [{ ...one, conditions }, two].map((each, place) => ({ version: 1, program: `p${place}`, ...each }));
    const sources = written.map((each) => ({ path: `${each.program}.yaml`, text: JSON.stringify(each) }));
    const { rules: loaded, problems } = load(sources);
    if (loaded === null) throw new Error(`${problems[0]?.message} in ${JSON.stringify(written)}`);
    return loaded.rules;
  });

function file(names: readonly string[]) {
  const one = fc.oneof(
    { weight: 4, arbitrary: rule('issue', ['issue-one', 'issue-two']) },
    { weight: 3, arbitrary: rule('pull_request', ['work-one']) },
    { weight: 1, arbitrary: rule('contributor', []) },
    { weight: 1, arbitrary: onLabels },
  );
  return fc
    .record({ repositories: globs, rules: fc.record(Object.fromEntries(names.map((name) => [name, one]))) })
    .map(({ repositories, rules }) => ({ rules, ...(repositories === null ? {} : { repositories }) }));
}

/** What a store keeps of effects after a decision; those at the chosen places found no room under a limit. */
export function keptAfter(
  before: readonly StoredEffect[],
  changed: readonly StoredEffect[],
  parked: readonly boolean[],
): StoredEffect[] {
  const byKey = new Map(before.map((effect) => [effect.key, effect]));
  changed.forEach((effect, place) => {
    const came = effect.state !== 'withdrawn' && !['standing', 'happened'].includes(byKey.get(effect.key)?.state ?? '');
    byKey.set(effect.key, came && parked[place] === true ? { ...effect, state: 'parked' } : effect);
  });
  return [...byKey.values()];
}
