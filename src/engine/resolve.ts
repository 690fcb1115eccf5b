// The parameters of an action, resolved against facts: the bounds its fields declare are kept whatever a fact says. A
// number or a text that is out of bounds fails the rule; a message that is too long is cut.
import type { Action, Field, Resolved } from '../actions/action.ts';
import type { Facts, FactValue } from '../facts/fact.ts';
import type { User } from '../models/user.ts';
import { cutMarkdown, cutToBytes } from './cut-markdown.ts';
import { cannotBeLookedUp, type IsLookup, NeedsLookup } from './evaluate.ts';
import { oneLine } from './neutralise.ts';
import type { RuleAction, Value } from './rule.ts';
import type { Impossible } from './run.ts';
import type { Template } from './template.ts';

/** UTF-16 units of a text whose field says no bound. */
const MAX_TEXT = 5_000;

/**
 * UTF-16 units of a message whose field says no bound. GitHub takes 65,536 characters, of which some are left for the
 * mark by which we find a comment of ours again.
 */
const MAX_MARKDOWN = 65_000;

/** @throws NeedsLookup when a fact has to be looked up first, and Error in a sentence when a value does not fit */
export function resolveParams(
  action: Action,
  written: RuleAction,
  facts: Facts,
  isLookup: IsLookup,
  impossible: Impossible = {},
): Resolved {
  const factOf: FactOf = (name) => {
    if (Object.hasOwn(facts, name)) return facts[name];
    if (Object.hasOwn(impossible, name)) throw new Error(cannotBeLookedUp(name, impossible));
    if (isLookup(name)) throw new NeedsLookup(name);
    return undefined;
  };
  return Object.fromEntries(
    Object.entries(written.params).map(([name, value]) => {
      const field = action.fields[name];
      return [name, field && fitting(resolve(value, facts, factOf), field, `${action.name}.${name}`)];
    }),
  );
}

/** Throws for a fact that has to be, or cannot be, looked up. */
type FactOf = (name: string) => FactValue | undefined;

function resolve(value: Value, facts: Facts, factOf: FactOf): FactValue | undefined {
  const render = (template: Template): string => {
    for (const name of template.facts) factOf(name);
    return template.render(facts);
  };
  switch (value.kind) {
    case 'literal':
      return value.value;
    case 'fact':
      return factOf(value.name);
    case 'text':
      return render(value.template);
    case 'texts':
      return value.templates.map(render);
    case 'table': {
      const key = resolve(value.key, facts, factOf);
      const found = typeof key === 'string' ? value.entries.get(key) : undefined;
      const number = found ?? value.fallback;
      if (number === null)
        throw new Error(
          typeof key === 'string'
            ? `the table ${value.name} has no ${key}, and no default is given`
            : `there is nothing to look up in the table ${value.name}, and no default is given`,
        );
      return number;
    }
  }
}

function fitting(value: FactValue | undefined, field: Field, name: string): Resolved[string] {
  switch (field.type) {
    case 'users':
      return distinctUsers(value);
    case 'markdown':
      return fittingMarkdown(String(value ?? '').trim(), field);
    case 'text':
      return fittingText(value, field, name);
    case 'texts':
      return distinctTexts(value).map((text) => fittingText(text, field, name));
    case 'choice':
      if (typeof value === 'string' && field.values?.includes(value) === true) return value;
      throw new Error(`${name} cannot be ${String(value)}`);
    case 'number':
      return fittingNumber(value, field, name);
  }
}

function fittingMarkdown(text: string, { maximum = MAX_MARKDOWN, bytes }: Field): string {
  return bytes === undefined ? cutMarkdown(text, maximum) : cutToBytes(text, bytes);
}

/** On one line. Half a label or half a badge would be another one, so one that is too long is refused. */
function fittingText(value: FactValue | undefined, { maximum }: Field, name: string): string {
  const text = oneLine(typeof value === 'string' ? value : '').trim();
  if (maximum === undefined) return text.slice(0, MAX_TEXT).toWellFormed();
  if (text.length > maximum) throw new Error(`${name} can have ${maximum} characters, not ${text.length}`);
  return text;
}

function fittingNumber(value: FactValue | undefined, { minimum, maximum }: Field, name: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw new Error(`${name} must be a whole number, not ${String(value)}`);
  if (value < (minimum ?? -Infinity) || value > (maximum ?? Infinity))
    throw new Error(`${name} must be from ${minimum} to ${maximum}, not ${value}`);
  return value;
}

/** Those that say something, each once without regard to case. */
function distinctTexts(value: FactValue | undefined): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  const texts = list.filter((item) => typeof item === 'string').map((text) => oneLine(text).trim());
  const byKey = new Map<string, string>();
  for (const text of texts) if (text !== '' && !byKey.has(text.toLowerCase())) byKey.set(text.toLowerCase(), text);
  return [...byKey.values()];
}

/** A deleted account is null in GitHub's payloads: nobody to give anything to. */
function distinctUsers(value: FactValue | undefined): readonly User[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const users = list.filter((item): item is User => typeof item === 'object' && item !== null && 'id' in item);
  return [...new Map(users.map((user) => [user.id, user])).values()];
}
