// `c4gt deliveries`: what came, what became of it, and once more for what failed.
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { openTestPostgres, type TestDatabase } from '../support/database.ts';
import { type Environment, runCli } from '../support/server.ts';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';

describe('c4gt deliveries', function () {
  this.timeout(30_000);
  let database: TestDatabase;
  let environment: Environment;
  const [done, dead, waiting] = [randomUUID(), randomUUID(), randomUUID()];
  const run = (...args: string[]) => runCli(['deliveries', ...args], environment);
  const listed = async (...args: string[]) => {
    const { code, stdout } = await run('list', '--format', 'json', ...args);
    expect(code).to.equal(0);
    return JSON.parse(stdout) as { guid: string; state: string; reason: string | null; attempts: number }[];
  };

  before(async () => {
    database = await openTestPostgres();
    environment = { DATABASE_URL: String(database.url) };
    const { store } = database;
    const body = (text: string) => Buffer.from(text);
    const told = { action: 'opened', title: '\u202e <b>' };
    await store.receive([{ guid: done, event: 'issues', body: body(JSON.stringify(told)) }]);
    await store.receive([{ guid: dead, event: 'pull_request', body: body('{"cut off\u001b[2J') }]);
    for (const work of await store.claim(10, 60)) {
      if (work.delivery?.guid === dead) await store.bury(work, 'the payload\n\u001b[2Jis not JSON');
      else await store.finish(work, 'processed', null);
    }
    await store.receive([{ guid: waiting, event: 'issues', body: body('{}') }]);
  });
  after(() => database?.close());

  it('list shows the newest first, a line each, and why one is dead', async () => {
    const { code, stdout, stderr } = await run('list');
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.split(/ +/)[1])).to.deep.equal([waiting, dead, done]);
    expect(lines[1]).to.match(/dead +pull_request: the payload \ufffd\[2Jis not JSON$/);
  });

  it('list filters by state and event, and is as long as it is asked to be', async () => {
    expect((await listed('--state', 'dead')).map(({ guid }) => guid)).to.deep.equal([dead]);
    expect((await listed('--event', 'issues')).map(({ guid }) => guid)).to.deep.equal([waiting, done]);
    expect((await listed('--event', 'issues', '--state', 'pending')).map(({ guid }) => guid)).to.deep.equal([waiting]);
    expect((await listed('--limit', '1')).map(({ guid }) => guid)).to.deep.equal([waiting]);
    expect(await listed('--event', "x' or 1=1")).to.deep.equal([]);
  });

  it('show gives one, with its payload, in whatever case its GUID is written', async () => {
    const { code, stdout } = await run('show', done.toUpperCase());
    expect(code).to.equal(0);
    expect(stdout).to.include(`guid: ${done}\n`).and.include('state: processed\n').and.include('reason: -\n');
    expect(stdout).to.include('{\n  "action": "opened",\n').and.include('"\ufffd <b>"');
  });

  it('show gives what is no JSON as it came, and lets it move no cursor', async () => {
    const { code, stdout } = await run('show', dead);
    expect(code).to.equal(0);
    expect(stdout).to.include('{"cut off\ufffd[2J').and.include('reason: the payload\n\ufffd[2Jis not JSON\n');
    expect(stdout).not.to.include('\u001b');
  });

  it('ends with 1 when there is no such delivery', async () => {
    for (const command of ['show', 'retry']) {
      const { code, stdout, stderr } = await run(command, UNKNOWN);
      expect({ code, stdout }, command).to.deep.equal({ code: 1, stdout: '' });
      expect(stderr).to.match(new RegExp(`^there is no .*delivery ${UNKNOWN}\n$`));
    }
  });

  it('ends with 2 when it is used wrongly, and says how', async () => {
    const wrong: readonly [args: string[], said: RegExp][] = [
      [['list', '--limit', '0'], /--limit is a whole number from 1 to 1000/],
      [['list', '--limit', '1001'], /--limit/],
      [['list', '--limit', 'all'], /--limit/],
      [['list', '--state', 'lost'], /lost[\s\S]*pending, processed, ignored, dead/],
      [['show'], /guid/],
      [['show', 'x'], /x is no GUID/],
      [['retry'], /by its GUID, or --dead/],
      [['retry', done, '--dead'], /by its GUID, or --dead/],
      [['retry', 'x'], /x is no GUID/],
      [[], /list[\s\S]*show[\s\S]*retry/],
      [['lst'], /unknown command 'lst'/],
    ];
    const ends = await Promise.all(wrong.map(([args]) => run(...args)));
    for (const [index, { code, stdout, stderr }] of ends.entries()) {
      expect({ code, stdout }, wrong[index]?.[0].join(' ')).to.deep.equal({ code: 2, stdout: '' });
      expect(stderr).to.match(wrong[index]?.[1] ?? /^$/);
    }
  });

  it('retry queues one delivery again, or every dead one, and none twice', async () => {
    expect(await run('retry', '--dead')).to.include({ code: 0, stdout: '1 delivery will be worked off again\n' });
    expect(await run('retry', '--dead')).to.include({ code: 0, stdout: '0 deliveries will be worked off again\n' });
    expect(await run('retry', done)).to.include({ code: 0, stdout: '1 delivery will be worked off again\n' });
    expect(await run('retry', done)).to.include({ code: 1 });
    for (const each of await listed()) expect(each).to.include({ state: 'pending', reason: null, attempts: 0 });
    expect(await database.store.claim(10, 60)).to.have.length(3);
  });

  it('says of what was pruned that it is, that it cannot be decided again, and how many dead ones cannot', async () => {
    const { store, query } = database;
    const [old, young] = [randomUUID(), randomUUID()];
    const buried = async (guid: string) => {
      await store.receive([{ guid, event: 'issues', body: Buffer.from('{') }]);
      for (const work of await store.claim(10, 60)) await store.bury(work, 'the payload is not JSON');
    };
    await buried(old);
    await query(`update c4gt.batches as b set received_at = now() - interval '91 days'
      from c4gt.deliveries as d where d.batch = b.id and d.guid = '${old}'`);
    expect(await store.prune({ days: 90, batches: 10 })).to.include({ deliveries: 1 });
    await buried(young);

    expect((await run('list', '--state', 'dead')).stdout).to.match(
      new RegExp(`${old}  dead .* \\(its body was pruned\\): the payload is not JSON\n`),
    );
    expect((await run('show', old)).stdout)
      .to.include('\npruned: true\n')
      .and.match(/\n\n\(its body was pruned\)\n$/);
    expect(await run('retry', old)).to.deep.include({
      code: 1,
      stdout: '',
      stderr: `the delivery ${old} cannot be decided again: its body was pruned\n`,
    });
    const left = '1 delivery will not: what was pruned cannot be decided again\n';
    for (const retried of ['1 delivery', '0 deliveries'])
      expect(await run('retry', '--dead')).to.include({
        code: 0,
        stdout: `${retried} will be worked off again\n${left}`,
      });
  });
});
