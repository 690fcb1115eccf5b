// The nearest miss: the fewest comparisons that would have to come out otherwise for a condition to come out otherwise.
//
// Each way there costs, in this order: how many comparisons it flips; how many parts of it nobody has looked at; how far
// the facts are from what is wanted (a mistyped label is nearer than none). Of ways that cost the same, the first.
import type { Trace } from '../evaluate.ts';
import { type Compared, isUnknown, otherSide, takenApart } from './comparison.ts';
import { nearestPair } from './near.ts';
import { sentenceOf } from './sentence.ts';

export interface NearestMiss {
  /** All of it in words, without capital letter and full stop. */
  readonly sentence: string;
  /** How many comparisons would have to come out otherwise. */
  readonly flips: number;
  /** How many parts on the way were not looked at, and may be in the way too. */
  readonly unseen: number;
  readonly steps: readonly Step[];
}

/** One comparison that would have to come out otherwise. */
export interface Step {
  readonly fact: string;
  readonly operator: string;
  readonly expected: unknown;
  readonly actual?: unknown;
  /** What it has to come to; below a `not`, false. */
  readonly wanted: boolean;
  /** Where it is written; `file` only where that is not the rule's own. */
  readonly file?: string;
  readonly line: number;
  readonly sentence: string;
}

interface Flip {
  readonly compared: Compared;
  readonly wanted: boolean;
  readonly file: string | null;
  /** Others, any of which would do in its place, where none of them is near. */
  readonly or: readonly Flip[];
}

interface Way {
  readonly flips: readonly Flip[];
  readonly unseen: number;
  readonly distance: number;
}

const THERE: Way = { flips: [], unseen: 0, distance: 0 };

/**
 * What stands between a condition and holding; null when it holds, or when nothing of it was looked at.
 *
 * @param now the time it is, ISO 8601, for what the rule wants to be so long ago; null for words that stay the same
 *   while time passes
 */
export function nearestMiss(trace: Trace, now: string | null): NearestMiss | null {
  const way = wayTo(trace, true, null);
  if (way.flips.length === 0) return null;
  const steps = way.flips.map((flip) => stepOf(flip, now));
  const sentence = steps.map((step) => step.sentence).join('; and ');
  return { sentence, flips: steps.length, unseen: way.unseen, steps };
}

function wayTo(trace: Trace, wanted: boolean, file: string | null): Way {
  if (trace.result === wanted) return THERE;
  if (trace.result === null) return { ...THERE, unseen: 1 };
  if ('not' in trace) return wayTo(trace.not, !wanted, file);
  if ('fact' in trace)
    return { flips: [{ compared: trace, wanted, file, or: [] }], unseen: 0, distance: distanceTo(trace, wanted) };
  const isAll = 'all' in trace;
  const here = isAll ? (trace.file ?? file) : file;
  const ways = (isAll ? trace.all : trace.any).map((part) => wayTo(part, wanted, here));
  return isAll === wanted ? together(ways) : cheapest(ways);
}

function together(ways: readonly Way[]): Way {
  return {
    flips: ways.flatMap(({ flips }) => flips),
    unseen: ways.reduce((sum, { unseen }) => sum + unseen, 0),
    distance: ways.reduce((sum, { distance }) => sum + distance, 0),
  };
}

/** From here on a fact is not near: then other ways of the same cost are worth naming. */
const FAR = 0.5;
const OTHERS = 2;

function cheapest(ways: readonly Way[]): Way {
  const [best = THERE, ...others] = ways.toSorted(
    (a, b) => a.flips.length - b.flips.length || a.unseen - b.unseen || a.distance - b.distance,
  );
  const [flip, second] = best.flips;
  if (flip === undefined || second !== undefined || best.distance < FAR) return best;
  const asCheap = others.filter(({ flips, unseen }) => flips.length === 1 && unseen === best.unseen);
  const or = [...flip.or, ...asCheap.flatMap(({ flips }) => flips.flatMap((each) => [each, ...each.or]))];
  return { ...best, flips: [{ ...flip, or: or.slice(0, OTHERS) }] };
}

/** How far what is compared is from coming out as wanted: below 1 for what is there, above for what is unknown. */
function distanceTo({ operator, expected, actual }: Compared, wanted: boolean): number {
  const right = otherSide(expected);
  const value = right === null ? expected : right.value;
  if (isUnknown(actual) || isUnknown(value)) return 2;
  if (Array.isArray(actual) && actual.length === 0) return 1;
  if (!wanted || operator.startsWith('length')) return FAR;
  if (typeof actual === 'number' && typeof value === 'number')
    return Math.abs(actual - value) / (Math.abs(actual) + Math.abs(value) + 1);
  if (operator === 'matches' || operator === 'matchesGlob') return FAR;
  return nearestPair(asList(actual), asList(value))?.far ?? FAR;
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function stepOf({ compared, wanted, file, or }: Flip, now: string | null): Step {
  const { fact, operator, expected, line } = compared;
  const miss = takenApart(compared, wanted, now);
  const others = or.map((other) => sentenceOf(takenApart(other.compared, other.wanted, now), miss));
  return {
    fact,
    operator,
    expected,
    ...('actual' in compared ? { actual: compared.actual } : {}),
    wanted,
    ...(file === null ? {} : { file }),
    line,
    sentence: [sentenceOf(miss), ...new Set(others)].join(' – or else: '),
  };
}
