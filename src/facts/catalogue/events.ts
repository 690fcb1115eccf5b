// Which events offer which group of facts.

export const ISSUES = ['issues', 'issue_comment'];
export const PULL_REQUESTS = ['pull_request', 'pull_request_review'];
export const INSTALLATIONS = ['installation', 'installation_repositories'];
export const IN_REPOSITORIES = [...ISSUES, ...PULL_REQUESTS, 'repository', 'label'];
export const EVERYWHERE = [...IN_REPOSITORIES, ...INSTALLATIONS];
