// What stands where another type belongs, and how the same is written rightly.
import type { ErrorObject } from 'ajv/dist/2020.js';
import { oursFor } from './foreign-words.ts';
import { quote } from './quote.ts';

type Schema = Readonly<Record<string, unknown>>;

/** How long a time is. */
export const DURATION = 'write it as 30m, 12h, 7d or 2w';

/** @param what names the place, as people know it */
export function wrongType(
  { data, params, instancePath }: ErrorObject,
  schema: Schema,
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
  const isDuration = typeof data === 'number' && String(schema['pattern']).includes('[mhdw]');
  const wanted = wantedOf(types, data);
  const must = `must be ${wanted.map((type) => WORDS[type] ?? type).join(' or ')}`;
  if (data === null) {
    const isMissing = FACT_OF_CONDITION.test(instancePath);
    const hint = isMissing ? 'for what is missing, write `{ exists: false }`' : belowIt(types);
    return { message: `${what} has no value; it ${must}`, hint };
  }
  const hint = isDuration
    ? DURATION
    : (inMapping(schema, data, what) ?? otherwise(types, data) ?? notListed(types, data, what));
  return { message: `${what} ${must}, not ${kindOf(data)}`, hint };
}

/** A name with a dot, somewhere below what holds conditions. */
const FACT_OF_CONDITION = /^\/(rules|conditions)\/.*\/\w+\.[\w.]+$/;

/** A plain value where a mapping with a key for it belongs: `comment: Thanks` is `comment: { body: Thanks }`. */
function inMapping(schema: Schema, data: unknown, what: string): string | undefined {
  const isPlain = typeof data === 'string' || typeof data === 'number';
  if (!isPlain || !['parameter', 'limit'].includes(String(schema['x-names']))) return undefined;
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, Schema>>;
  const required = [schema['required'] ?? []].flat().map(String);
  const key = required[0] ?? Object.keys(properties)[0];
  if (key === undefined) return undefined;
  const others = required.slice(1).map((other) => `, ${other}: …`);
  const name = what.replaceAll('`', '');
  return `write \`${name}: { ${key}: ${asWritten(properties[key] ?? {}, data)}${others.join('')} }\``;
}

/** The value as the key of the mapping takes it; a long text is not repeated. */
function asWritten(field: Schema, data: string | number): string {
  if ([field['required']].flat().includes('fact')) return '{ fact: … }';
  const value =
    typeof data === 'string' && /^[\w .+-]{1,40}$/.test(data) ? data : typeof data === 'number' ? data : '…';
  return field['x-list'] === 'texts' ? `[${value}]` : String(value);
}

/** What has parts, and none: they stand in the same column as it, or nowhere. */
function belowIt(types: readonly string[]): string | undefined {
  return types.some((type) => type === 'object' || type === 'array')
    ? 'what belongs to it stands on the lines below, further in than it'
    : undefined;
}

/** A list where one mapping belongs. */
function notListed(types: readonly string[], data: unknown, what: string): string | undefined {
  if (!Array.isArray(data) || !types.includes('object')) return undefined;
  return what === '`not`' ? 'put the list under `any` or `all`: `not: { any: […] }`' : 'write its keys without `- `';
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
  if (typeof data === 'string') {
    const hint = asYaml(types, data);
    if (hint !== undefined) return hint;
  }
  const isNumeric = typeof data === 'string' && /^\d+$/.test(data);
  if (isNumeric && types.some((type) => type === 'integer' || type === 'number')) return 'write it without quotes';
  const isPlain = typeof data === 'number' || typeof data === 'boolean';
  return isPlain && types.includes('string') ? `put it in quotes: "${data}"` : undefined;
}

/** What was written in one text as other languages have it: `a == b`, `> 10`, or `a:b` without the space. */
function asYaml(types: readonly string[], text: string): string | undefined {
  const [, fact, value] = /^([a-z_.]+) ?(?:===?|=|:) ?([\w '".-]{1,40})$/.exec(text) ?? [];
  if (fact !== undefined && types.includes('object')) return `write \`${fact}: ${value}\``;
  const [, sign = '', number] = /^([<>]=?) ?(\d+)$/.exec(text) ?? [];
  const operator = oursFor(sign, COMPARISONS);
  if (operator !== null && types.includes('number')) return `write \`{ ${operator}: ${number} }\``;
  return types.every((type) => type === 'array') ? 'put it in brackets: `[…]`' : undefined;
}

const COMPARISONS = ['lessThan', 'lessThanInclusive', 'greaterThan', 'greaterThanInclusive'];

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
