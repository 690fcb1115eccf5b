// GitHub's GraphQL API: documents are checked against GitHub's public schema and executed by graphql-js on what is held.
import { readFileSync } from 'node:fs';
import {
  buildSchema,
  defaultFieldResolver,
  executeSync,
  type GraphQLFieldResolver,
  type GraphQLFormattedError,
  type GraphQLSchema,
  parse,
  validate,
} from 'graphql';
import { type Asker, theInstallation } from './asker.ts';
import { rootOf } from './graphql-nodes.ts';
import type { World } from './world.ts';

/** What POST /graphql carries. */
export interface GraphQLRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
}

export interface GraphQLAnswer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string }[];
}

let built: GraphQLSchema | undefined;

function schema(): GraphQLSchema {
  const file = new URL('schema.graphql', import.meta.resolve('@octokit/graphql-schema'));
  built ??= buildSchema(readFileSync(file, 'utf8'), { assumeValid: true, assumeValidSDL: true, noLocation: true });
  return built;
}

/** Why GitHub would not take it; nothing when it would. */
export function graphqlProblems(text: string): readonly string[] {
  try {
    const { query } = JSON.parse(text) as GraphQLRequest;
    return validate(schema(), parse(query)).map(({ message }) => message);
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

/**
 * Variables that do not fit their types are answered with errors and without data.
 *
 * @param missing is told of fields and arguments that the schema has and the fake does not
 */
export function answerGraphql(
  world: World,
  asker: Asker,
  request: GraphQLRequest,
  missing: (what: string) => void,
): GraphQLAnswer {
  const by = theInstallation(asker);
  const { data, errors } = executeSync({
    schema: schema(),
    document: parse(request.query),
    rootValue: rootOf(world, by),
    variableValues: request.variables ?? {},
    ...(request.operationName === undefined ? {} : { operationName: request.operationName }),
    fieldResolver: resolverTelling(missing),
  });
  return {
    ...(data === undefined ? {} : { data }),
    ...(errors === undefined ? {} : { errors: errors.map(shown) }),
  };
}

/** GitHub writes an error's type beside its message. */
function shown(error: { toJSON(): GraphQLFormattedError }) {
  const { extensions, ...rest } = error.toJSON();
  return { ...extensions, ...rest };
}

const ARGUMENTS = new Set(['owner', 'name', 'number', 'first', 'last', 'after', 'before', 'userLinkedOnly']);

function resolverTelling(missing: (what: string) => void): GraphQLFieldResolver<unknown, unknown> {
  return (source, args, context, info) => {
    const field = `${info.parentType.name}.${info.fieldName}`;
    const isHeld = typeof source === 'object' && source !== null && info.fieldName in source;
    if (!isHeld) missing(field);
    for (const { name } of info.fieldNodes.flatMap((node) => node.arguments ?? [])) {
      if (!ARGUMENTS.has(name.value)) missing(`the argument ${name.value} of ${field}`);
    }
    return defaultFieldResolver(source, args, context, info);
  };
}
