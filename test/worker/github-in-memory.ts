// GitHub's port over one issue in memory: what actions do to it, and every way in which a request goes wrong.
import { type GitHub, type GitHubApp, GitHubFailure, type Parameters } from '../../src/github/github.ts';

/**
 * What befalls a request. `refused`: GitHub says no, for now; `limited`: and when to come back; `forbidden`: for good;
 * `unheard`: it never arrives, and nobody knows; `lost`: it is done, and the answer is lost; `killed before` and
 * `killed after`: with or without it, whoever asked is dead.
 */
export type Fault = 'refused' | 'limited' | 'forbidden' | 'unheard' | 'lost' | 'killed before' | 'killed after';

export interface Comment {
  readonly id: number;
  readonly author: string;
  body: string;
}

export interface CheckRun {
  readonly id: number;
  readonly name: string;
  readonly sha: string;
  readonly mark: string;
  conclusion: string;
  title: string;
}

type User = { readonly id: number; readonly login: string };

/** Our own account, and the App it belongs to. */
export const US = 'c4gt[bot]';

export class GitHubInMemory implements GitHubApp {
  readonly number = 7;
  readonly comments: Comment[] = [];
  readonly labels = new Set<string>();
  readonly people = new Map<string, User>();
  readonly assignees = new Set<User>();
  readonly reviewers = new Set<User>();
  readonly reactions: string[] = [];
  readonly checks: CheckRun[] = [];
  state: 'open' | 'closed' = 'open';
  stateReason: string | null = null;
  mergedAt: string | null = null;
  /** Whether the issue is still there. */
  isGone = false;
  /** Every request, `POST /repos/…`, in order. */
  readonly asked: string[] = [];
  /** What befalls the next requests, one after the other; those after them go well. */
  readonly script: (Fault | null)[] = [];
  /** Called when a request kills whoever asks; it is never answered. */
  onKill: () => void = () => undefined;
  /** What happens elsewhere while the next request is under way. */
  meanwhile: (() => Promise<void>) | null = null;
  readonly app = this.door();
  #ids = 100;

  installation(): GitHub {
    return this.app;
  }

  async botLogin(): Promise<string> {
    return US;
  }

  get writes(): readonly string[] {
    return this.asked.filter((route) => !route.startsWith('GET '));
  }

