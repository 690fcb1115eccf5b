// A programme in memory: the real consumers, engine and actions over a fake store, for histories by the thousand.
import { randomUUID } from 'node:crypto';
import { actions } from '../actions/registry.ts';
import type { RuleSet } from '../engine/rule.ts';
import type { Commit, CommitResult, StoredEffect, StoredSubject, Work } from '../store/store.ts';
import { type DecidingStore, processDelivery } from '../worker/process-delivery.ts';

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

export interface MemoryProgramme {
  tell(told: Told): Promise<void>;
  standing(): Standing;
  /** Every ledger line, in order. */
  ledger(): readonly { readonly login: string; readonly points: number }[];
  exchangeRules(rules: RuleSet): Promise<void>;
}

interface Kept {
  version: number;
  repository: string;
  knowledge: StoredSubject['knowledge'];
  effects: Map<string, StoredEffect>;
  consulted: readonly string[];
}

export function memoryProgramme(initial: RuleSet): MemoryProgramme {
  let rules = initial;
  let message = 0;
  const kept = new Map<string, Kept>();
  const happened = new Set<string>();
  const lines: { effect: string; login: string; points: number; reversed: boolean }[] = [];
  const tickets = new Map<string, string>();
  const queue: Work[] = [];

  const find = (key: string): Kept | undefined =>
    key.includes('#') ? [...kept].find(([id, each]) => addressOf(id, each) === key)?.[1] : kept.get(key);

  const again = (subject: string) =>
    queue.push({ message: ++message, attempt: 1, delivery: null, subject, occasion: null });

  const store: DecidingStore = {
    subjects: async (keys) =>
      keys.map((key) => {
        const found = find(key);
        return {
          key,
          version: found?.version ?? 0,
          knowledge: found?.knowledge ?? null,
          effects: [...(found?.effects.values() ?? [])],
          contributor: null,
        };
      }),
    finish: async () => undefined,
    commit: async (commit) => {
      const { subject, consulted } = commit;
      for (const { key, version } of [subject, ...consulted])
        if ((find(key)?.version ?? 0) !== version) return 'conflict';
      return carriedOut(commit);
    },
  };

  function carriedOut({ subject, consulted, effects, awards, reversals, listed, unlisted }: Commit): CommitResult {
    const before = kept.get(subject.key);
    const now: Kept = before ?? { version: 0, repository: '', knowledge: null, effects: new Map(), consulted: [] };
    kept.set(subject.key, now);
    now.repository = subject.repository;
    now.consulted = consulted.map(({ key }) => key);
    const fresh = effects.filter(({ key, state }) => state !== 'happened' || !happened.has(key));
    for (const effect of fresh) {
      now.effects.set(effect.key, effect);
      if (effect.state === 'happened') happened.add(effect.key);
    }
    const isFresh = ({ effect }: { effect: string }) => fresh.some(({ key }) => key === effect);
    for (const { effect } of reversals) {
      for (const line of lines.filter((each) => each.effect === effect && !each.reversed && each.points > 0)) {
        line.reversed = true;
        lines.push({ ...line, points: -line.points });
      }
    }
    for (const { effect, contributor, points } of awards.filter(isFresh)) {
      lines.push({ effect, login: contributor.login, points, reversed: false });
    }
    for (const row of listed.filter(isFresh))
      tickets.set(row.effect, `${row.repository}#${row.number} ${row.status} ${row.points}`);
    for (const effect of unlisted) tickets.delete(effect);
    if (subject.knowledge !== null) {
      now.version++;
      now.knowledge = subject.knowledge;
      const address = addressOf(subject.key, now);
      for (const [key, each] of kept) {
        const rests = each.consulted.includes(subject.key) || each.consulted.includes(address);
        if (key !== subject.key && rests && !key.endsWith('/0')) again(key);
      }
    }
    return 'committed';
  }

  async function drain(): Promise<void> {
    for (let work = queue.shift(); work !== undefined; work = queue.shift()) {
      await processDelivery({ store, actions, rules: () => rules }, work);
    }
  }

  return {
    tell: async ({ event, payload }) => {
      const body = Buffer.from(JSON.stringify(payload));
      queue.push({
        message: ++message,
        attempt: 1,
        delivery: { id: message, guid: randomUUID(), event, body },
        subject: null,
        occasion: null,
      });
      await drain();
    },
    ledger: () => lines,
    standing: () => {
      const points: Record<string, number> = {};
      for (const line of lines) points[line.login] = (points[line.login] ?? 0) + line.points;
      return {
        points: Object.fromEntries(
          Object.entries(points)
            .filter(([, sum]) => sum !== 0)
            .sort(),
        ),
        tickets: [...tickets.values()].sort(),
      };
    },
    exchangeRules: async (next) => {
      rules = next;
      for (const key of kept.keys()) if (!key.endsWith('/0')) again(key);
      await drain();
    },
  };
}

function addressOf(key: string, { repository }: Kept): string {
  return `${repository}#${key.split('/')[1]}`.toLowerCase();
}
