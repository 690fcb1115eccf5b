// What a rule is compiled in: the names of all files, and the places of its own and of those that define what it names.
import type { FactEntry } from '../facts/fact.ts';
import { nearestOf } from './closest.ts';
import { compileCondition } from './compile-condition.ts';
import type { Vocabulary } from './language.ts';
import type { Names, Report, WrittenFile } from './names.ts';
import type { At, Condition } from './rule.ts';
import type { Reporter, RuleScope } from './scope.ts';
import { escapePointer } from './yaml-source.ts';

/** What all files together give to each of their rules. */
export interface Compiling {
  readonly vocabulary: Vocabulary;
  readonly factByName: ReadonlyMap<string, FactEntry>;
  readonly names: Names;
  readonly report: Report;
  /** Every file shows all the names it was meant to define: what none defines does not exist. */
  readonly isWhole: boolean;
  /** Where the rules of files apply that do not say; no globs: everywhere. */
  readonly everywhere: readonly string[];
  /** Named conditions, by the facts that they may name and by their own name: each is compiled once for all rules. */
  readonly compiled: Map<string, CompiledCondition>;
}

interface CompiledCondition {
  /** Null where something is wrong with it, which was said. */
  readonly condition: Condition | null;
  /** How many conditions it comes to, those it names included. */
  readonly parts: number;
}

/** Named conditions that name one another twice each would double with every level. */
const MAX_PARTS = 1000;

/** @param rule where the rule stands */
export function ruleScope(file: WrittenFile, rule: string, compiling: Compiling): RuleScope {
  const { vocabulary, factByName, names, report, isWhole, compiled } = compiling;
  const own = reporterIn(file, report);
  const open = new Set<string>();
  let parts = 0;
  const grow = (by: number) => {
    const wasWithin = parts < MAX_PARTS;
    parts += by;
    if (wasWithin && parts >= MAX_PARTS)
      own.report('too-large', rule, `the rule has more than ${MAX_PARTS} conditions, those it names included`);
    return parts < MAX_PARTS;
  };
  const once = (key: string, compile: () => Condition | null) => {
    const before = compiled.get(key);
    if (before !== undefined) return grow(before.parts) ? before.condition : null;
    const partsBefore = parts;
    const condition = compile();
    // Of a rule that is too large, it was not looked at to its end.
    if (parts < MAX_PARTS) compiled.set(key, { condition, parts: parts - partsBefore });
    return condition;
  };
  return {
    vocabulary,
    factByName,
    ...own,
    count: () => grow(1),
    table: (name) => names.tables.get(name) ?? null,
    isKnownTable: (name) => names.tables.has(name) || !isWhole,
    tableNames: () => [...names.tables.keys()],
    condition: (name, pointer, here, facts) => {
      const found = definitionOf(name, pointer, here, compiling);
      // Circles are found where conditions are looked at by themselves.
      if (found === null || open.has(name)) return null;
      const condition = once(`${facts.key}: ${name}`, () => {
        open.add(name);
        const there = reporterIn(found.file, report);
        const inner = compileCondition(found.written, `/conditions/${escapePointer(name)}`, facts.in(there));
        open.delete(name);
        return inner;
      });
      return condition && { kind: 'all', conditions: [condition], name, at: here.at(pointer) };
    },
  };
}

/** The condition of this name as it is written, and the file that defines it; null after saying that there is none. */
export function definitionOf(name: string, pointer: string, { report }: Reporter, { names, isWhole }: Compiling) {
  const found = names.conditions.get(name);
  if (found !== undefined) return found;
  const hint = nearestOf(name, [...names.conditions.keys()]);
  if (isWhole) report('unknown-condition', pointer, `there is no condition \`${name}\``, hint);
  return null;
}

function reporterIn({ source, isSound, isFormed }: WrittenFile, report: Report): Reporter {
  return {
    report: (...problem) => report(source, ...problem),
    at: (pointer): At => ({ file: source.file.path, ...source.placeOf(pointer, 'key') }),
    isSound,
    isFormed,
  };
}
