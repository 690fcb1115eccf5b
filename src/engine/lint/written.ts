// Rule files as they are written: every mapping in them, with where it stands.
import { isMapping, type Mapping } from '../mapping.ts';
import type { WrittenFile } from '../names.ts';
import type { At } from '../rule.ts';
import { escapePointer } from '../yaml-source.ts';

/** A mapping, with the JSON pointer to it. */
export interface Found {
  readonly mapping: Mapping;
  readonly pointer: string;
}

/** Every mapping in a value, the value itself included. */
export function mappingsIn(value: unknown, pointer: string): Found[] {
  const found: Found[] = [];
  const visit = (inner: unknown, at: string): void => {
    if (Array.isArray(inner)) {
      for (const [index, item] of inner.entries()) visit(item, `${at}/${index}`);
    } else if (isMapping(inner)) {
      found.push({ mapping: inner, pointer: at });
      for (const key of Object.keys(inner)) visit(inner[key], below(at, key));
    }
  };
  visit(value, pointer);
  return found;
}

export function entriesOf(mapping: Mapping, pointer: string): readonly (readonly [string, unknown, string])[] {
  return Object.entries(mapping).map(([key, value]) => [key, value, below(pointer, key)] as const);
}

function below(pointer: string, key: string): string {
  return `${pointer}/${/[~/]/.test(key) ? escapePointer(key) : key}`;
}

/** The texts of a value that is a text or a list of them, each with its pointer. */
export function textsIn(value: unknown, pointer: string): { text: string; pointer: string }[] {
  if (typeof value === 'string') return [{ text: value, pointer }];
  return Array.isArray(value) ? value.flatMap((item, index) => textsIn(item, `${pointer}/${index}`)) : [];
}

/** A text with Liquid's placeholders says nothing until it is rendered. */
export function hasPlaceholders(text: string): boolean {
  return /\{[{%]/.test(text);
}

export function atIn({ source }: WrittenFile, pointer: string, part: 'key' | 'value'): At {
  return { file: source.file.path, ...source.placeOf(pointer, part) };
}
