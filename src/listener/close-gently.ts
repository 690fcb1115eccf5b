// Ends a connection whose request we stop reading, without losing the answer on its way.
import type { Context } from 'koa';

/** How long a sender may go on after its answer, in milliseconds. */
const patience = 1_000;

/**
 * Closing a socket that holds unread bytes makes TCP reset it, and the reset can overtake the answer: the sender would
 * see a broken pipe where we said 413. So the answer, whose length is known, goes out at once, but it ends, and the
 * connection with it, only when the sender has stopped or a second has passed; until then what comes is thrown away.
 */
export function closeGently(ctx: Context, answer: string): void {
  const { req, res } = ctx;
  ctx.respond = false;
  ctx.length = Buffer.byteLength(answer);
  res.write(answer);

  const end = (): void => {
    clearTimeout(timer);
    res.end();
  };
  const timer = setTimeout(end, patience);
  req.once('end', end).once('close', end).resume();
}
