// grant_badge: a badge on each person in `to`; withdrawn, it is taken back.
import Type from 'typebox';
import type { BadgeRow, Json, StoredEffect } from '../store/store.ts';
import { type Action, kept, type Outcome, quoted, type Resolved, textIn, usersIn } from './action.ts';

const grant = kept(
  'grant_badge',
  Type.Object({ contributor: Type.Object({ id: Type.Number(), login: Type.String() }), badge: Type.String() }),
);

export const grantBadge = {
  name: 'grant_badge',
  description: 'Gives each person in `to` a badge, which is shown beside their name.',
  standing: true,
  withdrawal: 'Withdrawn, the badge is taken back.',
  subjects: null,
  causes: [],
  changes: ['contributor.badges'],
  fields: {
    to: { type: 'users', required: true, description: 'Who gets the badge.', example: { fact: 'contributor' } },
    badge: {
      type: 'text',
      required: true,
      maximum: 50,
      description: 'Its name, of up to 50 characters.',
      example: 'Rising Star',
    },
  },
  outcomes(params: Resolved): readonly Outcome[] {
    const badge = textIn(params, 'badge');
    if (badge === null) return [];
    return usersIn(params, 'to').map(({ id, login }) => ({
      target: String(id),
      params: { contributor: { id, login }, badge },
    }));
  },
  summary(params: Json) {
    const { contributor, badge } = grant(params);
    return `grants ${contributor.login} the badge ${quoted(badge)}`;
  },
  /** A renamed account keeps its badge. */
  isSame: (standing: Json, wanted: Json) => grant(standing).badge === grant(wanted).badge,
  stand: (effect: StoredEffect) => ({ badges: [row(effect)] }),
  replace: (_standing: StoredEffect, wanted: StoredEffect) => ({ badges: [row(wanted)] }),
  withdraw: (effect: StoredEffect) => ({ unbadged: [effect.key] }),
  outward: null,
} as const satisfies Action;

function row(effect: StoredEffect): BadgeRow {
  const { contributor, badge } = grant(effect.params);
  return { effect: effect.key, contributor, badge };
}
