// What GitHub would deliver to the App of a large programme: many stories at once, in made-up repositories, and what the
// shipped rules must have come to when all of it is worked off.
//
// Deliveries are GitHub's own examples (https://github.com/octokit/webhooks) with the people, places, numbers, texts and
// times of the story in them: 10 to 25 KB each. Only what the App subscribes to arrives (src/github/app-manifest.ts), so
// there are no pushes and no checks. Random, but the same at every run.
import { randomUUID } from 'node:crypto';
import { example, type Payload } from '../../src/commands/examples.ts';
import { around, type Place, storyClock, type Told } from '../../src/commands/scene.ts';
import type { IncomingDelivery } from '../../src/store/store.ts';
import { chance } from './chance.ts';
import { awardStory, issueWork, pullRequestWork, ticketWork } from './traffic-stories.ts';
import { people, places, type World } from './traffic-world.ts';

export type Mix = 'programme' | 'awards';

/** What must stand in the end. */
export interface Expected {
  /** By login; nobody with 0. */
  readonly points: ReadonlyMap<string, number>;
  /** Tickets on the public list. */
  readonly listed: number;
}

export interface Traffic {
  next(): IncomingDelivery;
  /** After what was delivered so far. */
  expected(): Expected;
  /** How often each `event.action` was delivered so far. */
  counts(): ReadonlyMap<string, number>;
}

/** Stories that go on at the same time: neighbours in the queue are seldom about the same subject, and sometimes are. */
const AT_ONCE = 400;

/** @param part other repositories for each, for a second traffic after another */
export function traffic(mix: Mix, part = 0): Traffic {
  const points = new Map<string, number>();
  const counts = new Map<string, number>();
  let listed = 0;
  const world: World = {
    chance: chance(20_261_123 + part),
    clock: storyClock('2026-06-01T09:00:00Z', 5),
    people,
    places: places(part),
    numbers: new Map(),
    award: ({ login }, earned) => void points.set(login, (points.get(login) ?? 0) + earned),
    list: (by) => {
      listed += by;
    },
  };
  const begin = mix === 'awards' ? () => awardStory(world) : () => story(world);
  const stories = Array.from({ length: mix === 'awards' ? 1 : AT_ONCE }, begin);
  const tell = (): Told => {
    const at = world.chance.below(stories.length);
    const next = stories[at]?.next();
    if (next?.done === false) return next.value;
    stories[at] = begin();
    return tell();
  };
  return {
    next() {
      const { event, payload } = tell();
      const name = `${event}.${payload['action']}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      return { guid: randomUUID(), event, body: bodyOf(payload, world) };
    },
    expected: () => ({ points: new Map([...points].filter(([, sum]) => sum !== 0)), listed }),
    counts: () => counts,
  };
}

/** Of what begins, a quarter is a ticket, a quarter another issue, and nearly all else pull requests on no ticket. */
function story(world: World): Generator<Told> {
  const drawn = world.chance.next();
  if (drawn < 0.25) return ticketWork(world);
  if (drawn < 0.5) return issueWork(world);
  if (drawn < 0.98) return pullRequestWork(world);
  return repositoryWork(world);
}

function* repositoryWork({ chance, places, people }: World): Generator<Told> {
  const { place } = chance.often(places);
  const by = chance.often(people);
  for (const name of ['label.created', 'label.created', 'repository.edited']) {
    const { event, payload } = example(name);
    yield { event, payload: { ...payload, ...around(place, by) } };
  }
}

/** As an App's installation gets it, with the addresses of its own repository. */
function bodyOf(payload: Payload, { places }: World): Buffer {
  const { id, full_name: name } = payload['repository'] as Place & { readonly full_name: string };
  const installation = places.find(({ place }) => place.id === id)?.installation ?? 1;
  const whole = { ...payload, installation: { id: installation, node_id: `MDIzOkludGVn${installation}` } };
  return Buffer.from(JSON.stringify(whole).replaceAll('Codertocat/Hello-World', name));
}
