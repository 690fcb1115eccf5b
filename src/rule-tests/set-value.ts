// Whether a fact, read back from a payload, has the value that a test set it to.
import { fact } from '../facts/catalogue.ts';
import type { FactValue } from '../facts/fact.ts';
import { utc } from '../models/timestamp.ts';
import type { SetFact, Written } from './written-test.ts';

/** What is different, in words; null where nothing is. */
export function difference({ name, value }: SetFact, read: FactValue | undefined): string | null {
  const wanted = asRead(name, value);
  const seen = comparable(read ?? null);
  if (JSON.stringify(wanted) === JSON.stringify(seen)) return null;
  return read === undefined ? 'the payload has no place for it' : `it reads as ${shown(read)}`;
}

function asRead(name: string, value: Written): unknown {
  return fact(name)?.type === 'time' && typeof value === 'string' ? utc(value) : value;
}

/** Users are written as logins. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  return isAccount(value) ? value.login : value;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  return isAccount(value) ? value.login : JSON.stringify(value);
}

function isAccount(value: unknown): value is { readonly login: string } {
  return typeof value === 'object' && value !== null && 'login' in value;
}
