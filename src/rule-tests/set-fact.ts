// Facts written back into a payload, at the place that consumers read them from.
import { fact } from '../facts/catalogue.ts';
import { objectAt, type Payload, withPath } from './payload.ts';
import { numberOf, type People } from './people.ts';
import { isTicketField, withSection } from './ticket-sections.ts';
import type { Written } from './written-test.ts';

/** What writing needs to know besides: who is who, and when it happens. */
export interface Writing {
  readonly people: People;
  readonly event: string;
  /** ISO 8601. */
  readonly now: string;
}

/** The payload in which the fact has this value. Whether it really has, reading it will show. */
export function withFact(payload: Payload, name: string, value: Written, writing: Writing): Payload {
  const special = SPECIAL[name];
  if (special !== undefined) return special(payload, value, writing);
  const [family = '', field = ''] = name.split('.');
  if (family === 'ticket' && isTicketField(field)) {
    const { body } = objectAt(payload, 'issue');
    return withPath(payload, ['issue', 'body'], withSection(typeof body === 'string' ? body : '', field, value));
  }
  if (fact(name)?.type === 'user') return withPath(payload, userPath(name), user(value, writing));
  const owner = name.slice(0, name.lastIndexOf('.'));
  if (fact(owner)?.type === 'user') return withUserPart(payload, owner, name.slice(owner.length + 1), value, writing);
  const shared = SHARED[field];
  if ((family === 'issue' || family === 'pull_request') && shared !== undefined)
    return shared(payload, family, value, writing);
  return withPath(payload, name.split('.'), value);
}

/** Wholes before their parts: `author` before `author.type`, a label's name before its colour, a body before its sections. */
export function inOrder<T extends { readonly name: string }>(facts: readonly T[]): T[] {
  const isWhole = ({ name }: T) =>
    fact(name)?.type === 'user' || name === 'label.name' || name.endsWith('.login') || name.endsWith('.body');
  return [...facts.filter(isWhole), ...facts.filter((each) => !isWhole(each))];
}

/** Facts say `author` where payloads say `user`. */
function userPath(name: string): string[] {
  return name.split('.').map((part) => (part === 'author' ? 'user' : part));
}

function user(value: Written, { people }: Writing): Payload | null {
  return typeof value === 'string' ? people.account(value) : null;
}

/** The login is the account; its other parts change the account that is there, or whoever caused the event. */
function withUserPart(payload: Payload, owner: string, part: string, value: Written, writing: Writing): Payload {
  const path = userPath(owner);
  if (part === 'login') return withPath(payload, path, user(value, writing));
  const there = path.reduce(objectAt, payload);
  const account = 'login' in there ? there : objectAt(payload, 'sender');
  return withPath(payload, path, { ...account, [part]: value });
}

function each(value: Written, make: (item: string) => unknown): unknown {
  return Array.isArray(value) ? value.map(make) : value;
}

type Write = (payload: Payload, value: Written, writing: Writing) => Payload;
type WriteOn = (payload: Payload, family: string, value: Written, writing: Writing) => Payload;

/** What issues and pull requests keep in another form than that of the fact. */
const SHARED: Readonly<Record<string, WriteOn>> = {
  labels: (payload, family, value, { people }) => withPath(payload, [family, 'labels'], each(value, people.label)),
  assignees: (payload, family, value, { people }) => {
    const assignees = each(value, people.account);
    const first = Array.isArray(assignees) ? (assignees[0] ?? null) : null;
    return withPath(withPath(payload, [family, 'assignees'], assignees), [family, 'assignee'], first);
  },
  milestone: (payload, family, value) =>
    withPath(payload, [family, 'milestone'], value === null ? null : { number: 1, title: value }),
  requested_reviewers: (payload, family, value, { people }) =>
    withPath(payload, [family, 'requested_reviewers'], each(value, people.account)),
};

const repositories = (value: Written) =>
  each(value, (name) => ({ id: numberOf(name), name: name.split('/')[1], full_name: name, private: false }));

/** A part of the label that the event is about, or of some label where it is about none. */
const labelPart =
  (part: string): Write =>
  (payload, value, { people }) => {
    const there = objectAt(payload, 'label');
    return withPath(payload, ['label'], { ...('name' in there ? there : people.label('bug')), [part]: value });
  };

/** The organisation that owns the repository; a person's repository gets one of the owner's name. */
const organization =
  (part: string): Write =>
  (payload, value) => {
    const owner = String(objectAt(objectAt(payload, 'repository'), 'owner')['login']);
    const login = part === 'login' ? String(value) : owner;
    return withPath(payload, ['organization'], {
      id: numberOf(login),
      login,
      ...objectAt(payload, 'organization'),
      [part]: value,
    });
  };

const SPECIAL: Readonly<Record<string, Write>> = {
  'label.id': labelPart('id'),
  'label.color': labelPart('color'),
  'label.description': labelPart('description'),
  'organization.id': organization('id'),
  'organization.login': organization('login'),
  'issue.type': (payload, value) =>
    withPath(payload, ['issue', 'type'], value === null ? null : { id: 1, name: value }),
  'issue.is_pull_request': (payload, value) =>
    withPath(payload, ['issue', 'pull_request'], value === true ? {} : undefined),
  // A review shows a pull request in its simple form, where only the time tells that it was merged.
  'pull_request.merged': (payload, value, { event, now }) =>
    event === 'pull_request'
      ? withPath(payload, ['pull_request', 'merged'], value)
      : withPath(payload, ['pull_request', 'merged_at'], value === true ? now : null),
  'repository.owner': (payload, value, writing) => withPath(payload, ['repository', 'owner'], user(value, writing)),
  'label.name': (payload, value, { people }) =>
    withPath(payload, ['label'], typeof value === 'string' ? people.label(value) : null),
  'installation.repositories': (payload, value) => withPath(payload, ['repositories'], repositories(value)),
  'installation.repositories_added': (payload, value) => withPath(payload, ['repositories_added'], repositories(value)),
  'installation.repositories_removed': (payload, value) =>
    withPath(payload, ['repositories_removed'], repositories(value)),
};
