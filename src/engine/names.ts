// The names that rule files share: tables and conditions, usable in every file, and the ids of rules; each given once.
import type { WrittenRule } from './compile-rule.ts';
import type { YamlSource } from './yaml-source.ts';

export interface WrittenFile {
  readonly program: string;
  readonly repositories?: readonly string[];
  readonly tables?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly rules?: Readonly<Record<string, WrittenRule>>;
}

/** A file that fits the schema. */
export interface Fitting {
  readonly source: YamlSource;
  readonly written: WrittenFile;
}

export type Report = (source: YamlSource, code: string, pointer: string, message: string, hint?: string) => void;

export interface Names {
  readonly tables: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly conditions: ReadonlyMap<string, { source: YamlSource; written: Readonly<Record<string, unknown>> }>;
}

/** Collects the names of all files; one that is given twice is reported where it is given again. */
export function collectNames(files: readonly Fitting[], report: Report): Names {
  const tables = new Map<string, ReadonlyMap<string, number>>();
  const conditions = new Map<string, { source: YamlSource; written: Readonly<Record<string, unknown>> }>();
  const taken = new Map<string, string>();
  const isFirst = (kind: string, name: string, source: YamlSource, pointer: string): boolean => {
    const first = taken.get(`${kind} ${name}`);
    if (first !== undefined)
      report(source, 'duplicate-id', pointer, `the ${kind} \`${name}\` is already defined at ${first}`);
    else taken.set(`${kind} ${name}`, `${source.file.path}:${source.placeOf(pointer, 'key').line}`);
    return first === undefined;
  };
  for (const { source, written } of files) {
    for (const [name, entries] of Object.entries(written.tables ?? {})) {
      if (isFirst('table', name, source, `/tables/${name}`)) tables.set(name, new Map(Object.entries(entries)));
    }
    for (const [name, condition] of Object.entries(written.conditions ?? {})) {
      if (isFirst('condition', name, source, `/conditions/${name}`))
        conditions.set(name, { source, written: condition });
    }
    for (const name of Object.keys(written.rules ?? {}))
      isFirst('rule', `${written.program}/${name}`, source, `/rules/${name}`);
  }
  return { tables, conditions };
}
