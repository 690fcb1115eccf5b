// `c4gt rules fmt`: files in their one look, or the names of those that are not; and never another file spoilt.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { runCli, temporaryDirectory } from '../support/server.ts';

const UGLY = `program: demo
version: 1
rules:
    one: {on: issues, while: {issue.state: "open"}, then: [{list_ticket: {}}]} # listed
`;
const NEAT = `version: 1
program: demo

rules:
  one: { on: issues, while: { issue.state: open }, then: [{ list_ticket: {} }] } # listed
`;
const TESTS = 'tests:\n- history: [{issues.opened: }]\n  name: it\n  expect: {points: {}}\n';
const NEAT_TESTS = 'tests:\n  - name: it\n    history: [{ issues.opened: }]\n    expect: { points: {} }\n';
const BROKEN = 'program: [demo\n';

describe('c4gt rules fmt', function () {
  this.timeout(30_000);
  const top = temporaryDirectory();
  let made = 0;
  /** A directory with these files. */
  const directory = (files: Readonly<Record<string, string>>) => {
    const path = join(top, String(made++));
    mkdirSync(path);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
    return { path, read: (name: string) => readFileSync(join(path, name), 'utf8') };
  };
  const fmt = (...args: string[]) => runCli(['rules', 'fmt', ...args]);

  it('writes rules and tests anew, silently', async () => {
    const { path, read } = directory({ 'a.yaml': UGLY, 'a.test.yaml': TESTS, 'b.yaml': NEAT });
    expect(await fmt(path)).to.include({ code: 0, stdout: '', stderr: '' });
    expect([read('a.yaml'), read('a.test.yaml'), read('b.yaml')]).to.deep.equal([NEAT, NEAT_TESTS, NEAT]);
    expect(await fmt('--check', path)).to.include({ code: 0, stdout: '', stderr: '' });
  });

  it('--check names those that would change, changes none, and ends with 1', async () => {
    const { path, read } = directory({ 'a.yaml': UGLY, 'a.test.yaml': TESTS, 'b.yaml': NEAT });
    const { code, stdout, stderr } = await fmt('--check', path);
    expect({ code, stderr }).to.deep.equal({ code: 1, stderr: '' });
    expect(stdout).to.equal(`${join(path, 'a.yaml')}\n${join(path, 'a.test.yaml')}\n`);
    expect([read('a.yaml'), read('a.test.yaml'), read('b.yaml')]).to.deep.equal([UGLY, TESTS, NEAT]);
  });

  it('--stdout prints a file as it should be, and leaves it', async () => {
    const { path, read } = directory({ 'a.yaml': UGLY });
    expect(await fmt('--stdout', join(path, 'a.yaml'))).to.include({ code: 0, stdout: NEAT, stderr: '' });
    expect(read('a.yaml')).to.equal(UGLY);
  });

  it('leaves a file that cannot be read, says why, and formats the others', async () => {
    const { path, read } = directory({ 'a.yaml': UGLY, 'broken.yaml': BROKEN });
    const { code, stdout, stderr } = await fmt(path);
    expect({ code, stdout }).to.deep.equal({ code: 1, stdout: '' });
    expect(stderr).to.include(`${join(path, 'broken.yaml')}:1:10 error yaml-syntax`);
    expect([read('a.yaml'), read('broken.yaml')]).to.deep.equal([NEAT, BROKEN]);
    expect(await fmt('--check', path)).to.include({ code: 1, stdout: '' });
  });

  it('takes the rules of the programme where no path is named', async () => {
    const { path, read } = directory({ 'a.yaml': UGLY });
    expect(await runCli(['rules', 'fmt'], { RULES_DIR: path })).to.include({ code: 0, stdout: '', stderr: '' });
    expect(read('a.yaml')).to.equal(NEAT);
  });

  it('ends with 2 when it is used wrongly, and says how', async () => {
    const { path } = directory({ 'a.yaml': UGLY, 'b.yaml': UGLY });
    for (const [args, said] of [
      [[join(path, 'none.yaml')], /^there is no file or directory .*none\.yaml$/m],
      [['--stdout', path], /--stdout is for one file/],
      [['--stdout', '--check', join(path, 'a.yaml')], /choose one/],
    ] as const) {
      const { code, stdout, stderr } = await fmt(...args);
      expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
      expect(stderr).to.match(said);
    }
  });
});
