// `c4gt rules`: silent when all is well, and every problem for people, programs and GitHub when it is not.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { runCli, temporaryDirectory } from '../support/server.ts';
import { rulesDirectory } from '../support/shipped-rules.ts';

const good = `version: 1
program: demo
rules:
  thanks:
    description: A merged pull request earns points.
    on: pull_request
    while: { pull_request.merged: true }
    then: [{ award_points: { to: { fact: pull_request.author }, points: 5, reason: Thanks } }]
`;

describe('c4gt rules check', function () {
  this.timeout(30_000);
  const directory = temporaryDirectory();
  const file = (name: string, text: string) => {
    const path = join(directory, name);
    writeFileSync(path, text);
    return path;
  };
  const wellFormed = file('good.yaml', good);
  const mistyped = file('a,b: 100%.yaml', good.replace('merged:', 'mergd:').replace('points: 5', 'points: 5000'));

  it('is silent about rules that are well, and ends with 0', async () => {
    for (const args of [[], ['--format', 'github', wellFormed, rulesDirectory]])
      expect(await runCli(['rules', 'check', ...args])).to.include({ code: 0, stdout: '', stderr: '' });
    expect(await runCli(['rules', 'check', '--format', 'json', wellFormed])).to.include({ code: 0, stdout: '[]\n' });
  });

  it('draws each problem where it is, with a hint, and ends with 1', async () => {
    const { code, stdout, stderr } = await runCli(['rules', 'check', mistyped]);
    expect({ code, stderr }).to.deep.equal({ code: 1, stderr: '' });
    expect(stdout).to.include(`${mistyped}:7:14 error unknown-fact`);
    expect(stdout).to.include('  7 |     while: { pull_request.mergd: true }');
    expect(stdout).to.match(/^ {4}\| {14}\^{18}$/m);
    expect(stdout).to.include('pull_request.merged');
    expect(stdout.trimEnd()).to.match(/\n2 problems in the rules$/);
  });

  it('gives programs the same as JSON', async () => {
    const { code, stdout } = await runCli(['rules', 'check', '--format', 'json', mistyped]);
    expect(code).to.equal(1);
    const problems = JSON.parse(stdout) as Record<string, unknown>[];
    expect(problems).to.have.length(2);
    expect(problems[0]).to.include({ code: 'unknown-fact', severity: 'error', file: mistyped, line: 7, column: 14 });
    for (const problem of problems)
      expect(problem).to.include.keys('code', 'severity', 'file', 'line', 'column', 'message');
  });

  it('gives GitHub annotations that it reads, whatever the file is called', async () => {
    const { code, stdout } = await runCli(['rules', 'check', '--format', 'github', mistyped]);
    expect(code).to.equal(1);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).to.have.length(2);
    for (const line of lines) expect(line).to.match(/^::error file=[^,:]+,line=\d+,col=\d+,title=[^,:]+::./);
    expect(lines[0]).to.include('a%2Cb%3A 100%25.yaml,line=7,col=14,title=unknown-fact::');
  });

  it('cannot be led to move the cursor of who reads about it', async () => {
    const path = file('hostile.yaml', `version: 1\nprogram: demo\n"ru\u001b[2Jles\u0007\u009b1A\u202e": {}\n`);
    const { stdout } = await runCli(['rules', 'check', path]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
    expect(stdout).not.to.match(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
    const { stdout: annotations } = await runCli(['rules', 'check', '--format', 'github', path]);
    expect(
      annotations
        .trimEnd()
        .split('\n')
        .every((line) => line.startsWith('::error ')),
    ).to.equal(true);
  });

  it('finds the problems of all files at once, also of what is hardly YAML', async () => {
    const hostile = [
      '['.repeat(850),
      'a: 1\na: 2\n',
      '--- 1\n--- 2\n',
      '!!js/function x',
      '\0',
      'x'.repeat(2_000_000),
      '',
      '42',
      '&a [*a]',
      '{<<: {a: 1}}',
    ];
    const paths = hostile.map((text, index) => file(`hostile-${index}.yaml`, text));
    const { code, stdout, stderr } = await runCli(['rules', 'check', '--format', 'json', ...paths]);
    expect({ code, stderr }).to.deep.equal({ code: 1, stderr: '' });
    const named = new Set((JSON.parse(stdout) as { file: string }[]).map((problem) => problem.file));
    expect([...named].sort()).to.deep.equal([...paths].sort());
  });

  it('ends with 2 when it is used wrongly, and says how', async () => {
    const wrong: readonly [args: string[], said: RegExp][] = [
      [[join(directory, 'none.yaml')], /^there is no file or directory .*none\.yaml$/m],
      [[wellFormed, join(directory, 'none')], /no file or directory/],
      [['--fromat', 'json'], /unknown option '--fromat'[\s\S]*--format/],
      [['--format', 'xml'], /xml[\s\S]*text, json, github/],
    ];
    for (const [args, said] of wrong) {
      const { code, stdout, stderr } = await runCli(['rules', 'check', ...args]);
      expect({ code, stdout }, args.join(' ')).to.deep.equal({ code: 2, stdout: '' });
      expect(stderr).to.match(said);
    }
  });
});

describe('c4gt rules schema', () => {
  it('--check agrees with the schema that is published', async () => {
    expect(await runCli(['rules', 'schema', '--check'])).to.include({ code: 0, stdout: '', stderr: '' });
  });
});
