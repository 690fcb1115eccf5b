// A trace as a tree for people: ✓ or ✗ for each part, what was looked at, and what it was where that is not said already.
import type { Trace } from '../evaluate.ts';
import { type Compared, isUnknown, otherSide } from './comparison.ts';
import { durationInWords, plainly } from './values.ts';

/** The parts of an explanation that may be given a colour. */
export type Part = 'good' | 'bad' | 'faint' | 'strong';

/** Gives a part its colour, or leaves it as it is. */
export type Paint = (part: Part, text: string) => string;

export const plain: Paint = (_part, text) => text;

export interface TraceOptions {
  readonly paint?: Paint;
  /** Whether named conditions say where they are defined. */
  readonly places?: boolean;
}

/** A line for each part, what is below it further in by two. Texts of payloads are on one line, and not yet safe to print. */
export function drawTrace(trace: Trace, { paint = plain, places = false }: TraceOptions = {}): string[] {
  const mark = trace.result === null ? paint('faint', '·') : trace.result ? paint('good', '✓') : paint('bad', '✗');
  const title = `${mark} ${titleOf(trace, { paint, places })}`;
  if (trace.result === null && 'all' in trace && trace.condition !== undefined)
    return [`${title}${paint('faint', '  (not looked at)')}`];
  const inside = below(trace).flatMap((part) => drawTrace(part, { paint, places }));
  return [title, ...inside.map((line) => `  ${line}`)];
}

function titleOf(trace: Trace, options: Required<TraceOptions>): string {
  if ('fact' in trace) return comparedOf(trace, options.paint);
  if ('not' in trace) return `not: ${titleOf(trace.not, options)}`;
  if ('any' in trace) return 'any of';
  if (trace.condition === undefined) return 'all of';
  const [only] = trace.all;
  const place = options.places && trace.file !== undefined && only !== undefined ? ` (${trace.file}:${only.line})` : '';
  const name = `${trace.condition}${options.paint('faint', place)}`;
  return trace.result === null || only === undefined ? name : `${name}: ${titleOf(only, options)}`;
}

/** What the title has not said already. A named condition has one part, which its title says. */
function below(trace: Trace): readonly Trace[] {
  if ('fact' in trace) return [];
  if ('not' in trace) return below(trace.not);
  if ('any' in trace) return trace.any;
  const [only] = trace.all;
  return trace.condition !== undefined && only !== undefined ? below(only) : trace.all;
}

/** `pull_request.labels has any of A, B  (is bug)`: a comparison, and what the fact was where that is not said already. */
function comparedOf({ fact, operator, expected, actual, result }: Compared, paint: Paint): string {
  const other = otherSide(expected);
  const right = other === null ? rightOf(operator, expected) : `${other.fact} = ${known(other.value)}`;
  const isSaid = operator === 'exists' ? isUnknown(actual) : operator === 'equal' && result === true && other === null;
  const remark = result === null ? 'not looked at' : actual === undefined ? 'not known' : `is ${known(actual)}`;
  return `${fact} ${wordOf(operator, expected)}${right}${isSaid && result !== null ? '' : paint('faint', `  (${remark})`)}`;
}

function rightOf(operator: string, expected: unknown): string {
  if (operator === 'exists') return '';
  if (operator === 'olderThan' || operator === 'newerThan') return durationInWords(String(expected));
  return Array.isArray(expected) ? expected.map(plainly).join(', ') : plainly(expected);
}

function known(value: unknown): string {
  if (value === undefined) return 'unknown';
  if (value === null) return 'none';
  return Array.isArray(value) && value.length === 0 ? 'empty' : plainly(value);
}

function wordOf(operator: string, expected: unknown): string {
  if (operator === 'exists') return expected === true ? 'is known' : 'is not known';
  return `${WORDS.get(operator) ?? operator} `;
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ['equal', 'is'],
  ['notEqual', 'is not'],
  ['in', 'is one of'],
  ['notIn', 'is none of'],
  ['contains', 'has'],
  ['doesNotContain', 'has not'],
  ['containsAny', 'has any of'],
  ['containsAll', 'has all of'],
  ['lessThan', 'is less than'],
  ['lessThanInclusive', 'is at most'],
  ['greaterThan', 'is more than'],
  ['greaterThanInclusive', 'is at least'],
  ['startsWith', 'begins with'],
  ['endsWith', 'ends with'],
  ['matches', 'matches'],
  ['matchesGlob', 'fits'],
  ['before', 'is before'],
  ['after', 'is after'],
  ['olderThan', 'is longer ago than'],
  ['newerThan', 'is no longer ago than'],
  ['length', 'has length'],
  ['length notEqual', 'has length other than'],
  ['length lessThan', 'has length less than'],
  ['length lessThanInclusive', 'has length at most'],
  ['length greaterThan', 'has length more than'],
  ['length greaterThanInclusive', 'has length at least'],
]);
