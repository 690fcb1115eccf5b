// What rules ask for and no payload tells: from GitHub where it can be asked, else from what is stored; with the record
// of where each answer came from.
import { closesByGitHub, closesByText, referenceTo, shownTo } from '../facts/closes.ts';
import { contributorOf } from '../facts/contributor.ts';
import { learnReviews } from '../facts/knowledge.ts';
import type { Provenance } from '../facts/looked-up.ts';
import { type FindIssue, lookUpTicket, ticketFactNames } from '../facts/lookups.ts';
import { approvedBy } from '../facts/state.ts';
import type { User } from '../models/user.ts';
import type { Store } from '../store/store.ts';
import type { Ask } from './ask-github.ts';
import { answered, keep, ofMoment, ofSubject, orImpossible } from './findings.ts';
import { askClosing, askFiles, askPermission, askReviews, type Place } from './questions.ts';
import type { Situated } from './situate.ts';

export interface LookingUp {
  readonly store: Pick<Store, 'subjects'>;
  /** Null without GitHub. */
  readonly ask: Ask | null;
  /** Why GitHub is not asked, where it is not. */
  readonly unasked: string;
  /** Finds issues that the store does not know. */
  readonly findIssue?: (situation: Situated, ask: Ask, installation: number) => FindIssue;
}

/**
 * The same situation with the facts that the rules asked for, or with why they cannot be had.
 *
 * @throws Delayed when GitHub cannot be asked now
 */
export async function withLookups(
  looking: LookingUp,
  situation: Situated,
  needs: readonly string[],
): Promise<Situated> {
  const isNeeded = (prefix: string) => needs.some((name) => name === prefix || name.startsWith(`${prefix}.`));
  let seen = situation;
  if (isNeeded('sender.permission')) seen = await withPermission(looking, seen);
  if (isNeeded('contributor')) seen = await withContributor(looking, seen, needs);
  if (seen.subject.kind === 'pull_request') {
    const isAboutTicket = isNeeded('pull_request.ticket');
    if ((isNeeded('pull_request.closes') || isAboutTicket) && seen.closes === null)
      seen = await withCloses(looking, seen);
    if (isAboutTicket) seen = await withTicket(looking, seen, needs);
    if (isNeeded('pull_request.approved_by')) seen = await withApprovals(looking, seen);
    if (isNeeded('pull_request.files')) seen = await withFiles(looking, seen);
  }
  return answered(seen, needs);
}

/** The way to GitHub for this situation; null where there is none, and then why. */
function wayOf({ ask, unasked }: LookingUp, { subject, installation }: Situated) {
  const [owner = '', name = ''] = String(subject.facts['repository.full_name'] ?? '').split('/');
  const place: Place = { owner, name, number: subject.number };
  if (ask === null) return { way: null, stored: { source: 'what is stored', reason: unasked } as const };
  if (typeof installation === 'number' && name !== '') return { way: { ask, installation, place }, stored: GITHUB };
  const reason = typeof installation === 'string' ? installation : 'the repository is not known';
  return { way: null, stored: { source: 'what is stored', reason } as const };
}

const GITHUB: Provenance = { source: 'GitHub' };

async function withPermission(looking: LookingUp, situation: Situated): Promise<Situated> {
  const { way, stored } = wayOf(looking, situation);
  const sender = situation.moment?.facts['sender'];
  const name = 'sender.permission';
  if (!isUser(sender)) return ofMoment(situation, { [name]: null }, { source: 'what is stored' });
  if (way === null) return ofMoment(situation, { [name]: null }, stored);
  return orImpossible(situation, [name], async () => {
    const { ask, installation, place } = way;
    return ofMoment(situation, { [name]: await askPermission(ask, installation, place, sender) }, GITHUB);
  });
}

/** Of GitHub's events, the contributor is the sender; of our own, its subject, of which all is known. */
async function withContributor({ store }: LookingUp, situation: Situated, needs: readonly string[]): Promise<Situated> {
  const sender = situation.moment?.facts['sender'];
  if (situation.moment === null || 'contributor' in situation.moment.facts) return situation;
  const user = isUser(sender) ? sender : null;
  const [stored] = user === null ? [] : await store.subjects([`0/${user.id}`]);
  const facts = contributorOf(user, stored?.contributor ?? null);
  return ofMoment(
    situation,
    facts,
    { source: 'what is stored' },
    needs.filter((name) => Object.hasOwn(facts, name)),
  );
}

