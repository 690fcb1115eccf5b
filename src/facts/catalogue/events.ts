// Which events offer which group of facts: GitHub's, and those of our own that rules can be `on` besides.

/** Every day, for each issue and pull request that we know: `schedule.daily`. */
const SCHEDULE = 'schedule';
/** A contributor's points or registration changed. */
const CONTRIBUTOR = 'contributor';

export const ISSUES = ['issues', 'issue_comment', SCHEDULE];
export const PULL_REQUESTS = ['pull_request', 'pull_request_review', SCHEDULE];
export const INSTALLATIONS = ['installation', 'installation_repositories'];
export const IN_REPOSITORIES = [...new Set([...ISSUES, ...PULL_REQUESTS, 'repository', 'label'])];
/** Those that GitHub sends of what happens in a repository; somebody caused each of them. */
export const CAUSED_IN_REPOSITORIES = IN_REPOSITORIES.filter((event) => event !== SCHEDULE);
/** All that GitHub sends. */
export const DELIVERED = [...CAUSED_IN_REPOSITORIES, ...INSTALLATIONS];
export const EVERYWHERE = [...DELIVERED, SCHEDULE, CONTRIBUTOR];

/** A contributor's own, and those that somebody causes: there the contributor is the event's sender. */
export const CONTRIBUTORS = [CONTRIBUTOR, ...CAUSED_IN_REPOSITORIES];

/** Events of our own: what they are about, in the form that consumers state it for GitHub's. */
export const derivedEvents = [
  { event: CONTRIBUTOR, actions: [], subject: 'contributor' },
  { event: SCHEDULE, actions: ['daily'], subject: 'any' },
] as const;
