// `c4gt rules check` on what nobody would write in good faith: each ends in a sentence, at a place, and nothing stops.
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { commandsIn, OBEYED } from '../problem-formats/hostile.ts';
import { runCli, temporaryDirectory } from '../support/server.ts';

const head = 'version: 1\nprogram: demo\n';
const rule = (name: string, on = 'issues') =>
  `  ${name}: { on: ${on}, while: { issue.number: 1 }, then: [{ list_ticket: {} }] }\n`;
const escaped = (character: string) => rule('a').replace('{ on', `{ description: "${character}", on`);

/** What each comes to: `line:column code`, the first of several. */
const hostile: readonly [what: string, text: string | Buffer, said: string][] = [
  ['850 nested brackets', '['.repeat(850), '1:65 yaml-depth'],
  ['100,000 nested brackets', '['.repeat(100_000), '1:65 yaml-depth'],
  ['nested dashes', '- '.repeat(900), '1:1 yaml-depth'],
  ['100,000 rules', `${head}rules:\n${rule('a').repeat(100_000)}`, '1:1 yaml-size'],
  [
    '10,000 problems',
    `${head}rules:\n${Array.from({ length: 9_000 }, (_, i) => `  a${i}: 1\n`).join('')}`,
    '4:7 wrong-type',
  ],
  ['one line of 100,000 characters', `${head}${'x'.repeat(100_000)}: 1\n`, '3:1 yaml-syntax'],
  ['an alias bomb', `${head}rules: &a [*a, *a, *a]\n`, '3:11 yaml-alias'],
  ['the same key twice', `${head}program: other\n`, '3:1 yaml-duplicate-key'],
  ['two rules of one name', `${head}rules:\n${rule('a')}${rule('a')}`, '5:3 yaml-duplicate-key'],
  ['a tag that would run code', '!!js/function "function () {}"', '1:1 yaml-syntax'],
  ['two documents', `${head}---\n${head}`, '3:1 yaml-documents'],
  ['a merge key', `${head}rules: { <<: { a: 1 } }\n`, '3:10 yaml-merge'],
  ['YAML 1.1, where `on` means true', `%YAML 1.1\n---\n${head}`, '1:1 yaml-directive'],
  ['NUL', `${head}\0`, '3:1 yaml-nul'],
  ['an escape for NUL', `${head}rules:\n${escaped('\\0')}`, '4:21 yaml-control'],
  ['an escape for half a character', `${head}rules:\n${escaped('\\ud800')}`, '4:21 yaml-control'],
  ['text that runs backwards', `${head}# \u202e\n`, '3:3 yaml-control'],
  ['a huge number', 'version: 1e999999\nprogram: demo\n', '1:10 yaml-number'],
  ['a number of 10,000 digits', `version: ${'9'.repeat(10_000)}\nprogram: demo\n`, '1:10 yaml-number'],
  [
    'a circle of 2,000 conditions',
    `${head}conditions:\n${Array.from({ length: 2_000 }, (_, i) => `  c${i}: { condition: c${(i + 1) % 2_000} }\n`).join('')}`,
    '4:3 condition-cycle',
  ],
  ['a prototype as a rule', `${head}rules: { __proto__: { a: 1 } }\n`, '3:10 yaml-key'],
  ['a constructor as a condition', `${head}conditions: { constructor: { issue.number: 1 } }\n`, '3:15 yaml-key'],
  ['a name that every object has', `${head}rules: { toString: 1 }\n`, '3:10 bad-name'],
  ['YAML 1.1 booleans', `${head}rules:\n${rule('a', 'yes')}`, '4:12 unknown-event'],
  ['bytes that are no UTF-8', Buffer.from([...Buffer.from(head), 0x23, 0xe9, 0x0a]), '3:2 yaml-encoding'],
  ['UTF-16', Buffer.from(`\ufeff${head}`, 'utf16le'), '1:1 yaml-encoding'],
  ['nothing', '', '1:1 wrong-type'],
  ['a number', '42', '1:1 wrong-type'],
];

