// `c4gt rules schema`: the JSON Schemas for editors and CI, generated from the vocabulary and kept in schemas/.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publishedSchema } from '../engine/json-schema.ts';
import { withoutMarks } from '../engine/schema-parts.ts';
import { testsSchema } from '../rule-tests/tests-schema.ts';
import { vocabulary } from '../vocabulary.ts';
import { type GeneratedFile, writeGenerated } from './generated-file.ts';
import { neatJson } from './neat-json.ts';

const SCHEMAS = fileURLToPath(new URL('../../schemas/', import.meta.url));

/** Every schema that is published, as it should be. */
export function publishedSchemas(directory = SCHEMAS): GeneratedFile[] {
  return [
    { path: join(directory, 'rules.schema.json'), text: neatJson(publishedSchema(vocabulary)) },
    { path: join(directory, 'tests.schema.json'), text: neatJson(withoutMarks(testsSchema(vocabulary))) },
  ];
}

/** Writes them; with `check`, sets exit code 1 when one is not as it would be written. */
export function rulesSchema(check: boolean): Promise<void> {
  return writeGenerated(publishedSchemas(), 'npm run c4gt -- rules schema', check);
}
