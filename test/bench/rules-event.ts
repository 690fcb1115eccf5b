// The cost of one event: decided by ever more rules, with the index and as it is set by default, and by plain
// json-rules-engine, which holds the same rules and tries every one of them.
import { Engine } from 'json-rules-engine';
import { actions } from '../../src/actions/registry.ts';
import { decide, type Situation } from '../../src/engine/decide.ts';
import { ruleLoader } from '../../src/engine/load.ts';
import type { RuleSet } from '../../src/engine/rule.ts';
import { type IndexOptions, ruleSetOf } from '../../src/engine/rule-set.ts';
import { isLookup } from '../../src/facts/lookups.ts';
import { vocabulary } from '../../src/vocabulary.ts';
import { type Figure, figure } from './rules-figures.ts';
import { factsOf, named, plainRules, ruleFiles, situationOf } from './rules-made.ts';

/** Decides so many events, and says how many microseconds of its thread's time each took, whoever else is running. */
type Subject = (events: number) => Promise<number>;

const now = '2026-06-01T09:00:00Z';

export async function eventFigures(rounds: number): Promise<Figure[]> {
  const plain = theirs(1000, 5);
  const one = ours(rulesOf(1000, 1), 1);
  const five = ours(rulesOf(1000, 5), 5);
  const beside = await inTurn([plain, one, five], rounds, [4, 1000, 600]);
  const few = ours(rulesOf(10, 5), 5, { allUpTo: 0 });
  const many = ours(rulesOf(10_000, 5), 5, { allUpTo: 0 });
  const fewByDefault = ours(rulesOf(10, 5), 5);
  const manyByDefault = ours(rulesOf(10_000, 5), 5);
  const indexed = await inTurn([few, many, fewByDefault, manyByDefault], rounds, [600, 600, 600, 600]);
  const [ofFew = [], ofMany = [], ofFewByDefault = [], ofManyByDefault = []] = indexed;
  const [ofPlain = [], ofOne = [], ofFive = []] = beside;
  const unit = 'µs/event';
  return [
    figure('5 rules match, of 10', unit, ofFew),
    figure('5 rules match, of 10,000', unit, ofMany, { peer: '5 of 10', ratios: ratios(ofMany, ofFew) }),
    figure('5 of 10, as set by default (all 10 are tried)', unit, ofFewByDefault),
    figure('5 of 10,000, as set by default', unit, ofManyByDefault, {
      peer: '5 of 10, as set by default',
      ratios: ratios(ofManyByDefault, ofFewByDefault),
    }),
    figure('plain json-rules-engine, 5 of 1,000', unit, ofPlain),
    figure('1 rule matches, of 1,000', unit, ofOne, speed(ofPlain, ofOne)),
    figure('5 rules match, of 1,000', unit, ofFive, speed(ofPlain, ofFive)),
  ];
}

/** How many times as fast as plain json-rules-engine. */
function speed(plain: readonly number[], own: readonly number[]) {
  return { peer: 'as fast as plain json-rules-engine', ratios: ratios(plain, own) };
}

function ratios(these: readonly number[], those: readonly number[]): number[] {
  return these.map((value, round) => value / (those[round] ?? Number.NaN));
}

function rulesOf(count: number, sharing: number): RuleSet {
  const { rules, problems } = ruleLoader(vocabulary)(ruleFiles(count, { sharing }));
  if (rules === null) throw new Error(problems[0]?.message);
  return rules;
}

/** All of what an event costs the worker between its facts and its commit: candidates, trace, effects and changes. */
function ours({ version, rules: all }: RuleSet, matching: number, index: IndexOptions = {}): Subject {
  const rules = ruleSetOf(version, all, index);
  const situations = areas(all.length / matching).map(situationOf);
  const options = { rules, actions, isLookup, now };
  return timed(situations, async (situation: Situation) => (await decide(options, situation)).changes.length, matching);
}

function theirs(count: number, matching: number): Subject {
  const engine = new Engine(plainRules(count, { sharing: matching }), { allowUndefinedFacts: true });
  engine.addOperator('containsText', (text: string, part: string) => text.includes(part));
  engine.addOperator('containsAny', (labels: string[], wanted: string[]) => wanted.some((one) => labels.includes(one)));
  const facts = areas(count / matching).map((area) => {
    const known = { ...factsOf(area), 'issue.labels': ['good first issue', `Area ${area}`, 'Backend'] };
    return Object.fromEntries(Object.entries(known).filter(([name]) => named.includes(name)));
  });
  return timed(facts, async (each: Record<string, unknown>) => (await engine.run(each)).events.length, matching);
}

/** Areas in turn: none is favoured, and in a large set each event meets rules that have not been run for a while. */
function areas(count: number): number[] {
  return Array.from({ length: Math.min(count, 2000) }, (_, area) => area);
}

function timed<T>(situations: readonly T[], run: (situation: T) => Promise<number>, matching: number): Subject {
  let next = 0;
  return async (events) => {
    const started = process.threadCpuUsage();
    for (let event = 0; event < events; event += 1) {
      const situation = situations[next];
      next = (next + 1) % situations.length;
      const matched = situation === undefined ? 0 : await run(situation);
      if (matched !== matching) throw new Error(`${matched} rules matched instead of ${matching}`);
    }
    const { user, system } = process.threadCpuUsage(started);
    return (user + system) / events;
  };
}

/** The rounds of each subject, which take turns; each is warmed up before. */
async function inTurn(
  subjects: readonly Subject[],
  rounds: number,
  events: readonly number[],
): Promise<readonly (readonly number[])[]> {
  const measured = subjects.map((): number[] => []);
  for (const [place, subject] of subjects.entries()) await subject((events[place] ?? 1) * 4);
  for (let round = 0; round < rounds; round += 1) {
    for (const [place, subject] of subjects.entries()) measured[place]?.push(await subject(events[place] ?? 1));
  }
  return measured;
}
