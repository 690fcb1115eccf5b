// The changes that issue and pull request events report of their subject, as deltas.
import type { Facts, FactValue } from '../facts/fact.ts';
import type { Delta } from '../facts/observation.ts';
import type { Label } from '../models/label.ts';
import type { User } from '../models/user.ts';
import { account } from './context.ts';

/** What of a payload says how its subject changed. */
export interface Changed {
  readonly action: string;
  readonly label?: Label | null | undefined;
  readonly assignee?: User | null | undefined;
  readonly changes?: Readonly<Record<string, unknown>> | null | undefined;
}

/** The changes known for both kinds of subject: labels, assignees, state, title and body. */
export function deltasOf(kind: 'issue' | 'pull_request', payload: Changed, facts: Facts): Delta[] {
  const { action, label, assignee, changes } = payload;
  if (action === 'labeled' || action === 'unlabeled') {
    return label ? [listed(`${kind}.labels`, action === 'labeled', label.name)] : [];
  }
  if (action === 'assigned' || action === 'unassigned') {
    return assignee ? [listed(`${kind}.assignees`, action === 'assigned', account(assignee))] : [];
  }
  if (action === 'closed') return [{ fact: `${kind}.state`, set: 'closed' }];
  if (action === 'reopened') return [{ fact: `${kind}.state`, set: 'open' }];
  if (action === 'edited') {
    return ['title', 'body']
      .filter((field) => Object.hasOwn(changes ?? {}, field))
      .flatMap((field) => taken(`${kind}.${field}`, facts));
  }
  return [];
}

/** The value a fact took, where the payload shows it. */
export function taken(fact: string, facts: Facts): Delta[] {
  const set = facts[fact];
  return set === undefined ? [] : [{ fact, set }];
}

function listed(fact: string, added: boolean, value: FactValue): Delta {
  return added ? { fact, added: [value] } : { fact, removed: [value] };
}
