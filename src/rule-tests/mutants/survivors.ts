// Which mutants no test noticed; and those of them that a rule's author has accepted, with a reason, where they are
// written: `# c4gt-survivor: the form always sends it`, on the line or on a line of its own above.
import type { Actions } from '../../actions/action.ts';
import type { EventEntry } from '../../engine/language.ts';
import type { WrittenFile } from '../../engine/names.ts';
import { linesOf, type Problem } from '../../engine/problem.ts';
import type { RuleSet } from '../../engine/rule.ts';
import type { PreparedTest } from '../prepare.ts';
import { problemAt, warningAt } from '../problem-at.ts';
import { passes, type TestResult } from '../run-tests.ts';
import { type Mutant, withMutant } from './mutant.ts';
import { actionMutants, tableMutants } from './mutate-actions.ts';
import { conditionMutants } from './mutate-condition.ts';
import { eventMutants } from './mutate-events.ts';

export interface Mutation {
  readonly total: number;
  readonly noticed: number;
  /** Survivors that were accepted. */
  readonly accepted: number;
  /** The others, as warnings where they are written; and what is wrong with comments that accept. */
  readonly problems: readonly Problem[];
}

/** Every mutant there is, in the order in which they are written. */
export function mutantsOf(
  { rules }: RuleSet,
  files: readonly WrittenFile[],
  { actions, events }: { readonly actions: Actions; readonly events: readonly EventEntry[] },
): Mutant[] {
  const mutants = [
    ...conditionMutants(rules),
    ...actionMutants(rules, files, actions),
    ...tableMutants(rules, files),
    ...eventMutants(rules, files, events),
  ];
  return mutants.sort((a, b) => compare(a.at.file, b.at.file) || a.at.line - b.at.line || a.at.column - b.at.column);
}

/**
 * Plays, against each mutant, the tests that come to its rules, until one fails.
 *
 * @param rules without an index
 * @param results of the tests on these rules, all of which pass
 */
export async function mutate(
  mutants: readonly Mutant[],
  rules: RuleSet,
  results: readonly TestResult[],
  files: readonly WrittenFile[],
): Promise<Mutation> {
  const testsOf = exercising(results);
  const surviving: Mutant[] = [];
  for (const mutant of mutants) if (!(await isNoticed(mutant, rules, testsOf))) surviving.push(mutant);
  const accepting = files.flatMap(acceptedIn);
  const isAccepted = ({ at }: Mutant) =>
    accepting.some(({ file, line, problem }) => file === at.file && line === at.line && problem === undefined);
  const left = surviving.filter((mutant) => !isAccepted(mutant));
  return {
    total: mutants.length,
    noticed: mutants.length - surviving.length,
    accepted: surviving.length - left.length,
    problems: [...accepting.flatMap(({ problem }) => problem ?? []), ...left.map(survivor)],
  };
}

async function isNoticed(
  mutant: Mutant,
  rules: RuleSet,
  testsOf: (rule: string) => readonly PreparedTest[],
): Promise<boolean> {
  const changed = withMutant(rules, mutant);
  const tests = new Set([...mutant.rules.keys()].flatMap(testsOf));
  for (const test of tests) if (!(await passes(test, changed))) return true;
  return false;
}

/** The tests in which a rule was decided, those in which it held first: they notice most. */
function exercising(results: readonly TestResult[]): (rule: string) => readonly PreparedTest[] {
  const found = new Map<string, { test: PreparedTest; held: boolean }[]>();
  for (const { test, decided } of results) {
    const outcomes = decided.flatMap((decision) => decision.outcomes);
    for (const id of new Set(outcomes.map((outcome) => outcome.id))) {
      const held = outcomes.some((outcome) => outcome.id === id && outcome.outcome === 'held');
      const there = found.get(id) ?? [];
      there.push({ test, held });
      found.set(id, there);
    }
  }
  return (rule) => {
    const tests = found.get(rule) ?? [];
    return [...tests.filter(({ held }) => held), ...tests.filter(({ held }) => !held)].map(({ test }) => test);
  };
}

function survivor({ what, at, rules }: Mutant): Problem {
  const ids = [...rules.keys()];
  const message = `no test notices ${what} (${ids.slice(0, 3).join(', ')}${ids.length > 3 ? ', …' : ''})`;
  return warningAt(at, 'survivor', message);
}

const ACCEPTING = /(?:^|\s)#+[ \t]*c4gt-survivor(?![\w-])[ \t]*(?::(.*))?$/;

interface Accepting {
  readonly file: string;
  readonly line: number;
  readonly problem?: Problem;
}

function acceptedIn({ source: { file } }: WrittenFile): Accepting[] {
  const lines = linesOf(file.text);
  return lines.flatMap((text, index): Accepting[] => {
    const [comment, reason = ''] = ACCEPTING.exec(text) ?? [];
    if (comment === undefined) return [];
    const isAlone = text.trimStart().startsWith('#');
    const next = isAlone ? lines.findIndex((other, at) => at > index && !other.trimStart().startsWith('#')) : index;
    const about = { file: file.path, line: next + 1 };
    if (reason.trim() !== '') return [about];
    const column = text.indexOf('#', text.length - comment.length) + 1;
    const at = { file: file.path, line: index + 1, column, length: text.length - column + 1 };
    const hint = 'write `# c4gt-survivor: why no test can notice`';
    return [{ ...about, problem: problemAt(at, 'survivor-without-reason', 'this does not say why', hint) }];
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
