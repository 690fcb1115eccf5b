// What stands where another type belongs, and how the same is written rightly.
import type { ErrorObject } from 'ajv/dist/2020.js';
import { quote } from './quote.ts';

/** @param what names the place, as people know it */
export function wrongType(
  { data, params, instancePath }: ErrorObject,
  schema: Readonly<Record<string, unknown>>,
  what: string,
): { message: string; hint?: string | undefined } {
  if (instancePath === '' && data === null) {
    const [first = ''] = [schema['required']].flat().map(String);
    return {
      message: 'the file is empty',
      hint: `begin it with \`${first === 'version' ? 'version: 1' : `${first}:`}\``,
    };
  }
  if (schema['x-list'] === true) {
    const hint = Array.isArray(data) ? 'use `containsAny: [...]` or `containsAll: [...]`' : 'use `contains: ...`';
    return { message: `${what} is a list of texts, and this is ${kindOf(data)}`, hint };
  }
  if (schema['x-list'] === 'texts') {
    const hint = typeof data === 'string' ? 'put it in brackets: `[…]`' : undefined;
    return { message: `${what} must be a list of texts, not ${kindOf(data)}`, hint };
  }
  if ([schema['required']].flat().includes('fact')) {
    return { message: `${what} must name a fact, not be ${kindOf(data)}`, hint: 'such as `{ fact: issue.author }`' };
  }
  if (schema['x-names'] === 'action' && typeof data === 'string')
    return { message: `${what} holds mappings, and this is ${kindOf(data)}`, hint: `write \`${data}: {}\`` };
  const types = [params['type']].flat().map(String);
  const wanted = wantedOf(types, data);
  const must = `must be ${wanted.map((type) => WORDS[type] ?? type).join(' or ')}`;
  if (data === null) return { message: `${what} has no value; it ${must}` };
  return { message: `${what} ${must}, not ${kindOf(data)}`, hint: otherwise(types, data) };
}

/** Whoever wrote one plain value meant one, wherever a list or a mapping could stand too. */
function wantedOf(types: readonly string[], data: unknown): readonly string[] {
  const plain = types.filter((type) => !['array', 'object', 'null'].includes(type));
  const named = types.filter((type) => type !== 'null');
  return plain.length > 0 && (typeof data !== 'object' || data === null) ? plain : named;
}

/** How the same thing is written rightly, where that is plain to see. */
function otherwise(types: readonly string[], data: unknown): string | undefined {
  if (typeof data === 'string' && types.includes('boolean')) {
    if (/^(yes|on|y|true)$/i.test(data)) return 'write `true`';
    if (/^(no|off|n|false)$/i.test(data)) return 'write `false`';
  }
  if (typeof data === 'object' && !Array.isArray(data) && types.includes('array'))
    return 'begin each element of a list with `- `';
  const isNumeric = typeof data === 'string' && /^\d+$/.test(data);
  if (isNumeric && types.some((type) => type === 'integer' || type === 'number')) return 'write it without quotes';
  const isPlain = typeof data === 'number' || typeof data === 'boolean';
  return isPlain && types.includes('string') ? `put it in quotes: "${data}"` : undefined;
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'a mapping',
  array: 'a list',
};

function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string' ? `the text ${quote(value)}` : String(value);
}
