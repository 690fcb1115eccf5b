// What a fact is: a named, typed value about a subject's state or about the moment of one event.
import type { User } from '../models/user.ts';

/** The types a fact can have. `time` is an ISO 8601 string in UTC; a list is never nested. */
export type FactType = 'string' | 'number' | 'boolean' | 'time' | 'user' | 'strings' | 'users';

export type FactValue = string | number | boolean | null | User | readonly string[] | readonly User[];

/** Facts by their full dotted name. One that is absent is unknown, one that is null is known to be empty. */
export type Facts = Readonly<Record<string, FactValue>>;

/** `state`: true of the subject until something changes it. `moment`: true of one event only. */
export type FactScope = 'state' | 'moment';

/** Where a fact comes from: GitHub's payload, our reading of a text, our ledger, or looked up when a rule asks. */
export type FactSource = 'payload' | 'parsed' | 'ledger' | 'lookup';

/** One line of the catalogue. */
export interface FactEntry {
  readonly name: string;
  readonly type: FactType;
  /** One sentence for people who write rules. */
  readonly meaning: string;
  readonly scope: FactScope;
  readonly source: FactSource;
  /** Events (GitHub's names, without action) whose deliveries offer the fact. */
  readonly events: readonly string[];
  /** Labels and logins compare as GitHub compares them: without regard to case. */
  readonly ignoreCase?: true;
  /** The values it can have, where they are few and known. */
  readonly values?: readonly string[];
  readonly example?: FactValue;
}
