// A compiled rule set: what loading makes of rule files and deciding works with.
import type { FactType } from '../facts/fact.ts';
import type { Template } from './template.ts';

/** A condition, as the rule wrote it, with what json-rules-engine is to evaluate. */
export type Condition =
  | {
      readonly kind: 'all' | 'any';
      readonly conditions: readonly Condition[];
      readonly name?: string;
      readonly line: number;
    }
  | { readonly kind: 'not'; readonly condition: Condition; readonly line: number }
  | Test;

/** One fact compared with one value, or with another fact. */
export interface Test {
  readonly kind: 'test';
  readonly fact: string;
  /** As written: `contains`, or `length greaterThan`. */
  readonly operator: string;
  readonly value: unknown;
  readonly line: number;
  /** json-rules-engine's operator with its decorators, `ignoreCase:contains`. */
  readonly evaluator: string;
}

/** A value in an action, still to be resolved against facts. */
export type Value =
  | { readonly kind: 'literal'; readonly value: string | number }
  | { readonly kind: 'fact'; readonly name: string; readonly type: FactType }
  | { readonly kind: 'text'; readonly template: Template }
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
  readonly line: number;
}

export interface Rule {
  /** `program/name`. */
  readonly id: string;
  readonly description: string;
  readonly file: string;
  readonly line: number;
  /** Events, with or without action: `issues`, `issues.labeled`. */
  readonly on: readonly string[];
  readonly mode: 'while' | 'when';
  /** Kind of subject its events are about. */
  readonly subject: 'issue' | 'pull_request' | null;
  readonly oncePer: 'delivery' | 'subject' | 'contributor';
  /** Globs; empty means every repository. */
  readonly repositories: readonly string[];
  readonly condition: Condition;
  readonly actions: readonly RuleAction[];
}

export interface RuleSet {
  /** Digest of the files it was made from: the same text is the same version. */
  readonly version: string;
  readonly rules: readonly Rule[];
  /** The index: `when` rules by event and by event.action, so that an event touches only those that name it. */
  readonly whenByEvent: ReadonlyMap<string, readonly Rule[]>;
  /** `while` rules by the kind of subject. */
  readonly whileBySubject: ReadonlyMap<string, readonly Rule[]>;
}
