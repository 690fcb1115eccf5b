// A test of rules as it was written, once its form is right: a short history, and what must stand at its end.
import type { At } from '../engine/rule.ts';
import type { FactValue } from '../facts/fact.ts';

export interface WrittenTest {
  /** What the test shows, in words; once per file. */
  readonly name: string;
  /** Where its name stands. */
  readonly at: At;
  readonly history: readonly Step[];
  /** What looking up would give, whatever the history told. */
  readonly lookups: readonly SetFact[];
  readonly expect: Expectations;
  /** Where a part of the expectations stands, by its path among them: `errors/0`. */
  readonly expectedAt: (path: string) => At;
}

/** One thing that happens. */
export type Step = DeliveryStep | ContributorStep | DayStep;

interface AnyStep {
  readonly at: At;
  /** When it happens, ISO 8601; null for a minute after the step before, or a day after it. */
  readonly time: string | null;
}

/** GitHub sends a delivery. */
export interface DeliveryStep extends AnyStep {
  readonly kind: 'delivery';
  readonly event: string;
  /** Null where only the event was named: the payload says. */
  readonly action: string | null;
  readonly like: { readonly name: string; readonly at: At } | null;
  readonly set: readonly SetFact[];
}

/** Somebody registers, or comes to so many points. */
export interface ContributorStep extends AnyStep {
  readonly kind: 'contributor';
  readonly login: string;
  readonly registered?: boolean;
  readonly points?: number;
}

/** A day comes to every subject. */
export interface DayStep extends AnyStep {
  readonly kind: 'day';
}

/** A fact to change. A user is written as its login. */
export interface SetFact {
  readonly name: string;
  readonly value: Written;
  readonly at: At;
}

export type Written = Exclude<FactValue, object> | readonly string[];

/** What must stand. What is not stated is not looked at, but for errors: where none is stated, there must be none. */
export interface Expectations {
  readonly points?: Readonly<Record<string, number>>;
  readonly tickets?: readonly (string | ExpectedTicket)[];
  readonly badges?: Readonly<Record<string, readonly string[]>>;
  readonly comments?: readonly string[];
  readonly labels?: readonly string[];
  readonly checks?: Readonly<Record<string, string | readonly string[]>>;
  readonly notifications?: readonly string[];
  readonly effects?: readonly string[];
  readonly parked?: readonly string[];
  readonly shadow?: Readonly<Record<string, readonly string[]>>;
  readonly errors?: readonly string[];
}

/** A ticket, by as much of its row as matters. */
export type ExpectedTicket = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;
