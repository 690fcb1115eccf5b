// `c4gt setup` as people call it: a page, a token, a file, and nothing left behind.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { expect } from 'chai';
import { readConfig } from '../../src/config.ts';
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import { type Environment, type Exit, runCli, spawnCli } from '../support/server.ts';
import { until } from '../support/until.ts';
import { type Person, personAt } from '../web/setup-person.ts';

describe('c4gt setup', function () {
  this.timeout(60_000);
  let fake: FakeGitHub;
  let directory = '';
  const running: { end(signal: NodeJS.Signals): Promise<Exit> }[] = [];

  beforeEach(async () => {
    fake = await startFakeGitHub();
    directory = mkdtempSync(join(tmpdir(), 'c4gt-test-'));
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map(({ end }) => end('SIGKILL')));
    rmSync(directory, { recursive: true, force: true });
    await fake.stop();
  });

  /** Starts it and waits for its address. */
  async function setup(args: readonly string[] = [], environment: Environment = {}) {
    const given = { GITHUB_API_URL: fake.url, ...environment };
    const { child, ended } = spawnCli(['setup', ...args], given, directory);
    let printed = '';
    child.stdout?.on('data', (text: string) => {
      printed += text;
    });
    const end = (signal: NodeJS.Signals) => {
      if (child.exitCode === null) child.kill(signal);
      return ended;
    };
    running.push({ end });
    await until('its address is printed', () => /token=\S+\n/.test(printed) || child.exitCode !== null);
    const [address = ''] = /http:\S+/.exec(printed) ?? [];
    const person: Person = personAt(new URL(address).origin);
    return { address, person, ended, end, printed: () => printed };
  }

  it('makes an App and writes its secrets, with which a server can start', async () => {
    writeFileSync(join(directory, '.env'), '# ours\nLOG_LEVEL=warn\n');
    const { address, person, ended, printed } = await setup([
      ...['--organisation', 'code4govtech', '--name', 'Points of ours', '--base-url', 'https://c.example.org/'],
    ]);
    expect(address).to.match(/^http:\/\/127\.0\.0\.1:\d+\/setup\?token=[\w-]{43}$/);
    const form = await person.open(address);
    expect(form.form?.fields).to.deep.equal({
      ...{ organisation: 'code4govtech', name: 'Points of ours', base_url: 'https://c.example.org/' },
    });
    const done = await person.makeApp(await person.send(form), fake);
    expect(done.words).to.include('The App is made');
    expect((await fetch(new URL('/setup/style.css', address))).status).to.equal(200);
    const { code, stdout, stderr } = await ended;
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(stdout).to.include('https://github.com/apps/points-of-ours/installations/new').and.include('c4gt serve');
    // GITHUB_API_URL is set, to what the file says too.
    expect(stdout).not.to.include('wins over');

    const app = [...fake.world.apps.values()].at(-1);
    const text = readFileSync(join(directory, '.env'), 'utf8');
    expect(text).to.match(/^# ours\nLOG_LEVEL=warn\nGITHUB_APP_ID=/);
    const config = readConfig(parseEnv(text), { webhookSecret: true });
    expect(config).to.deep.include({ baseUrl: 'https://c.example.org', webhookSecrets: [app?.webhookSecret] });
    expect(config.github.app?.id).to.equal(app?.id);
    expect(statSync(join(directory, '.env')).mode & 0o777).to.equal(0o600);
    expect(readdirSync(directory)).to.deep.equal(['.env']);
    for (const secret of [app?.webhookSecret, app?.clientSecret, app?.privateKey.split('\n')[1]])
      expect(printed()).not.to.include(secret);
  });

  it('does nothing when there is an App, and with --force keeps what was', async () => {
    const first = await setup();
    await first.person.makeApp(await first.person.send(await first.person.open(first.address)), fake);
    expect((await first.ended).code).to.equal(0);
    const before = readFileSync(join(directory, '.env'), 'utf8');
    const again = await runCli(['setup'], { GITHUB_API_URL: fake.url }, directory);
    expect(again.code).to.equal(0);
    expect(again.stdout).to.include('There is a GitHub App already').and.include('--force');
    expect(readFileSync(join(directory, '.env'), 'utf8')).to.equal(before);

    const forced = await setup(['--force', '--name', 'Another']);
    const form = await forced.person.open(forced.address);
    expect(form.words).to.include('already sets GITHUB_APP_ID').and.not.include('environment of this process');
    await forced.person.makeApp(await forced.person.send(form), fake);
    const { code, stdout } = await forced.ended;
    expect(code).to.equal(0);
    expect(stdout).to.include('.env.bak').and.not.include('wins over');
    expect(readFileSync(join(directory, '.env.bak'), 'utf8')).to.equal(before);
    expect(readFileSync(join(directory, '.env'), 'utf8')).not.to.equal(before);
  });

  it('leaves nothing behind when it is given up', async () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const { address, person, end } = await setup();
      await person.send(await person.open(address));
      const { code, stderr } = await end(signal);
      expect({ code, stderr }).to.deep.equal({ code: 130, stderr: '' });
      expect(readdirSync(directory)).to.deep.equal([]);
    }
  });

  it('says that an App was made and lost, when it is given up too late', async () => {
    const { address, person, end } = await setup();
    const handOver = await person.send(await person.open(address));
    mkdirSync(join(directory, '.env'));
    expect((await person.makeApp(handOver, fake)).words).to.include('do not stop it');
    const { code, stdout } = await end('SIGINT');
    expect(code).to.equal(130);
    expect(stdout).to.include('An App was made on GitHub').and.include('delete it');
  });

  it('asks for nothing that it could not write down', async () => {
    writeFileSync(join(directory, '.env'), Buffer.from([0xff]));
    const { code, stderr, stdout } = await runCli(['setup'], { GITHUB_API_URL: fake.url }, directory);
    expect({ code, stdout }).to.deep.equal({ code: 1, stdout: '' });
    expect(stderr).to.include('.env cannot be written: it is not UTF-8');
  });

  it('says so when its port is in use, and takes another', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    const { code, stderr } = await runCli(['setup', '--port', port], {}, directory);
    expect(code).to.equal(1);
    expect(stderr).to.include(`Port ${port}`).and.include('--port');
    const other = await setup(['--port', '0'], { PORT: port });
    expect(new URL(other.address).port).not.to.equal(port);
    await new Promise((resolve) => taken.close(resolve));
  });

  const wrong: readonly [args: string[], said: RegExp][] = [
    [['--port', 'x'], /--port is a whole number/],
    [['--port', '70000'], /--port is a whole number/],
    [['--organisation', 'a/b'], /name in GitHub’s addresses/],
    [['--name', 'x'.repeat(35)], /1 to 34/],
    [['--base-url', 'c.example.org'], /is like https/],
  ];
  for (const [args, said] of wrong)
    it(`is used wrongly with ${args.join(' ').slice(0, 30)}`, async () => {
      const { code, stderr } = await runCli(['setup', ...args], {}, directory);
      expect(code).to.equal(2);
      expect(stderr).to.match(said);
      expect(existsSync(join(directory, '.env'))).to.equal(false);
    });
});
