// Which events offer which group of facts: GitHub's, and those of our own that rules can be `on` besides.

/** Every day, for each issue and pull request that we know: `schedule.daily`. */
const SCHEDULE = 'schedule';
/** A contributor's points or registration changed. */
const CONTRIBUTOR = 'contributor';

export const ISSUES = ['issues', 'issue_comment', SCHEDULE];
export const PULL_REQUESTS = ['pull_request', 'pull_request_review', SCHEDULE];
export const CONTRIBUTORS = [CONTRIBUTOR];
export const INSTALLATIONS = ['installation', 'installation_repositories'];
export const IN_REPOSITORIES = [...new Set([...ISSUES, ...PULL_REQUESTS, 'repository', 'label'])];
/** Those that GitHub sends; somebody caused each of them. */
export const DELIVERED = [...IN_REPOSITORIES.filter((event) => event !== SCHEDULE), ...INSTALLATIONS];
export const EVERYWHERE = [...DELIVERED, SCHEDULE, CONTRIBUTOR];

/** Events of our own: what they are about, in the form that consumers state it for GitHub's. */
export const derivedEvents = [
  { event: CONTRIBUTOR, actions: [], subject: 'contributor' },
  { event: SCHEDULE, actions: ['daily'], subject: 'any' },
] as const;
