// `c4gt rules test`: one line when all is well, and the reasons when it is not, for people, programs and CI.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { runCli, spawnCli, temporaryDirectory } from '../support/server.ts';
import { until } from '../support/until.ts';

const rules = `version: 1
program: demo
rules:
  thanks:
    on: pull_request.closed
    while: { pull_request.merged: true }
    then: [{ award_points: { to: { fact: pull_request.author }, points: 5 } }]
`;
const merged = '{ set: { pull_request.merged: true, pull_request.author: asha } }';
const good = `tests:
  - name: merged work earns points
    history: [{ pull_request.closed: ${merged} }]
    expect: { points: { asha: 5 } }
  - name: what is only closed earns nothing
    history: [{ pull_request.closed: { set: { pull_request.author: asha } } }]
    expect: { points: {} }
`;
const bad = `tests:
  - name: "merged work, 100% ##[error]"
    history: [{ pull_request.closed: ${merged} }]
    expect: { points: { asha: 6 } }
`;

describe('c4gt rules test', function () {
  this.timeout(60_000);
  const directory = temporaryDirectory();
  let made = 0;
  const folder = (files: Readonly<Record<string, string>>) => {
    const path = join(directory, String(made++));
    mkdirSync(path);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
    return path;
  };
  const well = folder({ 'demo.yaml': rules, 'demo.test.yaml': good });
  const unwell = folder({ 'demo.yaml': rules, 'demo.test.yaml': bad, 'other.test.yml': good });
  const run = (...args: string[]) => runCli(['rules', 'test', ...args]);

  it('says how many passed, and ends with 0', async () => {
    expect(await run(well)).to.include({ code: 0, stdout: '2 passed\n', stderr: '' });
    expect(await run('--coverage', '--threshold', '100', '--mutate', well)).to.include({
      code: 0,
      stdout: [
        '2 passed',
        'coverage 100 % (2 of 2: each condition true, and false); 100 % is the least',
        '3 of 3 mutants noticed',
        '',
      ].join('\n'),
    });
  });

  it('tests the shipped rules when it is told nothing', async () => {
    const { code, stdout, stderr } = await run();
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(stdout).to.match(/^\d+ passed\n$/);
  });

  it('shows each failure with the difference and the reason, and ends with 1', async () => {
    const { code, stdout } = await run(unwell);
    expect(code).to.equal(1);
    expect(stdout).to.equal(
      `${[
        `✗ ${join(unwell, 'demo.test.yaml')}:2 merged work, 100% ##\ufffderror]`,
        '  points: - expected, + stands',
        '    - asha: 6',
        '    + asha: 5',
        '',
        `  ✓ held: demo/thanks on Codertocat/Hello-World#2, at pull_request.closed (${join(unwell, 'demo.yaml')}:4)`,
        '    ✓ pull_request.merged is true',
        '',
        '2 passed, 1 failed',
      ].join('\n')}\n`,
    );
  });

  it('tests what is named: a directory, a test file, or the tests beside a rule file', async () => {
    for (const path of [join(unwell, 'other.test.yml'), join(well, 'demo.yaml'), join(well, 'demo.test.yaml')])
      expect(await run(path), path).to.include({ code: 0, stdout: '2 passed\n' });
    expect(await run(well, join(unwell, 'other.test.yml'), join(well, 'demo.test.yaml'))).to.include({
      stdout: '4 passed\n',
    });
  });

  it('filters by a part of file and name, or by a regular expression', async () => {
    const passed = async (filter: string) => (await run('--filter', filter, unwell)).stdout.trimEnd();
    expect(await passed('only closed')).to.equal('1 passed');
    expect(await passed('other.test.yml')).to.equal('2 passed');
    expect(await passed('/other.*earns (points|nothing)$/')).to.equal('2 passed');
    expect(await run('--filter', 'nothing like it', unwell)).to.include({ code: 2, stdout: '' });
    expect((await run('--filter', '/(/', unwell)).stderr).to.match(/^--filter \/\(\/ is no regular expression: /);
  });

  it('draws problems of rules and of tests where they are', async () => {
    const path = folder({
      'demo.yaml': rules.replace('merged', 'mergd'),
      'demo.test.yaml': good.replace('asha: 5', '5'),
    });
    const { code, stdout } = await run(path);
    expect(code).to.equal(1);
    expect(stdout).to.include(
      `${join(path, 'demo.yaml')}:6:14 error unknown-fact: unknown fact \`pull_request.mergd\``,
    );
    expect(stdout).to.include(`${join(path, 'demo.test.yaml')}:4:`);
    expect(stdout).to.match(/2 errors in 2 files\n$/);
  });

  it('tells programs the same as JSON', async () => {
    const { code, stdout } = await run('--format', 'json', '--coverage', unwell);
    expect(code).to.equal(1);
    const report = JSON.parse(stdout);
    expect(report).to.deep.include({ ok: false, passed: 2, failed: 1, problems: [] });
    expect(report.tests.map((test: { name: string; passed: boolean }) => test.passed)).to.deep.equal([
      false,
      true,
      true,
    ]);
    expect(report.tests[0]).to.deep.include({
      file: join(unwell, 'demo.test.yaml'),
      line: 2,
      message: 'not as expected: points',
      differences: [
        {
          field: 'points',
          lines: [
            { sign: '-', text: 'asha: 6' },
            { sign: '+', text: 'asha: 5' },
          ],
        },
      ],
    });
    expect(report.coverage).to.deep.include({ seen: 2, total: 2, percent: 100 });
    expect(report.coverage.conditions[0]).to.deep.include({ rules: ['demo/thanks'], seenTrue: true, seenFalse: true });
    const survivors = JSON.parse((await run('--format', 'json', '--mutate', '--filter', 'only closed', well)).stdout);
    expect(survivors.mutants).to.deep.include({ total: 3, noticed: 1, accepted: 0 });
    expect(survivors.mutants.survivors[0]).to.include({ code: 'survivor', line: 7 });
    expect(survivors).to.not.have.property('coverage');
  });

  it('tells CI the same as JUnit, whatever the tests are called', async () => {
    const { code, stdout } = await run('--format', 'junit', '--coverage', '--threshold', '50', unwell);
    expect(code).to.equal(1);
    expect(stdout).to.match(
      /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="c4gt rules test" tests="4" failures="1"/,
    );
    expect(stdout).to.include(`<testsuite name="${join(unwell, 'demo.test.yaml')}" tests="1" failures="1"`);
    expect(stdout).to.match(/<testcase name="what is only closed earns nothing" .*line="5" time="\d+\.\d{3}"\/>/);
    expect(stdout).to.include('<failure message="not as expected: points" type="not as expected">');
    expect(stdout).to.include('    - asha: 6\n    + asha: 5\n');
    expect(stdout).to.include(
      '<testcase name="coverage 100 % (2 of 2: each condition true, and false); 50 % is the least"',
    );
    expect(stdout).not.to.include('\u001b');
    const few = await run('--format', 'junit', '--mutate', '--coverage', '--threshold', '90', '--filter', 'only', well);
    expect(few.stdout).to.match(/<testsuite name="coverage" tests="1" failures="1"/);
    expect(few.stdout).to.match(/<testsuite name="mutants" tests="2" failures="2"/);
    const broken = folder({ 'demo.yaml': rules, 'demo.test.yaml': 'tests: []' });
    expect((await run('--format', 'junit', broken)).stdout).to.include('type="empty"');
  });

  it('tells GitHub the same as annotations', async () => {
    const { stdout } = await run('--format', 'github', unwell);
    expect(stdout).to.match(
      /^::error file=[^,]+demo\.test\.yaml,line=2,col=5,title=merged work%2C 100%25 [^:,]*::not as expected: points%0A {2}points/,
    );
    expect(stdout).to.match(/\n2 passed, 1 failed\n$/);
  });

  it('says which conditions no test has seen, and fails below a threshold only', async () => {
    const args = ['--filter', 'only closed', well];
    const shown = await run('--coverage', ...args);
    expect(shown.code).to.equal(0);
    expect(shown.stdout).to.equal(
      [
        `${join(well, 'demo.yaml')}:4:3 warning never-true: demo/thanks holds in no test`,
        '  4 |   thanks:',
        '    |   ^^^^^^',
        '',
        '1 passed',
        'coverage 50 % (1 of 2: each condition true, and false)',
        '',
      ].join('\n'),
    );
    expect((await run('--threshold', '50', ...args)).code).to.equal(0);
    expect((await run('--threshold', '50.1', ...args)).code).to.equal(1);
  });

  it('lists the mutants that nobody noticed, and tries none while a test fails', async () => {
    const { code, stdout } = await run('--mutate', '--filter', 'only closed', well);
    expect(code).to.equal(1);
    expect(stdout).to.include('warning survivor: no test notices `points: 5` → `points: 6` (demo/thanks)\n  7 | ');
    expect(stdout).to.match(/\n1 of 3 mutants noticed\n$/);
    const failing = await run('--mutate', unwell);
    expect(failing.code).to.equal(1);
    expect(failing.stdout).to.match(/\nno mutants were tried: a test fails without them\n$/);
  });

  it('ends with 2 when it is used wrongly, and says how', async () => {
    const empty = folder({ 'demo.yaml': rules });
    const wrong: readonly [args: string[], said: RegExp][] = [
      [[join(directory, 'none')], /^there is no file or directory .*none$/m],
      [[empty], /^there are no tests \(\*\.test\.yaml\) in /],
      [[join(empty, 'demo.yaml')], /^there are no tests beside .*demo\.yaml; they would be in .*demo\.test\.yaml$/m],
      [['--threshold', 'high', well], /^--threshold is a percentage from 0 to 100, not high$/m],
      [['--threshold', '101', well], /not 101$/m],
      [['--format', 'xml', well], /xml[\s\S]*text, json/],
      [['--wath', well], /unknown option '--wath'/],
    ];
    for (const [args, saying] of wrong) {
      const { code, stdout, stderr } = await run(...args);
      expect({ code, stdout }, args.join(' ')).to.deep.equal({ code: 2, stdout: '' });
      expect(stderr).to.match(saying);
    }
  });

  it('runs again when a rule, a test or a payload changes, until it is interrupted', async () => {
    const path = folder({ 'demo.yaml': rules, 'demo.test.yaml': good });
    const { child, ended } = spawnCli(['rules', 'test', '--watch', path], {});
    let said = '';
    child.stdout?.on('data', (text: string) => {
      said += text;
    });
    const shows = async (text: string) => {
      await until(`${text} is shown`, () => said.includes(text));
      said = '';
    };
    try {
      await shows('2 passed\n');
      writeFileSync(join(path, 'demo.yaml'), rules.replace('points: 5', 'points: 7'));
      await shows('1 passed, 1 failed\n');
      writeFileSync(join(path, 'demo.test.yaml'), good.replace('asha: 5', 'asha: 7'));
      await shows('2 passed\n');
      writeFileSync(
        join(path, 'demo.test.yaml'),
        good.replace('{ set: { pull_request.author', '{ like: p.json, set: { pull_request.author'),
      );
      await shows('there is no file ');
      writeFileSync(join(path, 'p.json'), '[]');
      await shows('is no payload');
      rmSync(join(path, 'demo.test.yaml'));
      await shows('there are no tests');
    } finally {
      child.kill('SIGINT');
    }
    expect(await ended).to.include({ code: 0, signal: null, stderr: '' });
  });
});
