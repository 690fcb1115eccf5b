// Whether a text can begin, end, contain and be as long as several comparisons say. Patterns and globs are left aside.
import { agrees, isAscii, type Says } from './says.ts';
import { rangeOf } from './whole-numbers.ts';

export function possibleText(said: readonly Says[]): boolean {
  const operands = (operator: string, holds: boolean): readonly string[] =>
    said.flatMap((each) =>
      !each.ofLength && each.operator === operator && each.holds === holds ? [String(each.operand)] : [],
    );
  const beginnings = operands('startsWith', true);
  const endings = operands('endsWith', true);
  const inside = operands('contains', true);
  const beginning = longest(beginnings);
  const ending = longest(endings);
  if (!beginnings.every((each) => beginning.startsWith(each))) return false;
  if (!endings.every((each) => ending.endsWith(each))) return false;
  if (operands('startsWith', false).some((each) => beginning.startsWith(each))) return false;
  if (operands('endsWith', false).some((each) => ending.endsWith(each))) return false;
  const parts = [beginning, ending, ...inside];
  if (operands('contains', false).some((each) => parts.some((part) => part.includes(each)))) return false;

  // What compares without regard to case may be shorter than it is in lower case, unless it is all ASCII.
  const folded = said.some((each) => each.folded);
  const least = Math.max(0, ...parts.filter((part) => !folded || isAscii(part)).map((part) => part.length));
  const length = rangeOf(
    said.filter(({ ofLength }) => ofLength),
    least,
  );
  if (length === null) return false;
  return length.to > 0 || said.every((each) => agrees('', each, folded));
}

function longest(texts: readonly string[]): string {
  return texts.reduce((best, each) => (each.length > best.length ? each : best), '');
}
