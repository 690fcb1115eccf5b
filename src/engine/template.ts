// Texts with placeholders, `Merged {{ pull_request.title }}`: Liquid, cut down to output, filters and conditions.
// What a payload supplies is data: it is put in once and never read as a template itself.
import { Drop, Liquid, type Template as LiquidNode } from 'liquidjs';
import type { Facts, FactValue } from '../facts/fact.ts';
import type { User } from '../models/user.ts';

export interface Template {
  readonly source: string;
  /** The facts it names. */
  readonly facts: readonly string[];
  /** Throws when a filter fails or the limits are passed. */
  render(facts: Facts): string;
}

/** Tags a sentence can need. `include`, `render`, `layout` read files; `assign`, `increment`, `capture` hold state. */
const TAGS = new Set(['if', 'unless', 'case', 'for', 'comment', 'raw']);

const liquid = new Liquid({
  ownPropertyOnly: true,
  strictFilters: true,
  strictVariables: false,
  parseLimit: 10_000,
  renderLimit: 200,
  memoryLimit: 1_000_000,
  templates: {},
});
for (const tag of Object.keys(liquid.tags)) if (!TAGS.has(tag)) delete liquid.tags[tag];

/** Where in the text it is wrong, and why. */
export class TemplateError extends Error {
  override name = 'TemplateError';
}

/** @throws TemplateError on a syntax error, an unknown filter or an unknown tag */
export function parseTemplate(source: string): Template {
  let nodes: LiquidNode[];
  let facts: string[];
  try {
    nodes = liquid.parse(source);
    facts = liquid.globalVariableSegmentsSync(nodes).map((segments) => segments.map(String).join('.'));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new TemplateError(message.replace(/, line:\d+, col:\d+$/, ''), { cause: error });
  }
  return {
    source,
    facts: [...new Set(facts)],
    render: (values) => liquid.renderSync(nodes, nested(values, facts)) as string,
  };
}

/** A user reads as its login, and has `login`, `id` and `type` besides. */
class UserDrop extends Drop {
  readonly login: string;
  readonly id: number;
  readonly type: string | null;

  constructor(user: User) {
    super();
    this.login = user.login;
    this.id = user.id;
    this.type = user.type ?? null;
  }

  override valueOf(): string {
    return this.login;
  }
}

/** Liquid walks nested objects, facts are flat: only the named ones are laid out. */
function nested(values: Facts, names: readonly string[]): object {
  const root: Record<string, unknown> = Object.create(null);
  for (const name of [...names].sort((a, b) => a.length - b.length)) {
    const path = name.split('.');
    const last = path.pop() ?? name;
    let at: Record<string, unknown> | null = root;
    for (const part of path) {
      at[part] ??= Object.create(null);
      const next: unknown = at[part];
      at = next === null || typeof next !== 'object' || next instanceof UserDrop ? null : (next as typeof root);
      if (at === null) break;
    }
    if (at !== null) at[last] = shown(Object.hasOwn(values, name) ? (values[name] ?? null) : null);
  }
  return root;
}

function shown(value: FactValue): unknown {
  if (Array.isArray(value)) return value.map((item) => (typeof item === 'object' ? item.login : item));
  return value !== null && typeof value === 'object' && 'login' in value ? new UserDrop(value) : value;
}