  /** Somebody comments. */
  say(author: string, body: string): Comment {
    const comment = { id: ++this.#ids, author, body };
    this.comments.push(comment);
    return comment;
  }

  commentsBy(author: string): readonly string[] {
    return this.comments.filter((comment) => comment.author === author).map(({ body }) => body);
  }

  private door(): GitHub {
    const request = async (route: string, parameters: Parameters) => {
      this.asked.push(route);
      const meanwhile = this.meanwhile;
      this.meanwhile = null;
      await meanwhile?.();
      return { status: 200, data: await this.befall(route, parameters), next: null };
    };
    return {
      request,
      pages: async function* (route, parameters) {
        // Page by page: nobody may be content with the first.
        for (const item of (await request(route, parameters)).data as unknown[]) yield [item];
        yield [];
      },
      graphql: async () => {
        throw new Error('No action asks by GraphQL');
      },
    };
  }

  private async befall(route: string, parameters: Parameters): Promise<unknown> {
    const fault = this.script.shift() ?? null;
    const isWrite = !route.startsWith('GET ');
    if (fault === 'refused') throw new GitHubFailure(`${route}: GitHub was not reached`, 'passing');
    if (fault === 'forbidden') throw failure(route, 403);
    if (fault === 'limited') {
      const retryAt = new Date(Date.now() + 90_000);
      throw new GitHubFailure(`${route}: GitHub tells us to wait`, 'passing', { status: 403, retryAt });
    }
    if (fault === 'killed before') return this.kill();
    if (fault === 'unheard') throw new GitHubFailure(`${route}: no answer came`, isWrite ? 'ambiguous' : 'passing');
    const answer = this.answer(route, parameters);
    if (fault === 'killed after') return this.kill();
    if (fault === 'lost') throw new GitHubFailure(`${route}: no answer came`, isWrite ? 'ambiguous' : 'passing');
    return answer;
  }

  private kill(): Promise<never> {
    this.onKill();
    return new Promise(() => undefined);
  }

  /** As GitHub does what its documentation says of these routes. */
  private answer(route: string, parameters: Parameters): unknown {
    const path = route.replace('/repos/{owner}/{repo}', '');
    const number = parameters['issue_number'] ?? parameters['pull_number'];
    if (this.isGone && number !== undefined) throw failure(route, 410);
    if (number !== undefined && number !== this.number) throw failure(route, 404);
    const answerer = this.routes[path];
    if (answerer === undefined) throw new Error(`This GitHub does not know ${route}`);
    return answerer(parameters, route);
  }

  private readonly routes: Readonly<Record<string, (parameters: Parameters, route: string) => unknown>> = {
    'GET /issues/{issue_number}/comments': () =>
      this.comments.map(({ id, author, body }) => ({ id, body, user: { login: author } })),
    'POST /issues/{issue_number}/comments': ({ body }) => this.say(US, String(body)),
    'PATCH /issues/comments/{comment_id}': ({ comment_id: id, body }, route) =>
      Object.assign(this.own(id, route), { body: String(body) }),
    'DELETE /issues/comments/{comment_id}': ({ comment_id: id }, route) =>
      void this.comments.splice(this.comments.indexOf(this.own(id, route)), 1),
    'POST /issues/comments/{comment_id}/reactions': ({ comment_id: id, content }) => this.react(`${id} ${content}`),
    'POST /issues/{issue_number}/reactions': ({ content }) => this.react(String(content)),
    'GET /issues/{issue_number}/labels': () => this.namesOf(this.labels),
    'POST /issues/{issue_number}/labels': ({ labels }) => {
      for (const name of labels as string[]) if (!this.hasLabel(name)) this.labels.add(name);
      return this.namesOf(this.labels);
    },
    'DELETE /issues/{issue_number}/labels/{name}': ({ name }, route) => {
      const found = [...this.labels].find((label) => label.toLowerCase() === String(name).toLowerCase());
      if (found === undefined) throw failure(route, 404);
      this.labels.delete(found);
      return this.namesOf(this.labels);
    },
    'GET /issues/{issue_number}': () => this.issue(),
    'PATCH /issues/{issue_number}': ({ state, state_reason: reason }, route) => {
      if (state === 'open' && this.mergedAt !== null) throw failure(route, 422);
      if (state !== this.state) this.stateReason = typeof reason === 'string' ? reason : null;
      this.state = state === 'open' ? 'open' : 'closed';
      return this.issue();
    },
    'POST /issues/{issue_number}/assignees': ({ assignees }) => {
      for (const login of assignees as string[]) {
        const user = this.people.get(login);
        if (user !== undefined) this.assignees.add(user);
      }
      return this.issue();
    },
    'DELETE /issues/{issue_number}/assignees': ({ assignees }) => {
      for (const user of [...this.assignees])
        if ((assignees as string[]).includes(user.login)) this.assignees.delete(user);
      return this.issue();
    },
    'GET /pulls/{pull_number}/requested_reviewers': () => ({ users: [...this.reviewers], teams: [] }),
    'POST /pulls/{pull_number}/requested_reviewers': ({ reviewers }, route) => {
      const asked = (reviewers as string[]).map((login) => this.people.get(login));
      for (const user of asked) {
        if (user === undefined) throw failure(route, 422);
        this.reviewers.add(user);
      }
      return {};
    },
    'GET /commits/{ref}/check-runs': ({ ref, check_name: name }) =>
      this.checks
        .filter((run) => run.sha === ref && run.name === name)
        .map(({ id, mark }) => ({ id, external_id: mark, app: { slug: 'c4gt' } })),
    'POST /check-runs': ({ name, head_sha: sha, external_id: mark, ...rest }) => {
      const run = { id: ++this.#ids, name: String(name), sha: String(sha), mark: String(mark), ...shown(rest) };
      this.checks.push(run);
      return run;
    },
    'PATCH /check-runs/{check_run_id}': ({ check_run_id: id, ...rest }, route) => {
      const run = this.checks.find((each) => each.id === id);
      if (run === undefined) throw failure(route, 404);
      return Object.assign(run, shown(rest));
    },
  };

  private own(id: unknown, route: string): Comment {
    const comment = this.comments.find((each) => each.id === id);
    if (comment === undefined) throw failure(route, 404);
    if (comment.author !== US) throw failure(route, 403);
    return comment;
  }

  private react(reaction: string): object {
    if (!this.reactions.includes(reaction)) this.reactions.push(reaction);
    return {};
  }

  private issue(): object {
    const { state, assignees, mergedAt } = this;
    return { state, assignees: [...assignees], pull_request: { merged_at: mergedAt } };
  }

  private hasLabel(name: string): boolean {
    return [...this.labels].some((label) => label.toLowerCase() === name.toLowerCase());
  }

  private namesOf(names: Iterable<string>): object[] {
    return [...names].map((name) => ({ name }));
  }
}

function shown(parameters: Parameters): Pick<CheckRun, 'conclusion' | 'title'> {
  return { conclusion: String(parameters['conclusion']), title: String(Object(parameters['output']).title) };
}

function failure(route: string, status: number): GitHubFailure {
  return new GitHubFailure(`${route}: GitHub says no (${status})`, 'final', { status });
}
