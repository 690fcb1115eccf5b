// Events about one label or assignee, made whole: what they name and what their subject's list shows go together.
import { isObject, objectAt, type Payload } from './payload.ts';
import type { People } from './people.ts';
import type { Kind } from './scene.ts';

export interface Listing {
  readonly kind: Kind;
  readonly action: string | null;
  /** The subject before this step. */
  readonly before: Payload | null;
  /** Whether the step says which label or assignee it is about; and whether it sets the subject's whole list. */
  readonly isNamed: boolean;
  readonly isListed: boolean;
}

interface Listed {
  readonly list: 'labels' | 'assignees';
  readonly one: 'label' | 'assignee';
  /** What tells its items apart. */
  readonly key: 'name' | 'login';
  readonly isAdded: boolean;
}

const LISTED: Readonly<Record<string, Listed>> = {
  labeled: { list: 'labels', one: 'label', key: 'name', isAdded: true },
  unlabeled: { list: 'labels', one: 'label', key: 'name', isAdded: false },
  assigned: { list: 'assignees', one: 'assignee', key: 'login', isAdded: true },
  unassigned: { list: 'assignees', one: 'assignee', key: 'login', isAdded: false },
};

/** The list that an action is about, `labels` or `assignees`, and the one thing in it. */
export function listedBy(action: string | null): Pick<Listed, 'list' | 'one'> | null {
  return LISTED[action ?? ''] ?? null;
}

/**
 * Where the step names the label, the subject has it, or no longer; where it sets the list alone, the label is the one
 * by which the list differs from before. Where it says neither, nothing is guessed.
 */
export function withListed(payload: Payload, listing: Listing, people: People): Payload {
  const listed = LISTED[listing.action ?? ''];
  if (listed === undefined || listing.isNamed === listing.isListed) return payload;
  return listing.isNamed ? withItem(payload, listing.kind, listed) : withOne(payload, listing, listed, people);
}

function withItem(payload: Payload, kind: Kind, { list, one, key, isAdded }: Listed): Payload {
  const subject = objectAt(payload, kind);
  const named = objectAt(payload, one);
  const others = itemsOf(subject[list]).filter((item) => item[key] !== named[key]);
  const items = isAdded ? [...others, named] : others;
  const first = list === 'assignees' ? { assignee: items[0] ?? null } : {};
  return { ...payload, [kind]: { ...subject, [list]: items, ...first } };
}

function withOne(payload: Payload, { kind, before }: Listing, listed: Listed, people: People): Payload {
  const { list, one, key, isAdded } = listed;
  const names = (subject: Payload | null) => itemsOf(subject?.[list]).map((item) => String(item[key]));
  const [then, now] = [names(before), names(objectAt(payload, kind))];
  const [changed] = isAdded ? now.filter((name) => !then.includes(name)) : then.filter((name) => !now.includes(name));
  if (changed === undefined) return payload;
  return { ...payload, [one]: one === 'label' ? people.label(changed) : people.account(changed) };
}

function itemsOf(list: unknown): readonly Payload[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}
