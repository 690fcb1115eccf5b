// A programme in memory: the real consumers, engine and actions over a store in memory, for histories by the thousand.
import { randomUUID } from 'node:crypto';
import { actions } from '../actions/registry.ts';
import type { RuleSet } from '../engine/rule.ts';
import type { Contributor } from '../facts/contributor.ts';
import type { Facts } from '../facts/fact.ts';
import type { Commit, StoredEffect, TicketRow, Work } from '../store/store.ts';
import { processDelivery } from '../worker/process-delivery.ts';
import type { Understood } from '../worker/understand.ts';
import type { Accounts, Line } from './memory-accounts.ts';
import { memoryStore } from './memory-store.ts';

export interface Told {
  readonly event: string;
  readonly payload: object;
}

export interface Standing {
  /** Points by login, from the ledger's lines; who has none is left out. */
  readonly points: Readonly<Record<string, number>>;
  /** `owner/name#1 open 10`, sorted. */
  readonly tickets: readonly string[];
}

/** An effect, and what it is on: `owner/name#1`, or a contributor's login. */
export interface EffectOn extends StoredEffect {
  readonly subject: string;
}

export interface MemoryProgramme {
  tell(told: Told): Promise<void>;
  /** As `tell`, of a delivery that was read already. */
  tellUnderstood(event: string, told: Understood): Promise<void>;
  /** A day comes, for every issue and pull request that is known. */
  dayComes(): Promise<void>;
  /** Somebody registers, or no longer is, or has come to so many points by other ways. */
  tellContributor(...told: Parameters<Accounts['tell']>): Promise<void>;
  standing(): Standing;
  tickets(): readonly TicketRow[];
  contributors(): readonly Contributor[];
  /** Whatever stands, happened, once stood or waits. */
  effects(): readonly EffectOn[];
  /** Every ledger line, in order. */
  ledger(): readonly Line[];
  exchangeRules(rules: RuleSet): Promise<void>;
}

export interface MemoryOptions {
  /** The time that decisions are made at; by default the machine's. */
  readonly clock?: () => Date;
  /** What looking up would give, whatever is known. */
  readonly lookups?: Facts;
  /** Told of every decision, in order. */
  readonly onDecision?: (commit: Commit) => void;
}

/** More decisions than these follow from no event. */
const MAX_DECISIONS = 1_000;

/** What each decision changes leads to another one, without end. */
export class Restless extends Error {
  override name = 'Restless';

  constructor() {
    super('the rules never come to rest: what one does makes another, or itself, decide otherwise');
  }
}

export function memoryProgramme(initial: RuleSet, options: MemoryOptions = {}): MemoryProgramme {
  const { clock = () => new Date(), lookups, onDecision } = options;
  let rules = initial;
  let deliveries = 0;
  const store = memoryStore(clock);

  const processing = {
    store: {
      ...store,
      commit: async (commit: Commit) => {
        const result = await store.commit(commit);
        if (result === 'committed') onDecision?.(commit);
        return result;
      },
    },
    actions,
    clock,
    rules: () => rules,
    ...(lookups === undefined ? {} : { lookups }),
  };

  async function work(first?: Work['delivery'], told?: Understood): Promise<void> {
    // What waited for room comes first, as it did in time.
    store.release();
    await drain();
    if (first === undefined) return;
    const understand = told === undefined ? {} : { understand: () => told };
    const work: Work = { message: 0, attempt: 1, failures: 0, delivery: first, subject: null, occasion: null };
    await processDelivery({ ...processing, ...understand }, work);
    await drain();
  }

  async function drain(): Promise<void> {
    let decisions = 0;
    for (let next = store.next(); next !== undefined; next = store.next()) {
      if (++decisions > MAX_DECISIONS) throw new Restless();
      await processDelivery(processing, next);
    }
  }

  const subjects = () => [...store.kept.keys()].filter((key) => !key.startsWith('0/') && !key.endsWith('/0'));

  return {
    tell: ({ event, payload }) =>
      work({ id: ++deliveries, guid: randomUUID(), event, body: Buffer.from(JSON.stringify(payload)) }),
    tellUnderstood: (event, told) => work({ id: ++deliveries, guid: '', event, body: NO_BYTES }, told),
    dayComes: async () => {
      await work();
      if (!rules.isTimed) return;
      const occasion = { event: 'schedule.daily', occurrence: clock().toISOString().slice(0, 10) };
      for (const key of subjects()) store.queue(key, occasion);
      await drain();
    },
    tellContributor: async (who, now) => {
      await work();
      store.accounts.tell(who, now);
      await drain();
    },
    tickets: () => [...store.tickets.values()],
    contributors: () => store.accounts.all(),
    effects: () =>
      [...store.kept].flatMap(([key, { repository, number, effects }]) => {
        const subject = store.accounts.of(key)?.login ?? `${repository}#${number}`;
        return [...effects.values()].map((effect) => ({ ...effect, subject }));
      }),
    ledger: () => store.accounts.lines,
    standing: () => ({
      points: Object.fromEntries(
        store.accounts
          .all()
          .filter(({ points }) => points !== 0)
          .map(({ login, points }) => [login, points] as const)
          .sort(),
      ),
      tickets: [...store.tickets.values()]
        .map(({ repository, number, status, points }) => `${repository}#${number} ${status} ${points}`)
        .sort(),
    }),
    exchangeRules: async (next) => {
      rules = next;
      for (const key of store.kept.keys()) if (!key.endsWith('/0')) store.queue(key);
      await drain();
    },
  };
}

/** Of a delivery that was read already. */
const NO_BYTES = new Uint8Array();
