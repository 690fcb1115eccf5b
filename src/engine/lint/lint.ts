// Lints: warnings about rules that are valid and probably wrong. What each means is in docs/lints.md.
import type { Vocabulary } from '../language.ts';
import type { WrittenFile } from '../names.ts';
import { type Problem, sortProblems } from '../problem.ts';
import type { RuleSet } from '../rule.ts';
import { doubleAward } from './double-award.ts';
import { holding } from './holding.ts';
import { similarLabels } from './labels.ts';
import { type Lint, type Linting, written } from './linting.ts';
import { loop } from './loop.ts';
import { selfDealing } from './self-dealing.ts';
import { silenced } from './silences.ts';
import { subscription } from './subscription.ts';
import { unused } from './unused.ts';

/** Rules that loaded without errors, with the files they were written in. */
export interface Linted {
  readonly rules: RuleSet;
  readonly files: readonly WrittenFile[];
}

/** Every lint, with the codes that it gives. */
const lints: readonly (readonly [lint: Lint, ...codes: string[]])[] = [
  [holding, 'never-holds', 'always-holds'],
  [subscription, 'partial-subscription'],
  [doubleAward, 'double-award'],
  [selfDealing, 'self-dealing'],
  [loop, 'loop'],
  [similarLabels, 'similar-labels'],
  [unused, 'unused-table', 'unused-condition'],
];

/** The codes of all warnings, those about silencing comments included. */
export const lintCodes: readonly string[] = [
  ...lints.flatMap(([, ...codes]) => codes),
  'silence-without-reason',
  'unused-silence',
];

/** Every warning about these rules, sorted by file and place, those that comments silence left out. */
export function lint({ rules, files }: Linted, vocabulary: Vocabulary): Problem[] {
  const about = {
    files,
    vocabulary,
    facts: new Map(vocabulary.facts.map((entry) => [entry.name, entry])),
    ...written(files),
  };
  const problemsIn = (some: Linting['rules']) => lints.flatMap(([find]) => find({ ...about, rules: some }));
  const live = rules.rules.filter(({ mode }) => mode === 'live');
  const problems = problemsIn(live);
  // What is silenced for good is not silenced in vain while a rule is tried out.
  const all = () => (live.length === rules.rules.length ? problems : problemsIn(rules.rules));
  const codes = lints.flatMap(([, ...those]) => those);
  return sortProblems(silenced(problems, all, files, codes));
}
