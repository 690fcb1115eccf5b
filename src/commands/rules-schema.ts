// `c4gt rules schema`: the JSON Schema of rule files, generated from the vocabulary and kept in schemas/.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { rulesSchema } from '../engine/json-schema.ts';
import { vocabulary } from '../vocabulary.ts';

const PATH = fileURLToPath(new URL('../../schemas/rules.schema.json', import.meta.url));

/** With `check`, sets exit code 1 when the written schema is not the one that would be written. */
export async function rulesSchemaFile(check: boolean): Promise<void> {
  const schema = `${JSON.stringify(rulesSchema(vocabulary), null, 2)}\n`;
  if (!check) return writeFile(PATH, schema);
  const written = await readFile(PATH, 'utf8').catch(() => '');
  if (written === schema) return;
  process.stderr.write('schemas/rules.schema.json is out of date: run `npm run c4gt -- rules schema`\n');
  process.exitCode = 1;
}
