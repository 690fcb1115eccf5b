// What the examples of json-rules-engine speak of, as a language of rules: its facts, one event, and one action.
import { readFileSync } from 'node:fs';
import type { Action } from '../../../src/actions/action.ts';
import type { Vocabulary } from '../../../src/engine/language.ts';
import { ruleLoader } from '../../../src/engine/load.ts';
import type { RuleSet } from '../../../src/engine/rule.ts';
import type { FactEntry, FactType } from '../../../src/facts/fact.ts';
import { said } from '../rules.ts';

const FACTS: readonly (readonly [name: string, type: FactType, more?: Partial<FactEntry>])[] = [
  ['greeting.wanted', 'boolean'],
  ['game.minutes', 'number'],
  ['player.fouls', 'number'],
  ['account.company', 'string'],
  ['account.status', 'string'],
  ['account.holidays', 'strings'],
  ['account.years', 'number'],
  ['account.employed', 'boolean', { source: 'lookup' }],
  ['clock.millis', 'number'],
  ['word.text', 'string', { ignoreCase: true }],
  ['taste.lime', 'boolean'],
  ['taste.ginger', 'boolean'],
  ['guest.sociable', 'boolean'],
  ['purse.balance', 'number'],
  ['voucher.price', 'number'],
  ['student.athlete', 'boolean'],
  ['student.average', 'number'],
  ['round.score', 'number'],
  ['round.initials', 'string'],
  ['record.score', 'number'],
  ['record.initials', 'string'],
  ['guest.next_age', 'number'],
  ['build.tags', 'strings'],
  ['allowed.tags', 'strings'],
  ['build.labels', 'strings', { ignoreCase: true }],
  ['allowed.labels', 'strings', { ignoreCase: true }],
];

/** What json-rules-engine calls the rule's event: it happens, and says something. */
const announce = {
  name: 'announce',
  description: 'Says something.',
  standing: false,
  withdrawal: 'What was said stays said.',
  subjects: null,
  causes: [],
  changes: [],
  fields: { text: { type: 'text', required: true, description: 'What is said.', example: 'Hello' } },
  outward: null,
  summary: () => 'says something',
  outcomes: ({ text }) => [{ target: '', params: String(text) }],
  isSame: (standing, wanted) => standing === wanted,
  stand: () => ({}),
  replace: () => ({}),
  withdraw: () => ({}),
} satisfies Action;

export const vocabulary: Vocabulary = {
  facts: FACTS.map(([name, type, more]) => ({
    name,
    type,
    meaning: 'See the example.',
    scope: 'state',
    source: 'payload',
    events: ['run'],
    ...more,
  })),
  events: [{ event: 'run', actions: [], subject: 'issue' }],
  actions: { announce },
};

const load = ruleLoader(vocabulary);

/** The rules of `<name>.yaml` beside this file. */
export function rulesIn(name: string): RuleSet {
  const path = `${name}.yaml`;
  const { rules, problems } = load([{ path, text: readFileSync(new URL(path, import.meta.url), 'utf8') }]);
  if (rules === null) throw new Error(problems.map(said).join('\n'));
  return rules;
}
