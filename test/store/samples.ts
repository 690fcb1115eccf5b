// Deliveries, decisions and tickets to test the store with; every subject and GUID is new unless named.
import { randomUUID } from 'node:crypto';
import type { Knowledge } from '../../src/facts/knowledge.ts';
import type {
  BadgeRow,
  Commit,
  IncomingDelivery,
  LedgerLine,
  Store,
  StoredEffect,
  TicketRow,
  Work,
} from '../../src/store/store.ts';

let repositories = 1_000;

/** The number of a repository that no other test uses. */
export function newRepository(): number {
  return ++repositories;
}

export function aDelivery(delivery: Partial<IncomingDelivery> = {}): IncomingDelivery {
  return { guid: randomUUID(), event: 'issues', body: Buffer.from('{"action":"opened"}'), ...delivery };
}

/** Stores deliveries and claims them, and only them, whatever else waits in the inbox. */
export async function claimed(store: Store, ...deliveries: IncomingDelivery[]): Promise<Work[]> {
  await store.receive(deliveries);
  const guids = new Set(deliveries.map(({ guid }) => guid));
  return (await store.claim(1_000, 60)).filter(({ delivery }) => delivery !== null && guids.has(delivery.guid));
}

export async function claimedOne(store: Store, delivery = aDelivery()): Promise<Work> {
  const [work] = await claimed(store, delivery);
  if (work === undefined) {
    throw new Error('The delivery was not claimable');
  }
  return work;
}

/** Takes everything there is to claim and ends it; returns the subjects that were to be decided again. */
export async function queuedSubjects(store: Store): Promise<string[]> {
  return (await queuedWork(store)).map(({ subject }) => subject).sort();
}

/** As {@link queuedSubjects}, in the order of the queue, and with what happened to them. */
export async function queuedWork(store: Store): Promise<{ subject: string; occasion: Work['occasion'] }[]> {
  const work = await store.claim(10_000, 60);
  await Promise.all(work.map((each) => store.finish(each, 'processed', null)));
  return work.flatMap(({ subject, occasion }) => (subject === null ? [] : [{ subject, occasion }]));
}

export function knowledgeOf(repositoryId: number, number: number): Knowledge {
  return {
    subject: { kind: number === 0 ? 'repository' : 'issue', repositoryId, number },
    events: ['issues.opened'],
    snapshots: {},
    merged: null,
    reviews: {},
    labels: {},
    gone: false,
  };
}

/** A decision on the subject of a contributor. */
export function aContributorCommit(id: number, version: number, parts: Partial<Omit<Commit, 'subject'>> = {}): Commit {
  const commit = aCommit({ repositoryId: 0, number: id, repository: '', version, learns: false, ...parts });
  return { ...commit, event: 'contributor', subject: { ...commit.subject, kind: 'contributor' } };
}

export type Kind = Knowledge['subject']['kind'] | 'none';

interface Wanted extends Partial<Omit<Commit, 'subject'>> {
  readonly repositoryId?: number;
  readonly number?: number;
  /** By default an issue, or a repository for number 0. */
  readonly kind?: Kind;
  readonly repository?: string;
  readonly private?: boolean;
  readonly version?: number;
  /** False for an event that taught nothing. */
  readonly learns?: boolean;
}

/** A decision on a subject; without `message` it acknowledges none. */
export function aCommit(wanted: Wanted = {}): Commit {
  const { repositoryId = newRepository(), number = 1, version = 0, learns = true, ...rest } = wanted;
  const { repository = `org/repo-${repositoryId}`, private: hidden = false, ...others } = rest;
  const { kind = number === 0 ? 'repository' : 'issue', ...parts } = others;
  return {
    message: 0,
    delivery: null,
    event: 'issues.opened',
    rulesVersion: 'rules-1',
    consulted: [],
    trace: [],
    lookups: {},
    reason: null,
    effects: [],
    outward: [],
    installation: null,
    badges: [],
    unbadged: [],
    limits: [],
    awards: [],
    reversals: [],
    listed: [],
    unlisted: [],
    ...parts,
    subject: {
      key: `${repositoryId}/${number}`,
      kind,
      repositoryId,
      number,
      repository,
      private: hidden,
      version,
      knowledge: learns ? knowledgeOf(repositoryId, number) : null,
      lookups: null,
    },
  };
}

export function anEffect(key: string, state: StoredEffect['state'] = 'standing'): StoredEffect {
  return { key, rule: 'merged', action: 'award', params: { points: 10 }, state };
}

export function anAward(effect: string, id: number, points = 10, login = `user-${id}`): LedgerLine {
  return {
    effect,
    contributor: { id, login },
    points,
    rule: 'merged',
    reason: 'A merged pull request',
    url: 'https://github.com/org/repo/pull/1',
  };
}

export function aBadge(effect: string, id: number, badge = 'Star', login = `user-${id}`): BadgeRow {
  return { effect, contributor: { id, login }, badge };
}

export function aTicket(ticket: Partial<TicketRow> = {}): TicketRow {
  return {
    effect: 'list',
    repository: 'org/repo',
    number: 1,
    title: 'Add a map',
    url: 'https://github.com/org/repo/issues/1',
    organisation: null,
    product: null,
    domain: null,
    category: [],
    skills: [],
    complexity: null,
    points: null,
    mentors: [],
    assignees: [],
    status: 'open',
    created_at: '2026-01-01T00:00:00Z',
    closed_at: null,
    private: false,
    ...ticket,
  };
}
