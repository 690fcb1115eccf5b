// Tests run against rules: each is prepared, played and compared; what fails says why.
import type { Problem } from '../engine/problem.ts';
import type { RuleSet } from '../engine/rule.ts';
import { compare, type Mismatch } from './compare.ts';
import { drawFailure } from './draw-failure.ts';
import { Restless } from './memory-programme.ts';
import type { Payloads } from './payload.ts';
import { type Decided, playTest } from './play-test.ts';
import { type PreparedTest, prepareTest } from './prepare.ts';
import { withRuleIds } from './rule-names.ts';
import type { WrittenTest } from './written-test.ts';

export interface TestResult {
  readonly test: PreparedTest;
  readonly milliseconds: number;
  /** Null for a test that passed. */
  readonly failure: Failure | null;
  readonly decided: readonly Decided[];
}

export interface Failure {
  /** In a line. */
  readonly message: string;
  /** For people: the differences, and why each rule decided as it did. Not yet safe to print. */
  readonly details: string;
  readonly mismatches: readonly Mismatch[];
}

export interface Prepared {
  readonly tests: readonly PreparedTest[];
  readonly problems: readonly Problem[];
}

/** Prepares tests; what is wrong with one is a problem, as it is with one that is not written well. */
export function prepareTests(tests: readonly WrittenTest[], rules: RuleSet, payloads: Payloads): Prepared {
  const problems: Problem[] = [];
  const report = (problem: Problem) => void problems.push(problem);
  const prepared = tests.flatMap((test) => {
    const expect = withRuleIds(test, rules, report);
    const ready = prepareTest({ ...test, expect }, payloads, report);
    return ready === null ? [] : [ready];
  });
  return { tests: prepared, problems };
}

export async function runTest(test: PreparedTest, rules: RuleSet): Promise<TestResult> {
  const began = performance.now();
  const { failure, decided } = await outcomeOf(test, rules);
  return { test, milliseconds: performance.now() - began, failure, decided };
}

async function outcomeOf(test: PreparedTest, rules: RuleSet): Promise<Pick<TestResult, 'failure' | 'decided'>> {
  try {
    const played = await playTest(test, rules);
    const mismatches = compare(test.written.expect, played, rules);
    if (mismatches.length === 0) return { failure: null, decided: played.decided };
    const fields = mismatches.map(({ field }) => field).join(', ');
    const details = drawFailure(mismatches, played.decided, test, rules);
    return { failure: { message: `not as expected: ${fields}`, details, mismatches }, decided: played.decided };
  } catch (error) {
    if (!(error instanceof Restless)) throw error;
    const { message } = error;
    return { failure: { message, details: `  ${message}`, mismatches: [] }, decided: [] };
  }
}

/** Whether what stands is as expected: as {@link runTest}, and as little as that takes. */
export async function passes(test: PreparedTest, rules: RuleSet): Promise<boolean> {
  try {
    return compare(test.written.expect, await playTest(test, rules), rules).length === 0;
  } catch (error) {
    if (error instanceof Restless) return false;
    throw error;
  }
}
