// `c4gt rules schema`: what is published is what the code says, and anything else is found out.
import { readFileSync, writeFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { outOfDate, writeFiles } from '../../src/commands/generated-file.ts';
import { neatJson } from '../../src/commands/neat-json.ts';
import { publishedSchemas } from '../../src/commands/rules-schema.ts';
import { runCli, temporaryDirectory } from '../support/server.ts';

describe('the published schemas', () => {
  const directory = temporaryDirectory();
  const files = publishedSchemas(directory);

  it('are those of rules and of their tests, each valid by draft 2020-12', () => {
    expect(files.map(({ path }) => path.split('/').at(-1))).to.deep.equal(['rules.schema.json', 'tests.schema.json']);
    const ajv = new Ajv2020({ strict: false });
    for (const { path, text } of files) expect(ajv.validateSchema(JSON.parse(text)), path).to.equal(true);
  });

  it('are out of date when they are missing, or hold anything else, until they are written', async () => {
    expect(await outOfDate(files)).to.deep.equal(files);
    await writeFiles(files);
    expect(await outOfDate(files)).to.deep.equal([]);
    const [rules] = files;
    writeFileSync(rules?.path ?? '', `${rules?.text.replace('"issues"', '"isues"')}`);
    expect(await outOfDate(files)).to.deep.equal([rules]);
  });

  it('are kept as the code would write them', async () => {
    expect(await outOfDate(publishedSchemas())).to.deep.equal([]);
    expect(await runCli(['rules', 'schema', '--check'])).to.include({ code: 0, stdout: '', stderr: '' });
  });

  it('are written for people to compare: one thing on a line, and short things on one', () => {
    for (const { path, text } of publishedSchemas()) {
      expect(readFileSync(path, 'utf8')).to.equal(text);
      expect(neatJson(JSON.parse(text))).to.equal(text);
    }
    const value = { a: [1, 2], b: { c: null, d: 'x'.repeat(30) }, e: {}, f: [] };
    expect(neatJson(value, 40)).to.equal(
      `{\n  "a": [1, 2],\n  "b": {\n    "c": null,\n    "d": "${'x'.repeat(30)}"\n  },\n  "e": {},\n  "f": []\n}\n`,
    );
    expect(JSON.parse(neatJson(value, 10))).to.deep.equal(value);
  });
});
