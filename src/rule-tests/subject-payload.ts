// The issue or pull request that a step shows: as the step before left it, with what the step makes of it.
import { InvalidPayload } from '../models/validate.ts';
import { byAction, byState } from './implied.ts';
import { listedBy, withListed } from './listed.ts';
import { isObject, objectAt, type Payload, shapedLike } from './payload.ts';
import type { Kind, Place } from './scene.ts';
import { kindOf, sets, setValue, shownPlace, type Telling } from './telling.ts';

/** @param withFacts writes what the step sets */
export function withSubject(
  payload: Payload,
  kind: Kind,
  place: Place,
  telling: Telling,
  withFacts: (payload: Payload) => Payload,
): Payload {
  const { step, base, action, people, now } = telling;
  const isSet = (field: string) => sets(step, `${kind}.${field}`);
  const before = subjectBefore(kind, place, telling);
  const isOwnEvent = step.event === 'issues' || step.event === 'pull_request';
  const begun = {
    ...shapedFor(step.event, wholeSubject(kind, place, before, telling), telling),
    ...(isOwnEvent && !base.isReal ? byAction(kind, action ?? '', now) : {}),
    updated_at: now,
  };
  const set = withFacts({ ...payload, [kind]: begun, ...remark(payload, place, kind, telling) });
  const subject = byState(objectAt(set, kind), set['sender'], isSet, now);
  const address = `${String(objectAt(set, 'repository')['html_url'])}/${PATHS[kind]}/${String(subject['number'])}`;
  const isAddressed = isSet('html_url') || (base.isReal && !isSet('number'));
  const list = listedBy(action);
  const listing = { kind, action, before, isNamed: sets(step, list?.one ?? ''), isListed: isSet(list?.list ?? '') };
  return withListed({ ...set, [kind]: isAddressed ? subject : { ...subject, html_url: address } }, listing, people);
}

const PATHS: Readonly<Record<Kind, string>> = { issue: 'issues', pull_request: 'pull' };

/** What the scene keeps of a step for those that follow. A review shows only a part of its pull request. */
export function leftBehind(payload: Payload, kind: Kind, telling: Telling): void {
  const { scene } = telling;
  const place = shownPlace(payload);
  const subject = objectAt(payload, kind);
  const before = scene.subject(place, kind, Number(subject['number']));
  scene.keep(place, kind, { ...before, ...subject });
  for (const one of ['comment', 'review'] as const) {
    if (isObject(payload[one])) scene.remark(place, subject, one, payload[one]);
  }
}

/** What GitHub tells of an edit: the values before it. */
export function changesOf(payload: Payload, place: Place, telling: Telling): Payload {
  const { step, action, base } = telling;
  const kind = kindOf(step.event);
  const isEdit = action === 'edited' && (step.event === 'issues' || step.event === 'pull_request');
  const before = kind === null ? null : subjectBefore(kind, place, telling);
  if (kind === null || !isEdit || before === null || base.isReal) return {};
  const now = objectAt(payload, kind);
  const edited = ['title', 'body'].filter((field) => before[field] !== now[field]);
  return { changes: Object.fromEntries(edited.map((field) => [field, { from: before[field] }])) };
}

/** As the last step left it; null for one that is new here. */
function subjectBefore(kind: Kind, place: Place, { step, base, scene }: Telling): Payload | null {
  const number = setValue(step, `${kind}.number`);
  return base.isReal ? null : scene.subject(place, kind, typeof number === 'number' ? number : null);
}

function wholeSubject(kind: Kind, place: Place, before: Payload | null, telling: Telling): Payload {
  const { step, base, beginning } = telling;
  const shown = objectAt(base.payload, kind);
  if (base.isReal) return shown;
  const fresh = step.like === null ? beginning[kind] : shown;
  const subject = before ?? { ...fresh, number: freshNumber(kind, place, telling, Number(fresh['number'])) };
  // One of which only a review was seen lacks what reviews do not show.
  const isMerged = typeof subject['merged_at'] === 'string';
  return step.event === 'pull_request' ? { ...beginning[kind], merged: isMerged, ...subject } : subject;
}

/** That of the example, or the next that is free; what a step sets has to be free, or of the same kind. */
function freshNumber(kind: Kind, place: Place, { step, scene }: Telling, first: number): number {
  const wanted = setValue(step, `${kind}.number`);
  const isTaken = (number: number) => ![kind, null].includes(scene.numbered(place, number));
  // A comment shows a pull request as an issue.
  const isShared = setValue(step, 'issue.is_pull_request') === true;
  if (typeof wanted === 'number' && isTaken(wanted) && !isShared)
    throw new InvalidPayload(`#${wanted} is ${kind === 'issue' ? 'a pull request' : 'an issue'} already`);
  let number = typeof wanted === 'number' ? wanted : first;
  while (wanted === undefined && isTaken(number) && !isShared) number++;
  return number;
}

function shapedFor(event: string, subject: Payload, { base }: Telling): Payload {
  if (event !== 'pull_request_review' || base.isReal) return subject;
  return shapedLike(subject, objectAt(base.payload, 'pull_request'));
}

/** The comment or review that the step is about: a new one, or, to edit, delete or dismiss, one that came before. */
function remark(payload: Payload, place: Place, kind: Kind, telling: Telling): Payload {
  const { step, base, action, scene, now } = telling;
  const one = step.event === 'issue_comment' ? 'comment' : step.event === 'pull_request_review' ? 'review' : null;
  if (one === null || base.isReal) return {};
  const shown = objectAt(payload, one);
  const number = setValue(step, `${kind}.number`) ?? subjectBefore(kind, place, telling)?.['number'];
  const earlier = scene.remarks(place, { number }, one);
  if (action === 'created' || action === 'submitted') {
    const times = one === 'comment' ? { created_at: now, updated_at: now } : { submitted_at: now };
    return { [one]: { ...shown, id: scene.nextNumber(), ...times } };
  }
  const [id, author] = [setValue(step, `${one}.id`), setValue(step, `${one}.author`)];
  const isMeant = (each: Payload) =>
    id !== undefined ? each['id'] === id : author === undefined || objectAt(each, 'user')['login'] === author;
  const meant = earlier.findLast(isMeant) ?? shown;
  const changed = one === 'comment' ? { updated_at: now } : action === 'dismissed' ? { state: 'dismissed' } : {};
  return { [one]: { ...meant, ...changed } };
}
