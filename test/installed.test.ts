// `c4gt` as npm installs it below node_modules, where Node strips no types, and the hooks of pre-commit that call it.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { parse } from 'yaml';
import { temporaryDirectory } from './support/server.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const about = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly name: string;
  readonly engines: { readonly node: string };
  readonly bin: Readonly<Record<string, string>>;
};

interface Hook {
  readonly id: string;
  readonly language: string;
  readonly language_version: string;
  readonly entry: string;
  readonly args: readonly string[];
  readonly files: string;
  readonly pass_filenames: boolean;
}

const hooks = parse(readFileSync(join(root, '.pre-commit-hooks.yaml'), 'utf8')) as readonly Hook[];

const rules = `version: 1
program: demo
rules:
  list: { on: issues, while: { issue.labels: { contains: C4GT } }, then: [{ list_ticket: { points: 5 } }] }
`;
const tests = `tests:
  - name: a labelled issue
    history: [{ issues.labeled: { set: { issue.labels: [C4GT] } } }]
    expect: { tickets: [{ points: 5 }] }
`;

describe('c4gt, installed', function () {
  this.timeout(60_000);
  const directory = temporaryDirectory();
  const workspace = join(directory, 'workspace');
  const bin = join(directory, 'bin');

  // As `npm install --global` of the packed checkout does, which is what pre-commit does; what it would download is here.
  before(() => {
    const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', directory], {
      cwd: root,
      encoding: 'utf8',
    });
    execFileSync('tar', ['xzf', join(directory, packed.trim()), '-C', directory]);
    const modules = join(directory, 'lib', 'node_modules');
    const home = join(modules, about.name);
    mkdirSync(modules, { recursive: true });
    mkdirSync(bin);
    execFileSync('mv', [join(directory, 'package'), home]);
    symlinkSync(join(root, 'node_modules'), join(home, 'node_modules'));
    for (const [name, path] of Object.entries(about.bin)) symlinkSync(join(home, path), join(bin, name));
    mkdirSync(join(workspace, 'rules'), { recursive: true });
    writeFileSync(join(workspace, 'rules', 'a.yaml'), rules);
    writeFileSync(join(workspace, 'rules', 'a.test.yaml'), tests);
  });

  const run = (command: string, ...args: readonly string[]) => {
    const path = [bin, dirname(process.execPath), process.env['PATH']].join(delimiter);
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd: workspace,
      encoding: 'utf8',
      env: { PATH: path, HOME: directory },
    });
    return { code: status, stdout, stderr };
  };

  it('runs, and says nothing that is not its own', () => {
    expect(run('c4gt', 'rules', 'check', '--strict')).to.deep.equal({ code: 0, stdout: '', stderr: '' });
    writeFileSync(join(workspace, 'wrong.yaml'), rules.replace('issue.labels', 'issue.label'));
    const { code, stdout, stderr } = run('c4gt', 'rules', 'check', '--format', 'github', 'wrong.yaml');
    expect({ code, stderr }).to.deep.equal({ code: 1, stderr: '' });
    expect(stdout).to.match(/^::error file=wrong\.yaml,line=4,col=32,title=unknown-fact::/);
  });

  for (const { id, language, language_version: version, entry, args, files, pass_filenames: named } of hooks) {
    it(`serves the hook ${id}`, () => {
      expect({ language, named }).to.deep.equal({ language: 'node', named: false });
      expect(Number.parseInt(version, 10)).to.be.at.least(Number.parseInt(about.engines.node.replace('>=', ''), 10));
      expect('rules/a.yaml').to.match(new RegExp(files));
      const [command = '', ...own] = entry.split(' ');
      expect(Object.keys(about.bin)).to.include(command);
      const { code, stderr } = run(command, ...own, ...args);
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    });
  }

  it('says on an older Node what it needs', () => {
    const old = readFileSync(join(root, about.bin['c4gt'] ?? ''), 'utf8').replaceAll(
      'process.versions.node',
      "'20.1.0'",
    );
    writeFileSync(join(directory, 'old.mjs'), old);
    expect(run(process.execPath, join(directory, 'old.mjs'))).to.deep.equal({
      code: 1,
      stdout: '',
      stderr: 'c4gt needs Node 24 or later; this is Node 20.1.0\n',
    });
  });
});
