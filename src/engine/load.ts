// Rule files in, a rule set or problems out. All files are read before anything is said, so one run shows every fault;
// a rule set is returned only when there is none.
import { createHash } from 'node:crypto';
import type { FactEntry } from '../facts/fact.ts';
import { type SchemaCheck, schemaCheck } from './check-schema.ts';
import { didYouMean } from './closest.ts';
import { compileCondition } from './compile-condition.ts';
import { compileRule } from './compile-rule.ts';
import { globOf } from './glob.ts';
import { rulesSchema, type Vocabulary } from './json-schema.ts';
import { collectNames, type Fitting, type Names, type Report, type WrittenFile } from './names.ts';
import { type Problem, type SourceFile, sortProblems } from './problem.ts';
import type { Rule, RuleSet } from './rule.ts';
import type { Reporter, RuleScope } from './scope.ts';
import { readYaml, type YamlSource } from './yaml-source.ts';

export interface Loaded {
  readonly rules: RuleSet | null;
  /** Sorted by file and place. Warnings may come beside a rule set, errors never. */
  readonly problems: readonly Problem[];
}

/** Loads rule files as often as wanted; what the vocabulary needs is prepared once. */
export type Loader = (files: readonly SourceFile[]) => Loaded;

export function ruleLoader(vocabulary: Vocabulary): Loader {
  const check = schemaCheck(rulesSchema(vocabulary));
  const factByName = new Map(vocabulary.facts.map((entry) => [entry.name, entry]));
  return (files) => load(files, vocabulary, factByName, check);
}

function load(
  files: readonly SourceFile[],
  vocabulary: Vocabulary,
  factByName: ReadonlyMap<string, FactEntry>,
  check: SchemaCheck,
): Loaded {
  const problems: Problem[] = [];
  const fitting: Fitting[] = [];
  for (const file of files) {
    const read = readYaml(file);
    const found = read.source === null ? read.problems : check(read.source);
    problems.push(...found);
    if (read.source !== null && found.length === 0)
      fitting.push({ source: read.source, written: read.source.value as WrittenFile });
  }
  const report = reporting(problems);
  const names = collectNames(fitting, report);
  const rules = fitting.flatMap((file) => compileFile(file, { vocabulary, factByName, names, report }));
  const failed = problems.some(({ severity }) => severity === 'error');
  return { rules: failed ? null : index(versionOf(files), rules), problems: sortProblems(problems) };
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
}

function compileFile({ source, written }: Fitting, compiling: Compiling): Rule[] {
  const file = { path: source.file.path, repositories: written.repositories ?? [] };
  checkGlobs(source, file.repositories, compiling.report);
  return Object.entries(written.rules ?? {}).flatMap(([name, rule]) => {
    const compiled = compileRule(
      `${written.program}/${name}`,
      rule,
      `/rules/${name}`,
      file,
      ruleScope(source, `/rules/${name}`, compiling),
    );
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

function ruleScope(source: YamlSource, rule: string, { vocabulary, factByName, names, report }: Compiling): RuleScope {
  const reporterIn = (file: YamlSource): Reporter => ({
    report: (...problem) => report(file, ...problem),
    line: (pointer) => file.placeOf(pointer, 'key').line,
  });
  const here = reporterIn(source);
  const open: string[] = [];
  let parts = 0;
  return {
    vocabulary,
    factByName,
    ...here,
    count: () => {
      if (++parts === MAX_PARTS) {
        here.report('too-large', rule, `the rule has more than ${MAX_PARTS} conditions, those it names included`);
      }
      return parts < MAX_PARTS;
    },
    table: (name) => names.tables.get(name) ?? null,
    tableNames: () => [...names.tables.keys()],
    condition: (name, pointer, scopeIn) => {
      const found = names.conditions.get(name);
      if (found === undefined) {
        here.report(
          'unknown-condition',
          pointer,
          `there is no condition \`${name}\``,
          didYouMean(name, [...names.conditions.keys()]),
        );
        return null;
      }
      if (open.includes(name)) {
        const circle = [...open, name].join(' → ');
        report(
          found.source,
          'condition-cycle',
          `/conditions/${name}`,
          `the condition \`${name}\` contains itself: ${circle}`,
        );
        return null;
      }
      open.push(name);
      const inner = compileCondition(found.written, `/conditions/${name}`, scopeIn(reporterIn(found.source)));
      open.pop();
      return inner && { kind: 'all', conditions: [inner], name, line: here.line(pointer) };
    },
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

function index(version: string, rules: readonly Rule[]): RuleSet {
  const whenByEvent = new Map<string, Rule[]>();
  const whileBySubject = new Map<string, Rule[]>();
  for (const rule of rules) {
    if (rule.mode === 'while')
      whileBySubject.set(String(rule.subject), [...(whileBySubject.get(String(rule.subject)) ?? []), rule]);
    else for (const event of rule.on) whenByEvent.set(event, [...(whenByEvent.get(event) ?? []), rule]);
  }
  return { version, rules, whenByEvent, whileBySubject };
}