async function withCloses(looking: LookingUp, situation: Situated): Promise<Situated> {
  const { subject } = situation;
  const { facts, known, lookups } = subject;
  const merged = known?.merged ?? null;
  const name = 'pull_request.closes';
  if (Array.isArray(facts[name])) {
    const stated = facts[name].filter((address) => typeof address === 'string');
    return { ...situation, closes: stated.map((address) => referenceTo(address, facts)) };
  }
  const { way, stored } = wayOf(looking, situation);
  const kept = lookups.closes?.all == null ? null : { all: lookups.closes.all, linked: lookups.closes.linked };
  if (way === null && kept === null) return closing(closesByText(facts, merged, lookups), stored);
  return orImpossible(situation, [name, ...ticketFactNames], async () => {
    const told = kept ?? (way && (await askClosing(way.ask, way.installation, way.place)));
    if (told === null) return situation;
    const { closes, kept: keeping } = closesByGitHub(told, facts, merged, lookups);
    return keep(closing(closes, GITHUB), keeping);
  });

  function closing(closes: Parameters<typeof shownTo>[1], provenance: Provenance): Situated {
    const shown = shownTo(facts, closes);
    const addresses = shown.map(({ address }) => address);
    return { ...ofSubject(situation, { [name]: addresses }, provenance), closes: shown };
  }
}

async function withTicket(looking: LookingUp, situation: Situated, needs: readonly string[]): Promise<Situated> {
  return orImpossible(situation, ticketFactNames, async () => {
    const seen = situation.ticket === null ? await foundTicket(looking, situation) : situation;
    if (seen.ticket === null) return seen;
    const { facts, provenance } = seen.ticket;
    // Which ticket it was has to be known with whatever was asked of it.
    const which = WHICH_TICKET.filter((name) => facts[name] !== null);
    const asked = [...needs, ...which].filter((name) => Object.hasOwn(facts, name));
    return ofSubject(seen, Object.fromEntries(asked.map((name) => [name, facts[name] ?? null])), provenance);
  });
}

const WHICH_TICKET = ['pull_request.ticket.repository', 'pull_request.ticket.number'];

async function foundTicket(looking: LookingUp, situation: Situated): Promise<Situated> {
  const { closes, subject } = situation;
  if (closes === null) return situation;
  const { way } = wayOf(looking, situation);
  const find = way === null ? undefined : looking.findIssue?.(situation, way.ask, way.installation);
  const found = await lookUpTicket(subject.facts, closes, (keys) => looking.store.subjects(keys), find);
  // What was read twice counts as it was first: had it changed meanwhile, the commit must find the conflict.
  const consulted = new Map([...found.consulted, ...situation.consulted].map((one) => [one.key, one]));
  const provenance: Provenance = { source: found.isFound ? 'GitHub' : 'what is stored' };
  return { ...situation, ticket: { facts: found.facts, provenance }, consulted: [...consulted.values()] };
}

async function withApprovals(looking: LookingUp, situation: Situated): Promise<Situated> {
  const { way, stored } = wayOf(looking, situation);
  const { known, lookups } = situation.subject;
  const name = 'pull_request.approved_by';
  if (known === null) return situation;
  const approving = (by: typeof known) => ({ [name]: approvedBy(by, situation.subject.facts) });
  if (lookups.reviewed === true) return ofSubject(situation, approving(known), GITHUB);
  if (way === null) return ofSubject(situation, approving(known), stored);
  return orImpossible(situation, [name], async () => {
    const reviews = await askReviews(way.ask, way.installation, way.place, situation.subject.facts);
    const all = learnReviews(known, reviews);
    const seen = keep(ofSubject(situation, approving(all), GITHUB), { reviewed: true });
    return all === known ? seen : { ...seen, subject: { ...seen.subject, known: all, learned: all } };
  });
}

async function withFiles(looking: LookingUp, situation: Situated): Promise<Situated> {
  const { way, stored } = wayOf(looking, situation);
  const { facts, lookups } = situation.subject;
  const name = 'pull_request.files';
  const of = `${facts['pull_request.base.ref']} ${facts['pull_request.head.sha']}`;
  if (lookups.files?.of === of) return ofSubject(situation, { [name]: lookups.files.paths }, GITHUB);
  if (way === null) return ofSubject(situation, { [name]: null }, stored);
  return orImpossible(situation, [name], async () => {
    const paths = await askFiles(way.ask, way.installation, way.place, of);
    return keep(ofSubject(situation, { [name]: paths }, GITHUB), { files: { of, paths } });
  });
}

function isUser(value: unknown): value is User {
  return typeof value === 'object' && value !== null && 'login' in value;
}
