// The store in memory, as far as deciding needs it: what the SQL functions do in one transaction, for one process.
import {
  type Commit,
  type CommitResult,
  type StoredEffect,
  type StoredSubject,
  type TicketRow,
  UNKNOWN,
  type Work,
} from '../store/store.ts';
import type { DecidingStore } from '../worker/process-delivery.ts';
import { type Accounts, contributorKey, memoryAccounts } from './memory-accounts.ts';
import { memoryLimits } from './memory-limits.ts';

/** A subject, with what stands, happened, once stood or waits on it. */
export interface Kept {
  version: number;
  kind: string;
  repository: string;
  number: number;
  knowledge: StoredSubject['knowledge'];
  effects: Map<string, StoredEffect>;
  consulted: readonly string[];
}

export interface MemoryStore extends DecidingStore {
  readonly accounts: Accounts;
  readonly kept: ReadonlyMap<string, Kept>;
  readonly tickets: ReadonlyMap<string, TicketRow>;
  /** Takes the oldest work there is. */
  next(): Work | undefined;
  /** Queues a subject to be decided again, or because something happened to it. */
  queue(subject: string, occasion?: Work['occasion']): void;
  /** Queues the subjects on which something waits that there is room for now. */
  release(): void;
}

export function memoryStore(clock: () => Date): MemoryStore {
  const kept = new Map<string, Kept>();
  const happened = new Set<string>();
  const tickets = new Map<string, TicketRow>();
  const waiting: Work[] = [];
  const limits = memoryLimits(clock);
  let message = 0;

  const queue: MemoryStore['queue'] = (subject, occasion = null) => {
    const isQueued = (work: Work) => work.subject === subject && work.occasion === null;
    if (occasion !== null || !waiting.some(isQueued))
      waiting.push({ message: ++message, attempt: 1, failures: 0, delivery: null, subject, occasion });
  };
  const keep = (key: string): Kept => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const number = Number(key.split('/')[1]);
    const fresh: Kept = {
      version: 0,
      kind: 'contributor',
      repository: '',
      number,
      knowledge: null,
      effects: new Map(),
      consulted: [],
    };
    kept.set(key, fresh);
    return fresh;
  };
  const accounts = memoryAccounts((id, isEvent) => {
    const key = contributorKey(id);
    const version = ++keep(key).version;
    queue(key, isEvent ? { event: 'contributor', occurrence: String(version) } : null);
  });
  const find = (key: string): Kept | undefined =>
    key.includes('#') ? [...kept].find(([, each]) => addressOf(each) === key)?.[1] : kept.get(key);

  /**
   * What the rules' limits leave of a decision's effects. What happened already on another subject does not happen
   * here; where it was parked, it waits for nothing any more.
   */
  function due({ effects, limits: rules }: Commit, before: Kept['effects']): StoredEffect[] {
    return effects.flatMap((effect): StoredEffect[] => {
      const there = before.get(effect.key)?.state;
      if (effect.state === 'happened' && happened.has(effect.key))
        return there === 'parked' ? [{ ...effect, state: 'withdrawn' }] : [];
      return [limits.within(effect, there, rules)];
    });
  }

  function carriedOut(commit: Commit): CommitResult {
    const { subject, consulted } = commit;
    const now = keep(subject.key);
    const effects = due(commit, now.effects);
    const acting = new Set(effects.filter(({ state }) => isThere(state)).map(({ key }) => key));
    const isDue = ({ effect }: { effect: string }) => acting.has(effect);
    const previous = addressOf(now);
    Object.assign(now, { kind: subject.kind, repository: subject.repository, number: subject.number });
    now.consulted = consulted.map(({ key }) => key);
    for (const effect of effects) {
      now.effects.set(effect.key, effect);
      if (effect.state === 'happened') happened.add(effect.key);
    }
    for (const row of commit.listed.filter(isDue)) tickets.set(row.effect, row);
    for (const effect of commit.unlisted) tickets.delete(effect);
    if (subject.knowledge !== null || effects.length > 0) now.version++;
    accounts.carryOut({
      reversals: commit.reversals,
      awards: commit.awards.filter(isDue),
      badges: commit.badges.filter(isDue),
      unbadged: commit.unbadged,
    });
    if (subject.knowledge !== null) {
      now.knowledge = subject.knowledge;
      queueDependents(subject.key, [subject.key, addressOf(now), previous]);
    }
    return 'committed';
  }

  /** A repository's subjects all rest on it. */
  function queueDependents(changed: string, names: readonly string[]): void {
    const [repository, number] = changed.split('/');
    for (const [key, { consulted }] of kept) {
      const isAtHome = number === '0' && key.startsWith(`${repository}/`);
      const rests = isAtHome || consulted.some((name) => names.includes(name));
      if (key !== changed && rests && !key.endsWith('/0')) queue(key);
    }
  }

  return {
    accounts,
    kept,
    tickets,
    next: () => waiting.shift(),
    queue,
    release: () => {
      for (const [key, { effects }] of kept) {
        const parked = [...effects.values()].filter(({ state }) => state === 'parked');
        if (parked.some(({ rule }) => limits.hasRoom(rule))) queue(key);
      }
    },
    subjects: async (keys) =>
      keys.map((key) => {
        const { version = 0, knowledge = null, effects } = find(key) ?? {};
        return {
          ...UNKNOWN,
          key,
          version,
          knowledge,
          effects: [...(effects?.values() ?? [])],
          contributor: accounts.of(key),
        };
      }),
    finish: async () => undefined,
    // Rules see issues and pull requests; where the App is installed changes nothing for them.
    noteInstallation: async () => undefined,
    // Nothing is found without GitHub.
    receive: async () => undefined,
    commit: async (commit) => {
      const seen = [commit.subject, ...commit.consulted];
      const isStale = seen.some(({ key, version }) => (find(key)?.version ?? 0) !== version);
      return isStale ? 'conflict' : carriedOut(commit);
    },
  };
}

function isThere(state: StoredEffect['state']): boolean {
  return state === 'standing' || state === 'happened';
}

/** `owner/name#1`, in small letters, as subjects are looked for. */
function addressOf({ repository, number }: Kept): string {
  return `${repository}#${number}`.toLowerCase();
}
