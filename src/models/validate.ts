// Payload in, model out: what does not fit its schema is named by field, and never passes.
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Static, TSchema } from 'typebox';

/** A payload that is not what its event promises. It can never succeed later, so its delivery becomes a dead letter. */
export class InvalidPayload extends Error {
  override name = 'InvalidPayload';
}

// The schemas are our own: strict mode finds their mistakes without a meta-schema, which takes 50 ms to compile.
const ajv = new Ajv({ strict: true, meta: false, validateSchema: false });

/**
 * Compiles a schema, once, when it is first needed, into a reader that returns the value, typed, or throws
 * {@link InvalidPayload} with a sentence such as `issue.title must be string`. Properties the schema does not name pass
 * through untouched.
 *
 * @param where path of the value inside the payload, for the message; empty for the payload itself
 */
export function reader<S extends TSchema>(schema: S, where = ''): (value: unknown) => Static<S> {
  let valid: ValidateFunction<Static<S>> | undefined;
  return (value) => {
    // Not before: most commands read few kinds of payloads, or none, and compiling them all takes 100 ms.
    valid ??= ajv.compile<Static<S>>(schema);
    if (valid(value)) return value;
    throw new InvalidPayload(sentence(where, valid.errors?.[0]));
  };
}

function sentence(where: string, error: ErrorObject | undefined): string {
  const below = (error?.instancePath ?? '').split('/').filter(Boolean);
  const missing = error?.keyword === 'required' ? [String(error.params['missingProperty'])] : [];
  const field = [where, ...below, ...missing].filter(Boolean).join('.') || 'the payload';
  return missing.length > 0 ? `${field} is missing` : `${field} ${error?.message ?? 'does not fit'}`;
}
