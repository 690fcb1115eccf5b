// What conditions and rules are compiled in: the names they may use, and where to say what is wrong.
import type { FactEntry } from '../facts/fact.ts';
import type { Vocabulary } from './language.ts';
import type { At, Condition } from './rule.ts';
import type { TextPart } from './text-part.ts';

/** Speaks of places in one file, by JSON pointer. */
export interface Reporter {
  /** @param part the piece of the text at the pointer that it is about */
  readonly report: (code: string, pointer: string, message: string, hint?: string, part?: TextPart) => void;
  readonly at: (pointer: string) => At;
  /** Whether the form of what stands at this place and below it is right: only then its meaning is looked at. */
  readonly isSound: (pointer: string) => boolean;
  /** Whether the form of this place itself is right, whatever is below it. */
  readonly isFormed: (pointer: string) => boolean;
}

export interface ConditionScope extends Reporter {
  /** The fact of this name, or null after reporting why it cannot be used here. */
  readonly fact: (name: string, pointer: string, part?: TextPart) => FactEntry | null;
  /** Whether a fact costs a question here. Of a contributor's own subject, `contributor.*` is known; of a sender it is not. */
  readonly looksUp: (entry: FactEntry) => boolean;
  /** Counts a test of the rule; false, after reporting, when the rule has grown beyond all measure. */
  readonly count: () => boolean;
  /** The condition of this name, or null after reporting. */
  readonly named: (name: string, pointer: string) => Condition | null;
}

/** The facts that may be named under a clause at certain events, by which conditions are compiled anywhere. */
export interface FactScope {
  /** The same for the same facts. */
  readonly key: string;
  readonly in: (reporter: Reporter) => ConditionScope;
}

/** What a rule is compiled in: the vocabulary, the names its files give, and where to say what is wrong. */
export interface RuleScope extends Reporter {
  readonly vocabulary: Vocabulary;
  readonly factByName: ReadonlyMap<string, FactEntry>;
  readonly table: (name: string) => ReadonlyMap<string, number> | null;
  readonly isKnownTable: (name: string) => boolean;
  readonly tableNames: () => readonly string[];
  /** The condition of this name, which may stand in another file than `here`, compiled for this rule; null after reporting. */
  readonly condition: (name: string, pointer: string, here: Reporter, facts: FactScope) => Condition | null;
  readonly count: ConditionScope['count'];
}
