// What a part of a file does that its schema does not allow, in sentences for people who know no schema.
import type { ErrorObject } from 'ajv/dist/2020.js';
import { ALL_FACTS, didYouMean, nearestOf } from './closest.ts';
import { quote } from './quote.ts';
import { DURATION, wrongType } from './wrong-type.ts';
import { escapePointer } from './yaml-source.ts';

export interface Sentence {
  readonly code: string;
  readonly message: string;
  /** Where it is shown: at the key of this place, or at its value. */
  readonly pointer: string;
  readonly part: 'key' | 'value';
  readonly hint?: string | undefined;
}

type Keywords = Readonly<Record<string, unknown>>;

export function sentence(error: ErrorObject): Sentence {
  const here = { pointer: error.instancePath, part: 'value' } as const;
  const atKey = { pointer: error.instancePath, part: 'key' } as const;
  const what = nameOf(error.instancePath);
  const params = error.params as Keywords;
  const schema = (error.parentSchema ?? {}) as Keywords;
  const limit = String(params['limit']);
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownName(String(params['additionalProperty']), schema, error.instancePath);
    case 'propertyNames': {
      const name = String(params['propertyName']);
      return { ...badName(name), pointer: below(error.instancePath, name), part: 'key' };
    }
    case 'required':
    case 'dependentRequired':
      return missing(String(params['missingProperty']), what, atKey);
    case 'oneOf': {
      const isNeither = params['passingSchemas'] === null;
      const said = isNeither ? 'neither `while` nor `when`' : 'both `while` and `when`';
      return { code: 'while-or-when', message: `${what} has ${said}; it needs one of them`, ...atKey };
    }
    case 'enum':
      return notOneOf(error, params['allowedValues'] as unknown[], what);
    case 'const':
      return { code: 'bad-value', ...here, ...otherConstant(params['allowedValue'], error.data, what) };
    case 'type':
      return { code: 'wrong-type', ...here, ...wrongType(error, schema, what) };
    case 'minItems':
    case 'minProperties':
      return { code: 'empty', message: `${what} is empty`, ...atKey };
    case 'minLength':
      return { code: 'empty', message: `${what} is empty`, ...here };
    case 'maxLength':
      return { code: 'bad-value', message: `${what} is longer than ${limit} characters`, ...here };
    case 'uniqueItems':
      return { code: 'bad-value', message: `${what} names the same thing twice`, ...here };
    case 'maxProperties': {
      const message = `${what} names more than one ${String(schema['x-names'] ?? 'key')}`;
      return { code: 'bad-value', message, ...here, hint: 'begin each with `-`' };
    }
    case 'pattern':
      return String(params['pattern']).startsWith('^[a-z0-9]+')
        ? { ...badName(String(error.data)), ...here }
        : { code: 'bad-value', message: `${what} cannot be ${quote(error.data)}`, ...here, hint: durationHint(params) };
    case 'minimum':
      return { code: 'bad-value', message: `${what} must be at least ${limit}`, ...here };
    case 'maximum':
      return { code: 'bad-value', message: `${what} must be at most ${limit}`, ...here };
    default:
      return { code: 'bad-value', message: `${what} ${error.message ?? 'does not fit'}`, ...here };
  }
}

function otherConstant(wanted: unknown, data: unknown, what: string): Pick<Sentence, 'message' | 'hint'> {
  const hint = String(wanted) === data ? 'write it without quotes' : undefined;
  return { message: `${what} must be ${JSON.stringify(wanted)}`, hint };
}

function durationHint({ pattern }: Keywords): string | undefined {
  return String(pattern).includes('[mhdw]') ? DURATION : undefined;
}

function badName(name: string): Pick<Sentence, 'code' | 'message' | 'hint'> {
  const message = `${quote(name)} is no name: use small letters, digits and single dashes`;
  const plain = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  const named = plain === '' ? undefined : `such as \`${plain}\``;
  return { code: 'bad-name', message, hint: name.length > 64 ? 'at most 64 of them' : named };
}

function missing(key: string, what: string, at: Pick<Sentence, 'pointer' | 'part'>): Sentence {
  return { code: 'missing-key', message: `${what} needs ${quote(key)}`, ...at, hint: NEEDED.get(key) };
}

const NEEDED: ReadonlyMap<string, string> = new Map([
  ['version', 'begin the file with `version: 1`'],
  ['program', 'name the programme, such as `program: c4gt-community`'],
]);

function unknownName(name: string, schema: Keywords, parent: string): Sentence {
  const what = String(schema['x-names'] ?? 'key');
  const properties = Object.keys((schema['properties'] ?? {}) as object);
  // What stands beside operators to compare with another fact is none of them.
  const known = what === 'operator' ? properties.filter((key) => key !== 'fact') : properties;
  return {
    code: `unknown-${what}`,
    message: `unknown ${what} ${quote(name)}`,
    pointer: below(parent, name),
    part: 'key',
    hint: what === 'fact' ? (didYouMean(name, known) ?? ALL_FACTS) : nearestOf(name, known),
  };
}

function notOneOf(error: ErrorObject, allowed: readonly unknown[], what: string): Sentence {
  const named = (error.parentSchema as Keywords | undefined)?.['x-names'];
  const kind = named ?? (what === '`operator`' ? 'operator' : undefined);
  const message = `${kind === undefined ? `${what} cannot be` : `unknown ${kind}`} ${quote(error.data)}`;
  const names = allowed.map(String);
  // YAML reads +1 as a number.
  const bare = typeof error.data === 'number' ? names.find((name) => Number(name) === error.data) : undefined;
  const hint = bare === undefined ? nearestOf(String(error.data), names) : `put it in quotes: \`"${bare}"\``;
  const code = kind === undefined ? 'bad-value' : `unknown-${kind}`;
  return { code, message, pointer: error.instancePath, part: 'value', hint };
}

/** What people call a place: the key of a value, with what it is where keys are names; a list's element goes by its list. */
function nameOf(pointer: string): string {
  const keys = pointer.split('/').slice(1);
  const at = keys.findLastIndex((part) => !/^\d+$/.test(part));
  const key = keys[at];
  if (key === undefined) return 'the file';
  const kind = at === 1 ? KINDS[keys[0] ?? ''] : undefined;
  return `${kind === undefined ? '' : `the ${kind} `}${quote(key.replaceAll('~1', '/').replaceAll('~0', '~'))}`;
}

const KINDS: Readonly<Record<string, string>> = { rules: 'rule', conditions: 'condition', tables: 'table' };

export function below(pointer: string, key: string): string {
  return `${pointer}/${escapePointer(key)}`;
}
