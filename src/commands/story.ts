// Histories of issues and pull requests, told in deliveries made from GitHub's own example payloads.
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

export interface IssueStory {
  opened(): Told;
  edited(changes: { title?: string; body?: string }): Told;
  labeled(name: string): Told;
  unlabeled(name: string): Told;
  assigned(person: Person): Told;
  closed(): Told;
  reopened(): Told;
  deleted(): Told;
  commented(by: Person, body: string): Told;
}

interface State {
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  labels: string[];
  assignees: Person[];
  createdAt: string;
  closedAt: string | null;
}

/** The story of one issue; each call is the next thing that happens to it. */
export function issueStory(
  clock: StoryClock,
  place: Place,
  number: number,
  first: { title: string; body: string | null; author: Person; labels?: readonly string[] },
): IssueStory {
  const state: State = {
    ...first,
    state: 'open',
    labels: [...(first.labels ?? [])],
    assignees: [],
    createdAt: '',
    closedAt: null,
  };
  const tell = (action: string, extra: Payload = {}, event = 'issues'): Told => {
    const at = clock.next();
    if (action === 'opened') state.createdAt = at;
    if (action === 'closed') Object.assign(state, { state: 'closed', closedAt: at });
    if (action === 'reopened') Object.assign(state, { state: 'open', closedAt: null });
    const { payload } = example(event === 'issues' ? 'issues.opened' : 'issue_comment.created');
    const issue = {
      ...(payload['issue'] as Payload),
      ...about(place, 'issues', number, state, first.author, at),
      id: place.id * 1000 + number,
      assignee: state.assignees[0] === undefined ? null : account(state.assignees[0]),
    };
    return { event, payload: { ...payload, ...around(place, first.author), action, issue, ...extra } };
  };
  return {
    opened: () => tell('opened'),
    edited: (changes) => {
      const from = Object.fromEntries(
        Object.keys(changes).map((key) => [key, { from: state[key as 'title' | 'body'] }]),
      );
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
    assigned: (person) => {
      state.assignees = [...state.assignees, person];
      return tell('assigned', { assignee: account(person) });
    },
    closed: () => tell('closed'),
    reopened: () => tell('reopened'),
    deleted: () => tell('deleted'),
    commented: (by, body) => {
      const { payload } = example('issue_comment.created');
      const comment = { ...(payload['comment'] as Payload), body, user: account(by) };
      return tell('created', { comment, sender: account(by) }, 'issue_comment');
    },
  };
}

export interface PullRequestStory {
  opened(): Told;
  labeled(name: string): Told;
  unlabeled(name: string): Told;
  edited(changes: { title?: string; body?: string }): Told;
  synchronized(): Told;
  reviewed(by: Person, verdict: 'approved' | 'changes_requested' | 'commented'): Told;
  merged(by: Person): Told;
  closed(): Told;
  reopened(): Told;
}

/** The story of one pull request; each call is the next thing that happens to it. */
export function pullRequestStory(
  clock: StoryClock,
  place: Place,
  number: number,
  first: { title: string; body: string | null; author: Person; labels?: readonly string[] },
): PullRequestStory {
  const state: State = {
    ...first,
    state: 'open',
    labels: [...(first.labels ?? [])],
    assignees: [],
    createdAt: '',
    closedAt: null,
  };
  let merged: { by: Person; at: string } | null = null;
  let reviews = 0;
  const tell = (action: string, extra: Payload = {}, mergedBy?: Person): Told => {
    const at = clock.next();
    if (action === 'opened') state.createdAt = at;
    if (action === 'closed') Object.assign(state, { state: 'closed', closedAt: at });
    if (action === 'reopened') Object.assign(state, { state: 'open', closedAt: null });
    if (mergedBy !== undefined) merged = { by: mergedBy, at };
    const { payload } = example('pull_request.opened');
    const pullRequest = {
      ...(payload['pull_request'] as Payload),
      ...about(place, 'pull', number, state, first.author, at),
      id: place.id * 1000 + number,
      merged: merged !== null,
      merged_at: merged?.at ?? null,
      merged_by: merged === null ? null : account(merged.by),
    };
    return {
      event: 'pull_request',
      payload: { ...payload, ...around(place, first.author), action, number, pull_request: pullRequest, ...extra },
    };
  };
  return {
    opened: () => tell('opened'),
    labeled: (name) => {
      state.labels = [...state.labels, name];
      return tell('labeled', { label: label(name) });
    },
    unlabeled: (name) => {
      state.labels = state.labels.filter((each) => each !== name);
      return tell('unlabeled', { label: label(name) });
    },
    edited: (changes) => {
      const from = Object.fromEntries(
        Object.keys(changes).map((key) => [key, { from: state[key as 'title' | 'body'] }]),
      );
      Object.assign(state, changes);
      return tell('edited', { changes: from });
    },
    synchronized: () => tell('synchronize'),
    reviewed: (by, verdict) => {
      const { payload: full } = tell('submitted');
      const { payload } = example('pull_request_review.submitted');
      const whole = full['pull_request'] as Payload;
      const shown = Object.keys(payload['pull_request'] as Payload).map((key) => [key, whole[key]]);
      const review = {
        ...(payload['review'] as Payload),
        id: place.id * 1_000_000 + number * 1000 + ++reviews,
        user: account(by),
        state: verdict,
        submitted_at: whole['updated_at'],
      };
      const told = {
        ...payload,
        ...around(place, by),
        action: 'submitted',
        review,
        pull_request: Object.fromEntries(shown),
      };
      return { event: 'pull_request_review', payload: told };
    },
    merged: (by) => tell('closed', { sender: account(by) }, by),
    closed: () => tell('closed'),
    reopened: () => tell('reopened'),
  };
}

/** What issues and pull requests have in common. */
function about(place: Place, path: string, number: number, state: State, author: Person, at: string): Payload {
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

function around(place: Place, sender: Person): Payload {
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

function account({ id, login }: Person): Payload {
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
function label(name: string): Payload {
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

/** An issue's body as the programme's form makes it. */
export function ticketBody(form: {
  product?: string;
  organisation?: string;
  domain?: string;
  complexity?: string;
  skills?: string;
  category?: string;
  mentor?: string;
}): string {
  const fields: [string, string | undefined][] = [
    ['Goals', 'Make it work, then make it good.'],
    ['Product Name', form.product],
    ['Organisation Name', form.organisation],
    ['Domain', form.domain],
    ['Tech Skills Needed', form.skills],
    ['Organizational Mentor', form.mentor],
    ['Complexity', form.complexity],
    ['Category', form.category],
  ];
  return fields.map(([heading, value]) => `### ${heading}\n\n${value ?? '_No response_'}\n`).join('\n');
}
