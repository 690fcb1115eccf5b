// list_ticket: the issue is on the public list, and its row follows the issue; withdrawn, it leaves the list.
import Type from 'typebox';
import type { Facts, FactValue } from '../facts/fact.ts';
import { Nullable } from '../models/nullable.ts';
import type { Json, StoredEffect, TicketRow } from '../store/store.ts';
import { type Action, kept, type Outcome, type Resolved } from './action.ts';

const Texts = Type.Array(Type.String());
const MaybeText = Nullable(Type.String());

const ticket = kept(
  'list_ticket',
  Type.Object({
    repository: Type.String(),
    number: Type.Number(),
    title: Type.String(),
    url: Type.String(),
    organisation: MaybeText,
    product: MaybeText,
    domain: MaybeText,
    category: Texts,
    skills: Texts,
    complexity: MaybeText,
    points: Nullable(Type.Number()),
    mentors: Texts,
    assignees: Texts,
    status: Type.Enum(['open', 'assigned', 'closed']),
    created_at: Type.String(),
    closed_at: MaybeText,
    private: Type.Boolean(),
  }),
);

export const listTicket = {
  name: 'list_ticket',
  description: 'Puts the issue on the public list of tickets, and keeps its row up to date.',
  standing: true,
  withdrawal: 'Withdrawn, the issue leaves the list.',
  subjects: ['issue'],
  causes: [],
  changes: [],
  fields: {
    points: {
      type: 'number',
      required: false,
      minimum: 1,
      maximum: 1000,
      description: 'The points shown beside it: a whole number from 1 to 1000.',
      example: 20,
    },
  },
  outcomes(params: Resolved, facts: Facts): readonly Outcome[] {
    const row = rowOf(facts, typeof params['points'] === 'number' ? params['points'] : null);
    return row === null ? [] : [{ target: '', params: row }];
  },
  summary: (params: Json) => {
    const { repository, number, points } = ticket(params);
    const worth = points === null ? '' : ` for ${points} ${points === 1 ? 'point' : 'points'}`;
    return `lists ${repository}#${number}${worth}`;
  },
  isSame: (standing: Json, wanted: Json) => canonical(standing) === canonical(wanted),
  stand: (effect: StoredEffect) => ({ listed: [listed(effect)] }),
  replace: (_standing: StoredEffect, wanted: StoredEffect) => ({ listed: [listed(wanted)] }),
  withdraw: (effect: StoredEffect) => ({ unlisted: [effect.key] }),
  outward: null,
} as const satisfies Action;

type Row = Omit<TicketRow, 'effect'>;

function rowOf(facts: Facts, points: number | null): (Row & { readonly [key: string]: Json }) | null {
  const [repository, number] = [facts['repository.full_name'], facts['issue.number']];
  if (typeof repository !== 'string' || typeof number !== 'number') return null;
  const assignees = logins(facts['issue.assignees']);
  return {
    repository,
    number,
    title: text(facts['issue.title']) ?? '',
    url: text(facts['issue.html_url']) ?? '',
    organisation: text(facts['ticket.organisation']) ?? text(facts['repository.owner']),
    product: text(facts['ticket.product']),
    domain: text(facts['ticket.domain']),
    category: texts(facts['ticket.category']),
    skills: texts(facts['ticket.skills']),
    complexity: text(facts['ticket.complexity']),
    points,
    mentors: texts(facts['ticket.mentors']),
    assignees,
    status: facts['issue.state'] === 'closed' ? 'closed' : assignees.length > 0 ? 'assigned' : 'open',
    created_at: text(facts['issue.created_at']) ?? '',
    closed_at: text(facts['issue.closed_at']),
    private: facts['repository.private'] === true,
  };
}

function listed(effect: StoredEffect): TicketRow {
  return { effect: effect.key, ...ticket(effect.params) };
}

/** Equal rows give equal texts: a database may return the keys of an object in another order. */
function canonical(row: Json): string {
  return JSON.stringify(Object.entries(row ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function text(value: FactValue | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function texts(value: FactValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

function logins(value: FactValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.flatMap((item) => (typeof item === 'object' ? [item.login] : [])) : [];
}
