// The parameters of an action, resolved against facts: the bounds its fields declare are kept whatever a fact says.
import type { Action, Field, Resolved } from '../actions/action.ts';
import type { Facts, FactValue } from '../facts/fact.ts';
import type { User } from '../models/user.ts';
import { type IsLookup, NeedsLookup } from './evaluate.ts';
import type { RuleAction, Value } from './rule.ts';

/** A reason or message longer than this is cut; GitHub itself takes 65,536 characters. */
const MAX_TEXT = 5_000;

/** @throws NeedsLookup when a fact has to be looked up first, and Error in a sentence when a value does not fit */
export function resolveParams(action: Action, written: RuleAction, facts: Facts, isLookup: IsLookup): Resolved {
  return Object.fromEntries(
    Object.entries(written.params).map(([name, value]) => {
      const field = action.fields[name];
      return [name, field && fitting(resolve(value, facts, isLookup), field, `${action.name}.${name}`)];
    }),
  );
}

function resolve(value: Value, facts: Facts, isLookup: IsLookup): FactValue | undefined {
  switch (value.kind) {
    case 'literal':
      return value.value;
    case 'fact':
      return factValue(value.name, facts, isLookup);
    case 'text':
      for (const name of value.template.facts) factValue(name, facts, isLookup);
      return value.template.render(facts).slice(0, MAX_TEXT);
    case 'table': {
      const key = resolve(value.key, facts, isLookup);
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

function factValue(name: string, facts: Facts, isLookup: IsLookup): FactValue | undefined {
  if (!Object.hasOwn(facts, name) && isLookup(name)) throw new NeedsLookup(name);
  return facts[name];
}

function fitting(value: FactValue | undefined, field: Field, name: string): number | string | readonly User[] {
  if (field.type === 'users') return distinctUsers(value);
  if (field.type === 'text') return typeof value === 'string' ? value : '';
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw new Error(`${name} must be a whole number, not ${String(value)}`);
  if (value < (field.minimum ?? -Infinity) || value > (field.maximum ?? Infinity)) {
    throw new Error(`${name} must be from ${field.minimum} to ${field.maximum}, not ${value}`);
  }
  return value;
}

/** A deleted account is null in GitHub's payloads: nobody to give anything to. */
function distinctUsers(value: FactValue | undefined): readonly User[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const users = list.filter((item): item is User => typeof item === 'object' && item !== null && 'id' in item);
  return [...new Map(users.map((user) => [user.id, user])).values()];
}
