// Why something failed, as everybody who asks may know it: GitHub's words and ours, and nothing of where our database is,
// how it is entered, or what our code stumbled over; that is for the log.
import { Impossible } from '../actions/perform.ts';
import { GitHubFailure } from '../github/github.ts';
import { InvalidPayload } from '../models/validate.ts';
import { StoreUnavailable } from '../store/store.ts';

const OUR_FAULT = 'a fault of this service, which its log tells';

export function publicReason(error: unknown): string {
  if (error instanceof StoreUnavailable) return 'the database was away';
  return error instanceof Error && (isTold(error) || isTold(error.cause)) ? error.message : OUR_FAULT;
}

function isTold(error: unknown): boolean {
  return error instanceof GitHubFailure || error instanceof Impossible || error instanceof InvalidPayload;
}
