// Tests of rules, run in tests of ours: rules and tests from a few lines, with the whole vocabulary of the server.
import { testPayloads } from '../../src/commands/test-payloads.ts';
import type { Problem } from '../../src/engine/problem.ts';
import { ruleSetOf } from '../../src/engine/rule-set.ts';
import { testLoader } from '../../src/rule-tests/load-tests.ts';
import { type Prepared, prepareTests } from '../../src/rule-tests/run-tests.ts';
import { ruleTester, type TestChoice, type TestReport } from '../../src/rule-tests/test-rules.ts';
import type { Expectations, Written } from '../../src/rule-tests/written-test.ts';
import { vocabulary } from '../../src/vocabulary.ts';

export const payloads = testPayloads();
export const loadTests = testLoader(vocabulary);
export const testRules = ruleTester(vocabulary, payloads);

/** One thing that happens, as YAML has it. */
export type WrittenStep = Readonly<Record<string, object | null>>;

/** What is written in a test. */
export interface TestInWords {
  readonly name?: string;
  readonly history: readonly WrittenStep[];
  readonly lookups?: Readonly<Record<string, Written>>;
  readonly expect: Expectations;
}

/** Rules below `rules:` of a file, and what comes of tests of them. */
export async function tested(rules: string, tests: readonly TestInWords[], choice?: TestChoice): Promise<TestReport> {
  const text = JSON.stringify({ tests: tests.map((test, index) => ({ name: `test ${index}`, ...test })) }, null, 1);
  return testRules({ rules: [ruleFile(rules)], tests: [{ path: 'demo.test.yaml', text }] }, choice);
}

export function ruleFile(rules: string) {
  return {
    path: 'demo.yaml',
    text: rules.startsWith('version:') ? rules : `version: 1\nprogram: demo\nrules:\n${rules}\n`,
  };
}

/** The lines by which what stands differs from what is expected; none when all is well. Throws what is wrong else. */
export async function differences(rules: string, test: TestInWords): Promise<string[]> {
  const { problems, results } = await tested(rules, [test]);
  if (problems.length > 0) throw new Error(problems.map(said).join('\n'));
  const [result] = results;
  if (result === undefined) throw new Error('there was no test');
  const { failure } = result;
  if (failure !== null && failure.mismatches.length === 0) return [failure.message];
  return (failure?.mismatches ?? []).flatMap(({ field, lines }) =>
    lines.map(({ sign, text }) => `${field} ${sign} ${text}`),
  );
}

/** A history that was read, without rules. Throws what is wrong with it. */
export function prepared(
  history: readonly WrittenStep[],
  lookups: TestInWords['lookups'] = {},
): Prepared['tests'][number] {
  const { tests, problems } = prepareAll(history, lookups);
  const [test] = tests;
  if (test === undefined || problems.length > 0) throw new Error(problems.map(said).join('\n'));
  return test;
}

/** The facts of each delivery of a history. */
export function factsOf(history: readonly WrittenStep[]) {
  return prepared(history).steps.flatMap((step) => (step.kind === 'delivery' ? [step.told.facts] : []));
}

/** What is wrong with a history. */
export function problemsOf(history: readonly WrittenStep[], lookups: TestInWords['lookups'] = {}): string[] {
  return prepareAll(history, lookups).problems.map(
    ({ code, message, hint }) => `${code}: ${message}${hint === undefined ? '' : ` (${hint})`}`,
  );
}

function prepareAll(history: readonly WrittenStep[], lookups: TestInWords['lookups']): Prepared {
  const tests = [{ name: 'it', history, lookups, expect: { points: {} } }];
  const text = JSON.stringify({ tests });
  const { tests: written, problems } = loadTests([{ path: 'test/rule-tests/demo.test.yaml', text }]);
  const ready = prepareTests(written, ruleSetOf('none', []), payloads);
  return { tests: ready.tests, problems: [...problems, ...ready.problems] };
}

export function said({ file, line, column, code, message, hint }: Problem): string {
  return `${file}:${line}:${column} ${code}: ${message}${hint === undefined ? '' : ` (${hint})`}`;
}
