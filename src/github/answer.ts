// What GitHub answered, read by a schema: of anything else nothing is believed.
import type { Static, TSchema } from 'typebox';
import { InvalidPayload, reader } from '../models/validate.ts';
import { GitHubFailure } from './github.ts';

/** A reader of answers to `route`, which throws a {@link GitHubFailure} that names the field. */
export function answerReader<S extends TSchema>(route: string, schema: S): (data: unknown) => Static<S> {
  const read = reader(schema);
  return (data) => {
    try {
      return read(data);
    } catch (error) {
      if (!(error instanceof InvalidPayload)) throw error;
      throw new GitHubFailure(`${route}: the answer is not what GitHub promises: ${error.message}`, 'final');
    }
  };
}
