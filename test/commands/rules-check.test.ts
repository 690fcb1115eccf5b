// `c4gt rules check`: silent when all is well, and every problem for people, programs and CI when it is not.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect } from 'chai';
import { runCli, spawnCli, temporaryDirectory } from '../support/server.ts';
import { rulesDirectory } from '../support/shipped-rules.ts';
import { readXml } from '../support/xml.ts';

const good = `version: 1
program: demo
rules:
  thanks:
    description: A merged pull request earns points, unless it was merged by its author.
    on: pull_request
    while:
      pull_request.merged: true
      not: { pull_request.merged_by.login: { fact: pull_request.author.login } }
    then: [{ award_points: { to: { fact: pull_request.author }, points: 5, reason: Thanks } }]
`;
/** Two errors. */
const wrong = good.replace('merged: true', 'mergd: true').replace('points: 5', 'points: 5000');
/** One warning. */
const doubtful = good.replace('demo', 'other').replace('\nrules:', '\ntables: { unused: { Low: 1 } }\nrules:');

describe('c4gt rules check', function () {
  this.timeout(30_000);
  const directory = temporaryDirectory();
  const file = (name: string, text: string) => {
    const path = join(directory, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    return path;
  };
  const wellFormed = file('good.yaml', good);
  const mistyped = file('a,b: 100%.yaml', wrong);
  const warned = file('doubtful.yaml', doubtful);
  const check = (...args: string[]) => runCli(['rules', 'check', ...args]);

  it('is silent about rules that are well, and ends with 0', async () => {
    for (const args of [['--strict', wellFormed], ['--format', 'github', wellFormed], [rulesDirectory]])
      expect(await check(...args)).to.include({ code: 0, stdout: '', stderr: '' });
    expect(await check('--format', 'json', wellFormed)).to.include({ code: 0, stdout: '[]\n' });
  });

  it('draws each problem where it is, with a hint, and ends with 1', async () => {
    const { code, stdout, stderr } = await check(mistyped);
    expect({ code, stderr }).to.deep.equal({ code: 1, stderr: '' });
    expect(stdout.split('\n')).to.deep.equal([
      `${mistyped}:8:7 error unknown-fact: unknown fact \`pull_request.mergd\``,
      '  8 |       pull_request.mergd: true',
      '    |       ^^^^^^^^^^^^^^^^^^',
      '  hint: did you mean `pull_request.merged`?',
      '',
      `${mistyped}:10:73 error bad-value: \`points\` must be at most 1000`,
      '  10 |     then: [{ award_points: { to: { fact: pull_request.author }, points: 5000, reason: Thanks } }]',
      '     |                                                                         ^^^^',
      '',
      '2 errors in 1 file',
      '',
    ]);
  });

  it('warns about what is probably wrong, and refuses it only when it is asked to', async () => {
    const { code, stdout } = await check(warned);
    expect(code).to.equal(0);
    expect(stdout).to.match(/^.*doubtful\.yaml:3:11 warning unused-table: /);
    expect(stdout).to.match(/\n1 warning in 1 file\n$/);
    const strict = await check('--strict', warned);
    expect(strict.code).to.equal(1);
    expect(strict.stdout).to.match(/\n1 warning in 1 file; --strict refuses warnings too\n$/);
  });

  it('checks the tests beside the rules', async () => {
    file('tested/rules.yaml', good);
    const path = file('tested/rules.test.yaml', 'tests:\n  - name: one\n    histroy: []\n    expect: {}\n');
    const { code, stdout } = await check('--format', 'json', join(directory, 'tested'));
    expect(code).to.equal(1);
    const problems = JSON.parse(stdout) as { file: string; line: number; code: string }[];
    expect(problems.map(({ file, line, code }) => [file, line, code])).to.deep.include([path, 3, 'unknown-key']);
    expect((await check(path)).stdout).to.include('unknown-key');
  });

  it('gives programs the same as JSON', async () => {
    const { code, stdout } = await check('--format', 'json', mistyped);
    expect(code).to.equal(1);
    const problems = JSON.parse(stdout) as Record<string, unknown>[];
    expect(problems).to.have.length(2);
    expect(problems[0]).to.include({ code: 'unknown-fact', severity: 'error', file: mistyped, line: 8, column: 7 });
  });

  it('gives GitHub annotations with paths from the top of the repository, wherever it is called', async () => {
    const output = (workspace: Record<string, string>) =>
      runCli(['rules', 'check', '--format', 'github', mistyped, warned], workspace);
    const { code, stdout } = await output({ GITHUB_WORKSPACE: directory });
    expect(code).to.equal(1);
    expect(stdout.split('\n')[0]).to.match(
      /^::error file=a%2Cb%3A 100%25\.yaml,line=8,col=7,title=unknown-fact::unknown/,
    );
    const elsewhere = await output({ GITHUB_WORKSPACE: rulesDirectory });
    expect(elsewhere.stdout).to.include(
      `::error file=${mistyped.replace(',', '%2C').replace(':', '%3A').replace('%.', '%25.')}`,
    );
  });

  it('gives code scanning SARIF, and other CI JUnit', async () => {
    const sarif = JSON.parse((await check('--format', 'sarif', mistyped, warned)).stdout) as {
      runs: { results: unknown[] }[];
    };
    expect(sarif.runs[0]?.results).to.have.length(2);
    const junit = readXml((await check('--format', 'junit', mistyped, warned)).stdout);
    expect(junit.attributes).to.include({ tests: '3', failures: '2' });
  });

  it('shows colours only on a terminal, or where they are forced, and never against NO_COLOR', async () => {
    const coloured = async (environment: Record<string, string>) =>
      (await runCli(['rules', 'check', mistyped], environment)).stdout.includes('\u001b[');
    expect(await coloured({})).to.equal(false);
    expect(await coloured({ FORCE_COLOR: '1' })).to.equal(true);
    expect(await coloured({ NO_COLOR: '1' })).to.equal(false);
  });

  it('looks at each file once, in whatever way it is named', async () => {
    const relatively = relative(process.cwd(), wellFormed);
    expect(await check(wellFormed, wellFormed, `./${relatively}`, relatively)).to.include({ code: 0, stdout: '' });
  });

  it('ends quietly when nobody reads on', async () => {
    const many = file('many.yaml', `version: 1\nprogram: demo\nrules:\n${'  a: 1\n'.repeat(10_000)}`);
    const { child, ended } = spawnCli(['rules', 'check', '--format', 'json', many], {});
    child.stdout?.once('data', () => child.stdout?.destroy());
    expect(await ended).to.include({ code: 1, stderr: '' });
  });

  it('ends with 2 when it is used wrongly, and says how', async () => {
    mkdirSync(join(directory, 'empty'), { recursive: true });
    const uses: readonly [args: string[], said: RegExp][] = [
      [[join(directory, 'none.yaml')], /^there is no file or directory .*none\.yaml$/m],
      [[wellFormed, join(directory, 'none')], /no file or directory/],
      [[join(directory, 'empty')], /^there are no rule files \(\*\.yaml\) in .*empty$/m],
      [['--fromat', 'json'], /unknown option '--fromat'[\s\S]*--format/],
      [['--format', 'xml'], /xml[\s\S]*text, json, github, sarif, junit/],
    ];
    for (const [args, said] of uses) {
      const { code, stdout, stderr } = await check(...args);
      expect({ code, stdout }, args.join(' ')).to.deep.equal({ code: 2, stdout: '' });
      expect(stderr).to.match(said);
    }
  });
});
