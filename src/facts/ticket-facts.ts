// The facts of the ticket form, read from an issue's body.
import { parseTicket } from '../models/ticket.ts';
import type { Facts } from './fact.ts';

/** `ticket.*` of an issue with this body; with `prefix`, the same facts as another subject's, `pull_request.ticket.*`. */
export function ticketFacts(issueBody: string | null, prefix = 'ticket'): Facts {
  return Object.fromEntries(
    Object.entries(parseTicket(issueBody)).map(([name, value]) => [`${prefix}.${name}`, value]),
  );
}
