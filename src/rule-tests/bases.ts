// What a step begins with: the payload that it names, or GitHub's example of its event.
import { didYouMean } from '../engine/closest.ts';
import type { Problem } from '../engine/problem.ts';
import { objectAt, type Payload, type Payloads } from './payload.ts';
import { problemAt } from './problem-at.ts';
import { type Base, type Beginning, shownPlace } from './telling.ts';
import type { DeliveryStep } from './written-test.ts';

/** What a test does not say is not there: GitHub's examples have a label, an assignee and a milestone. */
const BARE: Payload = { labels: [], assignees: [], assignee: null, milestone: null, comments: 0 };

const beginnings = new WeakMap<Payloads, Beginning>();

/** In GitHub's example repository, with its example issue and pull request. */
export function beginningOf(payloads: Payloads): Beginning {
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

/** The payload that a step names, or that its event has; null after reporting that there is none. */
export function baseOf(
  { event, action, like, at }: DeliveryStep,
  payloads: Payloads,
  report: (problem: Problem) => void,
): Base | null {
  if (like === null) {
    const example = (action === null ? null : payloads.example(`${event}.${action}`)) ?? payloads.example(event);
    if (example === null) report(problemAt(at, 'unknown-example', `there is no example of ${event}`, 'name a file'));
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
