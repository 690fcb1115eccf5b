// What the rest of the App knows of GitHub: a door for each installation, and one kind of failure.

export type Parameters = Readonly<Record<string, unknown>>;

/** What GitHub answered. */
export interface Answer {
  readonly status: number;
  readonly data: unknown;
  /** Address of the next page of a list, to be asked for with `GET <next>`; null on the last one. */
  readonly next: string | null;
}

/** One installation's door to GitHub. No write is ever sent twice by itself. Every fault is a {@link GitHubFailure}. */
export interface GitHub {
  /** One REST request by Octokit's route notation: `POST /repos/{owner}/{repo}/issues/{issue_number}/comments`. */
  request(route: string, parameters: Parameters, signal?: AbortSignal): Promise<Answer>;
  /** All pages of a list, one after the other. */
  pages(route: string, parameters: Parameters, signal?: AbortSignal): AsyncIterable<readonly unknown[]>;
  /** The `data` of the answer. What stands in a list and may not be seen by us is null in it. */
  graphql(query: string, variables: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<unknown>;
}

export interface GitHubApp {
  /**
   * Login of our own bot account, `c4gt[bot]`: asked for once an hour, for an App can be renamed; and at once when somebody
   * turns up who may be us by another name.
   *
   * @param claimant login of a bot that may be ours
   */
  botLogin(claimant?: string): Promise<string>;
  installation(id: number): GitHub;
  /** As the App itself: installations, deliveries, redelivery. */
  readonly app: GitHub;
}

/**
 * `final`: it never works. `passing`: later it may. `ambiguous`: a write without an answer, which may or may not have
 * happened; look before sending it again.
 */
export type FailureKind = 'final' | 'passing' | 'ambiguous';

/**
 * What became of a request that did not succeed. The message is for people and holds no secret; there is no `cause`,
 * for Octokit's errors carry requests and answers, and with them tokens.
 */
export class GitHubFailure extends Error {
  override name = 'GitHubFailure';
  readonly kind: FailureKind;
  /** Null when GitHub did not answer. */
  readonly status: number | null;
  /** When GitHub wants to be asked again, by our clock; null when it does not say. */
  readonly retryAt: Date | null;
  /** Whether the installation was refused a token, or is shut to us: nothing can be asked through it, whatever it is. */
  readonly shutOut: boolean;

  constructor(
    message: string,
    kind: FailureKind,
    answered: { status?: number | null; retryAt?: Date | null; shutOut?: boolean } = {},
  ) {
    super(message);
    this.kind = kind;
    this.status = answered.status ?? null;
    this.retryAt = answered.retryAt ?? null;
    this.shutOut = answered.shutOut ?? false;
  }
}
