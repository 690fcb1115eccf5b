// Starting and stopping: quick, alone on its data, and with a clear word about whatever is wrong.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { issueStory, storyClock } from '../../src/commands/story.ts';
import { mentor, sunbird } from '../support/cast.ts';
import { type RunningServer, runCli, startServer, temporaryDirectory, webhookSecret } from '../support/server.ts';

const issue = (number: number) =>
  issueStory(storyClock(), sunbird, number, { title: `Issue ${number}`, body: null, author: mentor });

describe('the server with an embedded database', function () {
  this.timeout(40_000);
  const directory = temporaryDirectory();
  const environment = { DATA_DIR: join(directory, 'data'), GITHUB_WEBHOOK_SECRET: webhookSecret };
  let running: RunningServer | undefined;
  afterEach(async () => {
    await running?.kill();
  });

  it('is ready within seconds the first time, sooner the next, and keeps what it was given', async () => {
    running = await startServer(environment);
    const first = running.readyAfter;
    expect(first).to.be.below(10_000);
    expect((await running.deliver(issue(1).opened())).status).to.equal(202);
    await running.settled();
    expect(await running.stop()).to.include({ code: 0, signal: null, stderr: '' });

    running = await startServer(environment);
    process.stdout.write(`\n  ready after ${Math.round(first)} ms, then ${Math.round(running.readyAfter)} ms\n`);
    expect(running.readyAfter).to.be.below(first);
    expect((await running.get('/api/status')).json()).to.include({ received: 1, processed: 1, pending: 0, dead: 0 });
  });

  it('refuses a second process on the same data, and says who has it and what to do', async () => {
    running = await startServer(environment);
    for (const command of [['serve'], ['worker'], ['deliveries', 'list'], ['db', 'migrate']]) {
      const { code, stderr } = await runCli(command, environment);
      expect(code, command.join(' ')).to.equal(1);
      expect(stderr).to.include(environment.DATA_DIR).and.include(`process ${running.pid}`).and.include('DATABASE_URL');
      expect(stderr).not.to.include('    at ');
    }
    expect((await running.get('/readyz')).status).to.equal(200);
  });

  it('leaves no lock behind when it is killed', async () => {
    running = await startServer(environment);
    await running.kill();
    running = await startServer(environment);
    expect((await running.get('/readyz')).status).to.equal(200);
  });

  it('finishes what it has acknowledged when it is told to stop', async () => {
    running = await startServer(environment);
    const before = (await running.get('/api/status')).json<{ received: number }>().received;
    const server = running;
    const sent = Array.from({ length: 12 }, (_, index) => server.deliver(issue(100 + index).opened()));
    expect((await Promise.all(sent)).map(({ status }) => status)).to.deep.equal(sent.map(() => 202));
    const [exit] = await Promise.all([running.stop(), running.stop()]);
    expect(exit).to.include({ code: 0, signal: null, stderr: '' });
    expect(exit.stdout).to.include('"stopping"').and.include('"stopped"');
    running = await startServer(environment);
    const counts = await running.settled();
    expect(counts).to.include({ received: before + 12, dead: 0 });
  });
});

describe('a start that cannot succeed', function () {
  this.timeout(40_000);
  const directory = temporaryDirectory();
  const environment = { DATA_DIR: join(directory, 'data'), GITHUB_WEBHOOK_SECRET: webhookSecret };

  it('names every fault of the configuration, and ends with 2', async () => {
    const { code, stdout, stderr } = await runCli(['serve'], {
      DATA_DIR: environment.DATA_DIR,
      PORT: 'http',
      DATABASE_URL: 'mysql://root:canary@localhost/c4gt',
      LOG_LEVEL: 'loud',
      BASE_URL: 'example.org',
      VISIBILITY_TIMEOUT: '0',
    });
    expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
    for (const name of ['GITHUB_WEBHOOK_SECRET', 'PORT', 'DATABASE_URL', 'LOG_LEVEL', 'BASE_URL', 'VISIBILITY_TIMEOUT'])
      expect(stderr).to.match(new RegExp(`^ {2}${name} `, 'm'));
    expect(stderr).not.to.include('canary');
  });

  it('draws the problem of a rule file, and ends with 1', async () => {
    const rules = join(directory, 'rules');
    mkdirSync(rules);
    writeFileSync(join(rules, 'mine.yaml'), 'version: 1\nprogram: mine\nrulez: {}\n');
    const { code, stderr } = await runCli(['serve'], { ...environment, RULES_DIR: rules });
    expect(code).to.equal(1);
    expect(stderr).to.include(`${join(rules, 'mine.yaml')}:3:1 error`);
    expect(stderr)
      .to.match(/^ {2}3 \| rulez: \{\}$/m)
      .and.match(/\| \^+$/m);
    expect(stderr).not.to.include('    at ');
  });

  it('says that there are no rules where it was told to look', async () => {
    const { code, stderr } = await runCli(['serve'], { ...environment, RULES_DIR: join(directory, 'nowhere') });
    expect(code).to.equal(1);
    expect(stderr).to.equal(`there are no rules at ${join(directory, 'nowhere')}\n`);
  });

  it('says that the port is taken, and lets go of the data', async () => {
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
    const { port } = squatter.address() as { port: number };
    try {
      const { code, stderr } = await runCli(['serve'], { ...environment, PORT: String(port) });
      expect(code).to.equal(1);
      expect(stderr.trim().split('\n')).to.have.length(1);
      expect(stderr)
        .to.include(String(port))
        .and.match(/in use/)
        .and.include('PORT');
    } finally {
      squatter.close();
    }
    const running = await startServer(environment);
    expect(await running.stop()).to.include({ code: 0 });
  });

  const places = [
    ['an address of another machine', '192.0.2.1'],
    ['a name that nobody has', 'no-such-host.invalid'],
  ] as const;
  for (const [what, HOST] of places) {
    it(`says that it cannot listen at ${what}`, async () => {
      const { code, stderr } = await runCli(['serve'], { ...environment, HOST });
      expect(code).to.equal(1);
      expect(stderr.trim().split('\n')).to.have.length(1);
      expect(stderr).to.include(HOST).and.include('HOST');
    });
  }

  it('says that the database does not answer, without its password', async () => {
    const { code, stderr } = await runCli(['serve'], {
      ...environment,
      DATABASE_URL: 'postgres://someone:canary@127.0.0.1:1/c4gt',
    });
    expect(code).to.equal(1);
    expect(stderr)
      .to.match(/database/i)
      .and.include('ECONNREFUSED');
    expect(stderr).not.to.include('canary');
  });
});
