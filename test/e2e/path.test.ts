// The main job, seen from outside: signed deliveries go in, and tickets, points and reasons come out.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { expect } from 'chai';
import { example, setIn } from '../../src/commands/examples.ts';
import { issueStory, ticketBody } from '../../src/commands/issue-story.ts';
import { pullRequestStory } from '../../src/commands/pull-request-story.ts';
import { storyClock, type Told } from '../../src/commands/scene.ts';
import { asha, mentor, ravi, sunbird } from '../support/cast.ts';
import { openTestPostgres, openTestSupabase } from '../support/database.ts';
import { type Environment, type RunningServer, startServer, temporaryDirectory } from '../support/server.ts';
import { shippedRules } from '../support/shipped-rules.ts';

const form = ticketBody({
  product: 'Sunbird Ed',
  organisation: 'Sunbird',
  domain: 'Education',
  complexity: 'High',
  skills: 'Node.js, SQL',
  category: 'Backend',
  mentor: '@mentor-devi',
});

function history(): Told[] {
  const clock = storyClock();
  const issue = issueStory(clock, sunbird, 12, { title: 'Export as CSV', body: form, author: mentor });
  const pull = pullRequestStory(clock, sunbird, 13, { title: 'Export', body: 'Fixes #12', author: asha });
  return [
    issue.opened(),
    issue.labeled('C4GT Community'),
    issue.assigned(asha),
    pull.opened(),
    pull.reviewed(ravi, 'approved'),
    pull.merged(mentor),
    issue.closed(),
  ];
}

interface Why {
  readonly decisions: readonly {
    readonly delivery: string | null;
    readonly event: string;
    readonly rules_version: string;
    readonly rules: readonly { id: string; outcome: string; conditions: unknown; changes: unknown[] }[];
  }[];
}

