// One step of a test as the payload that GitHub would send: like the one it names, about the subject as the step before
// left it, changed as the action implies and as the step says.
import { ofRepository, senderOf } from './implied.ts';
import type { Payload } from './payload.ts';
import { newPlace, type Place, renamed } from './scene.ts';
import { inOrder, withFact } from './set-fact.ts';
import { changesOf, leftBehind, withSubject } from './subject-payload.ts';
import { kindOf, sets, setValue, shownPlace, type Telling } from './telling.ts';

export function payloadOf(telling: Telling): Payload {
  const { step, base, action, scene, now } = telling;
  const payload = { ...base.payload, ...(action === null ? {} : { action }) };
  const place = placeOf(telling);
  if (place === null) return withFacts(payload, telling);
  const { organization } = place;
  const repository =
    step.event === 'repository'
      ? { ...place.repository, updated_at: now, ...ofRepository[action ?? ''] }
      : place.repository;
  const there = { ...payload, repository, organization };
  const kind = kindOf(step.event);
  const made =
    kind === null
      ? withFacts(there, telling)
      : withSubject(there, kind, place, telling, (begun) => withFacts(begun, telling));
  const told = { ...made, ...senderIn(made, telling), ...changesOf(made, place, telling) };
  scene.stay(shownPlace(told));
  if (kind !== null) leftBehind(told, kind, telling);
  return told;
}

/** Where it happens: where the step says, or where the one before did; null for what happens in no repository. */
function placeOf({ step, base, scene, people, beginning }: Telling): Place | null {
  if (base.payload['repository'] === undefined) return null;
  const shown = shownPlace(base.payload);
  const here = base.isReal ? shown : (scene.place() ?? (step.like === null ? beginning.place : shown));
  const wanted = setValue(step, 'repository.full_name');
  if (typeof wanted !== 'string') return here;
  if (step.event === 'repository') return { ...here, repository: renamed(here.repository, wanted, people) };
  const isHere = String(here.repository['full_name']).toLowerCase() === wanted.toLowerCase();
  return isHere ? here : (scene.placeNamed(wanted) ?? newPlace(here, wanted, people));
}

function withFacts(payload: Payload, { step: { event, set }, people, now }: Telling): Payload {
  const write = (made: Payload, { name, value }: (typeof set)[number]) =>
    withFact(made, name, value, { people, event, now });
  return inOrder(set).reduce(write, payload);
}

function senderIn(payload: Payload, { step, base, action }: Telling): Payload {
  const sender = base.isReal || sets(step, 'sender') ? null : senderOf(step.event, action, payload);
  return sender === null ? {} : { sender };
}
