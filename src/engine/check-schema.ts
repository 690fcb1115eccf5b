// Holds a file against the JSON Schema and says what is wrong as people would: one problem for one mistake.
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import type { Problem } from './problem.ts';
import type { Schema } from './schema-parts.ts';
import { below, sentence } from './schema-sentences.ts';
import type { Gap, YamlSource } from './yaml-source.ts';

/** A mistake, and the JSON pointer of the part that it makes unusable. */
export interface Misfit {
  readonly problem: Problem;
  readonly pointer: string;
}

/** @param gaps what the value lacks for another reason, which is said already */
export type SchemaCheck = (source: YamlSource, gaps?: readonly Gap[]) => Misfit[];

/** Keywords that only say that a part of them failed; the part speaks for itself. */
const WRAPPERS = new Set(['if', 'allOf']);

export function schemaCheck(schema: Schema): SchemaCheck {
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    strict: true,
    strictRequired: false,
    strictTypes: false,
    allowUnionTypes: true,
    // The schema is our own; holding it against its meta-schema, and writing its parts out where they are used, would
    // double the time to start.
    meta: false,
    validateSchema: false,
    inlineRefs: false,
  });
  ajv.addVocabulary(['x-names', 'x-list']);
  const valid = ajv.compile(schema);
  return (source, gaps = []) => {
    if (valid(source.value)) return [];
    const explained = explainedBy(gaps);
    const errors = (valid.errors ?? []).filter((error) => speaks(error) && !explained(error));
    const seen = new Set<string>();
    return errors.flatMap((error) => {
      const problem = explain(error, source);
      const place = `${problem.line}:${problem.column}:${problem.code}:${problem.message}`;
      if (seen.has(place)) return [];
      seen.add(place);
      return [{ problem, pointer: unusable(error) }];
    });
  };
}

/** Whether an error is the mistake itself, and not one of the ways in which something could have been right. */
function speaks({ keyword, propertyName, schemaPath, data }: ErrorObject): boolean {
  // Of what is no mapping, every case holds that asks for a key.
  if (keyword === 'oneOf' && (typeof data !== 'object' || data === null || Array.isArray(data))) return false;
  return !WRAPPERS.has(keyword) && propertyName === undefined && !schemaPath.includes('/oneOf/');
}

/** Keywords that ask for something that may stand in a part that was left out; a text in two braces is no mapping either. */
const WANTING = new Set(['required', 'dependentRequired', 'minProperties', 'oneOf', 'type']);

function explainedBy(gaps: readonly Gap[]): (error: ErrorObject) => boolean {
  const pointers = (of: Gap['of']) => new Set(gaps.filter((gap) => gap.of === of).map(({ pointer }) => pointer));
  const lacking = pointers('entry');
  const lost = pointers('value');
  return ({ keyword, instancePath }) => {
    if (lacking.has(instancePath) && WANTING.has(keyword)) return true;
    const parts = instancePath.split('/');
    return lost.size > 0 && parts.some((_, index) => lost.has(parts.slice(0, index + 1).join('/')));
  };
}

/** The part that the mistake makes unusable: of a mapping with an unknown key, only that key. */
function unusable({ keyword, instancePath, params }: ErrorObject): string {
  return keyword === 'additionalProperties'
    ? below(instancePath, String((params as Record<string, unknown>)['additionalProperty']))
    : instancePath;
}

function explain(error: ErrorObject, source: YamlSource): Problem {
  const { code, message, pointer, part, hint } = sentence(error);
  const place = source.placeOf(pointer, part);
  return {
    code,
    severity: 'error',
    file: source.file.path,
    ...place,
    message,
    ...(hint === undefined ? {} : { hint }),
  };
}
