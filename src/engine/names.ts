// The names that rule files share: tables and conditions, usable in every file, and the ids of rules; each given once.
import type { WrittenRule } from './compile-rule.ts';
import { unescapePointer, type YamlSource } from './yaml-source.ts';

type Mapping = Readonly<Record<string, unknown>>;
type Table = ReadonlyMap<string, number>;

/** A rule file as it is written, as far as it has the form of one. */
export interface WrittenFile {
  readonly source: YamlSource;
  readonly program: string;
  readonly repositories: readonly string[];
  /** By name; null where there is something wrong with it. */
  readonly tables: ReadonlyMap<string, Table | null>;
  /** By name; null where there is something wrong with it. */
  readonly conditions: ReadonlyMap<string, Mapping | null>;
  /** By name. Their parts have the form of a rule's where `isSound` says so. */
  readonly rules: Readonly<Record<string, WrittenRule>>;
  /** Whether the schema found nothing wrong at this place or below it. */
  readonly isSound: (pointer: string) => boolean;
}

/** @param misfits the places at which the schema found something wrong, as JSON pointers */
export function writtenFile(source: YamlSource, misfits: readonly string[]): WrittenFile {
  const places = misfits.map(unescapePointer);
  const isSound = (pointer: string) => !places.some((place) => place === pointer || place.startsWith(`${pointer}/`));
  const file = mapping(source.value);
  const named = <T>(key: string): ReadonlyMap<string, T | null> =>
    new Map(
      Object.entries(mapping(file[key])).map(([name, value]) => [
        name,
        isSound(`/${key}/${name}`) ? (value as T) : null,
      ]),
    );
  const tables = [...named<Record<string, number>>('tables')];
  const rules = Object.entries(mapping(file['rules'])).filter(([, rule]) => isMapping(rule));
  return {
    source,
    program: String(file['program']),
    repositories: isSound('/repositories') ? ((file['repositories'] ?? []) as readonly string[]) : [],
    tables: new Map(tables.map(([name, table]) => [name, table && new Map(Object.entries(table))])),
    conditions: named<Mapping>('conditions'),
    rules: Object.fromEntries(rules) as Record<string, WrittenRule>,
    isSound,
  };
}

function mapping(value: unknown): Mapping {
  return isMapping(value) ? value : {};
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export type Report = (source: YamlSource, code: string, pointer: string, message: string, hint?: string) => void;

export interface Names {
  readonly tables: ReadonlyMap<string, Table | null>;
  readonly conditions: ReadonlyMap<string, { readonly source: YamlSource; readonly written: Mapping | null }>;
}

/** Collects the names of all files; one that is given twice is reported where it is given again. */
export function collectNames(files: readonly WrittenFile[], report: Report): Names {
  const tables = new Map<string, Table | null>();
  const conditions = new Map<string, { source: YamlSource; written: Mapping | null }>();
  const taken = new Map<string, string>();
  const isFirst = (kind: string, name: string, source: YamlSource, pointer: string): boolean => {
    const first = taken.get(`${kind} ${name}`);
    if (first !== undefined)
      report(source, 'duplicate-id', pointer, `the ${kind} \`${name}\` is already defined at ${first}`);
    else taken.set(`${kind} ${name}`, `${source.file.path}:${source.placeOf(pointer, 'key').line}`);
    return first === undefined;
  };
  for (const file of files) {
    const { source } = file;
    for (const [name, table] of file.tables)
      if (isFirst('table', name, source, `/tables/${name}`)) tables.set(name, table);
    for (const [name, written] of file.conditions)
      if (isFirst('condition', name, source, `/conditions/${name}`)) conditions.set(name, { source, written });
    for (const name of Object.keys(file.rules)) isFirst('rule', `${file.program}/${name}`, source, `/rules/${name}`);
  }
  return { tables, conditions };
}
