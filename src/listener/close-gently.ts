// Ends a connection whose request we stop reading, without losing the answer on its way.
import type { IncomingMessage, ServerResponse } from 'node:http';

/** How long a sender may go on after its answer, in milliseconds. */
const patience = 1_000;

/**
 * Closing a socket that holds unread bytes makes TCP reset it, and the reset can overtake the answer: the sender would
 * see a broken pipe where we said 413. So the answer, whose head is written and tells its length, goes out at once, but it
 * ends, and the connection with it, only when the sender has stopped or a second has passed; until then what comes is
 * thrown away.
 */
export function closeGently(request: IncomingMessage, response: ServerResponse, answer: string): void {
  response.write(answer);

  const end = (): void => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, patience);
  request.once('end', end).once('close', end).resume();
}
