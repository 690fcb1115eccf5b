// One delivery, which somebody wants GitHub to bring again.
import { deliveriesSince, redeliver } from '../github/deliveries.ts';
import type { GitHub } from '../github/github.ts';
import { LOG_REACHES } from './sweep-once.ts';

/**
 * False when GitHub's log does not have it, or no longer. Throws GitHubFailure.
 *
 * @param app the App's own door, not an installation's
 */
export async function redeliverOne(app: GitHub, guid: string, now: Date): Promise<boolean> {
  for await (const page of deliveriesSince(app, new Date(now.getTime() - LOG_REACHES))) {
    // The newest attempt comes first.
    const attempt = page.find((logged) => logged.guid.toLowerCase() === guid.toLowerCase());
    if (attempt === undefined) continue;
    await redeliver(app, attempt.id);
    return true;
  }
  return false;
}
