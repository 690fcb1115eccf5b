// Facts in words, as whoever asks "why?" would say them: `pull_request.labels` are "its labels".
import { fact as factNamed } from '../../facts/catalogue.ts';
import type { FactType } from '../../facts/fact.ts';

export interface FactWords {
  readonly type: FactType | null;
  /** Whose fact it is: `it`, `the ticket`. */
  readonly owner: string;
  /** `its labels`, `the ticket's complexity`. */
  readonly name: string;
  /** `labels`, `complexity`. */
  readonly noun: string;
  readonly isPlural: boolean;
  /** Of an account: what makes it this one, `merged it`, and what nobody may be known to do: `have merged it`. */
  readonly deed: { readonly done: string; readonly known: string } | null;
  /** Of a time: what was done then, `last changed`. */
  readonly done: string | null;
  /** Of something that is true or false: `merged`, `a draft`. */
  readonly quality: string | null;
  /** The few values that it can have; nobody mistypes them. */
  readonly isChoice: boolean;
}

/** The words for a fact of the catalogue; for any other, plain ones made of its name. */
export function wordsOf(fact: string): FactWords {
  const entry = factNamed(fact);
  const [prefix, owner] = OWNERS.find(([each]) => fact.startsWith(`${each}.`)) ?? ['', 'it'];
  const property = prefix === '' ? fact : fact.slice(prefix.length + 1);
  const noun = NOUNS.get(fact) ?? NOUNS.get(property) ?? property.replaceAll(/[._]/g, ' ');
  const type = entry?.type ?? null;
  return {
    type,
    owner,
    name: WHOLE.get(fact) ?? accountName(fact) ?? `${owner === 'it' ? 'its' : `${owner}'s`} ${noun}`,
    noun,
    isPlural: type === 'strings' || type === 'users' || /[a-z]s$/.test(noun),
    deed: deedOf(fact),
    done: type === 'time' ? (fact === 'comment.created_at' ? 'written' : (DONE.get(property) ?? null)) : null,
    quality: type === 'boolean' ? (QUALITIES.get(property) ?? null) : null,
    isChoice: entry?.values !== undefined,
  };
}

const OWNERS: readonly (readonly [prefix: string, owner: string])[] = [
  ['pull_request.ticket', 'the ticket'],
  ['pull_request', 'it'],
  ['issue', 'it'],
  ['ticket', 'it'],
  ...['repository', 'installation', 'sender', 'assignee', 'label', 'comment', 'review', 'contributor', 'event'].map(
    (name) => [name, `the ${name}`] as const,
  ),
  ['organization', 'the organisation'],
];

/** Facts that go by a name of their own. */
const WHOLE: ReadonlyMap<string, string> = new Map([
  ['label.name', 'the label'],
  ['repository.full_name', 'the repository'],
  ['organization.login', 'the organisation'],
  ['pull_request.ticket.repository', "the ticket's repository"],
  ['pull_request.closes', 'the issues it closes'],
  ['event.name', 'the event'],
  ['event.action', 'what happened'],
]);

const NOUNS: ReadonlyMap<string, string> = new Map([
  ['body', 'text'],
  ['html_url', 'address'],
  ['full_name', 'full name'],
  ['state_reason', 'reason for its state'],
  ['base.ref', 'target branch'],
  ['head.ref', 'branch'],
  ['base.sha', 'first commit'],
  ['head.sha', 'newest commit'],
  ['pull_request.closes', 'issues that it closes'],
  ['installation.repositories', 'repositories'],
]);

const DONE: ReadonlyMap<string, string> = new Map([
  ['created_at', 'opened'],
  ['updated_at', 'last changed'],
  ['closed_at', 'closed'],
  ['merged_at', 'merged'],
  ['submitted_at', 'handed in'],
]);

const QUALITIES: ReadonlyMap<string, string> = new Map([
  ['merged', 'merged'],
  ['draft', 'a draft'],
  ['locked', 'locked'],
  ['private', 'private'],
  ['archived', 'archived'],
  ['fork', 'a fork'],
  ['registered', 'registered'],
  ['is_pull_request', 'about a pull request'],
]);

const DEEDS: ReadonlyMap<string, readonly [done: string, known: string]> = new Map([
  ['issue.author', ['wrote it', 'have written it']],
  ['issue.assignees', ['is assigned to it', 'be assigned to it']],
  ['pull_request.author', ['wrote it', 'have written it']],
  ['pull_request.assignees', ['is assigned to it', 'be assigned to it']],
  ['pull_request.merged_by', ['merged it', 'have merged it']],
  ['pull_request.approved_by', ['approved it', 'have approved it']],
  ['pull_request.requested_reviewers', ['was asked for a review', 'have been asked for a review']],
  ['pull_request.ticket.author', ['wrote the ticket', 'have written the ticket']],
  ['pull_request.ticket.assignees', ['is assigned to the ticket', 'be assigned to the ticket']],
  ['comment.author', ['wrote the comment', 'have written the comment']],
  ['review.author', ['reviewed it', 'have reviewed it']],
  ['sender', ['caused the event', 'have caused the event']],
  ['assignee', ['was just assigned or unassigned', 'have just been assigned or unassigned']],
  ['contributor', ['is the contributor', 'be the contributor']],
  ['installation.account', ['installed the app', 'have installed the app']],
]);

/** `who merged it`, `the kind of account that merged it`. */
function accountName(fact: string): string | null {
  const deed = deedOf(fact.replace(/\.type$/, ''));
  if (deed === null) return null;
  return fact.endsWith('.type') ? `the kind of account that ${deed.done}` : `who ${deed.done}`;
}

/** An account's login and number speak of the account. */
function deedOf(fact: string): FactWords['deed'] {
  const [done, known] = DEEDS.get(fact.replace(/\.(login|id)$/, '')) ?? [];
  return done === undefined || known === undefined ? null : { done, known };
}
