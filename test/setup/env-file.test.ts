// The `.env` file on disk: whole or as it was, for its owner's eyes, and no secret of before is lost.
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { checkWritable, looseMode, variablesOf, writeVariables } from '../../src/setup/env-file.ts';
import { Unwritable } from '../../src/setup/env-text.ts';

describe('the .env file', () => {
  let directory = '';
  let path = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'c4gt-test-'));
    path = join(directory, '.env');
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const mode = (file: string) => statSync(file).mode & 0o777;
  const refusal = async (): Promise<string> => {
    const before = readdirSync(directory);
    const errors: unknown[] = [];
    for (const attempt of [() => checkWritable(path, ['A']), () => writeVariables(path, { A: 'new' })])
      await attempt().catch((error: unknown) => errors.push(error));
    expect(errors).to.have.length(2);
    for (const error of errors) expect(error).to.be.instanceOf(Unwritable);
    expect(readdirSync(directory)).to.deep.equal(before);
    return String(errors[1]);
  };

  it('is made for its owner alone, whatever the umask', async () => {
    for (const umask of [0o000, 0o022, 0o777]) {
      const before = process.umask(umask);
      try {
        await writeVariables(path, { A: '1' });
      } finally {
        process.umask(before);
      }
      expect(mode(path)).to.equal(0o600);
      rmSync(path);
    }
  });

  it('is its owner’s alone afterwards, and others’ lines are kept', async () => {
    writeFileSync(path, '# mine\nB=2\n', { mode: 0o644 });
    chmodSync(path, 0o644);
    expect(await looseMode(path)).to.equal('0644');
    expect(await writeVariables(path, { A: '1' })).to.equal(null);
    expect(readFileSync(path, 'utf8')).to.equal('# mine\nB=2\nA=1\n');
    expect(mode(path)).to.equal(0o600);
    expect(await looseMode(path)).to.equal(null);
    expect(readdirSync(directory)).to.deep.equal(['.env']);
  });

  it('is kept as it was where a value is replaced, and no earlier copy is', async () => {
    writeFileSync(path, 'A=1\n');
    const copies = [];
    for (const value of ['2', '2', '3', '4']) copies.push(await writeVariables(path, { A: value }));
    expect(copies).to.deep.equal([`${path}.bak`, null, `${path}.bak2`, `${path}.bak3`]);
    const texts = ['.env.bak', '.env.bak2', '.env.bak3', '.env'].map((name) =>
      readFileSync(join(directory, name), 'utf8'),
    );
    expect(texts).to.deep.equal(['A=1\n', 'A=2\n', 'A=3\n', 'A=4\n']);
    for (const name of readdirSync(directory)) expect(mode(join(directory, name)), name).to.equal(0o600);
  });

  it('is not written through a link, nor is a copy', async () => {
    const other = join(directory, 'other');
    writeFileSync(other, 'A=1\n');
    symlinkSync(other, path);
    expect(await refusal()).to.include('it is a link');
    expect(readFileSync(other, 'utf8')).to.equal('A=1\n');
    expect(lstatSync(path).isSymbolicLink()).to.equal(true);
    rmSync(path);
    symlinkSync(join(directory, 'nowhere'), path);
    expect(await refusal()).to.include('it is a link');
    rmSync(path);

    writeFileSync(path, 'A=1\n');
    symlinkSync(other, `${path}.bak`);
    expect(await writeVariables(path, { A: 'new' })).to.equal(`${path}.bak2`);
    expect(readFileSync(other, 'utf8')).to.equal('A=1\n');
  });

  it('leaves another name of the same file as it was', async () => {
    const other = join(directory, 'other');
    writeFileSync(other, 'B=1\n');
    linkSync(other, path);
    await writeVariables(path, { A: 'secret' });
    expect(readFileSync(other, 'utf8')).to.equal('B=1\n');
  });

  it('is refused where it is something else', async () => {
    mkdirSync(path);
    expect(await refusal()).to.match(/no ordinary file|directory/);
    rmSync(path, { recursive: true });
    writeFileSync(path, Buffer.from([0x41, 0x3d, 0xff, 0xfe]));
    expect(await refusal()).to.include('not UTF-8');
    writeFileSync(path, 'x'.repeat(1024 * 1024 + 1));
    expect(await refusal()).to.include('too large');
    writeFileSync(path, 'B= \nA=1\n');
    expect(await refusal()).to.include('quotation mark');
  });

  it('is refused where its directory is not there', async () => {
    path = join(directory, 'none', '.env');
    expect(await refusal()).to.include('its directory is not there');
  });

  it('says nothing of what it holds when it fails', async () => {
    writeFileSync(path, 'CANARY=canary\nB= \nA=1\n');
    expect(await refusal()).not.to.match(/canary/i);
  });

  it('is whole, and alone, whoever writes at once', async () => {
    writeFileSync(path, 'C=0\n');
    const names = Array.from({ length: 12 }, (_, nth) => `N${nth}`);
    await Promise.all(names.map((name) => writeVariables(path, { [name]: 'x'.repeat(10_000) })));
    const { C, ...others } = await variablesOf(path);
    expect(C).to.equal('0');
    expect(names).to.include.members(Object.keys(others));
    expect(new Set(Object.values(others))).to.deep.equal(new Set(['x'.repeat(10_000)]));
    expect(readdirSync(directory)).to.deep.equal(['.env']);
  });

  it('stays with the user whose it is', async () => {
    // Only root can give a file away, and so only root could take it.
    if (process.getuid?.() !== 0) return;
    writeFileSync(path, 'A=1\n');
    chownSync(path, 65_534, 65_534);
    await writeVariables(path, { A: '2' });
    for (const file of [path, `${path}.bak`]) expect(statSync(file)).to.include({ uid: 65_534, gid: 65_534 });
  });

  it('is nothing when it is not there', async () => {
    expect(await variablesOf(path)).to.deep.equal({});
    expect(existsSync(path)).to.equal(false);
    expect(await looseMode(path)).to.equal(null);
  });
});
