// The numbers within which the listener works, each with the reason for it.

/** Where GitHub delivers: the default path of Octokit and Probot. */
export const webhooksPath = '/api/github/webhooks';

/**
 * Largest body, in bytes. GitHub caps payloads at 25 MB and does not deliver beyond; read as 25 MiB, the larger of the
 * two meanings, so that nothing it sends is refused.
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap
 */
export const maxBody = 25 * 1024 * 1024;

/** Bytes of bodies on their way in, all connections together: what strangers can make us hold before we know them. */
export const maxReading = 256 * 1024 * 1024;

/**
 * Milliseconds from a request's arrival to its answer, at most. GitHub counts a delivery as failed after 10 s.
 * https://docs.github.com/en/webhooks/using-webhooks/best-practices-for-using-webhooks#respond-within-10-seconds
 */
export const answerWithin = 9_000;

/** Bounds of group commit, in deliveries and bytes; a larger delivery goes alone. */
export const commitBounds = {
  /** At once: the second is prepared while the first is flushed; more cost Postgres more and gain nothing. */
  commits: 2,
  /** In one commit: 128 usual bodies of 24 KB are 3 MB, some 100 KB compressed. */
  batchDeliveries: 128,
  batchBytes: 8 * 1024 * 1024,
  /** Waiting and being committed: ten thousand usual deliveries. Beyond it new ones are refused with 503. */
  heldBytes: 256 * 1024 * 1024,
};

/**
 * For `http.createServer`: a sender too slow for GitHub's own 10 s is not GitHub, and its connection is ended, so
 * dripping connections cost a socket for some seconds and nothing more.
 */
export const serverLimits = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
  /** Longer than the minute after which usual proxies drop an idle connection, so that they never race our close. */
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16 * 1024,
};
