// Facts that are looked up only when a rule asks: they cost a question to the store. What a decision consulted is
// named with it, so that it is made again when that changes.
import { catalogue } from './catalogue.ts';
import { closesOf } from './closes.ts';
import type { Facts, FactValue } from './fact.ts';
import { type Knowledge, repositoryKey } from './knowledge.ts';
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

const lookupFacts: ReadonlySet<string> = new Set(
  catalogue.filter(({ source }) => source === 'lookup').map(({ name }) => name),
);
const ticketFactNames = [...lookupFacts].filter((name) => name.startsWith('pull_request.ticket.'));

export function isLookup(fact: string): boolean {
  return lookupFacts.has(fact);
}

/**
 * Every lookup fact of a pull request, from its facts as one payload or as its state shows them: the issues it closes,
 * and the ticket among them. A fact that nothing is found for is null.
 */
export async function lookUp(
  pullRequest: Facts,
  read: ReadSubjects,
): Promise<{ facts: Facts; consulted: readonly Consulted[] }> {
  const closes = addresses(pullRequest['pull_request.closes']) ?? closesOf(pullRequest);
  const keys = closes.map((address) => keyOf(address, pullRequest));
  const found = keys.length === 0 ? [] : await read(keys);
  const issues = found.flatMap(({ knowledge }) => (knowledge?.subject.kind === 'issue' ? [knowledge] : []));
  const homes = [...new Set(issues.map(({ subject }) => repositoryKey(subject)))];
  const repositories = homes.length === 0 ? [] : await read(homes);
  const states = issues.map((issue) => {
    const home = repositories.find(({ key }) => key === repositoryKey(issue.subject));
    return stateFacts(issue, home?.knowledge ?? null);
  });
  const ticket = ticketAmong(states.filter((issue) => isOpenTo(pullRequest, issue)));
  const unknown = Object.fromEntries(ticketFactNames.map((name): [string, FactValue] => [name, null]));
  const facts = {
    ...unknown,
    'pull_request.closes': closes,
    ...(ticket === null ? {} : asTicket(ticket)),
  };
  return { facts, consulted: [...found, ...repositories].map(({ key, version }) => ({ key, version })) };
}

/** What rests on a private issue would show it: reasons and traces of a public pull request are public. */
function isOpenTo(pullRequest: Facts, issue: Facts): boolean {
  return issue['repository.private'] !== true || pullRequest['repository.private'] === true;
}

function addresses(fact: FactValue | undefined): readonly string[] | null {
  return Array.isArray(fact) ? fact.filter((item): item is string => typeof item === 'string') : null;
}

/** Issues of the same repository go by key, which outlives a rename; others are known by address only. */
function keyOf(address: string, { 'repository.full_name': name, 'repository.id': id }: Facts): string {
  const [repository = '', number = ''] = address.split('#');
  const isHere = repository.toLowerCase() === String(name).toLowerCase();
  return isHere && typeof id === 'number' ? `${id}/${number}` : address.toLowerCase();
}

/** Of several issues closed, the ticket is the first that uses the ticket form, or else the first one we know. */
function ticketAmong(issues: readonly Facts[]): Facts | null {
  const usesForm = issues.find(
    ({ 'ticket.product': product, 'ticket.complexity': complexity }) => (product ?? complexity ?? null) !== null,
  );
  return usesForm ?? issues[0] ?? null;
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
