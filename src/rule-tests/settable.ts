// Why a fact that there is cannot be set in a test, and what to write instead.
import type { FactEntry } from '../facts/fact.ts';

export function unsettable({ name, source }: FactEntry): { message: string; hint: string } {
  const message = `\`${name}\` cannot be set`;
  if (name === 'pull_request.approved_by')
    return { message, hint: 'let a step `pull_request_review.submitted` come before, or state it under `lookups:`' };
  if (source === 'lookup') return { message, hint: 'it is looked up: state it under `lookups:`' };
  if (source === 'ledger') return { message, hint: 'let a step `contributor` come before' };
  if (name.startsWith('event.')) return { message, hint: "the step's own name says it" };
  return { message, hint: 'it follows from the other facts: set those' };
}