describe('c4gt rules check on hostile files', function () {
  this.timeout(60_000);
  const directory = temporaryDirectory();
  const put = (name: string, text: string | Buffer) => {
    const path = join(directory, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    return path;
  };
  const problemsOf = async (...paths: string[]) => {
    const { code, stdout, stderr } = await runCli(['rules', 'check', '--format', 'json', ...paths]);
    expect({ code, stderr }).to.deep.equal({ code: 1, stderr: '' });
    return JSON.parse(stdout) as { file: string; line: number; column: number; code: string; message: string }[];
  };

  it('says where each is wrong, all in one run', async () => {
    // Each of a programme of its own, or names that two of them give would be problems too.
    const own = (text: string | Buffer, index: number) =>
      typeof text === 'string' ? text.replace('program: demo', `program: d${index}`) : text;
    const paths = hostile.map(([, text], index) => put(`${index}.yaml`, own(text, index)));
    const problems = await problemsOf(...paths);
    const firsts = hostile.map(([what], index) => {
      const first = problems.find(({ file }) => file === paths[index]);
      return [what, first && `${first.line}:${first.column} ${first.code}`];
    });
    expect(firsts).to.deep.equal(hostile.map(([what, , said]) => [what, said]));
    for (const { message } of problems) expect(message).not.to.match(/\n|Error\b|undefined|\[object/);
  });

  it('takes Windows line ends, a byte order mark and Hindi for what they are', async () => {
    const windows = `\ufeff${head}rules:\n${rule('a').replace('{ on', '{ description: क्षि, on')}`.replaceAll(
      '\n',
      '\r\n',
    );
    const { code, stdout } = await runCli(['rules', 'check', put('windows.yaml', windows)]);
    expect({ code, stdout }).to.deep.equal({ code: 0, stdout: '' });
    const [problem] = await problemsOf(put('windows.yaml', windows.replace('version: 1', 'version: 2')));
    expect(problem).to.include({ line: 1, column: 10, code: 'bad-value' });
  });

  it('reads of a directory what are files in it, and says of the rest why it cannot be read', async () => {
    put('odd/good.yaml', `${head}rules:\n${rule('a')}`);
    put('secret.yaml', 'password: hunter2\n');
    const odd = join(directory, 'odd');
    mkdirSync(join(odd, 'directory.yaml'));
    const links = {
      loop: 'loop.yaml',
      nowhere: 'none.yaml',
      up: '../secret.yaml',
      zero: '/dev/zero',
      folder: 'directory.yaml',
    };
    for (const [name, target] of Object.entries(links)) symlinkSync(target, join(odd, `${name}.yaml`));
    execFileSync('mkfifo', [join(odd, 'pipe.yaml')]);
    const problems = await problemsOf(odd);
    expect(problems.map(({ file, code, message }) => [file.slice(odd.length + 1), code, message])).to.deep.equal(
      [
        ['folder.yaml', 'it is no ordinary file'],
        ['loop.yaml', 'it is a link that leads back to itself'],
        ['nowhere.yaml', 'it is not there any more, or is a link to nothing'],
        ['pipe.yaml', 'it is no ordinary file'],
        ['up.yaml', 'it is a link to a file somewhere else'],
        ['zero.yaml', 'it is a link to a file somewhere else'],
      ].map(([name, why]) => [name, 'unreadable', `the file cannot be read: ${why}`]),
    );
    expect((await problemsOf('/dev/zero'))[0]).to.include({ code: 'unreadable' });
  });

  it('is obeyed by no terminal and no runner, in any format', async () => {
    const commands = '##[add-mask]x\n::error ::forged\n';
    const path = put(
      'a ##[set-output name=x]y\n::error ::z.yaml',
      `${head}"ru\u0085les ##[add-mask]x": {}\n"\\e[2J\\u202e\\n::set-output name=x::y ]]> </failure>": {}\n# ${commands}`,
    );
    const more = put('more.yaml', `${head}"\\u202e\\n::set-output name=x::y ]]> </failure> ##[add-mask]x": {}\n`);
    for (const format of ['text', 'json', 'github', 'sarif', 'junit']) {
      const { stdout, stderr } = await runCli(['rules', 'check', '--format', format, path, more]);
      expect(stderr).to.equal('');
      expect(stdout, format).not.to.match(OBEYED);
      const found = commandsIn(stdout);
      if (format === 'github') for (const command of found) expect(command).to.match(/^::error file=/);
      else expect(found, format).to.deep.equal([]);
    }
  });
});
