// Contributors in memory: the ledger's lines, its totals, badges, and who is registered.
import type { Contributor } from '../facts/contributor.ts';
import type { BadgeRow, Commit } from '../store/store.ts';

/** A line of the ledger; a reversal has the points it takes back, below zero. */
export interface Line {
  readonly effect: string;
  readonly login: string;
  readonly points: number;
}

export interface Person {
  readonly id: number;
  readonly login: string;
}

export interface Accounts {
  readonly lines: readonly Line[];
  /** The contributor whose subject has this key; null where there is none. */
  of(key: string): Contributor | null;
  all(): readonly Contributor[];
  carryOut(lines: Pick<Commit, 'awards' | 'reversals' | 'badges' | 'unbadged'>): void;
  /** Says whether somebody is registered, and how many points they have, whatever for. */
  tell(who: Person, now: { readonly registered?: boolean; readonly points?: number }): void;
}

/** Repository 0 is nobody's: its numbers are accounts. */
export function contributorKey(id: number): string {
  return `0/${id}`;
}

interface Account {
  readonly id: number;
  login: string;
  points: number;
  registered: boolean;
  /** By the effect that grants it; two may grant the same. */
  readonly badges: Map<string, BadgeRow>;
}

/**
 * @param changed told of an account of which rules can now see something else than before. That its points or its
 * registration changed, or that it is new, is an event; what its own badges lead to is none.
 */
export function memoryAccounts(changed: (id: number, isEvent: boolean) => void): Accounts {
  const accounts = new Map<number, Account>();
  const lines: (Line & Person & { reversed: boolean })[] = [];

  const account = ({ id, login }: Person): Account => {
    const known = accounts.get(id) ?? { id, login, points: 0, registered: false, badges: new Map() };
    accounts.set(id, known);
    known.login = login;
    return known;
  };
  const append = (who: Account, effect: string, points: number) => {
    who.points += points;
    lines.push({ effect, id: who.id, login: who.login, points, reversed: false });
  };
  const reverse = (effect: string) => {
    for (const line of lines.filter((each) => each.effect === effect && !each.reversed && each.points > 0)) {
      line.reversed = true;
      append(account(line), effect, -line.points);
    }
  };
  const following = (change: () => void) => {
    const before = new Map([...accounts.values()].map((each) => [each.id, shown(each)]));
    change();
    for (const each of [...accounts.values()].sort((a, b) => a.id - b.id)) {
      const [then, now] = [before.get(each.id), shown(each)];
      const isEvent = then?.points !== now.points || then.registered !== now.registered;
      if (JSON.stringify(then) !== JSON.stringify(now)) changed(each.id, isEvent);
    }
  };

  return {
    lines,
    of: (key) => {
      const found = key.startsWith('0/') ? accounts.get(Number(key.slice(2))) : undefined;
      return found === undefined ? null : shown(found);
    },
    all: () => [...accounts.values()].map(shown),
    carryOut: ({ awards, reversals, badges, unbadged }) => {
      if ([...awards, ...reversals, ...badges, ...unbadged].length === 0) return;
      following(() => {
        for (const { effect } of reversals) reverse(effect);
        for (const { effect, contributor, points } of awards) append(account(contributor), effect, points);
        for (const each of accounts.values()) for (const effect of unbadged) each.badges.delete(effect);
        for (const badge of badges) account(badge.contributor).badges.set(badge.effect, badge);
      });
    },
    tell: (who, { registered, points }) =>
      following(() => {
        const told = account(who);
        told.registered = registered ?? told.registered;
        if (points !== undefined && points !== told.points) append(told, 'told', points - told.points);
      }),
  };
}

function shown({ id, login, points, registered, badges }: Account): Contributor {
  return { id, login, points, registered, badges: [...new Set([...badges.values()].map(({ badge }) => badge))] };
}
