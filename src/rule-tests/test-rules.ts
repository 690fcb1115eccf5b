// Rule files and test files in, what came of the tests out: played, covered and mutated.
import type { Vocabulary } from '../engine/language.ts';
import { type Loaded, ruleLoader } from '../engine/load.ts';
import { type Problem, type SourceFile, sortProblems } from '../engine/problem.ts';
import type { RuleSet } from '../engine/rule.ts';
import { ruleSetOf } from '../engine/rule-set.ts';
import { type Coverage, coverageOf } from './coverage.ts';
import { testLoader } from './load-tests.ts';
import { type Mutation, mutantsOf, mutate } from './mutants/survivors.ts';
import type { Payloads } from './payload.ts';
import { prepareTests, runTest, type TestResult } from './run-tests.ts';
import type { WrittenTest } from './written-test.ts';

export interface TestReport {
  /** What keeps the tests from being played, in rules or in tests; then there are no results. */
  readonly problems: readonly Problem[];
  /** Rules and tests, as they were read. */
  readonly files: readonly SourceFile[];
  readonly results: readonly TestResult[];
  /** Null when nobody asked. */
  readonly coverage: Coverage | null;
  /** Null when nobody asked, or when a test failed: then every mutant would seem to be noticed. */
  readonly mutation: Mutation | null;
}

/** The rules of one directory, and tests of them. */
export interface TestSources {
  readonly rules: readonly SourceFile[];
  readonly tests: readonly SourceFile[];
}

export interface TestChoice {
  readonly isWanted?: (test: WrittenTest) => boolean;
  readonly coverage?: boolean;
  readonly mutate?: boolean;
}

export type TestRules = (sources: TestSources, choice?: TestChoice) => Promise<TestReport>;

/** Tests rules as often as wanted; what the vocabulary needs is prepared once. */
export function ruleTester(vocabulary: Vocabulary, payloads: Payloads): TestRules {
  const loadRules = ruleLoader(vocabulary);
  const loadTests = testLoader(vocabulary);
  return async ({ rules: ruleFiles, tests: testFiles }, choice = {}) => {
    const loaded = loadRules(ruleFiles);
    const written = loadTests(testFiles);
    const files = [...ruleFiles, ...testFiles];
    const nothing = { files, results: [], coverage: null, mutation: null };
    const unusable = [...loaded.problems.filter(({ severity }) => severity === 'error'), ...written.problems];
    if (loaded.rules === null || unusable.length > 0) return { ...nothing, problems: sortProblems(unusable) };
    const wanted = written.tests.filter((test) => choice.isWanted?.(test) ?? true);
    const { tests, problems } = prepareTests(wanted, loaded.rules, payloads);
    if (problems.length > 0) return { ...nothing, problems: sortProblems(problems) };
    // What is to be seen of every rule is not seen of those that an index leaves out.
    const isWhole = choice.coverage === true || choice.mutate === true;
    const rules = isWhole ? ruleSetOf(loaded.rules.version, loaded.rules.rules, { allUpTo: Infinity }) : loaded.rules;
    const results: TestResult[] = [];
    for (const test of tests) results.push(await runTest(test, rules));
    const asked = wanted.length < written.tests.length ? concernedBy(results, rules) : rules;
    return {
      problems: [],
      files,
      results,
      coverage:
        choice.coverage === true
          ? coverageOf(
              asked,
              results.map(({ decided }) => decided),
            )
          : null,
      mutation: choice.mutate === true ? await mutation(asked, rules, results, loaded, vocabulary) : null,
    };
  };
}

/** Some of the tests say nothing of most rules: these are about the rules that hold in them, or else about all. */
function concernedBy(results: readonly TestResult[], rules: RuleSet): RuleSet {
  const outcomes = results.flatMap(({ decided }) => decided).flatMap((decision) => decision.outcomes);
  const held = new Set(outcomes.filter(({ outcome }) => outcome === 'held').map(({ id }) => id));
  if (held.size === 0) return rules;
  const concerned = rules.rules.filter(({ id }) => held.has(id));
  return ruleSetOf(rules.version, concerned, { allUpTo: Infinity });
}

/** @param asked the rules to be changed, among all */
async function mutation(
  asked: RuleSet,
  rules: RuleSet,
  results: readonly TestResult[],
  { files }: Loaded,
  vocabulary: Vocabulary,
): Promise<Mutation | null> {
  if (results.some(({ failure }) => failure !== null)) return null;
  return mutate(mutantsOf(asked, files, vocabulary), rules, results, files);
}
