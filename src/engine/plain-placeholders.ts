// Texts whose placeholders are facts and nothing else, `Merged {{ pull_request.title }}`, as most are: they are read and
// written out here, which takes a fifth of Liquid's time, and come to the same.
import type { Facts } from '../facts/fact.ts';
import { inTemplate } from './template-values.ts';
import { partAt, type TextPart } from './text-part.ts';

/** What a text names, and how it is written out. */
export interface ReadTemplate {
  readonly facts: readonly string[];
  readonly mentions: readonly { readonly fact: string; readonly at: TextPart }[];
  readonly write: (values: Facts) => string;
}

const PLACEHOLDER = /\{\{\s*([a-z_]+(?:\.[a-z_]+)*)\s*\}\}/;
/** What Liquid takes for a value of its own, or for a part of a list or text. */
const ITS_OWN = /^(?:true|false|nil|null|empty|blank|undefined)(?:\.|$)|\.(?:size|first|last)(?:\.|$)/;

/**
 * @param put writes a value as it goes into the text
 * @returns null when the text needs Liquid: for filters, tags, parts of lists, or a user beside its own login
 */
export function plainPlaceholders(source: string, put: (value: unknown) => string): ReadTemplate | null {
  const pieces = source.split(PLACEHOLDER);
  const texts = pieces.filter((_, place) => place % 2 === 0);
  const names = pieces.filter((_, place) => place % 2 === 1);
  const facts = [...new Set(names)];
  const isNested = facts.some((one) => facts.some((other) => other.startsWith(`${one}.`)));
  // Before a placeholder, a brace would be a part of it.
  if (isNested || texts.some((text) => /\{[{%]|\{$/.test(text)) || names.some((name) => ITS_OWN.test(name)))
    return null;
  let end = 0;
  const mentions = names.map((fact) => {
    const offset = source.indexOf(fact, source.indexOf('{{', end));
    end = source.indexOf('}}', offset);
    return { fact, at: partAt(source, offset, fact.length) };
  });
  return {
    facts,
    mentions,
    write: (values) => {
      let written = texts[0] ?? '';
      for (const [place, name] of names.entries()) {
        const value = Object.hasOwn(values, name) ? (values[name] ?? null) : null;
        written += put(inTemplate(name, value)) + (texts[place + 1] ?? '');
      }
      return written;
    },
  };
}
