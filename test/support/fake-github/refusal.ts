// An answer that GitHub gives instead of doing what was asked, thrown wherever that is found out.

export class Refusal extends Error {
  override name = 'Refusal';
  readonly status: number;
  readonly errors: readonly Fault[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, errors: readonly Fault[] = [], headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.errors = errors;
    this.headers = headers;
  }
}

/** One of the reasons of a 422: GitHub gives a sentence or an object. */
type Fault =
  | string
  | { readonly resource: string; readonly field: string; readonly code: string; readonly message?: string };

export const notFound = () => new Refusal(404, 'Not Found');
export const forbidden = () => new Refusal(403, 'Resource not accessible by integration');
export const invalid = (...errors: Fault[]) => new Refusal(422, 'Validation Failed', errors);

/** The body that goes with it. */
export function refusalBody({ status, message, errors }: Refusal): Record<string, unknown> {
  return {
    message,
    ...(errors.length > 0 ? { errors } : {}),
    documentation_url: 'https://docs.github.com/rest',
    status: String(status),
  };
}
