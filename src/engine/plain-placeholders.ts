// Texts whose placeholders are facts and nothing else, `Merged {{ pull_request.title }}`, as most are: they are written
// out here, which takes a fifth of Liquid's time, and come to the same.
import type { Facts } from '../facts/fact.ts';
import { inTemplate } from './template-values.ts';

const PLACEHOLDER = /\{\{\s*([a-z_]+(?:\.[a-z_]+)*)\s*\}\}/;

/**
 * @param facts that Liquid found in the text, by their full names
 * @param put writes a value as it goes into the text
 * @returns null when the text needs Liquid: for filters, tags, parts of lists, or a user beside its own login
 */
export function plainPlaceholders(
  source: string,
  facts: readonly string[],
  put: (value: unknown) => string,
): ((values: Facts) => string) | null {
  const pieces = source.split(PLACEHOLDER);
  const isName = (place: number) => place % 2 === 1;
  const isPlain = pieces.every((piece, place) => (isName(place) ? facts.includes(piece) : !/\{[{%]/.test(piece)));
  if (!isPlain || facts.some((one) => facts.some((other) => other.startsWith(`${one}.`)))) return null;
  return (values) => {
    let text = '';
    for (const [place, piece] of pieces.entries()) {
      text += isName(place)
        ? put(inTemplate(piece, Object.hasOwn(values, piece) ? (values[piece] ?? null) : null))
        : piece;
    }
    return text;
  };
}
