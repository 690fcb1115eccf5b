// The facts of the ticket form, read from an issue's body.
import { parseTicket } from '../models/ticket.ts';
import type { Facts } from './fact.ts';

/**
 * A body is read several times on its way through one decision, and stays the same while labels and assignees change;
 * parsing takes 3 ms, of which most deliveries can be spared.
 */
const KEPT = 500;
const kept = new Map<string, Facts>();

/** `ticket.*` of an issue with this body. */
export function ticketFacts(issueBody: string | null): Facts {
  const body = issueBody ?? '';
  const known = kept.get(body);
  if (known !== undefined) return known;
  const facts = Object.fromEntries(Object.entries(parseTicket(body)).map(([name, value]) => [`ticket.${name}`, value]));
  const oldest = kept.size < KEPT ? undefined : kept.keys().next().value;
  if (oldest !== undefined) kept.delete(oldest);
  kept.set(body, facts);
  return facts;
}