function itDoesTheMainJob(environment: () => Promise<Environment>): void {
  let server: RunningServer;
  const guids: string[] = [];
  before(async () => {
    server = await startServer(await environment());
    for (const told of history()) {
      const guid = randomUUID();
      guids.push(guid);
      expect((await server.deliver(told, { guid })).status).to.equal(202);
    }
    await server.settled();
  });
  after(() => server?.kill());

  it('lists the ticket, with exactly the documented fields', async () => {
    const { tickets, total, next } = (await server.get('/api/tickets')).json<Record<string, unknown>>();
    expect({ tickets, total, next }).to.deep.equal({
      tickets: [
        {
          repository: 'Sunbird/core',
          number: 12,
          title: 'Export as CSV',
          url: 'https://github.com/Sunbird/core/issues/12',
          organisation: 'Sunbird',
          product: 'Sunbird Ed',
          domain: 'Education',
          category: ['Backend'],
          skills: ['Node.js', 'SQL'],
          complexity: 'High',
          points: 30,
          mentors: ['mentor-devi'],
          assignees: ['asha'],
          status: 'closed',
          created_at: '2026-06-01T09:01:00Z',
          closed_at: '2026-06-01T09:07:00Z',
        },
      ],
      total: 1,
      next: null,
    });
  });

  it('ranks who earned points', async () => {
    const board = (await server.get('/api/leaderboard')).json<{ entries: unknown; next: unknown }>();
    expect(board.entries).to.deep.equal([
      { rank: 1, login: 'asha', points: 30, badges: ['Enthusiast'] },
      { rank: 1, login: 'ravi', points: 30, badges: ['Enthusiast'] },
    ]);
    expect(board.next).to.equal(null);
  });

  it('shows a contributor, however the login is written, with the reason for each point', async () => {
    for (const login of ['asha', 'ASHA', 'Asha']) {
      const shown = (await server.get(`/api/contributors/${login}`)).json<{ ledger: Record<string, unknown>[] }>();
      expect(shown).to.include({ login: 'asha', points: 30, rank: 1 });
      expect(shown.ledger).to.have.length(1);
      expect(shown.ledger[0]).to.include({
        points: 30,
        rule: 'c4gt-community/merged-pull-request',
        reason: 'Merged Export (High)',
        url: 'https://github.com/Sunbird/core/pull/13',
        reverses: null,
      });
      expect(shown.ledger[0]?.['at']).to.match(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    }
    for (const login of ['nobody', 'mentor-devi', '%00', 'a%2Fb', "x' or 1=1", '%F0%9F%98%80'])
      expect((await server.get(`/api/contributors/${login}`)).status, login).to.equal(404);
  });

  it('says why, and why not: every condition with what was expected, what was found and what came of it', async () => {
    const { decisions } = (await server.get('/api/why/sunbird/CORE/13')).json<Why>();
    const merge = decisions.find(({ event }) => event === 'pull_request.closed');
    expect(merge?.delivery).to.equal(guids[5]);
    const status = (await server.get('/api/status')).json<{ rules: { version: string } }>();
    expect(merge?.rules_version).to.equal(status.rules.version);
    const rule = merge?.rules.find(({ id }) => id === 'c4gt-community/merged-pull-request');
    expect(rule?.outcome).to.equal('held');
    const leaves = leavesOf(rule?.conditions);
    expect(leaves).not.to.be.empty;
    for (const leaf of leaves) expect(leaf).to.include.all.keys('fact', 'operator', 'expected', 'actual', 'result');
    const merged = leaves.find(({ fact }) => fact === 'pull_request.merged');
    expect(merged).to.include({ operator: 'equal', expected: true, actual: true, result: true });
    const opened = decisions.find(({ event }) => event === 'pull_request.opened');
    const not = leavesOf(opened?.rules.find(({ id }) => id === 'c4gt-community/merged-pull-request')?.conditions);
    expect(not.find(({ fact }) => fact === 'pull_request.merged')).to.include({ actual: false, result: false });
    for (const path of ['Sunbird/core/99', 'Sunbird/other/13', 'Sunbird/core/0', 'Sunbird/core/x', 'Sunbird/core/1e3'])
      expect((await server.get(`/api/why/${path}`)).status, path).to.equal(404);
  });

  it('stores nothing of a body whose signature is wrong', async () => {
    const { received } = (await server.get('/api/status')).json<{ received: number }>();
    const [told] = history();
    expect((await server.deliver(told as Told, { secret: 'another' })).status).to.equal(401);
    expect((await server.get('/api/status')).json()).to.include({ received });
  });

  it('counts what came: processed, ignored, dead', async () => {
    const before = (await server.get('/api/status')).json<Record<string, number>>();
    const { payload } = example('issues.opened');
    setIn(payload, 'issue.number', 'not a number');
    const deliveries: readonly Told[] = [example('ping'), example('watch.started'), { event: 'issues', payload }];
    for (const told of deliveries) expect((await server.deliver(told)).status).to.equal(202);
    const counts = await server.settled();
    expect(counts).to.include({ received: Number(before['received']) + 3, ignored: 1, dead: 1, pending: 0 });
    expect(counts.processed).to.equal(Number(before['processed']) + 1);
    expect(counts.effects).to.deep.equal({ pending: 0, dead: 0, parked: 0, skipped: 0 });
    expect(counts.rules.count).to.equal((await shippedRules()).rules.length);
  });

  it('does the same for a delivery that comes again, and for its body under other GUIDs: nothing', async () => {
    const { received } = (await server.get('/api/status')).json<{ received: number }>();
    const told = history()[5] as Told;
    const again = [guids[5] ?? '', ...Array.from({ length: 20 }, () => randomUUID())];
    await Promise.all(again.map((guid) => server.deliver(told, { guid })));
    expect(await server.settled()).to.include({ received: received + 20 });
    expect((await server.get('/api/contributors/asha')).json()).to.include({ points: 30 });
  });
}

interface Leaf {
  readonly fact?: string;
}

/** The comparisons in a trace, wherever they are. */
function leavesOf(trace: unknown): Leaf[] {
  if (Array.isArray(trace)) return trace.flatMap(leavesOf);
  if (typeof trace !== 'object' || trace === null) return [];
  return 'fact' in trace ? [trace as Leaf] : Object.values(trace).flatMap(leavesOf);
}

describe('the main job', function () {
  this.timeout(40_000);
  const directory = temporaryDirectory();
  describe('on an embedded database', () => {
    itDoesTheMainJob(async () => ({ DATA_DIR: join(directory, 'data') }));
  });
  describe('on Postgres', () => {
    itDoesTheMainJob(async () => {
      const database = await openTestPostgres();
      after(() => database.close());
      return { DATABASE_URL: String(database.url) };
    });
  });
  describe('on Supabase', () => {
    itDoesTheMainJob(async () => {
      const { supabase, close } = await openTestSupabase();
      after(close);
      return { SUPABASE_URL: supabase.url, SUPABASE_SECRET_KEY: supabase.secretKey };
    });
  });
});
