// A data directory belongs to one process, survives its death, and mends a beginning that was cut short.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { DataDirInUse, lockDataDir } from '../../src/store/data-dir-lock.ts';
import { openStore } from '../../src/store/open.ts';
import { aDelivery } from './samples.ts';

const SOURCE = new URL('../../src/store/', import.meta.url);

describe('a data directory', () => {
  let dataDir: string;
  const children: ChildProcess[] = [];

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'c4gt-data-'));
  });
  afterEach(() => {
    for (const child of children.splice(0)) {
      child.kill('SIGKILL');
    }
    rmSync(dataDir, { recursive: true, force: true });
  });

  /** Another process that runs `script` and has said `ready`. */
  async function another(script: string): Promise<ChildProcess> {
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script, dataDir], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    const stderr: string[] = [];
    child.stderr?.on('data', (chunk) => stderr.push(String(chunk)));
    const [said] = await Promise.race([
      once(child.stdout ?? child, 'data'),
      once(child, 'exit').then(() => [stderr.join('')]),
    ]);
    expect(String(said)).to.equal('ready\n');
    expect(stderr.join(''), 'warnings').to.equal('');
    return child;
  }

  const holdLock = `
    import { lockDataDir } from '${new URL('data-dir-lock.ts', SOURCE)}';
    lockDataDir(process.argv[1]);
    console.log('ready');
    setInterval(() => {}, 1000);`;

  it('is refused to a second process, which is told the directory and the holder, until the first is killed', async () => {
    const holder = await another(holdLock);
    const failure = await openStore({ databaseUrl: null, dataDir }).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(DataDirInUse);
    expect(String(failure)).to.include(dataDir).and.include(`process ${holder.pid}`);
    expect(existsSync(join(dataDir, 'database'))).to.equal(false);

    holder.kill('SIGKILL');
    await once(holder, 'exit');
    lockDataDir(dataDir).release();
  });

  it('is refused to a second opener in the same process, and free again after release', () => {
    const lock = lockDataDir(dataDir);
    expect(() => lockDataDir(dataDir)).to.throw(DataDirInUse, `process ${process.pid}`);
    lock.release();
    lockDataDir(dataDir).release();
  });

  it('is made where there was none, private to its owner, and opens again with what was stored', async () => {
    const nested = join(dataDir, 'not', 'there');
    const delivery = aDelivery();
    const first = await openStore({ databaseUrl: null, dataDir: nested });
    await first.receive([delivery]);
    await first.claim(1, 600);
    await first.close();
    expect(readdirSync(nested).sort()).to.deep.equal(['database', 'lock.sqlite']);

    const second = await openStore({ databaseUrl: null, dataDir: nested });
    const [work] = await second.claim(1, 60);
    expect(work?.delivery?.guid, 'what was claimed is claimable at once').to.equal(delivery.guid);
    await second.close();
  });

  it('keeps what was acknowledged when its process is killed', async () => {
    const guid = aDelivery().guid;
    const writer = await another(`
      import { openStore } from '${new URL('open.ts', SOURCE)}';
      const store = await openStore({ databaseUrl: null, dataDir: process.argv[1] });
      await store.receive([{ guid: '${guid}', event: 'issues', body: Buffer.from('{}') }]);
      console.log('ready');
      setInterval(() => {}, 1000);`);
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    const store = await openStore({ databaseUrl: null, dataDir });
    expect(await store.delivery(guid)).to.include({ state: 'pending' });
    await store.close();
  });

  it('whose making was cut short is made anew', async () => {
    mkdirSync(join(dataDir, 'database', 'base'), { recursive: true });
    writeFileSync(join(dataDir, 'database', 'PG_VERSION'), '18\n');
    writeFileSync(join(dataDir, 'creating'), '');
    const store = await openStore({ databaseUrl: null, dataDir });
    expect(await store.counts()).to.include({ received: 0 });
    await store.close();
    expect(existsSync(join(dataDir, 'creating'))).to.equal(false);
  });

  it('is never removed when it is merely damaged, and the lock is given back', async () => {
    mkdirSync(join(dataDir, 'database'));
    writeFileSync(join(dataDir, 'database', 'PG_VERSION'), 'damaged');
    const failure = await openStore({ databaseUrl: null, dataDir }).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(Error);
    expect(readFileSync(join(dataDir, 'database', 'PG_VERSION'), 'utf8')).to.equal('damaged');
    lockDataDir(dataDir).release();
  });
});
