// Decisions about one issue for tests, and what they come to in short.
import { actions } from '../../src/actions/registry.ts';
import { type Decision, decide, type Situation } from '../../src/engine/decide.ts';
import type { RuleSet } from '../../src/engine/rule.ts';
import type { StoredEffect } from '../../src/store/store.ts';

const author = { id: 1, login: 'asha', type: 'User' };
export const facts = {
  'repository.full_name': 'Sunbird/core',
  'issue.number': 7,
  'issue.state': 'open',
  'issue.title': 'Export',
  'issue.author': author,
  'issue.labels': ['C4GT Community'],
};

export type Subject = NonNullable<Situation['subject']>;

/** An issue that was opened, with these differences. */
export function subject(changes: Partial<Subject> = {}): Subject {
  return { key: '9/7', kind: 'issue', events: ['issues.opened'], facts, gone: false, effects: [], ...changes };
}

export function moment(event = 'issues.labeled', occurrence = 'body-1', more = {}): NonNullable<Situation['moment']> {
  return { event, occurrence, facts: { ...facts, 'sender.id': 55, ...more } };
}

export const decided = (rules: RuleSet, situation: Situation) =>
  decide({ rules, actions, isLookup: () => false, now: '2026-06-01T09:00:00Z' }, situation);
/** `stand demo/open award_points` */
export const ops = ({ changes }: Decision) => changes.map(({ op, effect }) => `${op} ${effect.rule} ${effect.action}`);
export const effects = ({ changes }: Decision): StoredEffect[] => changes.map(({ effect }) => effect);

export const award = (points: number | string) =>
  `[{ award_points: { to: { fact: issue.author }, points: ${points} } }]`;
