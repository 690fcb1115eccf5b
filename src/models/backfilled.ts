// The action of deliveries that we make ourselves, of what was found by asking GitHub.

/**
 * No event of GitHub's has it. What is found is told by the body and not by a header, for only bodies are signed:
 * `repository_dispatch`, whose action anybody with write access may choose, has no issue and no pull request in its body.
 */
export const BACKFILLED = 'backfilled';
