// The demo's story: everything GitHub would deliver in two months of the programme, in the order it arrives here.
import { randomUUID } from 'node:crypto';
import { bodyOf, type DemoTicket, labelOf, people, placeOf, tickets } from './demo-tickets.ts';
import { example, setIn } from './examples.ts';
import { type IssueStory, issueStory } from './issue-story.ts';
import { pullRequestStory } from './pull-request-story.ts';
import { type Person, storyClock, type Told } from './scene.ts';

export interface Delivery {
  readonly guid: string;
  readonly event: string;
  readonly body: string;
  /** `issues.opened of seva-desk-api`, for whoever watches. */
  readonly about: string;
}

/** What is worth looking at afterwards. */
export const worthSeeing = {
  contributor: people.ananya.login,
  awarded: 'jan-seva-labs/seva-desk-api/101',
  refused: 'jan-seva-labs/seva-desk-web/103',
  incomplete: ['jan-seva-labs/seva-desk-api/21', 'shiksha-stack/learning-path/30'],
};

/** Between two things that happen: all of it takes some eight weeks. */
const STEP_SECONDS = 8 * 3600;

const { ananya, rohit, meera, dev, farhan, lakshmi, arjun, sana, asha, vikram, nisha, imran, dependabot } = people;

type Review = readonly [by: Person, verdict: 'approved' | 'changes_requested'];
const approves = (by: Person): Review => [by, 'approved'];
const asksChanges = (by: Person): Review => [by, 'changes_requested'];

