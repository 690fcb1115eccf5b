// Where histories happen: people, places, the passing of time, and what issues and pull requests have in common.
import { example, type Payload } from './examples.ts';

export interface Told {
  readonly event: string;
  readonly payload: Payload;
}

export interface Person {
  readonly id: number;
  readonly login: string;
}

export interface Place {
  readonly id: number;
  readonly fullName: string;
  readonly private?: boolean;
}

/** Gives each event a later time than the one before, so that GitHub's `updated_at` grows with the story. */
export interface StoryClock {
  next(): string;
}

export function storyClock(start = '2026-06-01T09:00:00Z', stepSeconds = 60): StoryClock {
  let at = Date.parse(start);
  return {
    next: () => {
      at += stepSeconds * 1000;
      return new Date(at).toISOString().replace('.000Z', 'Z');
    },
  };
}

/** How an issue or a pull request begins. */
export interface Beginning {
  readonly title: string;
  readonly body: string | null;
  readonly author: Person;
  readonly labels?: readonly string[];
}

/** An issue or a pull request as it is at some point of its story. */
export interface State {
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  labels: string[];
  assignees: Person[];
  createdAt: string;
  closedAt: string | null;
}

export function begin({ title, body, labels = [] }: Beginning): State {
  return { title, body, state: 'open', labels: [...labels], assignees: [], createdAt: '', closedAt: null };
}

/** What can happen to issues and pull requests alike; each call is the next thing that happens. */
export interface Moves {
  opened(): Told;
  edited(changes: { title?: string; body?: string }): Told;
  labeled(name: string): Told;
  unlabeled(name: string): Told;
  closed(): Told;
  reopened(): Told;
}

/** The moves of a story, told by `tell`, which is given the action and what else the payload holds. */
export function moves(state: State, tell: (action: string, extra?: Payload) => Told): Moves {
  return {
    opened: () => tell('opened'),
    edited: (changes) => {
      const fields = Object.keys(changes) as ('title' | 'body')[];
      const from = Object.fromEntries(fields.map((field) => [field, { from: state[field] }]));
      Object.assign(state, changes);
      return tell('edited', { changes: from });
    },
    labeled: (name) => {
      state.labels = [...state.labels, name];
      return tell('labeled', { label: label(name) });
    },
    unlabeled: (name) => {
      state.labels = state.labels.filter((each) => each !== name);
      return tell('unlabeled', { label: label(name) });
    },
    closed: () => tell('closed'),
    reopened: () => tell('reopened'),
  };
}

/** Lets time pass: what the action does to the state, at the moment returned. */
export function pass(state: State, action: string, clock: StoryClock): string {
  const at = clock.next();
  if (action === 'opened') state.createdAt = at;
  if (action === 'closed') Object.assign(state, { state: 'closed', closedAt: at });
  if (action === 'reopened') Object.assign(state, { state: 'open', closedAt: null });
  return at;
}

/** What issues and pull requests have in common. */
export function about(place: Place, path: string, number: number, state: State, author: Person, at: string): Payload {
  const { title, body, labels, assignees, createdAt, closedAt } = state;
  return {
    number,
    title,
    body,
    state: state.state,
    html_url: `https://github.com/${place.fullName}/${path}/${number}`,
    labels: labels.map(label),
    assignees: assignees.map(account),
    user: account(author),
    created_at: createdAt === '' ? at : createdAt,
    updated_at: at,
    closed_at: closedAt,
  };
}

export function around(place: Place, sender: Person): Payload {
  const repository = example('issues.opened').payload['repository'] as Payload;
  const [owner = '', name = ''] = place.fullName.split('/');
  return {
    repository: {
      ...repository,
      id: place.id,
      name,
      full_name: place.fullName,
      html_url: `https://github.com/${place.fullName}`,
      private: place.private === true,
      owner: { ...(repository['owner'] as Payload), login: owner, id: place.id * 10 },
    },
    sender: account(sender),
  };
}

export function account({ id, login }: Person): Payload {
  const user = example('issues.opened').payload['sender'] as Payload;
  return {
    ...user,
    id,
    login,
    type: login.endsWith('[bot]') ? 'Bot' : 'User',
    html_url: `https://github.com/${login}`,
  };
}

/** The same name is the same label, wherever it hangs. */
export function label(name: string): Payload {
  const id = [...name.toLowerCase()].reduce(
    (sum, character) => (sum * 31 + character.charCodeAt(0)) % 1_000_000_007,
    7,
  );
  return {
    id,
    name,
    color: '336699',
    default: false,
    node_id: `L${id}`,
    url: 'https://api.github.com/labels',
    description: null,
  };
}
