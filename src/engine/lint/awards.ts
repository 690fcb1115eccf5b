// The awards that rules make: who gets points, by which action; by what actions say of themselves, not by their names.
import type { At, Rule } from '../rule.ts';
import type { Linting } from './linting.ts';

export interface Award {
  readonly rule: Rule;
  /** The fact that names who gets it. */
  readonly to: string;
  /** Where that is written. */
  readonly at: At;
}

/** An award is an action that changes somebody's points. */
export function awardsOf({ rules, vocabulary, placeIn }: Linting): Award[] {
  return rules.flatMap((rule) =>
    rule.actions.flatMap((action, index) => {
      const { changes = [], fields = {} } = vocabulary.actions[action.name] ?? {};
      if (!changes.includes('contributor.points')) return [];
      return Object.entries(action.params).flatMap(([name, value]): Award[] => {
        if (fields[name]?.type !== 'users' || value.kind !== 'fact') return [];
        return [{ rule, to: value.name, at: placeIn(rule, `/then/${index}/${action.name}/${name}`) }];
      });
    }),
  );
}
