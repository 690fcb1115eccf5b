// `.env` of the working directory: taken by every command, overruled by the environment, and never silently unreadable.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { runCli, temporaryDirectory } from './support/server.ts';

describe('.env', function () {
  this.timeout(60_000);
  const directory = temporaryDirectory();
  const file = join(directory, '.env');
  afterEach(() => rmSync(file, { recursive: true, force: true }));

  /** What the command finds wrong with its configuration. */
  const serve = (environment = {}) => runCli(['serve'], { LOG_LEVEL: 'silent', ...environment }, directory);

  it('is read, and the environment wins', async () => {
    writeFileSync(file, 'PORT=x\nVISIBILITY_TIMEOUT="y"\n# HOST=\nexport BASE_URL=z\n');
    const { code, stderr } = await serve({ PORT: '0' });
    expect(code).to.equal(2);
    expect(stderr).to.include('VISIBILITY_TIMEOUT must be').and.include('BASE_URL must be').and.not.include('PORT');
  });

  it('need not be there; and where secrets are missing, their making is told', async () => {
    const { code, stderr } = await serve();
    expect(code).to.equal(2);
    expect(stderr).to.include('GITHUB_WEBHOOK_SECRET is missing').and.include('`c4gt setup` makes one');
  });

  it('says so when it cannot be read', async () => {
    mkdirSync(file);
    const { code, stderr, stdout } = await serve();
    expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
    expect(stderr).to.equal('.env cannot be read: it is a directory. Correct that, or move it away.\n');
    expect((await runCli(['--help'], {}, directory)).code).to.equal(0);
  });
});
