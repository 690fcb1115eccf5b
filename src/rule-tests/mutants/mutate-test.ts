// A comparison with another value: a threshold one off, another label, another text, a duration a unit longer.
import { durationOf } from '../../engine/duration.ts';
import type { Test } from '../../engine/rule.ts';
import { isObject } from '../payload.ts';
import { DAY, written } from '../time.ts';

export interface OtherValue {
  readonly what: string;
  readonly by: Test;
}

/** As a rule has it, without what its place shows: `contains: C4GT Community`, `pull_request.merged: true`. */
export function testInWords({ fact, operator }: Test, value: unknown): string {
  const shown = shownValue(value);
  if (operator === 'equal' || operator === 'in') return `${fact}: ${shown}`;
  const [first = operator, second] = operator.split(' ');
  return second === undefined ? `${first}: ${shown}` : `${first}: { ${second}: ${shown} }`;
}

function shownValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shownValue).join(', ')}]`;
  if (isObject(value)) return `{ fact: ${String(value['fact'])} }`;
  return String(value);
}

/** What the test could be compared with instead. A comparison with another fact, or of true and false, has nothing. */
export function otherValues(test: Test): OtherValue[] {
  const { value } = test;
  const values = Array.isArray(value) ? inLists(value) : instead(test, value);
  return values.map((other) => {
    const what = `\`${testInWords(test, value)}\` → \`${testInWords(test, other)}\``;
    const ago = test.ago === undefined ? {} : { ago: durationOf(String(other)) ?? test.ago };
    return { what, by: { ...test, value: other, ...ago } };
  });
}

/** One element another, each in turn. */
function inLists(values: readonly unknown[]): unknown[][] {
  return values.map((value, index) =>
    values.with(index, typeof value === 'number' ? value + 1 : another(String(value))),
  );
}

function instead({ type, operator, ago }: Test, value: unknown): unknown[] {
  if (typeof value === 'number') return operator === 'equal' ? [value + 1] : [value - 1, value + 1];
  if (typeof value !== 'string') return [];
  if (ago !== undefined) return durations(value);
  if (type === 'time') return [-DAY, DAY].map((shift) => written(Date.parse(value) + shift));
  return [operator === 'matches' ? `(?:${value}) \\(changed\\)` : another(value)];
}

function durations(value: string): string[] {
  const [count, unit] = [Number(value.slice(0, -1)), value.slice(-1)];
  return [count - 1, count + 1].map((other) => `${other}${unit}`).filter((other) => durationOf(other) !== null);
}

/** A text that no payload has. */
function another(value: string): string {
  return `${value} (changed)`;
}
