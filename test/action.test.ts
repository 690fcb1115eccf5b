// The GitHub Action for other repositories: its steps are run as a runner would, in a checkout of rules.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { parse } from 'yaml';
import { temporaryDirectory } from './support/server.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
}

interface Action {
  readonly name: string;
  readonly description: string;
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

const action = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as Action;
const { steps } = action.runs;

const rules = `version: 1
program: demo
rules:
  list:
    on: issues
    while: { issue.labels: { contains: C4GT } }
    then: [{ list_ticket: { points: 5 } }]
`;
const test = (points: number) => `tests:
  - name: a labelled issue, 100%
    history:
      - issues.labeled: { set: { issue.labels: [C4GT], repository.full_name: a/b, issue.number: 7 } }
    expect:
      tickets: [{ number: 7, points: ${points} }]
`;

describe('the GitHub Action', function () {
  this.timeout(30_000);
  const directory = temporaryDirectory();
  let made = 0;

  /** Runs the steps in a workspace with these files, as a composite action's are run. */
  const act = (files: Readonly<Record<string, string>>, inputs: Readonly<Record<string, string>> = {}) => {
    const workspace = join(directory, `workspace ${made++}`);
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(workspace, name)), { recursive: true });
      writeFileSync(join(workspace, name), text);
    }
    const bin = join(workspace, '.bin');
    mkdirSync(bin, { recursive: true });
    // Installing needs a network; what is installed here serves.
    writeFileSync(join(bin, 'npm'), '#!/bin/sh\necho "npm $*"\n');
    chmodSync(join(bin, 'npm'), 0o755);
    const given = {
      ...Object.fromEntries(Object.entries(action.inputs).map(([name, { default: value }]) => [name, value])),
      ...inputs,
    };
    const value = (expression: string) =>
      given[/^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(expression)?.[1] ?? ''] ?? expression;
    const outcomes: Record<string, { code: number | null; lines: string[]; stderr: string }> = {};
    for (const { name = '', run, env = {} } of steps) {
      if (run === undefined) continue;
      const { status, stdout, stderr } = spawnSync(
        'bash',
        ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', run],
        {
          cwd: workspace,
          encoding: 'utf8',
          env: {
            PATH: [bin, dirname(process.execPath), process.env['PATH']].join(delimiter),
            HOME: workspace,
            GITHUB_ACTIONS: 'true',
            GITHUB_ACTION_PATH: root,
            GITHUB_WORKSPACE: workspace,
            ...Object.fromEntries(Object.entries(env).map(([key, expression]) => [key, value(expression)])),
          },
        },
      );
      outcomes[name] = { code: status, lines: stdout.split('\n').filter(Boolean), stderr };
    }
    const outcome = (name: string) => outcomes[name] ?? { code: -1, lines: [], stderr: 'there is no such step' };
    return { install: outcome('Install'), check: outcome('Check the rules'), tested: outcome('Run the tests') };
  };

  it('is a composite one, on the Node that the rules need, with every input explained', () => {
    expect(action.runs.using).to.equal('composite');
    expect(steps[0]?.uses).to.match(/^actions\/setup-node@v\d+$/);
    expect(steps[0]?.with).to.deep.equal({ 'node-version': 24 });
    expect(Object.keys(action.inputs)).to.deep.equal(['rules', 'strict', 'coverage-threshold']);
    for (const { description, default: value } of Object.values(action.inputs)) {
      expect(description).to.match(/\.$|false$/);
      expect(value).to.be.a('string');
    }
    for (const step of steps) if (step.run !== undefined) expect(step.shell).to.equal('bash');
  });

  it('puts nothing that somebody else wrote into a script', () => {
    for (const { run = '' } of steps) expect(run).not.to.include('${{');
    const used = steps.flatMap(({ env = {} }) => Object.values(env));
    for (const name of Object.keys(action.inputs)) expect(used).to.include(`\${{ inputs.${name} }}`);
  });

  it('installs itself, without what only its own tests need', () => {
    const { install } = act({ 'rules/a.yaml': rules });
    expect(install).to.include({ code: 0 });
    expect(install.lines).to.deep.equal([`npm ci --prefix ${root} --omit=dev --ignore-scripts --no-audit --no-fund`]);
  });

  it('is content with rules that are well, and with their tests', () => {
    const { check, tested } = act({ 'rules/a.yaml': rules, 'rules/a.test.yaml': test(5) });
    expect(check).to.deep.equal({ code: 0, lines: [], stderr: '' });
    expect(tested).to.deep.equal({ code: 0, lines: ['1 passed'], stderr: '' });
  });

  it('annotates what is wrong with the rules, by paths of the repository, and tests nothing then', () => {
    const { check, tested } = act({ 'rules/a.yaml': rules.replace('issue.labels', 'issue.label') });
    expect(check.code).to.equal(1);
    expect(check.lines).to.deep.equal([
      '::error file=rules/a.yaml,line=6,col=14,title=unknown-fact::unknown fact `issue.label` (did you mean `issue.labels`?)',
    ]);
    expect(tested).to.deep.equal({ code: 0, lines: [], stderr: '' });
  });

  it('annotates tests that fail, and says in the log how many passed', () => {
    const { check, tested } = act({ 'rules/a.yaml': rules, 'rules/a.test.yaml': test(6) });
    expect(check.code).to.equal(0);
    expect(tested.code).to.equal(1);
    expect(tested.lines[0]).to.match(
      /^::error file=rules\/a\.test\.yaml,line=2,col=\d+,title=a labelled issue%2C 100%25::not as expected: tickets%0A/,
    );
    expect(tested.lines.slice(1)).to.deep.equal(['0 passed, 1 failed']);
  });

  it('refuses warnings unless it is told not to, and tests in either case', () => {
    const files = {
      'rules/a.yaml': rules.replace('rules:', 'tables: { unused: { Low: 1 } }\nrules:'),
      'rules/a.test.yaml': test(5),
    };
    const strict = act(files);
    expect(strict.check.code).to.equal(1);
    expect(strict.check.lines.join('\n')).to.match(/^::warning file=rules\/a\.yaml,line=3,/);
    expect(strict.tested.lines).to.deep.equal(['1 passed']);
    expect(act(files, { strict: 'false' }).check).to.deep.include({ code: 0, lines: strict.check.lines });
  });

  it('asks for coverage where a threshold is given, and for tests then', () => {
    const files = { 'rules/a.yaml': rules, 'rules/a.test.yaml': test(5) };
    const { tested } = act(files, { 'coverage-threshold': '100' });
    expect(tested.code).to.equal(1);
    expect(tested.lines[0]).to.match(/^::error title=coverage::coverage 50 %25 .*100 %25 is the least$/);
    expect(tested.lines[1]).to.match(/^::warning file=rules\/a\.yaml,line=4,/);
    expect(act(files, { 'coverage-threshold': '40' }).tested.code).to.equal(0);
    const untested = act({ 'rules/a.yaml': rules }, { 'coverage-threshold': '40' }).tested;
    expect(untested.code).to.equal(2);
    expect(untested.stderr).to.match(/no tests/);
  });

  it('needs no tests otherwise', () => {
    const { tested } = act({ 'rules/a.yaml': rules });
    expect(tested).to.deep.equal({ code: 0, lines: ['There are no tests beside the rules.'], stderr: '' });
  });

  it('takes its inputs for names, whatever they hold', () => {
    const name = '-x $(touch pwned) "; touch pwned; #';
    const { check } = act({ [`${name}/a.yaml`]: rules }, { rules: name });
    expect(check).to.deep.equal({ code: 0, lines: [], stderr: '' });
    expect(
      execFileSync('find', [directory, '-name', '*pwned*', '-not', '-path', '*touch*'], { encoding: 'utf8' }),
    ).to.equal('');
    const missing = act({ 'rules/a.yaml': rules }, { rules: 'nowhere' });
    expect(missing.check.code).to.equal(2);
    expect(missing.check.stderr).to.match(/^there is no file or directory .*nowhere\n$/);
  });
});
