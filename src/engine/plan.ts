// What must change: which of the effects that are wanted stand already, and which stand that nobody wants any more.
import type { Actions, Lines } from '../actions/action.ts';
import type { StoredEffect } from '../store/store.ts';
import type { Judged } from './judge.ts';
import type { RuleSet } from './rule.ts';

export interface Change {
  readonly op: 'stand' | 'replace' | 'withdraw' | 'happen';
  readonly effect: StoredEffect;
  readonly lines: Lines;
}

export function planned(
  judged: readonly Judged[],
  stored: readonly StoredEffect[],
  rules: RuleSet,
  actions: Actions,
): Change[] {
  const byKey = new Map(stored.map((effect) => [effect.key, effect]));
  const changes: Change[] = [];
  const wanted = new Set<string>();
  for (const effect of judged.flatMap((one) => one.wanted)) {
    const action = actions[effect.action];
    const before = byKey.get(effect.key);
    wanted.add(effect.key);
    if (action === undefined) continue;
    if (effect.state === 'happened') {
      // What a rule that is now `when` has standing is what would happen; it is not done twice.
      const lines = before?.state === 'standing' ? {} : action.stand(effect);
      if (before?.state !== 'happened') changes.push({ op: 'happen', effect, lines });
    } else if (before === undefined || before.state === 'withdrawn' || before.state === 'parked') {
      changes.push({ op: 'stand', effect, lines: action.stand(effect) });
    } else if (!action.isSame(before.params, effect.params)) {
      changes.push({ op: 'replace', effect, lines: action.replace(before, effect) });
    } else if (before.state === 'happened') {
      // A rule that was `when` is now `while`: what happened stands, and can be withdrawn.
      changes.push({ op: 'stand', effect, lines: {} });
    }
  }
  const undecided = new Set(judged.filter(isUndecided).map(({ rule }) => rule.id));
  for (const before of stored) {
    if (!isThere(before) || wanted.has(before.key) || undecided.has(before.rule)) continue;
    const action = actions[before.action];
    if (before.state === 'parked' && action !== undefined && rules.byId.get(before.rule)?.clause === 'when') {
      // What happened and had to wait is due whether or not it would happen again.
      const effect: StoredEffect = { ...before, state: 'happened' };
      changes.push({ op: 'happen', effect, lines: action.stand(effect) });
      continue;
    }
    const effect: StoredEffect = { ...before, state: 'withdrawn' };
    // What is parked has done nothing that could be undone.
    const lines = before.state === 'parked' ? {} : action?.withdraw(before, reasonFor(before, judged));
    changes.push({ op: 'withdraw', effect, lines: lines ?? {} });
  }
  return changes;
}

/** What stands, or would if its rule's limit let it. */
export function isThere({ state }: StoredEffect): boolean {
  return state === 'standing' || state === 'parked';
}

/** Why an effect no longer stands, in words its contributor will read. */
function reasonFor({ rule: id }: StoredEffect, judged: readonly Judged[]): string {
  const judgement = judged.find(({ rule }) => rule.id === id);
  if (judgement === undefined) return `the rule ${id} is no longer in force`;
  const { outcome } = judgement.evaluation;
  if (outcome === 'held') return `${id} holds, but no longer comes to this`;
  return outcome === 'out of scope' ? `${id} no longer applies here` : `${id} no longer holds`;
}

/** A rule that failed says nothing about what stands: its effects stay as they are. */
function isUndecided({ evaluation }: Judged): boolean {
  return evaluation.outcome === 'error' || evaluation.outcome === 'needs';
}
