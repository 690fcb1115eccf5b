// Values of actions as written become values to resolve: literals, facts, entries of tables, texts with placeholders.
import type { Field } from '../actions/action.ts';
import type { FactType } from '../facts/fact.ts';
import { nearestOf } from './closest.ts';
import { compileText, compileTexts } from './compile-text.ts';
import type { Mapping } from './mapping.ts';
import type { Value } from './rule.ts';
import type { ConditionScope, RuleScope } from './scope.ts';
import { typeWords } from './type-words.ts';

/** The types of fact that may stand for a whole value. */
const WANTED: Readonly<Record<Purpose['type'], readonly FactType[]>> = {
  number: ['number'],
  text: [],
  markdown: [],
  texts: ['strings'],
  choice: [],
  users: ['user', 'users'],
  key: ['string'],
};

/** What a value is for: a field of an action, or the key to look up in a table. */
type Purpose = Pick<Field, 'minimum' | 'maximum' | 'flavour'> & { readonly type: Field['type'] | 'key' };

/** Compiles what already fits the schema; null after reporting a problem. */
export function compileValue(
  purpose: Purpose,
  written: unknown,
  pointer: string,
  facts: ConditionScope,
  scope: RuleScope,
): Value | null {
  const { type } = purpose;
  if (type === 'text') return compileText(String(written), 'plain', pointer, purpose.maximum, facts);
  if (type === 'markdown') {
    return compileText(String(written), purpose.flavour ?? 'github', pointer, purpose.maximum, facts);
  }
  if (Array.isArray(written)) return compileTexts(written.map(String), pointer, purpose.maximum, facts);
  if (typeof written !== 'object' || written === null) return { kind: 'literal', value: written as string | number };
  if ('fact' in written && 'table' in written) {
    scope.report('mixed-forms', `${pointer}/fact`, 'a value is a fact or an entry of a table, not both');
    return null;
  }
  if ('fact' in written) {
    const entry = facts.fact(String(written.fact), `${pointer}/fact`);
    const wanted = WANTED[type];
    if (entry === null || wanted.includes(entry.type))
      return entry && { kind: 'fact', name: entry.name, type: entry.type };
    facts.report(
      'wrong-type',
      `${pointer}/fact`,
      `${wanted.length === 0 ? 'no fact' : typeWords(wanted)} belongs here, and \`${entry.name}\` is ${typeWords([entry.type])}`,
      type === 'users' ? userHint(entry.type) : undefined,
    );
    return null;
  }
  return compileLookup(purpose, written as Mapping, pointer, facts, scope);
}

/** What is written in a form names people as anybody may write them, and is no account. */
function userHint(type: FactType): string {
  return type === 'strings'
    ? 'names in a text are no accounts; a user fact is one such as `issue.assignees`'
    : 'a user fact is one such as `pull_request.author`, without `.login`';
}

function compileLookup(
  purpose: Purpose,
  written: Mapping,
  pointer: string,
  facts: ConditionScope,
  scope: RuleScope,
): Value | null {
  if (typeof written['table'] !== 'string' || !('key' in written)) {
    scope.report(
      'missing-key',
      pointer,
      'write the value itself, `{ fact: … }`, or `{ table: …, key: …, default: … }`',
    );
    return null;
  }
  const entries = scope.table(written['table']);
  if (!scope.isKnownTable(written['table'])) {
    const hint = nearestOf(written['table'], scope.tableNames());
    scope.report('unknown-table', `${pointer}/table`, `there is no table \`${written['table']}\``, hint);
  }
  const misfit = entries === null ? undefined : [...entries].find(([, number]) => !isWithin(number, purpose));
  if (misfit !== undefined) {
    const message = `the table \`${written['table']}\` gives ${misfit[1]} for ${misfit[0]}`;
    const hint = `here it must be a whole number from ${purpose.minimum} to ${purpose.maximum}`;
    scope.report('bad-value', `${pointer}/table`, message, hint);
    return null;
  }
  const key = compileValue({ type: 'key' }, written['key'], `${pointer}/key`, facts, scope);
  if (entries === null || key === null) return null;
  const fallback = typeof written['default'] === 'number' ? written['default'] : null;
  const gap = gapOf(written['table'], entries, key, fallback, scope);
  if (gap !== null) {
    scope.report('bad-value', `${pointer}/table`, gap.message, gap.hint);
    return null;
  }
  return { kind: 'table', name: written['table'], entries, key, fallback };
}

/** Where the values of the key are known: one that the table lacks, or an entry that none of them is. */
function gapOf(
  table: string,
  entries: ReadonlyMap<string, number>,
  key: Value,
  fallback: number | null,
  scope: RuleScope,
): { message: string; hint: string } | null {
  const values = key.kind === 'fact' ? scope.factByName.get(key.name)?.values : undefined;
  if (values === undefined || key.kind !== 'fact') return null;
  const stray = [...entries.keys()].find((name) => !values.includes(name));
  if (stray !== undefined) {
    return {
      message: `\`${key.name}\` is never \`${stray}\`, which the table \`${table}\` has`,
      hint: `it can be ${values.join(', ')}`,
    };
  }
  const lacking = values.find((value) => !entries.has(value));
  if (lacking === undefined || fallback !== null) return null;
  return {
    message: `the table \`${table}\` has no ${lacking}, and no default is given`,
    hint: 'add it, or a `default`',
  };
}

function isWithin(number: number, { minimum = -Infinity, maximum = Infinity }: Purpose): boolean {
  return Number.isInteger(number) && number >= minimum && number <= maximum;
}
