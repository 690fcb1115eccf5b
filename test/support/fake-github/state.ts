// What the fake GitHub holds: plain objects that a test may look at and change. Times are milliseconds of its clock.
import type { KeyObject } from 'node:crypto';

export interface Account {
  readonly id: number;
  login: string;
  type: 'User' | 'Organization' | 'Bot';
}

export type Level = 'read' | 'write';
export type Permissions = Readonly<Record<string, Level>>;

export interface App {
  readonly id: number;
  readonly slug: string;
  readonly owner: Account;
  /** The account that writes for the App: `<slug>[bot]`. */
  readonly bot: Account;
  readonly clientId: string;
  readonly clientSecret: string;
  webhookSecret: string;
  /** PKCS#1 PEM, as GitHub hands it out. */
  readonly privateKey: string;
  readonly publicKey: KeyObject;
  permissions: Permissions;
  events: readonly string[];
  /** Where its deliveries go; null when nobody listens. */
  hookUrl: string | null;
  readonly createdAt: number;
}

export interface Installation {
  readonly id: number;
  readonly app: App;
  readonly account: Account;
  permissions: Permissions;
  events: readonly string[];
  selection: 'all' | 'selected';
  readonly repositories: Set<Repository>;
  suspendedAt: number | null;
  readonly createdAt: number;
  updatedAt: number;
}

export interface Token {
  readonly installation: Installation;
  /** Those it was asked for; null: all of the installation's. */
  readonly repositories: ReadonlySet<Repository> | null;
  readonly permissions: Permissions;
  readonly expiresAt: number;
}

export type Role = 'admin' | 'maintain' | 'write' | 'triage' | 'read';

export interface Repository {
  readonly id: number;
  readonly owner: Account;
  name: string;
  private: boolean;
  archived: boolean;
  hasIssues: boolean;
  /** By name in lower case. */
  readonly labels: Map<string, Label>;
  /** Issues and pull requests, by number. */
  readonly issues: Map<number, Issue>;
  /** Of the issue or pull request with the highest. */
  lastNumber: number;
  /** By login in lower case. */
  readonly collaborators: Map<string, Role>;
  readonly createdAt: number;
  updatedAt: number;
}

export interface Label {
  readonly id: number;
  name: string;
  color: string;
  description: string | null;
}

/** An issue, or what a pull request has in common with one. */
export interface Issue {
  readonly id: number;
  readonly number: number;
  readonly repository: Repository;
  readonly author: Account;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  stateReason: 'completed' | 'not_planned' | 'duplicate' | 'reopened' | null;
  locked: boolean;
  /** Answered with 410 from then on. */
  deleted: boolean;
  /** What it is now, in another repository; then it is deleted here. */
  movedTo: Issue | null;
  labels: Label[];
  assignees: Account[];
  readonly comments: Comment[];
  readonly reactions: Reaction[];
  readonly pull: Pull | null;
  readonly createdAt: number;
  updatedAt: number;
  closedAt: number | null;
  closedBy: Account | null;
}

export interface Pull {
  readonly id: number;
  headSha: string;
  draft: boolean;
  mergedAt: number | null;
  mergedBy: Account | null;
  reviewers: Account[];
  readonly reviews: Review[];
  files: readonly ChangedFile[];
  /** The issues that merging it closes, by the keywords of its description. */
  closes: readonly Issue[];
  /** Those linked by hand. */
  linked: readonly Issue[];
}

export type PullRequest = Issue & { readonly pull: Pull };

export interface Comment {
  readonly id: number;
  readonly issue: Issue;
  readonly author: Account;
  /** The App it was written by, if any. */
  readonly app: App | null;
  body: string;
  readonly reactions: Reaction[];
  readonly createdAt: number;
  updatedAt: number;
}

export interface Reaction {
  readonly id: number;
  readonly author: Account;
  readonly content: string;
  readonly createdAt: number;
}

export interface Review {
  readonly id: number;
  readonly author: Account;
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';
  body: string;
  commit: string;
  readonly submittedAt: number;
}

export interface ChangedFile {
  readonly filename: string;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed';
  readonly additions: number;
  readonly deletions: number;
}

export interface CheckRun {
  readonly id: number;
  readonly repository: Repository;
  readonly app: App;
  readonly headSha: string;
  name: string;
  status: string;
  conclusion: string | null;
  externalId: string | null;
  detailsUrl: string | null;
  startedAt: number;
  completedAt: number | null;
  output: { title: string | null; summary: string | null; text: string | null };
}

export interface Delivery {
  /** Beyond 2^53, as GitHub's are since 2026 (https://github.com/octokit/request.js/issues/797). */
  readonly id: bigint;
  readonly guid: string;
  readonly app: App;
  readonly event: string;
  readonly action: string | null;
  readonly installation: Installation | null;
  readonly repository: Repository | null;
  readonly payload: unknown;
  readonly deliveredAt: number;
  readonly redelivery: boolean;
  /** What the App answered, in GitHub's words: `OK`, `timed out`, `Service Unavailable`. */
  status: string;
  /** 0 when there was no answer. */
  statusCode: number;
}
