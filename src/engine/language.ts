// What the language of rules is made of: facts, events and actions. Whatever checks, compiles or explains rules gets it.
import type { Actions } from '../actions/action.ts';
import type { FactEntry } from '../facts/fact.ts';
import type { RuleSubject } from './rule.ts';

/** Everything that checks or compiles rules gets it as one argument. */
export interface Vocabulary {
  readonly facts: readonly FactEntry[];
  readonly events: readonly EventEntry[];
  readonly actions: Actions;
}

export interface EventEntry {
  readonly event: string;
  readonly actions: readonly string[];
  /** Kind of subject that it is about; `any` for one that every issue and pull request has. */
  readonly subject: RuleSubject | 'any' | null;
}

/** The first part of a dotted name: of an event with its action, `issues.labeled`, the event; of a fact, its family. */
export function familyOf(name: string): string {
  return name.split('.')[0] ?? name;
}

/** `issues`, `issues.labeled`, …: what `on` can say of an event. One that anything may have is named with its action. */
export function eventNames({ event, actions, subject }: EventEntry): string[] {
  return [...(subject === 'any' ? [] : [event]), ...actions.map((action) => `${event}.${action}`)];
}

/** As `on` names it: what every issue and pull request has is named with its action only. */
export function spoken(event: EventEntry): string {
  return event.subject === 'any' ? eventNames(event).join(', ') : event.event;
}
