// A written test becomes one that can be played, as often as wanted: its steps as deliveries that are understood, and a
// problem for whatever cannot be so.
import { didYouMean } from '../engine/closest.ts';
import type { Problem } from '../engine/problem.ts';
import type { At } from '../engine/rule.ts';
import { derive, fact } from '../facts/catalogue.ts';
import type { Facts, FactValue } from '../facts/fact.ts';
import { InvalidPayload } from '../models/validate.ts';
import { type Understood, understand } from '../worker/understand.ts';
import { payloadOf } from './build-payload.ts';
import type { Person } from './memory-accounts.ts';
import { objectAt, type Payload, type Payloads } from './payload.ts';
import { type People, peopleOf } from './people.ts';
import { openScene } from './scene.ts';
import { difference } from './set-value.ts';
import { type Base, type Beginning, sets, shownPlace, type Telling } from './telling.ts';
import { DAY, MINUTE, written } from './time.ts';
import type { DeliveryStep, SetFact, Step, WrittenTest } from './written-test.ts';

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
  if (test.history.some((step, index) => step.kind === 'delivery' && bases[index] === null)) return null;
  const shown = bases.flatMap((base) => (base === null ? [] : [base.payload]));
  const people = peopleOf([beginning.issue, beginning.pull_request, ...shown]);
  const scene = openScene();
  let last: number | null = null;
  const steps: PreparedStep[] = [];
  for (const [index, step] of test.history.entries()) {
    const time = timeOf(step, last);
    // What comes late tells of an earlier time, and is decided on when it comes.
    const now = Math.max(time, last ?? time);
    last = now;
    const base = bases[index];
    if (step.kind === 'day') steps.push({ kind: 'day', at: step.at, now });
    else if (step.kind === 'contributor') {
      const { registered, points } = step;
      const news = { ...(registered === undefined ? {} : { registered }), ...(points === undefined ? {} : { points }) };
      steps.push({ kind: 'contributor', at: step.at, now, who: personOf(step.login, people), ...news });
    } else if (base !== undefined && base !== null) {
      const action = step.action ?? textOf(base.payload['action']);
      const told = tell({ step, base, action, scene, people, beginning, now: written(time) }, report);
      if (told === null) return null;
      steps.push({ kind: 'delivery', at: step.at, now, event: step.event, told });
    }
  }
  return { written: test, steps, lookups: lookedUp(test.lookups, people) };
}

function timeOf({ time, kind }: Step, last: number | null): number {
  if (time !== null) return Date.parse(time);
  return last === null ? START : last + (kind === 'day' ? DAY : MINUTE);
}

/** What a test does not say is not there: GitHub's examples have a label, an assignee and a milestone. */
const BARE: Payload = { labels: [], assignees: [], assignee: null, milestone: null, comments: 0 };

const beginnings = new WeakMap<Payloads, Beginning>();

function beginningOf(payloads: Payloads): Beginning {
  const known = beginnings.get(payloads);
  if (known !== undefined) return known;
  const issues = payloads.example('issues.opened')?.payload ?? {};
  const pullRequests = payloads.example('pull_request.opened')?.payload ?? {};
  const beginning = {
    place: shownPlace(issues),
    issue: { ...objectAt(issues, 'issue'), ...BARE },
    pull_request: { ...objectAt(pullRequests, 'pull_request'), ...BARE, requested_reviewers: [] },
  };
  beginnings.set(payloads, beginning);
  return beginning;
}

function baseOf(
  { event, action, like, at }: DeliveryStep,
  payloads: Payloads,
  report: (problem: Problem) => void,
): Base | null {
  if (like === null) {
    const example = (action === null ? null : payloads.example(`${event}.${action}`)) ?? payloads.example(event);
    if (example === null) report(problemAt(at, 'no-example', `GitHub has no example of ${event}`, 'name one: `like:`'));
    return example && { payload: example.payload, isReal: false };
  }
  const { name } = like;
  if (!name.endsWith('.json')) {
    const example = payloads.example(name);
    if (example?.event === event) return { payload: example.payload, isReal: false };
    const message =
      example === null ? `there is no example \`${name}\`` : `\`${name}\` is no payload of ${event}, as this step is`;
    const own = payloads.exampleNames().filter((each) => each.split('.')[0] === event);
    report(problemAt(like.at, 'unknown-example', message, didYouMean(name, own) ?? 'a file ends in `.json`'));
    return null;
  }
  try {
    return { payload: payloads.file(name, like.at.file), isReal: true };
  } catch (error) {
    report(problemAt(like.at, 'bad-payload', error instanceof Error ? error.message : String(error)));
    return null;
  }
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

export function problemAt(at: At, code: string, message: string, hint?: string): Problem {
  return { code, severity: 'error', ...at, message, ...(hint === undefined ? {} : { hint }) };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
