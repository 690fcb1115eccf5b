// The page for whoever writes their first rule, followed step by step: what it has people type does what it says.
import { execFile } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { temporaryDirectory } from '../support/server.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(root, 'docs/first-rule.md'), 'utf8');
const [rule = '', silenced = '', tests = '', more = ''] = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, b]) => b);

/** What the page shows in the terminal, block by block. */
const shown = [...page.matchAll(/(?:^ {4}.*\n|^\n(?= {4}))+/gm)].map(([block]) =>
  block.replaceAll(/^ {4}/gm, '').trim(),
);

/** What follows a command on the page, each time it is shown. */
const outputsOf = (command: string) =>
  shown.flatMap((block) => (block.startsWith(`$ ${command}\n`) ? [block.slice(command.length + 3)] : []));

describe('the page of the first rule', function () {
  this.timeout(60_000);
  const directory = temporaryDirectory();
  const written = join(directory, 'rules/docs-work.yaml');
  const tested = join(directory, 'rules/docs-work.test.yaml');
  const c4gt = (command: string) =>
    new Promise<string>((resolve) => {
      const args = [join(root, 'src/cli.ts'), ...command.split(' ').slice(1)];
      execFile(process.execPath, args, { cwd: directory }, (_, stdout, stderr) => resolve(`${stdout}${stderr}`.trim()));
    });
  const edit = (path: string, from: string, to: string) => {
    const text = readFileSync(path, 'utf8');
    expect(text).to.include(from);
    writeFileSync(path, text.replace(from, to));
  };

  before(() => {
    for (const folder of ['rules', 'schemas']) cpSync(join(root, folder), join(directory, folder), { recursive: true });
  });

  it('checks the rule, and mends it as the hints say', async () => {
    const [first, second] = outputsOf('c4gt rules check');
    writeFileSync(written, rule);
    expect(await c4gt('c4gt rules check')).to.equal(first);
    edit(written, 'pull_request.label:', 'pull_request.labels:');
    expect(await c4gt('c4gt rules check')).to.equal(second);
    const [, hinted = ''] = /hint: add `(not: .*)` to the condition/.exec(second ?? '') ?? [];
    edit(written, 'contains: documentation }\n', `contains: documentation }\n        - ${hinted}\n`);
    const uncommented = silenced.replace(/ *#.*\n/, '');
    edit(written, uncommented, silenced);
    expect(await c4gt('c4gt rules check --strict')).to.equal('');
  });

  it('explains it', async () => {
    const command = 'c4gt rules explain pull_request.closed --set pull_request.merged=true --rule docs-work';
    expect(await c4gt(command)).to.equal(outputsOf(command)[0]);
  });

  it('tests it, until no mistake would go unnoticed', async () => {
    writeFileSync(tested, tests);
    const command = 'c4gt rules test --filter docs-work';
    expect(await c4gt(command)).to.equal(outputsOf(command)[0]);
    edit(tested, 'asha: 5', 'asha: 10');
    const failed = shown.find((block) => block.startsWith('✗ rules/docs-work.test.yaml')) ?? 'none is shown';
    expect(await c4gt(command)).to.satisfy((said: string) => said.startsWith(failed));
    edit(tested, 'asha: 10', 'asha: 5');
    const mutate = 'c4gt rules test --mutate --filter docs-work';
    expect(await c4gt(mutate)).to.equal(outputsOf(mutate)[0]);
    writeFileSync(tested, `${tests}\n${more}`);
    const nothingLeft = /`(c4gt rules test [^`]*)` has nothing left to say/.exec(page)?.[1] ?? '';
    expect(await c4gt(nothingLeft)).to.equal(
      '4 passed\ncoverage 100 % (8 of 8: each condition true, and false)\n11 of 11 mutants noticed',
    );
    expect(await c4gt('c4gt rules fmt --check')).to.equal('');
  });

  it('tries it in the shadow', async () => {
    edit(written, '    on: pull_request\n', '    on: pull_request\n    mode: shadow\n');
    const shadow = /`(shadow: .*)`/.exec(page)?.[1] ?? '';
    edit(tested, 'points: { asha: 5 }', `points: {}\n      ${shadow}`);
    expect(await c4gt('c4gt rules test --filter docs-work')).to.equal('4 passed');
    expect(await c4gt('c4gt rules check --strict')).to.equal('');
  });
});
