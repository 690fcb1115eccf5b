// Errors as HTTP answers: `application/problem+json`, RFC 9457, one shape for the listener and for the web.
import { STATUS_CODES } from 'node:http';
import type { Context } from 'koa';

/** What the client reads. `type` is `about:blank`: the status says it all, `detail` says what to do about it. */
export interface ProblemBody {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail: string;
}

/** A fault to answer with `status`. The client reads `detail`, never the `cause`, which is for the log. */
export class HttpProblem extends Error {
  override name = 'HttpProblem';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, detail: string, options: ErrorOptions & { headers?: Record<string, string> } = {}) {
    super(detail, options);
    this.status = status;
    this.headers = options.headers ?? {};
  }
}

/** The HttpProblem that `error` is, or, for what nobody foresaw, a 500 that tells the client nothing. */
export function toProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  return new HttpProblem(500, 'Something went wrong here; the operators can find it in their log.', { cause: error });
}

/** The answer that `problem` is: its headers, and its body as text. */
export function writeProblem({ status, headers, message: detail }: HttpProblem): {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
} {
  const body: ProblemBody = { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail };
  return {
    headers: { ...headers, 'Content-Type': 'application/problem+json', 'X-Content-Type-Options': 'nosniff' },
    body: JSON.stringify(body),
  };
}

/** Makes `problem` the answer of this request. */
export function answerProblem(ctx: Context, problem: HttpProblem): void {
  const { headers, body } = writeProblem(problem);
  ctx.status = problem.status;
  ctx.body = body;
  ctx.set(headers);
}
