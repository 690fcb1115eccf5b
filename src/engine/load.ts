// Rule files in, a rule set or problems out. All files are read before anything is said, and what is sound of a file is
// looked at further beside what is not, so one run shows every fault; a rule set is returned only when there is none.
import { createHash } from 'node:crypto';
import type { FactEntry } from '../facts/fact.ts';
import { type SchemaCheck, schemaCheck } from './check-schema.ts';
import { didYouMean } from './closest.ts';
import { compileCondition } from './compile-condition.ts';
import { compileRule } from './compile-rule.ts';
import { globOf } from './glob.ts';
import { rulesSchema, type Vocabulary } from './json-schema.ts';
import { collectNames, type Names, type Report, type WrittenFile, writtenFile } from './names.ts';
import { type Problem, type SourceFile, sortProblems } from './problem.ts';
import type { At, Rule, RuleSet } from './rule.ts';
import { ruleSetOf } from './rule-set.ts';
import type { Reporter, RuleScope } from './scope.ts';
import { readYaml, type YamlSource } from './yaml-source.ts';

export interface Loaded {
  readonly rules: RuleSet | null;
  /** Sorted by file and place. */
  readonly problems: readonly Problem[];
  /** The files that could be read as YAML, with what they hold. */
  readonly files: readonly WrittenFile[];
}

/** Loads rule files as often as wanted; what the vocabulary needs is prepared once. */
export type Loader = (files: readonly SourceFile[]) => Loaded;

export function ruleLoader(vocabulary: Vocabulary): Loader {
  const check = schemaCheck(rulesSchema(vocabulary));
  const factByName = new Map(vocabulary.facts.map((entry) => [entry.name, entry]));
  return (files) => load(files, vocabulary, factByName, check);
}

function load(
  sources: readonly SourceFile[],
  vocabulary: Vocabulary,
  factByName: ReadonlyMap<string, FactEntry>,
  check: SchemaCheck,
): Loaded {
  const problems: Problem[] = [];
  const files: WrittenFile[] = [];
  for (const file of sources) {
    const { source, problems: unreadable } = readYaml(file);
    problems.push(...unreadable);
    if (source === null) continue;
    const misfits = check(source);
    problems.push(...misfits.map(({ problem }) => problem));
    files.push(
      writtenFile(
        source,
        misfits.map(({ pointer }) => pointer),
      ),
    );
  }
  const report = reporting(problems);
  const names = collectNames(files, report);
  const compiling = { vocabulary, factByName, names, report, isWhole: files.length === sources.length };
  const rules = files.flatMap((file) => compileFile(file, compiling));
  const isRefused = problems.some(({ severity }) => severity === 'error');
  return { rules: isRefused ? null : ruleSetOf(versionOf(sources), rules), problems: sortProblems(problems), files };
}

/** Says each thing once: a shared condition is compiled for every rule that names it. */
function reporting(problems: Problem[]): Report {
  const said = new Set<string>();
  return ({ file, placeOf }, code, pointer, message, hint) => {
    const place = placeOf(pointer, VALUE_CODES.has(code) ? 'value' : 'key');
    const problem: Problem = {
      code,
      severity: 'error',
      file: file.path,
      ...place,
      message,
      ...(hint === undefined ? {} : { hint }),
    };
    const once = JSON.stringify(problem);
    if (!said.has(once)) problems.push(problem);
    said.add(once);
  };
}

/** Problems of what stands behind a key; the others are shown at the key. */
const VALUE_CODES = new Set([
  'wrong-type',
  'bad-value',
  'bad-pattern',
  'bad-path',
  'bad-template',
  'bad-glob',
  'unknown-table',
  'unknown-condition',
]);

/** Named conditions that name one another twice each would double with every level. */
const MAX_PARTS = 1000;

interface Compiling {
  readonly vocabulary: Vocabulary;
  readonly factByName: ReadonlyMap<string, FactEntry>;
  readonly names: Names;
  readonly report: Report;
  /** Every file could be read: what no file defines does not exist. */
  readonly isWhole: boolean;
}

function compileFile(file: WrittenFile, compiling: Compiling): Rule[] {
  const { source, program, repositories, rules } = file;
  checkGlobs(source, repositories, compiling.report);
  return Object.entries(rules).flatMap(([name, rule]) => {
    const scope = ruleScope(file, `/rules/${name}`, compiling);
    const compiled = compileRule(`${program}/${name}`, rule, `/rules/${name}`, repositories, scope);
    return compiled === null || rule.enabled === false ? [] : [compiled];
  });
}

function checkGlobs(source: YamlSource, globs: readonly string[], report: Report): void {
  globs.forEach((glob, index) => {
    try {
      globOf(glob);
      if (!/^[^/]+\/[^/]+$|^\*\*$/.test(glob)) throw new Error('a repository is owner/name, such as `Code4GovTech/*`');
    } catch (error) {
      report(source, 'bad-glob', `/repositories/${index}`, error instanceof Error ? error.message : String(error));
    }
  });
}

function ruleScope(file: WrittenFile, rule: string, compiling: Compiling): RuleScope {
  const { vocabulary, factByName, names, report, isWhole } = compiling;
  const here = reporterIn(file.source, report);
  const open: string[] = [];
  let parts = 0;
  return {
    vocabulary,
    factByName,
    ...here,
    isSound: file.isSound,
    count: () => {
      if (++parts === MAX_PARTS) {
        here.report('too-large', rule, `the rule has more than ${MAX_PARTS} conditions, those it names included`);
      }
      return parts < MAX_PARTS;
    },
    table: (name) => names.tables.get(name) ?? null,
    isKnownTable: (name) => names.tables.has(name) || !isWhole,
    tableNames: () => [...names.tables.keys()],
    condition: (name, pointer, scopeIn) => {
      const found = names.conditions.get(name);
      if (found === undefined) {
        const hint = didYouMean(name, [...names.conditions.keys()]);
        if (isWhole) here.report('unknown-condition', pointer, `there is no condition \`${name}\``, hint);
        return null;
      }
      const { source, written } = found;
      if (written === null) return null;
      if (open.includes(name)) {
        const circle = [...open, name].join(' → ');
        const message = `the condition \`${name}\` contains itself: ${circle}`;
        report(source, 'condition-cycle', `/conditions/${name}`, message);
        return null;
      }
      open.push(name);
      const there = reporterIn(source, report);
      const inner = compileCondition(written, `/conditions/${name}`, scopeIn(there));
      open.pop();
      return inner && { kind: 'all', conditions: [inner], name, at: here.at(pointer) };
    },
  };
}

function reporterIn(source: YamlSource, report: Report): Reporter {
  return {
    report: (...problem) => report(source, ...problem),
    at: (pointer): At => ({ file: source.file.path, ...source.placeOf(pointer, 'key') }),
  };
}

/** The same text under the same names is the same version, wherever it lies. */
function versionOf(files: readonly SourceFile[]): string {
  const hash = createHash('sha256');
  for (const { path, text } of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    hash.update(`${path.split('/').at(-1)}\0${text.length}\0${text}\0`);
  }
  return hash.digest('hex').slice(0, 12);
}
