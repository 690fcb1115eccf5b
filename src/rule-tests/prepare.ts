// A written test becomes one that can be played, as often as wanted: its steps as deliveries that are understood, and a
// problem for whatever cannot be so.
import type { Problem } from '../engine/problem.ts';
import type { At } from '../engine/rule.ts';
import { derive, fact } from '../facts/catalogue.ts';
import type { Facts, FactValue } from '../facts/fact.ts';
import { InvalidPayload } from '../models/validate.ts';
import { type Understood, understand } from '../worker/understand.ts';
import { baseOf, beginningOf } from './bases.ts';
import { payloadOf } from './build-payload.ts';
import type { Person } from './memory-accounts.ts';
import type { Payloads } from './payload.ts';
import { type People, peopleOf } from './people.ts';
import { problemAt } from './problem-at.ts';
import { openScene } from './scene.ts';
import { difference } from './set-value.ts';
import { sets, type Telling } from './telling.ts';
import { DAY, MINUTE, written } from './time.ts';
import type { SetFact, Step, WrittenTest } from './written-test.ts';

/** A step as it is played; each has the time it happens at, in milliseconds. */
export type PreparedStep = { readonly now: number; readonly at: At } & (
  | { readonly kind: 'delivery'; readonly event: string; readonly told: Understood }
  | { readonly kind: 'contributor'; readonly who: Person; readonly registered?: boolean; readonly points?: number }
  | { readonly kind: 'day' }
);

export interface PreparedTest {
  readonly written: WrittenTest;
  readonly steps: readonly PreparedStep[];
  readonly lookups: Facts;
}

/** When a history begins that does not say. */
const START = Date.parse('2026-01-01T09:00:00Z');

/** Null after reporting why it cannot be played. */
export function prepareTest(
  test: WrittenTest,
  payloads: Payloads,
  report: (problem: Problem) => void,
): PreparedTest | null {
  const beginning = beginningOf(payloads);
  const bases = test.history.map((step) => (step.kind === 'delivery' ? baseOf(step, payloads, report) : null));
  const shown = bases.flatMap((base) => (base === null ? [] : [base.payload]));
  const people = peopleOf([beginning.issue, beginning.pull_request, ...shown]);
  const scene = openScene();
  let last: number | null = null;
  const steps = test.history.map((step, index): PreparedStep | null => {
    const time = timeOf(step, last);
    // What comes late tells of an earlier time, and is decided on when it comes.
    const now = Math.max(time, last ?? time);
    last = now;
    const when = { now, at: step.at };
    if (step.kind === 'day') return { kind: 'day', ...when };
    if (step.kind === 'contributor') return { ...step, ...when, who: personOf(step.login, people) };
    const base = bases[index] ?? null;
    const action = step.action ?? textOf(base?.payload['action']);
    const told = base && tell({ step, base, action, scene, people, beginning, now: written(time) }, report);
    return told && { kind: 'delivery', ...when, event: step.event, told };
  });
  if (steps.includes(null)) return null;
  return { written: test, steps: steps.filter((step) => step !== null), lookups: lookedUp(test.lookups, people) };
}

function timeOf({ time, kind }: Step, last: number | null): number {
  if (time !== null) return Date.parse(time);
  return last === null ? START : last + (kind === 'day' ? DAY : MINUTE);
}

/** What the step's payload says, read as the worker will read it; null after reporting what of it cannot be so. */
function tell(telling: Telling, report: (problem: Problem) => void): Understood | null {
  const { step } = telling;
  try {
    const payload = payloadOf(telling);
    const body = Buffer.from(JSON.stringify(payload));
    const told = understand({ id: 0, guid: '', event: step.event, body });
    if (told === null) throw new InvalidPayload(`nobody takes ${step.event}`);
    const wrong = step.set.filter((set) => {
      // What the ticket's facts are written into is not what it was set to.
      if (set.name === 'issue.body' && sets(step, 'ticket')) return false;
      const why = difference(set, told.facts[set.name]);
      const message = `\`${set.name}\` cannot be set so on ${step.event}: ${why}`;
      if (why !== null) report(problemAt(set.at, 'cannot-set', message));
      return why !== null;
    });
    return wrong.length > 0 ? null : told;
  } catch (error) {
    if (!(error instanceof InvalidPayload)) throw error;
    report(problemAt(step.like?.at ?? step.at, 'bad-payload', `this is no payload of ${step.event}: ${error.message}`));
    return null;
  }
}

function lookedUp(facts: readonly SetFact[], people: People): Facts {
  const values = facts.map(({ name, value }): [string, FactValue] => {
    const type = fact(name)?.type;
    if (type === 'user' && typeof value === 'string') return [name, personOf(value, people)];
    if (type === 'users' && Array.isArray(value)) return [name, value.map((login) => personOf(login, people))];
    return [name, value];
  });
  return derive(Object.fromEntries(values));
}

function personOf(name: string, people: People): Person & { type: string } {
  const { id, login, type } = people.account(name);
  return { id, login, type: String(type) };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
