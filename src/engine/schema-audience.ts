// The two readers of the JSON Schema. The checker's is short, and leaves to the compiler what the compiler says better;
// the editors' explains every part, offers what may stand there, and refuses all that can be refused by form alone.
import type { FactEntry, FactType } from '../facts/fact.ts';
import { cases, named, part, type Schema } from './schema-parts.ts';

/** What people read about a part, and what an editor puts in. */
export interface About {
  /** What kind of thing it is; the heading of what is shown about it. */
  readonly title?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  /** What is said instead of the keyword that failed. yaml-language-server's. */
  readonly errorMessage?: string;
  /** What is offered whole, with `$1` and `${1:word}` where the cursor goes. yaml-language-server's and VS Code's. */
  readonly defaultSnippets?: readonly Snippet[];
}

export interface Snippet {
  readonly label: string;
  readonly description: string;
  readonly body: unknown;
}

/** A name, and what it means in a sentence or two. */
export interface Meaning {
  readonly name: string;
  readonly meaning: string;
}

/** How the parts of the schema are written for one reader. */
export interface Audience {
  readonly isEditor: boolean;
  about(about: About): Schema;
  /** One of these names. */
  choice(what: 'event' | 'fact' | null, names: readonly Meaning[]): Schema;
  /** One schema for each JSON type that a value may have. */
  cases(byType: Readonly<Record<string, Schema>>): Schema;
  /** The name of a fact of one of these types, which are one of {@link GROUPS}. */
  factName(types: readonly FactType[]): Schema;
  /** A mapping that names such a fact, in place of a value. */
  otherFact(types: readonly FactType[]): Schema;
  /** The kind of test that may stand behind this fact. */
  kindOf(entry: FactEntry): Kind;
}

/** What the facts of one kind are compared with: the values of their type, or a few known ones. */
export interface Kind {
  readonly name: string;
  readonly type: FactType;
  readonly values?: readonly string[];
}

export const TYPES: readonly FactType[] = ['string', 'number', 'boolean', 'time', 'user', 'strings', 'users'];

/** The types that a fact may have in one place or another. */
export const GROUPS: readonly (readonly FactType[])[] = [
  ...TYPES.map((type) => [type]),
  ['user', 'string'],
  ['user', 'users'],
  TYPES,
];

/** The part with the names of all facts of these types. */
export const namesOf = (types: readonly FactType[]): string =>
  types === TYPES ? 'fact' : `${types.join('-or-')}-fact`;
/** The part that names one of them in place of a value. */
export const othersOf = (types: readonly FactType[]): string => `other-${namesOf(types)}`;

export function factMapping(name: Schema): Schema {
  return named('key', { fact: name }, { required: ['fact'] });
}

/** For `rules check`: the values and the types of facts are looked at when a rule is compiled. */
export const checker: Audience = {
  isEditor: false,
  about: () => ({}),
  choice: (what, names) => ({
    ...(what === null ? {} : { 'x-names': what }),
    enum: names.map(({ name }) => name),
  }),
  cases,
  factName: () => part('fact'),
  otherFact: () => factMapping(part('fact')),
  kindOf: ({ type }) => ({ name: type, type }),
};

/** For editors, who complete and explain as one types. */
export function editorOf(facts: readonly FactEntry[]): Audience {
  const kinds = new Map<string, Kind>();
  for (const entry of facts) {
    const { name, type, values } = entry;
    const key = keyOf(entry);
    if (!kinds.has(key)) kinds.set(key, values === undefined ? { name: type, type } : { name, type, values });
  }
  return {
    isEditor: true,
    about: ({ examples, ...about }) => ({ ...about, ...marked(about), ...exampled(examples) }),
    // Not `enum`: editors would list every name over each, instead of saying what the one means.
    choice: (_, names) => ({
      type: 'string',
      oneOf: names.map(({ name, meaning }) => ({ const: name, description: meaning })),
    }),
    cases: completed,
    factName: (types) => part(namesOf(types)),
    otherFact: (types) => part(othersOf(types)),
    kindOf: (entry) => kinds.get(keyOf(entry)) ?? { name: entry.type, type: entry.type },
  };
}

function keyOf({ type, values = [] }: FactEntry): string {
  return [type, ...values].join(' ');
}

/** A plain description is shown with its backticks. */
function marked({ description }: About): Schema {
  return description?.includes('`') ? { markdownDescription: description } : {};
}

/** Editors offer examples as values, but can only name plain ones; a mapping is shown, and not offered. */
function exampled(examples: readonly unknown[] | undefined): Schema {
  if (examples === undefined) return {};
  const isOffered = examples.every((example) => typeof example !== 'object' || Array.isArray(example));
  // biome-ignore lint/suspicious/noThenProperty: `then` is JSON Schema's keyword
  return isOffered ? { examples } : { if: { type: 'object' }, then: { examples } };
}

/** Editors do not look behind `then` for what to offer, so the one case that has names to offer is said in `anyOf`. */
function completed(byType: Readonly<Record<string, Schema>>): Schema {
  const offers = Object.entries(byType).find(([, schema]) => ['enum', 'oneOf', '$ref'].some((word) => word in schema));
  if (offers === undefined || offers[0] === 'object') return cases(byType);
  const { [offers[0]]: _, ...others } = byType;
  return { anyOf: [offers[1], { type: Object.keys(others) }], ...cases(others) };
}