/** @param start when the first of it happened, ISO 8601 */
export function tellStory(start: string): readonly Delivery[] {
  const clock = storyClock(start, STEP_SECONDS);
  const deliveries: Delivery[] = [];
  const issues = new Map<string, IssueStory>();
  const unopened = [...tickets];

  /** Delivers what happened; what is told and not sent is on its way still. */
  const send = (told: Told): Delivery => {
    const delivery = deliveryOf(told);
    deliveries.push(delivery);
    return delivery;
  };
  const issueOf = (ticket: DemoTicket, labels: readonly string[], body = bodyOf(ticket)): IssueStory => {
    const { address, place, number, title } = ticket;
    const story = issueStory(clock, place, number, { title, body, author: place.mentor, labels });
    issues.set(address, story);
    return story;
  };
  const issue = (address: string): IssueStory => {
    const known = issues.get(address);
    if (known === undefined) throw new Error(`the demo tells of ${address} before it is opened`);
    return known;
  };
  const ticketAt = (address: string): DemoTicket => {
    const at = unopened.findIndex((ticket) => ticket.address === address);
    const [found] = at < 0 ? [] : unopened.splice(at, 1);
    if (found === undefined) throw new Error(`the demo has no unopened ticket ${address}`);
    return found;
  };
  const openNext = (count: number): void => {
    for (const ticket of unopened.splice(0, count)) send(issueOf(ticket, [labelOf(ticket)]).opened());
  };
  const pullRequest = (address: string, title: string, author: Person, body: string, labels: readonly string[] = []) =>
    pullRequestStory(clock, placeOf(address).place, placeOf(address).number, { title, body, author, labels });

  /** A ticket's usual way: assigned, worked on, reviewed, merged, and closed by the merge. */
  const work = (
    ticket: string,
    pull: string,
    title: string,
    by: Person,
    reviews: readonly Review[],
    mergedBy: Person,
  ): Delivery => {
    send(issue(ticket).assigned(by));
    const { place, number } = placeOf(ticket);
    const pullStory = pullRequest(pull, title, by, `Fixes ${place.fullName}#${number}`);
    send(pullStory.opened());
    for (const [reviewer, verdict] of reviews) {
      send(pullStory.reviewed(reviewer, verdict));
      if (verdict === 'changes_requested') send(pullStory.synchronized());
    }
    const merged = send(pullStory.merged(mergedBy));
    send(issue(ticket).closed());
    return merged;
  };

  send(example('ping'));

  // The first weeks: tickets come in, and the first of them are worked on.
  openNext(8);
  const csv = [asksChanges(asha), approves(rohit), approves(asha)];
  const first = work('seva-desk-api#12', 'seva-desk-api#101', 'Stream grievances as CSV', ananya, csv, asha);
  openNext(4);
  work('learning-path#23', 'learning-path#101', 'Show progress per course', dev, [approves(ananya)], nisha);
  const { place: web } = placeOf('seva-desk-web#1');
  const noTicket = { title: 'The build fails on Windows', body: 'Since yesterday.', author: farhan, labels: ['bug'] };
  send(issueStory(clock, web, 30, noTicket).opened());
  work('seva-desk-web#8', 'seva-desk-web#101', 'Map of grievances, clustered', rohit, [approves(meera)], asha);
  work('aarogya-records#3', 'aarogya-records#101', 'Read FHIR R4 bundles', meera, [approves(vikram)], vikram);
  send(issue('seva-desk-web#7').commented(sana, 'May I take this one?'));

  // A form that is filled in bit by bit: on the list only once it is complete.
  const queue = ticketAt('question-bank#11');
  const incomplete = send(issueOf(queue, ['C4GT Community'], bodyOf(queue, ['category', 'mentor'])).opened());
  openNext(6);
  send(issue(queue.address).edited({ body: bodyOf(queue, ['mentor']) }));
  send(issue(queue.address).edited({ body: bodyOf(queue) }));

  // Who merges their own work earns nothing by it, and neither does a bot.
  send(issue('seva-desk-web#7').assigned(sana));
  const own = pullRequest('seva-desk-web#103', 'Reach every field by keyboard', sana, 'Closes #7');
  send(own.opened());
  send(own.merged(sana));
  send(issue('seva-desk-web#7').closed());
  const bump = pullRequest('aarogya-records#102', 'Bump jackson to 2.19.1', dependabot, '', ['C4GT Coding']);
  send(bump.opened());
  send(bump.reviewed(dev, 'approved'));
  send(bump.merged(vikram));

  // The second month. Work on one repository may close another's ticket; not all work is merged.
  openNext(6);
  work('offline-sync#1', 'offline-sync#101', 'Resume downloads by range', ananya, [approves(imran)], imran);
  work('question-bank#4', 'question-bank#101', 'Formulas with KaTeX', farhan, [approves(meera)], nisha);
  work('question-bank#2', 'learning-path#102', "Tag by Bloom's level", rohit, [approves(ananya)], nisha);
  const limit = 'seva-desk-api#15';
  const limited = work(limit, 'seva-desk-api#102', 'Token bucket per address', ananya, [approves(rohit)], asha);
  openNext(4);
  work('learning-path#24', 'learning-path#103', 'Certificates as PDF', lakshmi, [], nisha);
  const search = [asksChanges(vikram), approves(nisha)];
  work('aarogya-records#5', 'aarogya-records#103', 'Search by account number', arjun, search, vikram);
  work('offline-sync#10', 'offline-sync#102', 'Battery bench', dev, [approves(imran)], imran);
  work('question-bank#5', 'question-bank#102', 'Near-duplicates by embedding', arjun, [approves(ananya)], nisha);
  const given = pullRequest('seva-desk-api#103', 'Object storage, first try', lakshmi, 'Fixes #16');
  send(given.opened());
  send(given.closed());
  const open = pullRequest('aarogya-records#104', 'Mask names in logs', meera, 'Fixes #4');
  send(issue('aarogya-records#4').assigned(meera));
  send(open.opened());
  send(open.reviewed(vikram, 'approved'));

  // Tickets come, go, and come back.
  send(issue('seva-desk-web#14').unlabeled('C4GT Community'));
  openNext(3);
  send(issue('seva-desk-web#14').labeled('C4GT Community'));
  send(issue('aarogya-records#6').deleted());
  send(issue('offline-sync#3').assigned(farhan));
  send(issue('learning-path#22').assigned(lakshmi));

  // Forms that lack something to the end: the comment that asks for it follows what is filled in, and is never there twice.
  const archive = ticketAt('seva-desk-api#21');
  send(issueOf(archive, [labelOf(archive)], bodyOf(archive, ['complexity', 'mentor'])).opened());
  const subtitles = ticketAt('learning-path#30');
  send(issueOf(subtitles, [labelOf(subtitles)], bodyOf(subtitles, ['category'])).opened());
  send(issue(archive.address).edited({ body: bodyOf(archive, ['mentor']) }));

  // The ticket's delivery comes after that of the merge.
  const late = ticketAt('offline-sync#8');
  const lateOpened = issueOf(late, [labelOf(late)]).opened();
  const settle = pullRequest('offline-sync#103', 'Settle edits with a CRDT', farhan, 'Resolves #8');
  const settleOpened = settle.opened();
  send(settle.reviewed(dev, 'approved'));
  send(settle.merged(imran));
  send(lateOpened);
  send(issue(late.address).closed());

  // More was in it than thought: corrected after the merge, and the points with it.
  const rated = tickets.find(({ address }) => address === limit);
  if (rated !== undefined) send(issue(limit).edited({ body: bodyOf({ ...rated, complexity: 'High' }) }));
  openNext(unopened.length);
  work('seva-desk-api#19', 'seva-desk-api#104', 'OpenAPI 3.1 from the routes', lakshmi, [approves(farhan)], asha);
  work('offline-sync#6', 'offline-sync#104', 'Mark lessons on the phone', sana, [approves(imran)], imran);
  send(issue('question-bank#9').assigned(dev));
  send(issue('learning-path#28').assigned(arjun));
  send(issue('seva-desk-web#11').assigned(meera));

  // What networks do: a delivery comes twice, a body under a new GUID, an old one late. And one that nobody consumes.
  deliveries.push(limited, { ...first, guid: randomUUID() }, { ...incomplete, guid: randomUUID() });
  send(settleOpened);
  send(star());
  return deliveries;
}

function star(): Told {
  const { event, payload } = example('star.created');
  setIn(payload, 'repository.full_name', placeOf('seva-desk-api#1').place.fullName);
  return { event, payload };
}

function deliveryOf({ event, payload }: Told): Delivery {
  const { action, repository } = payload;
  const isNamed = typeof repository === 'object' && repository !== null && 'name' in repository;
  const name = typeof action === 'string' ? `${event}.${action}` : event;
  const about = isNamed ? `${name} of ${String(repository.name)}` : name;
  return { guid: randomUUID(), event, body: JSON.stringify(payload), about };
}
