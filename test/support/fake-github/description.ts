// GitHub's own OpenAPI description of its REST API (@octokit/openapi), read once per process.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** A schema as OpenAPI 3.0 writes them. */
export type Schema = Readonly<Record<string, unknown>>;

interface Referring {
  readonly $ref?: string;
}

export interface Parameter extends Referring {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required?: boolean;
  readonly schema: Schema;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

export interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content & { readonly required?: boolean };
  readonly responses: Readonly<Record<string, Content & Referring>>;
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface Found {
  /** As the description and Octokit write it: `GET /repos/{owner}/{repo}`. */
  readonly route: string;
  readonly operation: Operation;
  readonly path: Readonly<Record<string, string>>;
}

let read: Description | undefined;

function description(): Description {
  const file = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json');
  read ??= JSON.parse(readFileSync(file, 'utf8')) as Description;
  return read;
}

/** What `#/components/schemas/issue` refers to. */
export function referred<T>(reference: string): T {
  const [, , kind = '', name = ''] = reference.split('/');
  const found = description().components[kind]?.[name];
  if (found === undefined) throw new Error(`GitHub's description has no ${reference}`);
  return found as T;
}

/** What it is itself, or what it refers to. */
export function resolved<T extends Referring>(given: T): T {
  return given.$ref === undefined ? given : referred<T>(given.$ref);
}

export function exampleText(name: string): string {
  return JSON.stringify(referred<{ value: unknown }>(`#/components/examples/${name}`).value);
}

export function operationOf(route: string): Operation | undefined {
  const [method = '', path = ''] = route.split(' ');
  return description().paths[path]?.[method.toLowerCase()];
}

/** The operation that a request means; of several, the one that names most of its path. */
export function findOperation(method: string, pathname: string): Found | null {
  const segments = pathname.split('/');
  let best: Template | undefined;
  for (const template of templatesOf(segments.length)) {
    const fits = template.parts.every((part, at) =>
      part.startsWith('{') ? segments[at] !== '' : part === segments[at],
    );
    if (fits && template.named > (best?.named ?? -1)) best = template;
  }
  if (best === undefined) return null;
  const route = `${method} ${best.parts.join('/')}`;
  const operation = operationOf(route);
  if (operation === undefined) return null;
  const named = best.parts.flatMap((part, at) => {
    return part.startsWith('{') ? [[part.slice(1, -1), decodeURIComponent(segments[at] ?? '')]] : [];
  });
  return { route, operation, path: Object.fromEntries(named) };
}

interface Template {
  readonly parts: readonly string[];
  /** How many of them are not placeholders. */
  readonly named: number;
}

let templates: Map<number, Template[]> | undefined;

function templatesOf(length: number): readonly Template[] {
  templates ??= Map.groupBy(
    Object.keys(description().paths).map((path) => {
      const parts = path.split('/');
      return { parts, named: parts.filter((part) => !part.startsWith('{')).length };
    }),
    ({ parts }) => parts.length,
  );
  return templates.get(length) ?? [];
}
