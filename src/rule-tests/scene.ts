// Where the history of one test happens: its repository, and issues and pull requests as the last step left them.
import { objectAt, type Payload } from './payload.ts';
import { numberOf, type People } from './people.ts';

/** What is carried from step to step. */
export type Kind = 'issue' | 'pull_request';

/** A repository, with the organisation that owns it, if any. */
export interface Place {
  readonly repository: Payload;
  readonly organization: Payload | undefined;
}

export interface Scene {
  /** The repository of the last step; null before the first. */
  place(): Place | null;
  /** The repository of that name, if a step was there. */
  placeNamed(fullName: string): Place | null;
  stay(place: Place): void;
  /** The subject of that number, or else the one that was last spoken of; null for one that is new. */
  subject(place: Place, kind: Kind, number: number | null): Payload | null;
  keep(place: Place, kind: Kind, subject: Payload): void;
  /** What has this number there: issues and pull requests are numbered together. */
  numbered(place: Place, number: number): Kind | null;
  /** Comments and reviews of this subject, oldest first. */
  remarks(place: Place, subject: Payload, kind: 'comment' | 'review'): readonly Payload[];
  remark(place: Place, subject: Payload, kind: 'comment' | 'review', remark: Payload): void;
  /** For a new comment or review. */
  nextNumber(): number;
}

export function openScene(): Scene {
  let here: Place | null = null;
  const places = new Map<string, Place>();
  const subjects = new Map<string, Payload>();
  const current = new Map<string, Payload>();
  const remarks = new Map<string, Payload[]>();
  let number = 0;
  const remarksKey = ({ repository }: Place, { number }: Payload, kind: string) =>
    `${String(repository['id'])}/${String(number)} ${kind}`;

  return {
    place: () => here,
    placeNamed: (fullName) => places.get(fullName.toLowerCase()) ?? null,
    stay: (place) => {
      here = place;
      places.set(String(place.repository['full_name']).toLowerCase(), place);
    },
    subject: ({ repository }, kind, wanted) => {
      const key = `${String(repository['id'])} ${kind}`;
      return (wanted === null ? current.get(key) : subjects.get(`${key} ${wanted}`)) ?? null;
    },
    keep: ({ repository }, kind, subject) => {
      const key = `${String(repository['id'])} ${kind}`;
      current.set(key, subject);
      subjects.set(`${key} ${String(subject['number'])}`, subject);
    },
    numbered: ({ repository }, number) => {
      const kinds = ['issue', 'pull_request'] as const;
      return kinds.find((kind) => subjects.has(`${String(repository['id'])} ${kind} ${number}`)) ?? null;
    },
    remarks: (...where) => remarks.get(remarksKey(...where)) ?? [],
    remark: (place, subject, kind, remark) => {
      const key = remarksKey(place, subject, kind);
      const others = (remarks.get(key) ?? []).filter(({ id }) => id !== remark['id']);
      remarks.set(key, [...others, remark]);
    },
    nextNumber: () => ++number,
  };
}

/** Another repository like this one. */
export function newPlace({ repository }: Place, fullName: string, people: People): Place {
  return { repository: { ...renamed(repository, fullName, people), id: numberOf(fullName) }, organization: undefined };
}

/** The same repository under another name. */
export function renamed(repository: Payload, fullName: string, people: People): Payload {
  const [owner = '', name = ''] = fullName.split('/');
  const isSameOwner = objectAt(repository, 'owner')['login'] === owner;
  return {
    ...repository,
    name,
    full_name: fullName,
    html_url: `https://github.com/${fullName}`,
    url: `https://api.github.com/repos/${fullName}`,
    ...(isSameOwner ? {} : { owner: people.account(owner) }),
  };
}
