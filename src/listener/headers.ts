// What a delivery's request must look like before its body is worth reading.
import type { IncomingMessage } from 'node:http';
import { HttpProblem } from '../http/problem.ts';
import { tooLarge } from './raw-body.ts';

/** What the headers say; nothing of it is proven until the signature is. */
export interface DeliveryHeaders {
  readonly event: string;
  /** In lower case, so that one GUID cannot pass as two. */
  readonly guid: string;
  readonly signature: string | undefined;
}

const json = /^application\/json\s*(;|$)/i;
// GitHub's names are lower case words (`pull_request_review`); a header sent twice arrives joined by a comma and fails.
const eventName = /^[A-Za-z0-9_.-]{1,100}$/;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Throws an HttpProblem, 405, 415, 413 or 400, for what is not shaped like a delivery of at most `maxBody` bytes. */
export function readHeaders(request: IncomingMessage, maxBody: number): DeliveryHeaders {
  if (request.method !== 'POST') {
    throw new HttpProblem(405, 'Deliveries are sent with POST.', { headers: { Allow: 'POST' } });
  }
  if (!json.test(request.headers['content-type'] ?? '')) {
    throw new HttpProblem(415, 'Set the content type of the webhook to application/json.');
  }
  if (Number(request.headers['content-length'] ?? 0) > maxBody) throw tooLarge(maxBody);

  const event = one(request, 'x-github-event');
  if (event === undefined) throw new HttpProblem(400, 'The header X-GitHub-Event is missing.');
  if (!eventName.test(event)) throw new HttpProblem(400, 'The header X-GitHub-Event is not the name of an event.');

  const guid = one(request, 'x-github-delivery');
  if (guid === undefined || !uuid.test(guid)) {
    throw new HttpProblem(400, 'The header X-GitHub-Delivery is not one UUID.');
  }
  return { event, guid: guid.toLowerCase(), signature: one(request, 'x-hub-signature-256') };
}

/** Node joins a repeated `x-` header with commas, which none of our patterns lets through. */
function one(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}
