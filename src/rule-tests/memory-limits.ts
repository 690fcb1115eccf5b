// How much each rule has done lately, and what of a decision goes over its limits.
import type { Commit, StoredEffect } from '../store/store.ts';

export interface Limits {
  /** The effect, or the same parked when its rule has no room for it; what was there already takes no room. */
  within(effect: StoredEffect, before: StoredEffect['state'] | undefined, rules: Commit['limits']): StoredEffect;
  /** Whether something that this rule parked could come to stand now. */
  hasRoom(rule: string): boolean;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export function memoryLimits(clock: () => Date): Limits {
  const known = new Map<string, Commit['limits'][number]>();
  const done = new Map<string, number[]>();

  const hasRoom = (rule: string): boolean => {
    const { perHour = Infinity, perDay = Infinity } = known.get(rule) ?? {};
    const now = clock().getTime();
    const since = (span: number) => (done.get(rule) ?? []).filter((at) => at > now - span).length;
    return since(HOUR) < perHour && since(DAY) < perDay;
  };

  return {
    hasRoom,
    within: (effect, before, rules) => {
      const { rule, state } = effect;
      const limit = rules.find((each) => each.rule === rule);
      if (limit === undefined) known.delete(rule);
      else known.set(rule, limit);
      if (state === 'withdrawn' || before === 'standing' || before === 'happened') return effect;
      if (!hasRoom(rule)) return { ...effect, state: 'parked' };
      done.set(rule, [...(done.get(rule) ?? []), clock().getTime()]);
      return effect;
    },
  };
}
