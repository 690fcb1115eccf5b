// award_points: a line in the ledger for each person in `to`; withdrawn by a line that reverses it.
import Type from 'typebox';
import type { Facts } from '../facts/fact.ts';
import type { Json, LedgerLine, StoredEffect } from '../store/store.ts';
import { type Action, kept, type Outcome, type Resolved, textIn, usersIn } from './action.ts';

/** What is kept of an award: enough to write its line, and its reversal, without asking anything again. */
const award = kept(
  'award_points',
  Type.Object({
    contributor: Type.Object({ id: Type.Number(), login: Type.String() }),
    points: Type.Number(),
    reason: Type.String(),
    url: Type.String(),
  }),
);

export const awardPoints = {
  name: 'award_points',
  description: 'Credits points to each person in `to`, with the reason, in the ledger.',
  standing: true,
  withdrawal: 'Withdrawn, the points are taken back by a new line; the ledger forgets nothing.',
  // Not on contributors: points would lead to points.
  subjects: ['issue', 'pull_request'],
  causes: ['contributor'],
  changes: ['contributor.points'],
  fields: {
    to: {
      type: 'users',
      required: true,
      description: 'Who gets the points.',
      example: { fact: 'pull_request.author' },
    },
    points: {
      type: 'number',
      required: true,
      minimum: 1,
      maximum: 1000,
      description: 'How many, each: a whole number from 1 to 1000.',
      example: 20,
    },
    reason: {
      type: 'text',
      required: false,
      description: 'What for, in words the contributor will read.',
      example: 'Merged {{ pull_request.title }}',
    },
  },
  outcomes(params: Resolved, facts: Facts): readonly Outcome[] {
    const { points } = params;
    if (typeof points !== 'number') return [];
    const reason = (textIn(params, 'reason') ?? '').slice(0, 500).toWellFormed();
    const url = facts['pull_request.html_url'] ?? facts['issue.html_url'] ?? facts['repository.html_url'] ?? '';
    return usersIn(params, 'to').map(({ id, login }) => ({
      target: String(id),
      params: { contributor: { id, login }, points, reason, url: String(url) },
    }));
  },
  summary(params: Json) {
    const { contributor, points } = award(params);
    return `awards ${points} ${points === 1 ? 'point' : 'points'} to ${contributor.login}`;
  },
  /** A renamed title or account is no reason for a new line. */
  isSame: (standing: Json, wanted: Json) => award(standing).points === award(wanted).points,
  stand: (effect: StoredEffect) => ({ awards: [line(effect)] }),
  replace: (standing: StoredEffect, wanted: StoredEffect) => ({
    reversals: [{ effect: standing.key, reason: `Corrected from ${award(standing.params).points} points` }],
    awards: [line(wanted)],
  }),
  withdraw: (effect: StoredEffect, because: string) => ({
    reversals: [{ effect: effect.key, reason: `Withdrawn: ${because}` }],
  }),
  outward: null,
} as const satisfies Action;

function line(effect: StoredEffect): LedgerLine {
  const { contributor, points, reason, url } = award(effect.params);
  return { effect: effect.key, rule: effect.rule, contributor, points, reason, url };
}
