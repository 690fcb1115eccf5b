// What a failed request shows of itself, read from whatever was thrown: by our door, by Octokit, by auth-app or by
// plugin-throttling.
import { NoAnswer, Refused } from './door.ts';

export interface Symptom {
  /** `unasked`: we refused to ask it, or could not; `unanswered`: no usable answer came; `answered`: with a status. */
  readonly stage: 'unasked' | 'unanswered' | 'answered';
  /** Whether it may have reached GitHub. */
  readonly sent: boolean;
  readonly status: number | null;
  /** GitHub's words, or ours. */
  readonly says: string;
  /** Types of GraphQL's errors, which come with status 200; null of REST. */
  readonly graphql: readonly string[] | null;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Whether it befell the request for a token, which goes before the other. */
  readonly token: boolean;
}

export function symptomOf(error: unknown, sent: boolean): Symptom {
  const token = !sent && /\/access_tokens$/.test(String(fieldsOf(fieldsOf(error).request).url));
  const bare = { sent, token, status: null, graphql: null, headers: {} };
  const own = ownFault(error);
  if (own !== null) return { ...bare, stage: own instanceof Refused ? 'unasked' : 'unanswered', says: own.message };
  const { status, response, errors, headers } = fieldsOf(error);
  const answer = fieldsOf(response);
  const message = error instanceof Error ? error.message : String(error);
  // As octokit.graphql throws them, or as plugin-throttling does, which looks at them first.
  const problems = listOf(errors) ?? listOf(fieldsOf(answer.data).errors);
  if (problems !== null && status === undefined) {
    return {
      ...{ ...bare, stage: 'answered', status: 200, headers: { ...fieldsOf(answer.headers ?? headers) } },
      graphql: problems.map(({ type }) => String(type ?? '')),
      says: problems.map((problem) => String(problem.message ?? '')).join('; '),
    };
  }
  if (response !== undefined && typeof status === 'number') {
    // What is no JSON object is a page for people: the status says it all.
    const isObject = typeof answer.data === 'object' && answer.data !== null;
    const says = isObject ? message.replace(/ - https?:\/\/\S+$/, '') : '';
    return { ...bare, stage: 'answered', status, says, headers: { ...fieldsOf(answer.headers) } };
  }
  // Nobody's answer: a fault on our side. Once the request is out, what became of it is open.
  return { ...bare, stage: sent ? 'unanswered' : 'unasked', says: message };
}

/** What our door said, wherever Octokit has wrapped it. */
function ownFault(error: unknown): NoAnswer | Refused | null {
  if (error instanceof NoAnswer || error instanceof Refused) return error;
  return error instanceof Error && error.cause !== undefined ? ownFault(error.cause) : null;
}

type Field = 'status' | 'request' | 'response' | 'errors' | 'headers' | 'data' | 'type' | 'message' | 'url';
type Fields = { readonly [name in Field]?: unknown };

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? value : {};
}

function listOf(value: unknown): Fields[] | null {
  return Array.isArray(value) ? value.map(fieldsOf) : null;
}
