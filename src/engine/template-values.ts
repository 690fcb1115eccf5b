// Facts as templates see them: nested by their dotted names, with users that read as logins.
import { Drop } from 'liquidjs';
import type { Facts, FactValue } from '../facts/fact.ts';
import type { User } from '../models/user.ts';

/**
 * A text that GitHub gives in a form of its own, so that nobody can choose what it says: a login, an address, the name
 * of a repository. An author may build a mention or a link with it, `@{{ issue.author }}`.
 */
export class Given extends Drop {
  readonly text: string;

  constructor(text: string) {
    super();
    this.text = text;
  }

  /** Whether it really has such a form; else it is a text like any other. */
  isInForm(): boolean {
    return FORM.test(this.text);
  }

  override valueOf(): string {
    return this.text;
  }

  override toString(): string {
    return this.text;
  }
}

/** The facts given so. */
const GIVEN =
  /(?:^|\.)(?:login|html_url|sha|\w+_at)$|^repository\.(?:name|full_name|owner)$|^pull_request\.ticket\.repository$/;

const TIME = String.raw`\d{4}-\d\d-\d\dT[\d:.]+Z`;
/** A login, a commit, a repository with or without its owner; not one that reads as a link, a reference or a sign. */
const NAME = String.raw`(?!www\.|gh-\d)[a-z\d](?:[a-z\d./-]|(?<=[a-z\d])_(?=[a-z\d])){0,200}(?<![./])`;
const ADDRESS = String.raw`https://[\w.-]+(?::\d+)?(?:/[\w.-]+){1,5}(?:#[\w-]+)?`;

const FORM = new RegExp(`^(?:${TIME}|${NAME}|${ADDRESS})$`, 'i');

/** A user reads as its login, and has `login`, `id` and `type` besides. */
class UserDrop extends Given {
  login: Given;
  id: number;
  type: string | null;

  constructor(user: User) {
    super(user.login);
    this.login = new Given(user.login);
    this.id = user.id;
    this.type = user.type ?? null;
  }
}

/** Liquid walks nested objects, facts are flat: only the named ones are laid out. */
export function laidOut(values: Facts, names: readonly string[]): object {
  const root: Record<string, unknown> = Object.create(null);
  for (const name of [...names].sort((a, b) => a.length - b.length)) {
    const path = name.split('.');
    const last = path.pop() ?? name;
    const level = path.reduce<Record<string, unknown> | null>(below, root);
    if (level !== null) level[last] = inTemplate(name, Object.hasOwn(values, name) ? (values[name] ?? null) : null);
  }
  return root;
}

/**
 * What is laid out under this part of a name. A user is a level too: `contributor` reads as a login, and
 * `contributor.points` is another fact. Below what is known to be empty there is nothing.
 */
function below(level: Record<string, unknown> | null, part: string): Record<string, unknown> | null {
  if (level === null) return null;
  if (level[part] === undefined) level[part] = Object.create(null);
  const next = level[part];
  return isLevel(next) ? next : null;
}

function isLevel(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A fact's value as a template is given it. */
export function inTemplate(name: string, value: FactValue): unknown {
  if (Array.isArray(value)) return value.map((item) => (typeof item === 'object' ? new UserDrop(item) : item));
  if (value !== null && typeof value === 'object' && 'login' in value) return new UserDrop(value);
  return typeof value === 'string' && GIVEN.test(name) ? new Given(value) : value;
}

/** A value as Liquid writes it: nothing for nothing, a list without anything between. */
export function shownAs(value: unknown): string {
  if (value === null || value === undefined) return '';
  return Array.isArray(value) ? value.map(shownAs).join('') : String(value);
}
