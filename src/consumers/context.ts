// What nearly every payload carries around its subject: event, sender, repository, organisation, installation.
import Type, { type Static } from 'typebox';
import { derive, stateOf } from '../facts/catalogue.ts';
import type { Facts, FactValue } from '../facts/fact.ts';
import type { Delta, Observation, Snapshot, SubjectKind } from '../facts/observation.ts';
import { BACKFILLED } from '../models/backfilled.ts';
import { Installation } from '../models/installation.ts';
import type { Label } from '../models/label.ts';
import { Maybe } from '../models/nullable.ts';
import { Organization } from '../models/organization.ts';
import { Repository } from '../models/repository.ts';
import { type Timestamp, utc } from '../models/timestamp.ts';
import { User } from '../models/user.ts';

/** The fields of every payload that is about something in a repository. */
export const surroundings = {
  action: Type.String({ minLength: 1 }),
  repository: Repository,
  organization: Maybe(Organization),
  installation: Maybe(Installation),
  sender: Maybe(User),
};

const Surroundings = Type.Object(surroundings);
type Surroundings = Static<typeof Surroundings>;

/** What GitHub says of an edit, as far as it settles an order: that the field changed. */
export const Changes = Maybe(Type.Record(Type.String(), Type.Unknown()));

/** Facts as read: a field that the payload lacks is undefined, and becomes a fact that is absent. */
export type Read = Readonly<Record<string, FactValue | undefined>>;

/** The facts that are known, with the parts of their users. */
export function known(read: Read): Facts {
  return derive(
    Object.fromEntries(Object.entries(read).filter((fact): fact is [string, FactValue] => fact[1] !== undefined)),
  );
}

/** `event.*`, `sender`, `repository.*`, `organization.*` and `installation.id`. */
export function surroundingFacts(event: string, payload: Surroundings): Read {
  const { repository, organization } = payload;
  return {
    ...eventFacts(event, payload),
    'repository.id': repository.id,
    'repository.name': repository.name,
    'repository.full_name': repository.full_name,
    'repository.owner': repository.owner === null ? null : repository.owner?.login,
    'repository.private': repository.private,
    'repository.archived': repository.archived,
    'repository.fork': repository.fork,
    'repository.default_branch': repository.default_branch,
    'repository.description': repository.description,
    'repository.topics': repository.topics,
    'repository.language': repository.language,
    'repository.html_url': repository.html_url,
    'organization.id': organization === null ? null : organization?.id,
    'organization.login': organization === null ? null : organization?.login,
  };
}

/** `event.*`, `sender` and `installation.id`. */
export function eventFacts(event: string, payload: Pick<Surroundings, 'action' | 'sender' | 'installation'>): Read {
  return {
    'event.name': event,
    'event.action': payload.action,
    sender: account(payload.sender),
    'installation.id': payload.installation?.id,
  };
}

/** `label.*`: the label that the event is about. */
export function labelFacts(label: Label | null | undefined): Read {
  if (label === null || label === undefined) return {};
  return {
    'label.id': label.id,
    'label.name': label.name,
    'label.color': label.color,
    'label.description': label.description,
  };
}

/** An account as a fact: number, login, kind, and nothing else of what GitHub sends along. */
export function account(user: User): User;
export function account(user: User | null): User | null;
export function account(user: User | null | undefined): User | null | undefined;
export function account(user: User | null | undefined): User | null | undefined {
  if (user === null || user === undefined) return user;
  return { id: user.id, login: user.login, ...(user.type === undefined ? {} : { type: user.type }) };
}

export function accounts(users: readonly User[] | null | undefined): readonly User[] | undefined {
  return users?.map((user) => account(user));
}

export function labelNames(labels: readonly Label[] | undefined): readonly string[] | undefined {
  return labels?.map((label) => label.name);
}

/** A time as a fact: in UTC, null where there is none, absent where the payload does not say. */
export function time(timestamp: Timestamp | null | undefined): string | null | undefined {
  return typeof timestamp === 'string' ? utc(timestamp) : timestamp;
}

/** Names the subject that a payload is about. */
export function subject(kind: SubjectKind, payload: Surroundings, number: number): Observation['subject'] {
  return { kind, repositoryId: payload.repository.id, number };
}

/** What the payload shows of its subject. */
export function snapshot(
  shape: string,
  facts: Facts,
  seen: { at: Timestamp; rank: number; deltas?: readonly Delta[]; labels?: readonly Label[] | undefined },
): Snapshot {
  const labels = (seen.labels ?? []).map(({ id, name }) => ({ id, name }));
  return { shape, at: utc(seen.at), rank: seen.rank, deltas: seen.deltas ?? [], facts: stateOf(facts), labels };
}

/** The usual course of events within one second. */
export function rankOf(action: string): number {
  return RANKS.get(action) ?? 1;
}

const RANKS: ReadonlyMap<string, number> = new Map([
  ['opened', 0],
  ['created', 0],
  ['closed', 3],
  ['reopened', 4],
  // Asked for when its second was over.
  [BACKFILLED, 8],
  ['deleted', 9],
  ['transferred', 9],
]);
