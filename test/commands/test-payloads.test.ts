// Payload files that tests of rules name: what a branch brings along may be read, and nothing else of whoever tests it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { testPayloads } from '../../src/commands/test-payloads.ts';
import { runCli, temporaryDirectory } from '../support/server.ts';

describe('a payload file that a test names', () => {
  const directory = temporaryDirectory();
  const put = (name: string, text: string) => {
    const path = join(directory, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    return path;
  };
  const link = (target: string, name: string) => symlinkSync(target, join(directory, name));
  /** What is said instead of the payload; null when it is read. */
  const refusal = (like: string, test = 'repository/rules/deep/a.test.yaml', rules: readonly string[] = []) => {
    try {
      testPayloads(rules.map((path) => join(directory, path))).file(like, join(directory, test));
      return null;
    } catch (error) {
      return error instanceof Error ? error.message.replaceAll(directory, '…') : String(error);
    }
  };

  before(() => {
    put('secret.json', '{ "issue": { "title": "hunter2" } }');
    put('repository/.git/config', 'hunter2');
    put('repository/payloads/own.json', '{}');
    put('repository/rules/deep/own.json', '{}');
    put('repository/rules/deep/broken.json', 'hunter2');
    put('repository/rules/deep/deep.json', `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`);
    put('repository/rules/deep/list.json', '[]');
    put('plain/rules/deep/own.json', '{}');
    put('plain/rules/own.json', '{}');
    put('plain/other.json', '{}');
    link('../../../secret.json', 'repository/rules/deep/link.json');
    link('../../..', 'repository/rules/deep/up');
    link('/proc/self/environ', 'repository/rules/deep/environment.json');
    link('../../.git/config', 'repository/rules/deep/config.json');
    link('../../payloads/own.json', 'repository/rules/deep/inside.json');
    execFileSync('mkfifo', [join(directory, 'repository/rules/deep/pipe.json')]);
  });

  it('is read from anywhere in the repository', () => {
    for (const like of ['../../payloads/own.json', 'inside.json']) expect(refusal(like), like).to.equal(null);
  });

  it('without a repository is read from the directory of the rules', () => {
    const test = 'plain/rules/deep/a.test.yaml';
    expect(refusal('../own.json', test, ['plain/rules'])).to.equal(null);
    expect(refusal('../own.json', test)).to.match(/lies outside/);
    expect(refusal('../../other.json', test, ['plain/rules'])).to.match(/lies outside/);
  });

  it('is not read from elsewhere, whatever way leads there', () => {
    const elsewhere = ['../../../secret.json', 'link.json', 'up/secret.json', 'environment.json'];
    for (const like of elsewhere) expect(refusal(like), like).to.match(/lies outside the repository/);
    expect(refusal(join(directory, 'secret.json'))).to.match(/relative to the test file/);
    expect(refusal('../../../none.json'), 'nor is said what is there').to.match(/there is no file/);
    expect(refusal('config.json')).to.match(/is a link to a file of another kind/);
  });

  it('is refused in a sentence that quotes nothing of it', () => {
    expect(refusal('broken.json')).to.equal('…/repository/rules/deep/broken.json: the payload is not JSON');
    expect(refusal('deep.json')).to.match(/nested deeper than 100 levels/);
    expect(refusal('list.json')).to.match(/a payload is a JSON object/);
    expect(refusal('pipe.json')).to.match(/there is no file/);
  });

  it('is a problem of the step that names it', async () => {
    put(
      'repository/rules/a.yaml',
      'version: 1\nprogram: demo\nrules:\n  a: { on: issues, while: { issue.number: 1 }, then: [{ list_ticket: {} }] }\n',
    );
    put(
      'repository/rules/a.test.yaml',
      ['../../secret.json', 'deep/deep.json', 'deep/broken.json']
        .map(
          (like) => `  - { name: ${like}, history: [{ issues.opened: { like: ${like} } }], expect: { points: {} } }\n`,
        )
        .reduce((text, test) => text + test, 'tests:\n'),
    );
    const { code, stdout, stderr } = await runCli(['rules', 'test', join(directory, 'repository/rules')]);
    expect({ code, stderr }).to.deep.equal({ code: 1, stderr: '' });
    expect(stdout.match(/error bad-payload/g)).to.have.length(3);
    expect(stdout).not.to.include('hunter2');
  });
});
