// What conditions and rules are compiled in: the names they may use, and where to say what is wrong.
import type { FactEntry } from '../facts/fact.ts';
import type { Vocabulary } from './json-schema.ts';
import type { At, Condition } from './rule.ts';

/** Speaks of places in one file, by JSON pointer. */
export interface Reporter {
  readonly report: (code: string, pointer: string, message: string, hint?: string) => void;
  readonly at: (pointer: string) => At;
}

export interface ConditionScope extends Reporter {
  /** The fact of this name, or null after reporting why it cannot be used here. */
  readonly fact: (name: string, pointer: string) => FactEntry | null;
  /** Counts a test of the rule; false, after reporting, when the rule has grown beyond all measure. */
  readonly count: () => boolean;
  /** The condition of this name, or null after reporting. */
  readonly named: (name: string, pointer: string) => Condition | null;
}

/** What a rule is compiled in: the vocabulary, the names its files give, and where to say what is wrong. */
export interface RuleScope {
  readonly vocabulary: Vocabulary;
  readonly factByName: ReadonlyMap<string, FactEntry>;
  readonly table: (name: string) => ReadonlyMap<string, number> | null;
  readonly isKnownTable: (name: string) => boolean;
  readonly tableNames: () => readonly string[];
  /** Compiles the condition of this name, which may stand in another file, for this rule; null after reporting. */
  readonly condition: (
    name: string,
    pointer: string,
    scopeIn: (reporter: Reporter) => ConditionScope,
  ) => Condition | null;
  readonly count: ConditionScope['count'];
  readonly report: Reporter['report'];
  readonly at: Reporter['at'];
  /** Whether the schema found nothing wrong at this place or below it: only then its meaning is looked at. */
  readonly isSound: (pointer: string) => boolean;
}
