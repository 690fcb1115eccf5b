// Every command explains itself, and a mistyped one is told so.
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { runCli } from '../support/server.ts';

const COMMANDS = [
  [],
  ['serve'],
  ['worker'],
  ['setup'],
  ['doctor'],
  ['db'],
  ['db', 'migrate'],
  ['rules'],
  ['rules', 'check'],
  ['rules', 'test'],
  ['rules', 'schema'],
  ['rules', 'facts'],
  ['rules', 'fmt'],
  ['rules', 'explain'],
  ['deliveries'],
  ['deliveries', 'list'],
  ['deliveries', 'show'],
  ['deliveries', 'retry'],
  ['deliveries', 'redeliver'],
  ['effects'],
  ['effects', 'list'],
  ['effects', 'show'],
  ['effects', 'retry'],
  ['ledger'],
  ['ledger', 'verify'],
  ['ledger', 'head'],
  ['ledger', 'key'],
  ['ledger', 'replay'],
  ['why'],
  ['send'],
  ['demo'],
];

describe('c4gt', function () {
  this.timeout(30_000);

  it('explains every command with --help, and knows no command but these', async () => {
    const found: string[] = [];
    for (const command of COMMANDS) {
      const { code, stdout, stderr } = await runCli([...command, '--help']);
      expect({ code, stderr }, command.join(' ')).to.deep.equal({ code: 0, stderr: '' });
      expect(stdout).to.match(new RegExp(`^Usage: ${['c4gt', ...command].join(' ')}\\b`));
      const [, below = ''] = stdout.split('\nCommands:\n');
      for (const [, name] of below.matchAll(/^ {2}(\S+) +.*\S/gm))
        if (name !== 'help') found.push([...command, name].join(' '));
    }
    expect(found.sort()).to.deep.equal(
      COMMANDS.filter(({ length }) => length > 0)
        .map((each) => each.join(' '))
        .sort(),
    );
  });

  it('has every option of the rules in the README', async () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    for (const [, name] of COMMANDS.filter(([group, each]) => group === 'rules' && each !== undefined)) {
      const row = readme.split('\n').find((line) => line.startsWith(`| \`rules ${name} `)) ?? '';
      const { stdout } = await runCli(['rules', String(name), '--help']);
      const options = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z]+)/gm)].map(([, option]) => option);
      const wanted = options.filter((option) => option !== '--help');
      expect([...row.matchAll(/--[a-z]+/g)].map(String), name).to.include.members(wanted);
    }
  });

  it('ends with 2 when it does not understand', async () => {
    const wrong: readonly [args: string[], said: RegExp][] = [
      [[], /Usage: c4gt/],
      [['rules'], /Usage: c4gt rules/],
      [['sevre'], /unknown command 'sevre'[\s\S]*serve/],
      [['serve', '--port', '80'], /unknown option '--port'/],
      [['serve', 'now'], /too many arguments|unexpected|unknown/],
      [['db', 'migrate', 'up'], /too many arguments/],
    ];
    const ends = await Promise.all(wrong.map(([args]) => runCli(args)));
    for (const [index, { code, stdout, stderr }] of ends.entries()) {
      expect({ code, stdout }, wrong[index]?.[0].join(' ')).to.deep.equal({ code: 2, stdout: '' });
      expect(stderr).to.match(wrong[index]?.[1] ?? /^$/);
    }
  });
});
