// A compiled rule set: what loading makes of rule files and deciding works with.
import type { Facts, FactType } from '../facts/fact.ts';
import type { Steps } from './steps.ts';
import type { Template } from './template.ts';

/** A condition, as the rule wrote it, with what json-rules-engine is to evaluate. */
export type Condition =
  | {
      readonly kind: 'all' | 'any';
      readonly conditions: readonly Condition[];
      /** Of a named condition: its name. */
      readonly name?: string;
      readonly at: At;
    }
  | { readonly kind: 'not'; readonly condition: Condition; readonly at: At }
  | Test;

/** Where a part of a rule is written, for problems, coverage and explanations; from 1, as in a {@link Problem}. */
export interface At {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** One fact compared with one value, or with another fact. */
export interface Test {
  readonly kind: 'test';
  readonly fact: string;
  readonly type: FactType;
  /** As written: `contains`, or `length greaterThan`. */
  readonly operator: string;
  readonly value: unknown;
  readonly at: At;
  /** json-rules-engine's operator with its decorators, `ignoreCase:contains`. */
  readonly evaluator: string;
  /** Of `olderThan` and `newerThan`: how long before now, in milliseconds, the time is that the fact is compared with. */
  readonly ago?: number;
  /** Whether either side has to be looked up. */
  readonly looksUp: boolean;
}

/** A value in an action, still to be resolved against facts. */
export type Value =
  | { readonly kind: 'literal'; readonly value: string | number }
  | { readonly kind: 'fact'; readonly name: string; readonly type: FactType }
  | { readonly kind: 'text'; readonly template: Template }
  | { readonly kind: 'texts'; readonly templates: readonly Template[] }
  | {
      readonly kind: 'table';
      readonly name: string;
      readonly entries: ReadonlyMap<string, number>;
      readonly key: Value;
      readonly fallback: number | null;
    };

export interface RuleAction {
  readonly name: string;
  readonly params: Readonly<Record<string, Value>>;
  readonly at: At;
}

/** How many effects of one rule may come to stand or happen, over all subjects; the others wait for their turn. */
export interface Limits {
  readonly perHour?: number;
  readonly perDay?: number;
}

/** The kinds of things that rules hold effects on. */
export type RuleSubject = 'issue' | 'pull_request' | 'contributor';

export interface Rule {
  /** `program/name`. */
  readonly id: string;
  readonly description: string;
  readonly at: At;
  /** Events, with or without action: `issues`, `issues.labeled`. */
  readonly on: readonly string[];
  readonly clause: 'while' | 'when';
  /** `shadow`: decided and recorded, and nothing changes. */
  readonly mode: 'live' | 'shadow';
  /** Kind of subject its events are about. */
  readonly subject: RuleSubject | null;
  readonly oncePer: 'delivery' | 'subject' | 'contributor';
  readonly limits: Limits | null;
  /** Globs; empty means every repository. */
  readonly repositories: readonly string[];
  readonly condition: Condition;
  readonly actions: readonly RuleAction[];
}

export interface RuleSet {
  /** Digest of the files it was made from: the same text is the same version. */
  readonly version: string;
  readonly rules: readonly Rule[];
  readonly byId: ReadonlyMap<string, Rule>;
  /** Whether anything here depends on the time of day, and has to be looked at again every day. */
  readonly isTimed: boolean;
  /**
   * The `when` rules that could hold at this event, `issues.labeled`, and those on it of which something stands, as it
   * does of one that was a `while`; in the order of their files.
   */
  atEvent(event: string, facts: Facts, standing: readonly string[]): readonly Rule[];
  /** The `while` rules that could hold on this kind of subject, and those of which something stands on it. */
  onSubject(kind: string, facts: Facts, standing: readonly string[]): readonly Rule[];
  /** Makes what whoever asks first for rules would otherwise wait for. */
  index(): Steps<void>;
}
