// Holds a file against the JSON Schema and says what is wrong as people would: one problem for one mistake.
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { closest } from './closest.ts';
import type { Problem } from './problem.ts';
import type { Schema } from './schema-parts.ts';
import { escapePointer, type YamlSource } from './yaml-source.ts';

/** A mistake, and the JSON pointer of the part that it makes unusable. */
export interface Misfit {
  readonly problem: Problem;
  readonly pointer: string;
}

export type SchemaCheck = (source: YamlSource) => Misfit[];

/** Keywords that only say that a part of them failed; the part speaks for itself. */
const WRAPPERS = new Set(['if', 'allOf']);

export function schemaCheck(schema: Schema): SchemaCheck {
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    strict: true,
    strictRequired: false,
    strictTypes: false,
    allowUnionTypes: true,
    // The schema is our own; holding it against its meta-schema, and writing its parts out where they are used, would
    // double the time to start.
    meta: false,
    validateSchema: false,
    inlineRefs: false,
  });
  ajv.addVocabulary(['x-names', 'x-list']);
  const valid = ajv.compile(schema);
  return (source) => {
    if (valid(source.value)) return [];
    const errors = (valid.errors ?? []).filter(speaks);
    const seen = new Set<string>();
    return errors.flatMap((error) => {
      const problem = explain(error, source);
      const place = `${problem.line}:${problem.column}:${problem.code}:${problem.message}`;
      if (seen.has(place)) return [];
      seen.add(place);
      return [{ problem, pointer: error.instancePath }];
    });
  };
}

/** Whether an error is the mistake itself, and not one of the ways in which something could have been right. */
function speaks({ keyword, propertyName, schemaPath }: ErrorObject): boolean {
  return !WRAPPERS.has(keyword) && propertyName === undefined && !schemaPath.includes('/oneOf/');
}

function explain(error: ErrorObject, source: YamlSource): Problem {
  const { code, message, pointer, part, hint } = sentence(error);
  const place = source.placeOf(pointer, part);
  return {
    code,
    severity: 'error',
    file: source.file.path,
    ...place,
    message,
    ...(hint === undefined ? {} : { hint }),
  };
}

interface Sentence {
  readonly code: string;
  readonly message: string;
  readonly pointer: string;
  readonly part: 'key' | 'value';
  readonly hint?: string | undefined;
}

function sentence(error: ErrorObject): Sentence {
  const here = { pointer: error.instancePath, part: 'value' } as const;
  const what = nameOf(error.instancePath);
  const params = error.params as Record<string, unknown>;
  const schema = (error.parentSchema ?? {}) as Record<string, unknown>;
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownName(String(params['additionalProperty']), schema, error.instancePath);
    case 'propertyNames':
      return {
        code: 'bad-name',
        message: `${quote(params['propertyName'])} is no name: use small letters, digits and single dashes`,
        pointer: below(error.instancePath, String(params['propertyName'])),
        part: 'key',
      };
    case 'required':
    case 'dependentRequired':
      return {
        code: 'missing-key',
        message: `${what} needs ${quote(params['missingProperty'])}`,
        ...here,
        part: 'key',
      };
    case 'oneOf':
      return {
        code: 'while-or-when',
        message: `${what} has ${params['passingSchemas'] === null ? 'neither' : 'both'} \`while\` ${params['passingSchemas'] === null ? 'nor' : 'and'} \`when\`; it needs one of them`,
        ...here,
        part: 'key',
      };
    case 'enum':
      return notOneOf(error, params['allowedValues'] as unknown[], what);
    case 'const':
      return { code: 'bad-value', message: `${what} must be ${JSON.stringify(params['allowedValue'])}`, ...here };
    case 'type':
      return wrongType(error, schema, what);
    case 'minItems':
    case 'minProperties':
      return { code: 'empty', message: `${what} is empty`, ...here, part: 'key' };
    case 'maxProperties':
      return { code: 'bad-value', message: `${what} names more than one action`, ...here, hint: 'begin each with `-`' };
    case 'pattern':
      return { code: 'bad-name', message: `${what} must be small letters, digits and single dashes`, ...here };
    case 'minimum':
      return { code: 'bad-value', message: `${what} must be at least ${String(params['limit'])}`, ...here };
    case 'maximum':
      return { code: 'bad-value', message: `${what} must be at most ${String(params['limit'])}`, ...here };
    default:
      return { code: 'bad-value', message: `${what} ${error.message ?? 'does not fit'}`, ...here };
  }
}

function unknownName(name: string, schema: Record<string, unknown>, parent: string): Sentence {
  const what = String(schema['x-names'] ?? 'key');
  const known = Object.keys((schema['properties'] ?? {}) as object);
  const near = closest(name, known);
  const hint = near === null ? few(known) : `did you mean \`${near}\`?`;
  return {
    code: `unknown-${what}`,
    message: `unknown ${what} \`${name}\``,
    pointer: below(parent, name),
    part: 'key',
    hint,
  };
}

function notOneOf(error: ErrorObject, allowed: readonly unknown[], what: string): Sentence {
  const value = error.data;
  const names = allowed.map(String);
  const near = closest(String(value), names);
  const kind = (error.parentSchema as Record<string, unknown> | undefined)?.['x-names'];
  const code = kind !== undefined ? `unknown-${kind}` : what === '`operator`' ? 'unknown-operator' : 'bad-value';
  const noun = kind !== undefined ? `unknown ${kind}` : `${what} cannot be`;
  const hint = near === null ? few(names) : `did you mean \`${near}\`?`;
  return { code, message: `${noun} ${quote(value)}`, pointer: error.instancePath, part: 'value', hint };
}

function wrongType(error: ErrorObject, schema: Record<string, unknown>, what: string): Sentence {
  const here = { code: 'wrong-type', pointer: error.instancePath, part: 'value' } as const;
  const got = kindOf(error.data);
  if (schema['x-list'] === true) {
    const hint = Array.isArray(error.data) ? 'use `containsAny: [...]` or `containsAll: [...]`' : 'use `contains: ...`';
    return { ...here, message: `${what} is a list of texts, and this is ${got}`, hint };
  }
  const wanted = [error.params['type']].flat().map((type) => WORDS[String(type)] ?? String(type));
  return { ...here, message: `${what} must be ${wanted.join(' or ')}, not ${got}` };
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

/** The key people see, from a JSON pointer; a list's element goes by its list. */
function nameOf(pointer: string): string {
  const keys = pointer.split('/').slice(1);
  const key = keys.findLast((part) => !/^\d+$/.test(part));
  return key === undefined ? 'the file' : `\`${key.replaceAll('~1', '/').replaceAll('~0', '~')}\``;
}

function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `\`${text.length > 60 ? `${text.slice(0, 57)}…` : text}\``;
}

function few(names: readonly string[]): string | undefined {
  return names.length > 0 && names.length <= 12 ? `it can be ${names.join(', ')}` : undefined;
}

function below(pointer: string, key: string): string {
  return `${pointer}/${escapePointer(key)}`;
}
