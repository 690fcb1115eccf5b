// `unused-table` and `unused-condition`: what a file defines and no rule comes to.
import type { WrittenFile } from '../names.ts';
import type { Problem } from '../problem.ts';
import { type Linting, warning } from './linting.ts';
import { atIn, mappingsIn } from './written.ts';

/** A rule that is switched off, or only tried out, needs its tables and conditions as any other does. */
export function unused({ files }: Linting): Problem[] {
  const rules = files.flatMap((file) => Object.values(file.rules));
  const tables = new Set(rules.flatMap(({ then }) => namesOf('table', then)));
  const conditions = conditionsUsed(
    files,
    rules.flatMap((rule) => namesOf('condition', [rule.while, rule.when])),
  );
  return files.flatMap((file) => [
    ...missing(file, 'table', [...file.tables.keys()], tables),
    ...missing(file, 'condition', [...file.conditions.keys()], conditions),
  ]);
}

function missing(
  file: WrittenFile,
  kind: 'table' | 'condition',
  names: readonly string[],
  used: ReadonlySet<string>,
): Problem[] {
  return names
    .filter((name) => !used.has(name))
    .map((name) => {
      const at = atIn(file, `/${kind}s/${name}`, 'key');
      return warning(`unused-${kind}`, at, `no rule uses the ${kind} \`${name}\``, 'take it out');
    });
}

/** Those that rules name, and those that these name in turn. */
function conditionsUsed(files: readonly WrittenFile[], named: readonly string[]): ReadonlySet<string> {
  const written = new Map(files.flatMap((file) => [...file.conditions]));
  const used = new Set(named);
  for (const name of used) for (const inner of namesOf('condition', written.get(name))) used.add(inner);
  return used;
}

function namesOf(key: string, value: unknown): string[] {
  return mappingsIn(value, '').flatMap(({ mapping }) => {
    const name = mapping[key];
    return typeof name === 'string' ? [name] : [];
  });
}
