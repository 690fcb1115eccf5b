// Every event family we understand. Adding one is a file and a line here.
import type { EmitterWebhookEventName } from '@octokit/webhooks';
import type { Consumer } from './consumer.ts';
import { installationRepositories } from './installation-repositories.ts';
import { installations } from './installations.ts';
import { issueComments } from './issue-comments.ts';
import { issues } from './issues.ts';
import { labels } from './labels.ts';
import { ping } from './ping.ts';
import { pullRequests } from './pull-requests.ts';
import { repositories } from './repositories.ts';
import { reviews } from './reviews.ts';

export const consumers = {
  installation: installations,
  installation_repositories: installationRepositories,
  issue_comment: issueComments,
  issues,
  label: labels,
  ping,
  pull_request: pullRequests,
  pull_request_review: reviews,
  repository: repositories,
} as const satisfies Partial<Record<EmitterWebhookEventName, Consumer>>;

const byEvent: ReadonlyMap<string, Consumer> = new Map(Object.entries(consumers));

/** The consumer of an event; undefined for events we do not take, and for any name a stranger may think up. */
export function consumerOf(event: string): Consumer | undefined {
  return byEvent.get(event);
}
