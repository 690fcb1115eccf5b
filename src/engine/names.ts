// The names that rule files share: tables and conditions, usable in every file, and the ids of rules; each given once.
import type { WrittenRule } from './compile-rule.ts';
import { isMapping, type Mapping } from './mapping.ts';
import type { Reporter } from './scope.ts';
import type { Steps } from './steps.ts';
import { escapePointer, type Gap, type YamlSource } from './yaml-source.ts';

type Table = ReadonlyMap<string, number>;

/** A rule file as it is written, as far as it has the form of one. */
export interface WrittenFile {
  readonly source: YamlSource;
  readonly program: string;
  readonly repositories: readonly string[];
  /** By name; null where there is something wrong with it. */
  readonly tables: ReadonlyMap<string, Table | null>;
  /** By name; null where it is no mapping. Their parts have the form of a condition's where `isSound` says so. */
  readonly conditions: ReadonlyMap<string, Mapping | null>;
  /** By name. Their parts have the form of a rule's where `isSound` says so. */
  readonly rules: Readonly<Record<string, WrittenRule>>;
  /** Whether nothing is wrong with the form of this place or of what is below it. */
  readonly isSound: (pointer: string) => boolean;
  /** Whether nothing is wrong with the form of this place itself. */
  readonly isFormed: (pointer: string) => boolean;
  /** Whether every table and condition that it was meant to define is among those above. */
  readonly isWhole: boolean;
}

/** @param misfits the places that do not fit the schema, as JSON pointers */
export function writtenFile(source: YamlSource, gaps: readonly Gap[], misfits: readonly string[]): WrittenFile {
  const wrong = [...gaps.map(({ pointer }) => pointer), ...misfits];
  const here = new Set(wrong);
  const above = new Set(wrong.flatMap(ancestors));
  const isFormed = (pointer: string) => !here.has(pointer);
  const isSound = (pointer: string) => isFormed(pointer) && !above.has(pointer);
  const file = mapping(source.value);
  const tables = Object.entries(mapping(file['tables'])).map(([name, table]) => {
    const usable = isSound(`/tables/${escapePointer(name)}`);
    return [name, usable ? new Map(Object.entries(table as Record<string, number>)) : null] as const;
  });
  const conditions = Object.entries(mapping(file['conditions']));
  const rules = Object.entries(mapping(file['rules'])).filter(([, rule]) => isMapping(rule));
  return {
    source,
    program: String(file['program']),
    repositories: isSound('/repositories') ? ((file['repositories'] ?? []) as readonly string[]) : [],
    tables: new Map(tables),
    conditions: new Map(conditions.map(([name, condition]) => [name, isMapping(condition) ? condition : null])),
    rules: Object.fromEntries(rules) as Record<string, WrittenRule>,
    isSound,
    isFormed,
    isWhole: isMapping(source.value) && isWhole(file, gaps),
  };
}

const SECTIONS = ['version', 'program', 'repositories', 'tables', 'conditions', 'rules'];

/** A section with a mistyped name, or that is no mapping, may be where a name was meant to be defined. */
function isWhole(file: Mapping, gaps: readonly Gap[]): boolean {
  const known = Object.keys(file).every((key) => SECTIONS.includes(key));
  const mappings = [file['tables'] ?? {}, file['conditions'] ?? {}].every(isMapping);
  return known && mappings && gaps.every(({ pointer }) => !['', '/tables', '/conditions'].includes(pointer));
}

/** The pointers of all that a place is part of, the file itself included. */
function ancestors(pointer: string): string[] {
  const parts = pointer.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

function mapping(value: unknown): Mapping {
  return isMapping(value) ? value : {};
}

export type Report = (source: YamlSource, ...problem: Parameters<Reporter['report']>) => void;

export interface Names {
  readonly tables: ReadonlyMap<string, Table | null>;
  readonly conditions: ReadonlyMap<string, { readonly file: WrittenFile; readonly written: Mapping | null }>;
}

/** Collects the names of all files; one that is given twice is reported where it is given again. */
export function* collectNames(files: readonly WrittenFile[], report: Report): Steps<Names> {
  const tables = new Map<string, Table | null>();
  const conditions = new Map<string, { file: WrittenFile; written: Mapping | null }>();
  const taken = new Map<string, string>();
  const isFirst = (kind: string, name: string, source: YamlSource, pointer: string): boolean => {
    const first = taken.get(`${kind} ${name}`);
    if (first !== undefined)
      report(source, 'duplicate-id', pointer, `the ${kind} \`${name}\` is already defined at ${first}`);
    else taken.set(`${kind} ${name}`, `${source.file.path}:${source.placeOf(pointer, 'key').line}`);
    return first === undefined;
  };
  for (const file of files) {
    yield;
    const { source } = file;
    for (const [name, table] of file.tables)
      if (isFirst('table', name, source, `/tables/${escapePointer(name)}`)) tables.set(name, table);
    for (const [name, written] of file.conditions)
      if (isFirst('condition', name, source, `/conditions/${escapePointer(name)}`))
        conditions.set(name, { file, written });
    // Rules of a file without a proper name of its programme have no ids that could be given twice.
    if (!isNamed(file)) continue;
    for (const name of Object.keys(file.rules))
      isFirst('rule', `${file.program}/${name}`, source, `/rules/${escapePointer(name)}`);
  }
  return { tables, conditions };
}

function isNamed({ source, isSound }: WrittenFile): boolean {
  return typeof mapping(source.value)['program'] === 'string' && isSound('/program');
}
