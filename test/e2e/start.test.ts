// Starting and stopping: quick, alone on its data, and with a clear word about whatever is wrong.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { issueStory } from '../../src/commands/issue-story.ts';
import { storyClock } from '../../src/commands/scene.ts';
import { mentor, sunbird } from '../support/cast.ts';
import {
  type RunningServer,
  runCli,
  spawnCli,
  startServer,
  temporaryDirectory,
  webhookSecret,
} from '../support/server.ts';
import { until } from '../support/until.ts';

const issue = (number: number) =>
  issueStory(storyClock(), sunbird, number, { title: `Issue ${number}`, body: null, author: mentor });

function pidIn(dataDir: string): number | null {
  const path = join(dataDir, 'lock.pid');
  return existsSync(path) ? Number(readFileSync(path, 'utf8')) : null;
}

describe('the server with an embedded database', function () {
  this.timeout(40_000);
  const directory = temporaryDirectory();
  const environment = { DATA_DIR: join(directory, 'data'), GITHUB_WEBHOOK_SECRET: webhookSecret };
  let running: RunningServer | undefined;
  const restarted = async () => {
    running = await startServer(environment);
    return running;
  };
  after(async () => {
    await running?.kill();
  });

  it('is ready within seconds the first time, sooner the next, and keeps what it was given', async () => {
    const first = await restarted();
    // Usually 2 to 3 s; a machine with more to do than processors takes its time.
    expect(first.readyAfter).to.be.below(10_000 * Math.max(1, (loadavg()[0] ?? 0) / availableParallelism()));
    expect((await first.deliver(issue(1).opened())).status).to.equal(202);
    await first.settled();
    expect(await first.stop()).to.include({ code: 0, signal: null, stderr: '' });

    const second = await restarted();
    const [fresh, again] = [first, second].map(({ readyAfter }) => Math.round(readyAfter));
    process.stdout.write(`\n  ready after ${fresh} ms, then ${again} ms\n`);
    expect(again).to.be.below(Number(fresh));
    expect((await second.get('/api/status')).json()).to.include({ received: 1, processed: 1, pending: 0, dead: 0 });
  });

  it('refuses a second process on the same data, and says who has it and what to do', async () => {
    const first = running ?? (await restarted());
    for (const [command, besides] of [
      [['serve'], []],
      [['db', 'migrate'], []],
      [['deliveries', 'list'], ['While it runs, ']],
    ] as const) {
      const { code, stderr } = await runCli(command, environment);
      expect(code, command.join(' ')).to.equal(1);
      expect(stderr).to.include(environment.DATA_DIR).and.include(`process ${first.pid}`).and.include('DATABASE_URL');
      const [, ...more] = stderr.trim().split('\n');
      expect(more, stderr).to.have.length(besides.length);
      for (const [at, beginning] of besides.entries()) expect(more[at]).to.match(new RegExp(`^${beginning}`));
    }
    expect((await first.get('/readyz')).status).to.equal(200);
  });

  it('leaves no lock behind when it is killed', async () => {
    await running?.kill();
    expect((await (await restarted()).get('/readyz')).status).to.equal(200);
  });

  it('finishes what it has acknowledged when it is told to stop', async () => {
    const server = running ?? (await restarted());
    const before = (await server.get('/api/status')).json<{ received: number }>().received;
    const sent = Array.from({ length: 12 }, (_, index) => server.deliver(issue(100 + index).opened()));
    expect((await Promise.all(sent)).map(({ status }) => status)).to.deep.equal(sent.map(() => 202));
    const exit = await server.stop();
    expect(exit).to.include({ code: 0, signal: null, stderr: '' });
    expect(exit.stdout).to.include('"stopping"').and.include('"stopped"');
    expect(await (await restarted()).settled()).to.include({ received: before + 12, processed: before + 12, dead: 0 });
  });

  it('obeys a signal that comes while it starts', async () => {
    await running?.stop();
    const { child, ended } = spawnCli(['serve'], environment);
    await until('it has the data', () => pidIn(environment.DATA_DIR) === child.pid);
    child.kill('SIGTERM');
    expect(await ended).to.include({ code: 0, signal: null, stderr: '' });
  });

  describe('cannot start, and', () => {
    const nowhere = { ...environment, DATABASE_URL: 'postgres://someone:canary@127.0.0.1:1/c4gt' };

    it('names every fault of the configuration, and ends with 2', async () => {
      const { code, stdout, stderr } = await runCli(['serve'], {
        DATA_DIR: environment.DATA_DIR,
        PORT: 'http',
        DATABASE_URL: 'mysql://root:canary@localhost/c4gt',
        LOG_LEVEL: 'loud',
        VISIBILITY_TIMEOUT: '0',
      });
      expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' });
      for (const name of ['GITHUB_WEBHOOK_SECRET', 'PORT', 'DATABASE_URL', 'LOG_LEVEL', 'VISIBILITY_TIMEOUT'])
        expect(stderr).to.match(new RegExp(`^ {2}${name} `, 'm'));
      expect(stderr).not.to.include('canary');
    });

    it('draws the problem of a rule file, and ends with 1, before it needs a database', async () => {
      const rules = join(directory, 'rules');
      mkdirSync(rules);
      writeFileSync(join(rules, 'mine.yaml'), 'version: 1\nprogram: mine\nrulez: {}\n');
      const { code, stderr } = await runCli(['serve'], { ...nowhere, RULES_DIR: rules });
      expect(code).to.equal(1);
      expect(stderr).to.include('rules/mine.yaml:3:1 error').and.not.include(rules);
      expect(stderr)
        .to.match(/^ {2}3 \| rulez: \{\}$/m)
        .and.match(/\| \^+$/m);
      expect(stderr).not.to.include('    at ');
    });

    it('says that there are no rules where it was told to look', async () => {
      const { code, stderr } = await runCli(['serve'], { ...environment, RULES_DIR: join(directory, 'nowhere') });
      expect(code).to.equal(1);
      expect(stderr).to.equal(`there are no rules at ${join(directory, 'nowhere')}; RULES_DIR says where they are\n`);
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
      expect(await (await restarted()).stop()).to.include({ code: 0 });
    });

    it('says that it cannot listen where it is told to', async () => {
      const { code, stderr } = await runCli(['serve'], { ...environment, HOST: '192.0.2.1' });
      expect(code).to.equal(1);
      expect(stderr).to.equal('This machine has no address 192.0.2.1: choose another with HOST.\n');
    });

    it('says that the database does not answer, without its password', async () => {
      const { code, stderr } = await runCli(['serve'], nowhere);
      expect(code).to.equal(1);
      expect(stderr)
        .to.match(/database/i)
        .and.include('ECONNREFUSED');
      expect(stderr).not.to.include('canary');
    });
  });
});
