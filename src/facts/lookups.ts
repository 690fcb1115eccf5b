// Facts that are looked up only when a rule asks: they cost a question to the store, or to GitHub. What a decision
// consulted is named with it, so that it is made again when that changes.
import { catalogue } from './catalogue.ts';
import { nameOf } from './closes.ts';
import type { Facts, FactValue } from './fact.ts';
import { type Knowledge, repositoryKey } from './knowledge.ts';
import type { Reference } from './looked-up.ts';
import { stateFacts } from './state.ts';

/** What a decision rests on besides its own subject: a key or an address, at the version that was read. */
export interface Consulted {
  readonly key: string;
  readonly version: number;
}

/** Reads subjects by key, `123/45`, or by address, `owner/name#45`; an unknown one has version 0. */
export type ReadSubjects = (
  keys: readonly string[],
) => Promise<readonly { readonly key: string; readonly version: number; readonly knowledge: Knowledge | null }[]>;

/** Finds an issue that the store does not know; null where it is not to be had. */
export type FindIssue = (reference: Reference) => Promise<Knowledge | null>;

/** What our ledger says is known of a contributor's own subject; of who caused an event it is looked up. */
const lookupFacts: ReadonlySet<string> = new Set(
  catalogue.filter(({ source }) => source === 'lookup' || source === 'ledger').map(({ name }) => name),
);

export const ticketFactNames: readonly string[] = [...lookupFacts].filter((name) =>
  name.startsWith('pull_request.ticket.'),
);

export function isLookup(fact: string): boolean {
  return lookupFacts.has(fact);
}

/** The most issues that are asked GitHub for in one decision; whoever writes a description chooses how many it names. */
const MAX_FOUND = 10;

/**
 * The facts of the ticket among the issues that a pull request closes: the first that uses the form, or else the first
 * that we know. A fact that nothing is found for is null.
 */
export async function lookUpTicket(
  pullRequest: Facts,
  closes: readonly Reference[],
  read: ReadSubjects,
  find?: FindIssue,
): Promise<{ facts: Facts; consulted: readonly Consulted[]; isFound: boolean }> {
  const names = closes.map(nameOf);
  const answers = names.length === 0 ? [] : await read(names);
  const issues: Knowledge[] = [];
  const found = new Set<Knowledge>();
  let asked = 0;
  for (const [place, { knowledge }] of answers.entries()) {
    const reference = closes[place];
    if (knowledge?.subject.kind === 'issue') issues.push(knowledge);
    if (knowledge !== null || reference === undefined || find === undefined || ++asked > MAX_FOUND) continue;
    const issue = await find(reference);
    if (issue === null) continue;
    found.add(issue);
    issues.push(issue);
  }
  const homes = [...new Set(issues.map(({ subject }) => repositoryKey(subject)))];
  const repositories = homes.length === 0 ? [] : await read(homes);
  const states = issues.map((issue) => {
    const home = repositories.find(({ key }) => key === repositoryKey(issue.subject));
    return { issue, facts: stateFacts(issue, home?.knowledge ?? null) };
  });
  const open = states.filter(({ facts }) => isOpenTo(pullRequest, facts));
  const ticket = open.find(({ facts }) => usesForm(facts)) ?? open[0] ?? null;
  const unknown = Object.fromEntries(ticketFactNames.map((name): [string, FactValue] => [name, null]));
  return {
    facts: { ...unknown, ...(ticket === null ? {} : asTicket(ticket.facts)) },
    consulted: [...answers, ...repositories].map(({ key, version }) => ({ key, version })),
    isFound: ticket !== null && found.has(ticket.issue),
  };
}

/** What rests on a private issue would show it: reasons and traces of a public pull request are public. */
function isOpenTo(pullRequest: Facts, issue: Facts): boolean {
  return issue['repository.private'] !== true || pullRequest['repository.private'] === true;
}

function usesForm({ 'ticket.product': product, 'ticket.complexity': complexity }: Facts): boolean {
  return (product ?? complexity ?? null) !== null;
}

/** The facts of an issue, as those of the ticket that a pull request closes. */
function asTicket(facts: Facts): Facts {
  const named = Object.entries(facts).flatMap(([name, value]): [string, FactValue][] => {
    const [family, ...rest] = name.split('.');
    const ticket = `pull_request.ticket.${rest.join('.')}`;
    return (family === 'issue' || family === 'ticket') && lookupFacts.has(ticket) ? [[ticket, value]] : [];
  });
  return { ...Object.fromEntries(named), 'pull_request.ticket.repository': facts['repository.full_name'] ?? null };
}
