// Whether a request is one that GitHub's description allows; and, for the fake's own tests, whether an answer is.
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { type Found, operationOf, resolved, type Schema } from './description.ts';
import { jsonSchema } from './json-schema.ts';

export interface Asked {
  readonly search: URLSearchParams;
  readonly contentType: string;
  /** Of the body; empty when there is none. */
  readonly text: string;
}

/** What was asked, read; and why GitHub would not take it, or would not do what the sender believes. */
export interface Checked {
  readonly query: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly problems: readonly string[];
}

const MOST_PER_PAGE = 100;

const formats = {
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i,
  uri: /^[a-z][a-z0-9+.-]*:\S+$/i,
};
const settings = {
  strict: false,
  allErrors: true,
  logger: false,
  validateSchema: false,
  meta: false,
  formats,
} as const;
const bodies = new Ajv(settings);
/** What stands in an address is text; `5` serves for a number there. */
const addresses = new Ajv({ ...settings, coerceTypes: true });

const compiled = new Map<string, ValidateFunction>();

function validator(key: string, ajv: Ajv, schema: () => Schema): ValidateFunction {
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const made = ajv.compile(schema());
  compiled.set(key, made);
  return made;
}

export function checkRequest(found: Found, asked: Asked): Checked {
  const query = Object.fromEntries(asked.search);
  const { value, problems } = readBody(found, asked);
  return {
    query,
    body: (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>,
    problems: [...addressProblems(found, asked.search, query), ...problems],
  };
}

function addressProblems({ route, operation, path }: Found, search: URLSearchParams, query: Record<string, string>) {
  const parameters = (operation.parameters ?? []).map(resolved);
  const check = (place: 'path' | 'query', given: Readonly<Record<string, string>>): string[] => {
    const valid = validator(`${place} ${route}`, addresses, () => {
      const own = parameters.filter((parameter) => parameter.in === place);
      return jsonSchema(
        {
          type: 'object',
          properties: Object.fromEntries(own.map(({ name, schema }) => [name, schema])),
          required: own.filter(({ required }) => required).map(({ name }) => name),
        },
        true,
      );
    });
    return valid({ ...given }) ? [] : sentences(place, valid.errors);
  };
  const repeated = [...new Set(search.keys())].filter((name) => search.getAll(name).length > 1);
  const beyond = Number(query['per_page'] ?? 1) > MOST_PER_PAGE || Number(query['per_page'] ?? 1) < 1;
  return [
    ...check('path', path),
    ...check('query', query),
    ...repeated.map((name) => `query/${name} is given twice`),
    ...(beyond ? [`query/per_page must be 1 to ${MOST_PER_PAGE}, GitHub gives no more`] : []),
  ];
}

function readBody({ route, operation }: Found, { text, contentType }: Asked): { value: unknown; problems: string[] } {
  const described = operation.requestBody;
  if (text === '') return { value: undefined, problems: described?.required ? ['body is missing'] : [] };
  const schema = described?.content?.['application/json']?.schema;
  if (schema === undefined) return { value: undefined, problems: ['body is not read by GitHub'] };
  if (!contentType.startsWith('application/json'))
    return { value: undefined, problems: [`body is sent as ${contentType}`] };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { value, problems: [`body is no JSON: ${String(error)}`] };
  }
  const valid = validator(`body ${route}`, bodies, () => jsonSchema(schema, true));
  return { value, problems: valid(value) ? [] : sentences('body', valid.errors) };
}

/** Why GitHub would not answer so; nothing when it would. */
export function answerProblems(route: string, status: number, body: unknown): readonly string[] {
  const described = operationOf(route)?.responses[String(status)];
  if (described === undefined) return [`${route} is never answered with ${status}`];
  const schema = resolved(described).content?.['application/json']?.schema;
  if (schema === undefined) return body === undefined ? [] : [`${route} is answered with ${status} without a body`];
  const valid = validator(`${status} ${route}`, bodies, () => jsonSchema(schema, false));
  return valid(body) ? [] : sentences('answer', valid.errors);
}

function sentences(where: string, errors: ErrorObject[] | null | undefined): string[] {
  const all = (errors ?? []).map(({ keyword, instancePath, message, params }) => {
    const extra = keyword === 'additionalProperties' ? `: ${String(params['additionalProperty'])}` : '';
    const allowed = keyword === 'enum' ? `: ${(params['allowedValues'] as unknown[]).join(', ')}` : '';
    return `${where}${instancePath} ${message ?? 'does not fit'}${extra}${allowed}`;
  });
  return [...new Set(all)];
}
