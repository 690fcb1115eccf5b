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
  const unit = 'µs/event';
  const [plain = [], one = [], five = []] = await inTurn(
    [
      [theirs(1000, 5), 4],
      [ours(rulesOf(1000, 1), 1), 1000],
      [ours(rulesOf(1000, 5), 5), 1000],
    ],
    rounds,
  );
  const [ten, tenThousand] = [rulesOf(10, 5), rulesOf(10_000, 5)];
  const [few = [], many = [], spread = [], fewByDefault = [], manyByDefault = []] = await inTurn(
    [
      [ours(ten, 5, { allUpTo: 0 }), 1000],
      [ours(tenThousand, 5, { allUpTo: 0 }, 2), 1000],
      [ours(tenThousand, 5, { allUpTo: 0 }), 1000],
      [ours(ten, 5), 1000],
      [ours(tenThousand, 5, {}, 2), 1000],
    ],
    rounds,
  );
  return [
    figure('5 rules hold, of 10', unit, few),
    figure('the same 5 rules, of 10,000', unit, many, times(many, few, 'of 10')),
    figure('5 rules, others for every event, of 10,000', unit, spread, times(spread, few, 'of 10')),
    figure('by default all of 10 are tried: 5 hold', unit, fewByDefault),
    figure('the same 5, by default, of 10,000', unit, manyByDefault, times(manyByDefault, fewByDefault, 'of 10')),
    figure('plain json-rules-engine: 5 hold, of 1,000', unit, plain),
    figure('5 rules hold, of 1,000', unit, five, times(plain, five, 'as fast as plain')),
    figure('1 rule holds, of 1,000', unit, one, times(plain, one, 'as fast as plain')),
  ];
}

function times(these: readonly number[], those: readonly number[], peer: string) {
  return { peer, ratios: these.map((value, round) => value / (those[round] ?? Number.NaN)) };
}

function rulesOf(count: number, sharing: number): RuleSet {
  const { rules, problems } = ruleLoader(vocabulary)(ruleFiles(count, { sharing }));
  if (rules === null) throw new Error(problems[0]?.message);
  return rules;
}

/**
 * All of what an event costs the worker between its facts and its commit: candidates, trace, effects and changes.
 *
 * @param areas that the events are about, in turn; all of them by default, so that an event meets rules that have not
 *   been run for a while
 */
function ours({ version, rules: all }: RuleSet, holding: number, index: IndexOptions = {}, areas?: number): Subject {
  const options = { rules: ruleSetOf(version, all, index), actions, isLookup, now };
  const run = async (situation: Situation) => (await decide(options, situation)).changes.length;
  return timed(areas ?? all.length / holding, situationOf, run, holding);
}

/** Given the facts that its rules name, and no others. */
function theirs(count: number, holding: number): Subject {
  const engine = new Engine(plainRules(count, { sharing: holding }), { allowUndefinedFacts: true });
  engine.addOperator('containsText', (text: string, part: string) => text.includes(part));
  engine.addOperator('containsAny', (labels: string[], wanted: string[]) => wanted.some((one) => labels.includes(one)));
  const given = (area: number) => {
    const facts = { ...factsOf(area), 'issue.labels': ['good first issue', `Area ${area}`, 'Backend'] };
    return Object.fromEntries(Object.entries(facts).filter(([name]) => named.includes(name)));
  };
  const run = async (facts: Record<string, unknown>) => (await engine.run(facts)).events.length;
  return timed(count / holding, given, run, holding);
}

/** Events come with facts that were made just before. */
const BATCH = 20;

function timed<T>(
  areas: number,
  make: (area: number) => T,
  run: (made: T) => Promise<number>,
  holding: number,
): Subject {
  let area = 0;
  return async (events) => {
    let spent = 0;
    for (let done = 0; done < events; done += BATCH) {
      const batch = Array.from({ length: Math.min(BATCH, events - done) }, () => make(area++ % areas));
      const started = process.threadCpuUsage();
      for (const made of batch) {
        const held = await run(made);
        if (held !== holding) throw new Error(`${held} rules held instead of ${holding}`);
      }
      const { user, system } = process.threadCpuUsage(started);
      spent += user + system;
    }
    return spent / events;
  };
}

/** The rounds of each subject, of so many events each; subjects take turns, and are warmed up before. */
async function inTurn(
  subjects: readonly (readonly [subject: Subject, events: number])[],
  rounds: number,
): Promise<readonly (readonly number[])[]> {
  const measured = subjects.map((): number[] => []);
  for (const [subject, events] of subjects) await subject(events * 3);
  for (let round = 0; round < rounds; round += 1) {
    for (const [place, [subject, events]] of subjects.entries()) measured[place]?.push(await subject(events));
  }
  return measured;
}
