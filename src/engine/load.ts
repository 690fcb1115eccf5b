// Rule files in, a rule set or problems out. All files are read before anything is said, and what is sound of a file is
// looked at further beside what is not, so one run shows every fault; a rule set is returned only when there is none.
import { createHash } from 'node:crypto';
import type { FactEntry } from '../facts/fact.ts';
import { checkConditions } from './check-conditions.ts';
import { type SchemaCheck, schemaCheck } from './check-schema.ts';
import { compileRule } from './compile-rule.ts';
import { globOf } from './glob.ts';
import { rulesSchema } from './json-schema.ts';
import type { Vocabulary } from './language.ts';
import { collectNames, type Report, type WrittenFile, writtenFile } from './names.ts';
import { type Problem, type SourceFile, sortProblems } from './problem.ts';
import type { Rule, RuleSet } from './rule.ts';
import { type Compiling, ruleScope } from './rule-scope.ts';
import { ruleSetOf } from './rule-set.ts';
import { atOnce, type Steps } from './steps.ts';
import { escapePointer, readYamlInSteps, type YamlSource } from './yaml-source.ts';

export interface Loaded {
  readonly rules: RuleSet | null;
  /** Sorted by file and place. */
  readonly problems: readonly Problem[];
  /** The files that could be read as YAML, with what they hold; empty where they are not kept. */
  readonly files: readonly WrittenFile[];
}

export interface LoadOptions {
  /** Whether the files are wanted besides the rules, as for lints: of many rules they take more room than these. */
  readonly keepsFiles?: boolean;
  /** Globs of the repositories in which rules apply whose files do not say; by default everywhere. */
  readonly repositories?: readonly string[];
}

/** Loads rule files as often as wanted; what the vocabulary needs is prepared once. */
export type Loader = (files: readonly SourceFile[]) => Loaded;

/** As a {@link Loader}, in steps. */
export type StepwiseLoader = (files: readonly SourceFile[]) => Steps<Loaded>;

export function ruleLoader(vocabulary: Vocabulary, options: LoadOptions = {}): Loader {
  const load = stepwiseRuleLoader(vocabulary, options);
  return (files) => atOnce(load(files));
}

/** For a process that has other things to do, for which 10,000 rules would take too long at once. */
export function stepwiseRuleLoader(vocabulary: Vocabulary, options: LoadOptions = {}): StepwiseLoader {
  const check = schemaCheck(rulesSchema(vocabulary));
  const factByName = new Map(vocabulary.facts.map((entry) => [entry.name, entry]));
  return (files) => load(files, vocabulary, factByName, check, options);
}

function* load(
  sources: readonly SourceFile[],
  vocabulary: Vocabulary,
  factByName: ReadonlyMap<string, FactEntry>,
  check: SchemaCheck,
  { keepsFiles = true, repositories: everywhere = [] }: LoadOptions,
): Steps<Loaded> {
  const problems: Problem[] = [];
  const files: WrittenFile[] = [];
  for (const file of sources) {
    yield;
    const { source, problems: unreadable, gaps } = yield* readYamlInSteps(file);
    problems.push(...unreadable);
    if (source === null) continue;
    yield;
    const misfits = check(source, gaps);
    problems.push(...misfits.map(({ problem }) => problem));
    const places = misfits.map(({ pointer }) => pointer);
    files.push(writtenFile(source, gaps, places));
  }
  const report = reporting(problems);
  const names = yield* collectNames(files, report);
  const isWhole = files.length === sources.length && files.every((file) => file.isWhole);
  const compiling = { vocabulary, factByName, names, report, isWhole, everywhere, compiled: new Map() };
  yield* checkConditions(files, compiling);
  // A file that is not kept is let go of as soon as its rules are made.
  const kept = keepsFiles ? [...files] : [];
  const rules: Rule[] = [];
  for (let file = files.shift(); file !== undefined; file = files.shift())
    rules.push(...(yield* compileFile(file, compiling)));
  yield;
  const isRefused = problems.some(({ severity }) => severity === 'error');
  return {
    rules: isRefused ? null : ruleSetOf(versionOf(sources, everywhere), rules),
    problems: sortProblems(problems),
    files: kept,
  };
}

/** Says each thing once: a shared condition is compiled for every rule that names it. */
function reporting(problems: Problem[]): Report {
  const said = new Set<string>();
  return ({ file, placeOf, placeIn }, code, pointer, message, hint, part) => {
    const place = part ? placeIn(pointer, part) : placeOf(pointer, VALUE_CODES.has(code) ? 'value' : 'key');
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

function* compileFile(file: WrittenFile, compiling: Compiling): Steps<Rule[]> {
  const { source, program, repositories, rules: written } = file;
  checkGlobs(source, repositories, compiling.report);
  const where = repositories.length > 0 ? repositories : compiling.everywhere;
  const rules: Rule[] = [];
  for (const [name, rule] of Object.entries(written)) {
    yield;
    const pointer = `/rules/${escapePointer(name)}`;
    const scope = ruleScope(file, pointer, compiling);
    const compiled = compileRule(`${program}/${name}`, rule, pointer, where, scope);
    if (compiled !== null && rule.enabled !== false) rules.push(compiled);
  }
  return rules;
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

/** The same text under the same names, for the same repositories, is the same version, wherever it lies. */
function versionOf(files: readonly SourceFile[], everywhere: readonly string[]): string {
  const hash = createHash('sha256');
  if (everywhere.length > 0) hash.update(`${[...everywhere].sort().join('\0')}\0\0`);
  for (const { path, text } of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    hash.update(`${path.split('/').at(-1)}\0${text.length}\0${text}\0`);
  }
  return hash.digest('hex').slice(0, 12);
}
