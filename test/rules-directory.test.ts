// Which files are rules, what is said when there are none, and that every way of changing them is noticed.

import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { expect } from 'chai';
import { type OnChange, readRuleFiles, watchRuleFiles } from '../src/rules-directory.ts';
import { until } from './support/until.ts';

describe('the rules directory', () => {
  let directory: string;
  const put = (name: string, text = name) => {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  };
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'c4gt-rules-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const names = async (path = directory) => (await readRuleFiles(path)).map((file) => relative(directory, file.path));

  it('is read in order of the names, folders included', async () => {
    for (const name of ['b.yaml', 'a.yml', 'deep/er/c.yaml', 'deep/a.yaml']) put(name);
    expect(await names()).to.deep.equal(['a.yml', 'b.yaml', 'deep/a.yaml', 'deep/er/c.yaml']);
    expect((await readRuleFiles(directory)).map(({ text }) => text)).to.deep.equal(await names());
  });

  it('leaves out tests, hidden files and folders, and everything that is not YAML', async () => {
    const others = ['a.test.yaml', 'a.test.yml', '.b.yaml', '.git/c.yaml', 'd.yaml~', 'yaml', 'e.json', 'f.yaml.bak'];
    for (const name of [...others, 'rules.yaml']) put(name);
    mkdirSync(join(directory, 'folder.yaml'));
    symlinkSync('someone@host.1234', join(directory, '.#rules.yaml'));
    expect(await names()).to.deep.equal(['rules.yaml']);
  });

  it('may be mounted from a Kubernetes ConfigMap, where every file is a link to a hidden one', async () => {
    put('..2026_01_01/rules.yaml', 'mounted');
    symlinkSync('..2026_01_01', join(directory, '..data'));
    symlinkSync('..data/rules.yaml', join(directory, 'rules.yaml'));
    expect((await readRuleFiles(directory)).map(({ text }) => text)).to.deep.equal(['mounted']);
  });

  it('may lie in a hidden folder, and be named in any way', async () => {
    put('.config/rules/a.yaml');
    const there = join(directory, '.config', 'rules');
    for (const path of [
      there,
      `${there}/`,
      relative(process.cwd(), there),
      `./${relative(process.cwd(), there)}`,
      `${there}/../rules`,
    ])
      expect(await names(path)).to.deep.equal(['.config/rules/a.yaml']);
  });

  it('may be one file, whatever its name', async () => {
    put('rules.txt', 'the rules');
    expect((await readRuleFiles(join(directory, 'rules.txt'))).map(({ text }) => text)).to.deep.equal(['the rules']);
  });

  it('says so when there is nothing', async () => {
    const reasonOf = (path: string) => readRuleFiles(path).then(String, (error: Error) => error.message);
    expect(await reasonOf(directory)).to.equal(`there are no rule files (*.yaml) in ${directory}`);
    expect(await reasonOf(join(directory, 'no'))).to.equal(
      `there are no rules at ${join(directory, 'no')}; RULES_DIR says where they are`,
    );
  });

  it('gives a huge file only so far that it can be refused', async () => {
    put('huge.yaml', '#'.repeat(10 * 1024 * 1024));
    const [file] = await readRuleFiles(directory);
    expect(file?.text.length).to.equal(1024 * 1024);
  });

  describe('while watched', () => {
    let calls = 0;
    let watcher: ReturnType<typeof watchRuleFiles>;
    let areStill = async () => false;
    const noticed = async (what: string, change: () => void) => {
      const before = calls;
      change();
      await until(what, () => calls > before);
    };
    beforeEach(async () => {
      calls = 0;
      put('a.yaml', 'one');
      const onChange: OnChange = (areThey) => {
        calls++;
        areStill = areThey;
      };
      watcher = watchRuleFiles(directory, onChange, 30);
      await until('it was looked at once', () => calls === 1);
    });
    afterEach(() => watcher.close());

    const changes: readonly [what: string, change: () => void][] = [
      ['a file is written', () => put('a.yaml', 'two')],
      ['a file is added', () => put('b.yaml')],
      ['a file is added in a new folder', () => put('new/folder/b.yaml')],
      ['a file is removed', () => rmSync(join(directory, 'a.yaml'))],
      ['a file gets another name', () => renameSync(join(directory, 'a.yaml'), join(directory, 'z.yaml'))],
      ['the whole directory is removed', () => rmSync(directory, { recursive: true })],
    ];
    for (const [what, change] of changes) it(`it is noticed that ${what}`, () => noticed(what, change));

    it('every save by renaming is noticed, not only the first', async () => {
      for (const text of ['two', 'six', 'ten']) {
        await noticed(`${text} is saved`, () => {
          put('a.yaml.part', text);
          renameSync(join(directory, 'a.yaml.part'), join(directory, 'a.yaml'));
        });
      }
    });

    it('it is noticed that a link points elsewhere', async () => {
      for (const version of ['v1', 'v2']) put(`.${version}/b.yaml`, version);
      symlinkSync('.v1/b.yaml', join(directory, 'b.yaml'));
      await until('the link is seen', () => calls > 1);
      await noticed('the link is exchanged', () => {
        symlinkSync('.v2/b.yaml', join(directory, 'new'));
        renameSync(join(directory, 'new'), join(directory, 'b.yaml'));
      });
    });

    it('whoever reads the files can ask whether somebody has begun to write to them', async () => {
      expect(await areStill()).to.equal(true);
      const asked = areStill;
      put('a.yaml', '');
      expect(await asked()).to.equal(false);
      put('a.yaml', 'one');
      expect(await asked(), 'written again, with the same in it').to.equal(false);
      await until('it is noticed', () => calls > 1);
      expect(await areStill()).to.equal(true);
    });

    it('a burst of changes is noticed once, and others not at all', async () => {
      put('notes.txt');
      put('a.test.yaml');
      for (let round = 0; round < 50; round++) put('a.yaml', `round ${round}`);
      await until('the burst is seen', () => calls > 1);
      await noticed('the next change', () => put('a.yaml', 'two'));
      expect(calls).to.equal(3);
    });
  });
});
