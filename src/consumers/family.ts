// Whether a body can be of the event that its header claims. The signature covers the body alone: whoever holds a
// genuine one could send it again as another event, and what that event means (deleted!) would be done.
import { InvalidPayload } from '../models/validate.ts';

/** Top-level fields that a body of this event never has, and a body of its look-alikes always has. */
const FOREIGN: Readonly<Record<string, readonly string[]>> = {
  issues: ['comment', 'pull_request'],
  pull_request: ['review', 'comment', 'thread'],
  issue_comment: ['pull_request', 'discussion'],
  label: ['issue', 'pull_request', 'discussion', 'comment'],
};

/**
 * Nearly every body has a repository and an installation; so one that is of their own events has nothing else. Else the
 * body of any `deleted` could be sent again to have a whole installation deleted.
 */
const ALONE: Readonly<Record<string, ReadonlySet<string>>> = {
  repository: new Set(['action', 'changes', 'repository', 'organization', 'enterprise', 'installation', 'sender']),
  installation: new Set([
    ...['action', 'installation', 'repositories', 'requester', 'organization', 'enterprise', 'sender'],
  ]),
  installation_repositories: new Set([
    ...['action', 'installation', 'repository_selection', 'repositories_added', 'repositories_removed'],
    ...['requester', 'organization', 'enterprise', 'sender'],
  ]),
};

/** @throws InvalidPayload naming the field that belongs to another event */
export function checkFamily(event: string, payload: unknown): void {
  if (typeof payload !== 'object' || payload === null) return;
  const alone = Object.hasOwn(ALONE, event) ? ALONE[event] : undefined;
  const foreign =
    alone === undefined
      ? FOREIGN[event]?.find((key) => Object.hasOwn(payload, key))
      : Object.keys(payload).find((key) => !alone.has(key));
  if (foreign !== undefined) throw new InvalidPayload(`a body with ${foreign.slice(0, 100)} is not one of ${event}`);
}
