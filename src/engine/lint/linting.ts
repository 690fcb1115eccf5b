// What every lint is given, and the form in which it warns.
import type { Vocabulary } from '../language.ts';
import type { WrittenFile } from '../names.ts';
import type { Problem } from '../problem.ts';
import type { At, Rule } from '../rule.ts';
import { both, type Formula, granted } from './formula.ts';
import type { FactByName } from './refute.ts';

/** A lint looks at all rules, for some are wrong only beside others. */
export type Lint = (linting: Linting) => readonly Problem[];

export interface Linting {
  /** Those that do something: `mode: shadow` is there to be tried out. */
  readonly rules: readonly Rule[];
  readonly files: readonly WrittenFile[];
  readonly vocabulary: Vocabulary;
  readonly facts: FactByName;
  /** Place of a part of a rule as it is written, `/then/0/award_points/to`. */
  readonly placeIn: (rule: Rule, pointer: string) => At;
  /** The parameters of a rule's action as they are written. */
  readonly paramsOf: (rule: Rule, action: number) => Readonly<Record<string, unknown>>;
}

/** @param hint how to mend it */
export function warning(code: string, at: At, message: string, hint?: string): Problem {
  const { file, line, column, length } = at;
  const place = { file, line, column, length };
  return { code, severity: 'warning', ...place, message, ...(hint === undefined ? {} : { hint }) };
}

/** Finds rules as they are written. */
export function written(files: readonly WrittenFile[]): Pick<Linting, 'placeIn' | 'paramsOf'> {
  const byPath = new Map(files.map((file) => [file.source.file.path, file]));
  const nameOf = (rule: Rule) => rule.id.slice(rule.id.indexOf('/') + 1);
  return {
    placeIn: (rule, pointer) => {
      const found = byPath.get(rule.at.file)?.source.placeOf(`/rules/${nameOf(rule)}${pointer}`, 'key');
      return found === undefined ? rule.at : { file: rule.at.file, ...found };
    },
    paramsOf: (rule, action) => {
      const [params] = Object.values(byPath.get(rule.at.file)?.rules[nameOf(rule)]?.then[action] ?? {});
      return params ?? {};
    },
  };
}

/** What is known of the moment at which a `when` is looked at: which of its events it is. */
export function momentOf({ clause, on }: Rule, facts: FactByName): Formula {
  const [name, action] = [facts.get('event.name'), facts.get('event.action')];
  if (clause === 'while' || name === undefined || action === undefined) return both();
  const events = on.map((event) => {
    const [its = event, what] = event.split('.');
    return both(granted(name, 'equal', its), ...(what === undefined ? [] : [granted(action, 'equal', what)]));
  });
  return { kind: 'or', parts: events };
}
