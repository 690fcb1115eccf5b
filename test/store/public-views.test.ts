// What everybody may read: the public list, the leaderboard, profiles and the ledger, as the API has them; nothing else.
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { expect } from 'chai';
import { migrate } from '../../src/store/migrate.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import type { Json, Store } from '../../src/store/store.ts';
import { eachDatabase, openTestPostgres, openTestSupabase, type TestDatabase } from '../support/database.ts';
import { asRole, everything, outsiders, reach } from '../support/outside.ts';
import { sharedPostgres } from '../support/postgres.ts';
import { aBadge, aCommit, aDelivery, anAward, aTicket, knowledgeOf, newRepository } from './samples.ts';

type Row = Readonly<Record<string, unknown>>;

const VIEWS = ['ccbp_tickets', 'contributors', 'leaderboard', 'ledger', 'tickets'];

const open = aTicket({
  number: 1,
  repository: 'Org/Repo',
  url: 'https://github.com/Org/Repo/issues/1',
  title: 'Add a map',
  organisation: 'Samagra',
  product: 'Maps',
  domain: 'Health',
  category: ['Frontend'],
  skills: ['React', 'CSS'],
  complexity: 'High',
  points: 30,
  mentors: ['asha'],
  created_at: '2026-01-01T10:00:00Z',
});
const assigned = aTicket({
  ...{ number: 2, repository: 'Org/Repo', title: 'Fix the login', complexity: 'Beginner', status: 'assigned' },
  ...{ assignees: ['ravi', 'meera'], created_at: '2026-01-02T10:00:00.250Z' },
});
const closed = aTicket({
  ...{ number: 3, repository: 'Org/Repo', title: 'Write docs', complexity: 'Low', status: 'closed' },
  ...{ created_at: '2026-01-03T10:00:00Z', closed_at: '2026-02-03T10:00:00Z' },
});

/** Tickets, points and badges, and of each some that nobody is to see. */
async function fill({ store, query }: TestDatabase): Promise<void> {
  const [repositoryId, gone] = [newRepository(), newRepository()];
  for (const ticket of [open, assigned, closed]) {
    const commit = aCommit({ repositoryId, number: ticket.number, listed: [ticket, { ...ticket, effect: 'z' }] });
    await store.commit({ ...commit, subject: { ...commit.subject, knowledge: authored(repositoryId, ticket.number) } });
  }
  const secret = aTicket({ title: 'Secret', url: 'https://github.com/org/secret/issues/1' });
  await store.commit(aCommit({ listed: [{ ...secret, private: true }] }));
  await store.commit(aCommit({ private: true, listed: [secret] }));
  await store.commit(aCommit({ repositoryId: gone, listed: [secret] }));
  await query(`
    insert into c4gt.installations (id, state) values (71, 'suspended'), (72, 'active');
    insert into c4gt.installed_repositories (id, installation, delivery) values (${gone}, 71, 1), (${repositoryId}, 72, 1)`);

  const awards = [anAward('a', 1, 30, 'bela'), anAward('b', 2, 50, 'asha'), anAward('c', 3, 30, 'Anil')];
  await store.commit(
    aCommit({
      repositoryId,
      number: 7,
      awards,
      badges: [aBadge('m', 2, 'Mentor'), aBadge('n', 2, 'Mentor'), aBadge('f', 2, 'First', 'asha')],
    }),
  );
  await store.commit(
    aCommit({ repositoryId, number: 7, version: 1, reversals: [{ effect: 'c', reason: 'Reopened' }] }),
  );
  const hidden = {
    ...anAward('a', 1, 10, 'bela'),
    reason: 'The secret plan',
    url: 'https://github.com/org/secret/pull/1',
  };
  await store.commit(aCommit({ private: true, awards: [hidden] }));
  await store.commit(aCommit({ awards: [anAward('a', 9, 5, 'twice')] }));
  await store.commit(aCommit({ awards: [anAward('a', 10, 5, 'Twice')] }));
  await query(`update c4gt.contributors set registered = true where id = 2`);
}

function authored(repositoryId: number, number: number) {
  const snapshot = (at: string, author: Json) => ({
    ...{ shape: 'issue', at, rank: 0, deltas: [], labels: [] },
    facts: { 'issue.author': author as { id: number; login: string } },
  });
  const issue = { one: snapshot('2026-01-01T00:00:00Z', { id: 5, login: 'writer' }) };
  return { ...knowledgeOf(repositoryId, number), snapshots: number === 1 ? { issue } : {} };
}

/** As JSON has them, and times as the API writes them. */
function plain(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'string' && /^\d{4}-.*\+00:00$/.test(value)
        ? new Date(value).toISOString().replace('.000Z', 'Z')
        : value,
    ]),
  );
}

const ledgerOf = async (store: Store, login: string): Promise<Row[]> => Object(await store.contributor(login)).ledger;

eachDatabase('what everybody may read', (database) => {
  before(async () => fill(database()));

  for (const role of outsiders) {
    const rows = async (view: string, order: string): Promise<Row[]> => {
      const found = await asRole(
        database().query,
        role,
        `select to_jsonb(v) as row from public.${view} as v order by ${order}`,
      );
      return found.map(({ row }) => plain(row as Row));
    };

    describe(`as ${role}`, () => {
      it('is the public list, as the API shows it', async () => {
        const { tickets } = await database().store.tickets({ limit: 50, offset: 0, sort: 'created_at' });
        expect(tickets).to.have.length(3);
        expect(await rows('tickets', 'created_at')).to.deep.equal(tickets);
      });

      it('is the leaderboard, as the API shows it, with accounts', async () => {
        const { entries } = await database().store.leaderboard(50, 0);
        expect(entries).to.have.length(4);
        const found = await rows('leaderboard', 'rank, lower(login) collate "C", github_id');
        expect(found.map(({ rank, login, points, badges }) => ({ rank, login, points, badges }))).to.deep.equal(
          entries,
        );
        const account = { github_id: 2, github_url: 'https://github.com/asha', registered: true };
        expect(found[0]).to.deep.equal({ rank: 1, login: 'asha', points: 50, badges: ['First', 'Mentor'], ...account });
      });

      it('are profiles, one for each login, as the API shows them', async () => {
        const found = await rows('contributors', 'lower(login) collate "C"');
        expect(found.map(({ login }) => login)).to.deep.equal(['Anil', 'asha', 'bela', 'Twice']);
        for (const { github_id, github_url, registered, ...profile } of found) {
          const { ledger, ...expected } = Object(await database().store.contributor(String(profile['login'])));
          expect(profile).to.deep.equal(expected);
        }
        expect(found[0]).to.include({ points: 0, rank: null, registered: false });
      });

      it('are lines of the ledger, as the API shows them: of private work the points alone', async () => {
        const found = await rows('ledger', 'id desc');
        expect(found).to.have.length(7);
        for (const login of ['asha', 'bela', 'Anil']) {
          const lines = found.filter((line) => line['login'] === login).map(({ login: _, github_id, ...line }) => line);
          expect(lines).to.deep.equal(await ledgerOf(database().store, login));
        }
        const telling = { reason: 'Work in a repository that is not public', url: null, subject: null };
        expect(found.filter(({ url }) => url === null)).to.have.length(1);
        expect(found.find(({ url }) => url === null)).to.include({ login: 'bela', points: 10, ...telling });
      });

      it('is the list under the names of the website of before', async () => {
        const found = await rows('ccbp_tickets', 'index');
        const [{ uuid, ...first } = {}] = found;
        expect(uuid).to.match(/^[0-9a-f-]{36}$/);
        expect(first).to.deep.equal({
          name: 'Add a map',
          product: 'Maps',
          complexity: 'High',
          project_category: ['Frontend'],
          project_sub_category: null,
          reqd_skills: ['React', 'CSS'],
          issue_id: null,
          api_endpoint_url: 'https://api.github.com/repos/Org/Repo/issues/1',
          url: 'https://github.com/Org/Repo/issues/1',
          ticket_points: 30,
          index: 1,
          mentors: ['asha'],
          status: 'open',
          community_label: true,
          organization: 'Samagra',
          created_at: '2026-01-01T10:00:00Z',
          closed_at: null,
          assignees: null,
          issue_author: ['writer'],
          is_assigned: false,
        });
        const others = found.map(({ index, status, assignees, is_assigned, organization, issue_author }) => [
          ...[index, status, assignees, is_assigned, organization, issue_author],
        ]);
        expect(others).to.deep.equal([
          [1, 'open', null, false, 'Samagra', ['writer']],
          [2, 'open', ['ravi', 'meera'], true, 'Org', null],
          [3, 'closed', null, false, 'Org', null],
        ]);
      });

      it('is nothing else: no other table, view, sequence or function can be reached', async () => {
        expect(await reach(database().query, role)).to.deep.equal(VIEWS.map((name) => ({ name, can: 'read' })));
      });
    });
  }

  it('is no message of a queue, were the queues opened to everybody', async () => {
    const { query, store } = database();
    await store.receive([aDelivery()]);
    const [{ kept, seen } = {}] = await query(`
      begin;
      grant usage on schema pgmq to anon;
      grant all on all tables in schema pgmq to anon;
      select set_config('c4gt.kept', (select count(*) from pgmq.q_inbox)::text, true);
      set local role anon;
      select current_setting('c4gt.kept')::integer as kept, count(*)::integer as seen from pgmq.q_inbox`);
    await query('rollback');
    expect(kept).to.be.above(0);
    expect(seen).to.equal(0);
  });

  it('is looked for among all there is', async () => {
    const there = await everything(database().query);
    expect(there['table']).to.be.above(20);
    expect(there['function']).to.be.above(100);
    expect(there['sequence']).to.be.above(3);
    expect(there['view']).to.be.above(VIEWS.length);
  });

  it('is found by the search when one is forgotten', async () => {
    const { query } = database();
    await query(`
      create view public.forgotten as select bodies from c4gt.batches;
      grant select, insert on public.forgotten to anon;
      create function public.forgotten_function() returns integer language sql as 'select 1'`);
    try {
      const names = ['forgotten read', 'forgotten insert', 'forgotten_function() call'];
      const found = (await reach(query, 'anon')).map(({ name, can }) => `${name} ${can}`);
      expect(found)
        .to.include.members(names)
        .and.have.length(VIEWS.length + names.length);
    } finally {
      await query('drop view public.forgotten; drop function public.forgotten_function()');
    }
  });

  it('shows no condition of a reader a row that is not for everybody', async () => {
    const barriers = await database().query(
      `select relname as name from pg_class
       where relnamespace = 'public'::regnamespace and relkind = 'v' and 'security_barrier=true' = any (reloptions)
       order by relname collate "C"`,
    );
    expect(barriers.map(({ name }) => name)).to.deep.equal(['ccbp_tickets', 'tickets']);
  });
});

describe('a Supabase project that gives everything in `public` to everybody', () => {
  it('gives what these migrations make to nobody', async () => {
    const url = await (await sharedPostgres()).createDatabase();
    const database = openPostgres(url);
    try {
      const query = (sql: string) => database.connected((connection) => connection.execute(sql));
      // As projects made before 30 May 2026 have it; roles are there, made by the databases of other tests.
      await openTestPostgres().then(({ close }) => close());
      for (const kind of ['tables', 'functions', 'sequences'])
        await query(
          `alter default privileges in schema public grant all on ${kind} to anon, authenticated, service_role`,
        );
      await migrate(database);
      for (const role of outsiders)
        expect(await reach(query, role), role).to.deep.equal(VIEWS.map((name) => ({ name, can: 'read' })));
    } finally {
      await database.close();
    }
  });
});

describe('the publishable key of a Supabase project', () => {
  let database: TestDatabase;
  let client: SupabaseClient;
  before(async () => {
    const opened = await openTestSupabase();
    database = opened;
    await fill(database);
    client = createClient(opened.supabase.url, opened.supabase.publishableKey, {
      auth: { persistSession: false, autoRefreshToken: false },
    });
  });
  after(() => database.close());

  it('reads the list as the website of before did', async () => {
    const { data, error } = await client.from('ccbp_tickets').select().neq('complexity', 'Beginner');
    expect(error).to.equal(null);
    expect(data?.map(({ name, status }) => [name, status]).sort()).to.deep.equal([
      ['Add a map', 'open'],
      ['Write docs', 'closed'],
    ]);
  });

  it('reads the leaderboard as the website of before did', async () => {
    const { data, error } = await client
      .from('leaderboard')
      .select()
      .gt('points', 0)
      .order('points', { ascending: false });
    expect(error).to.equal(null);
    expect(data?.map(({ points }) => points)).to.deep.equal([50, 40, 5, 5]);
    expect(data?.[0]).to.include({ login: 'asha', github_id: 2, registered: true });
  });

  it('filters by what is in a list, and reads one profile with its lines', async () => {
    const { data: tickets } = await client.from('tickets').select('title').contains('skills', ['React']);
    expect(tickets).to.deep.equal([{ title: 'Add a map' }]);
    const { data: profile } = await client.from('contributors').select().eq('login', 'asha').single();
    expect(profile).to.include({ points: 50, rank: 1 });
    const { data: lines } = await client.from('ledger').select('points,reason').eq('login', 'asha').order('id');
    expect(lines).to.deep.equal([{ points: 50, reason: 'A merged pull request' }]);
  });

  it('reads nothing else, writes nothing and calls nothing', async () => {
    const names = await database.query(`
      select relname as name from pg_class where relkind in ('r', 'v', 'm', 'S') and relnamespace = 'public'::regnamespace
      union select relname from pg_class where relkind = 'r' and relnamespace in ('c4gt'::regnamespace, 'pgmq'::regnamespace)`);
    for (const name of names.map((row) => String(row['name'])).filter((each) => !VIEWS.includes(each)))
      expect((await client.from(name).select()).error, name).not.to.equal(null);
    for (const schema of ['c4gt', 'pgmq', 'pgmq_public', 'supabase_migrations'])
      expect((await client.schema(schema).from('ledger').select()).error, schema).not.to.equal(null);
    for (const view of VIEWS) {
      expect((await client.from(view).insert({})).error, view).not.to.equal(null);
      expect((await client.from(view).update({ url: 'x' }).neq('url', '')).error, view).not.to.equal(null);
      expect((await client.from(view).delete().neq('url', '')).error, view).not.to.equal(null);
    }

    const functions = await database.query(`
      select proname as name, proargnames as arguments, pronargs as count
      from pg_proc where pronamespace = 'public'::regnamespace order by proname`);
    expect(functions.length).to.be.above(30);
    for (const { name, arguments: names = [], count } of functions) {
      const args = Object.fromEntries(
        ((names as string[] | null) ?? []).slice(0, Number(count)).map((each) => [each, null]),
      );
      const { error } = await client.rpc(String(name), args);
      expect(error, String(name)).to.include({ code: '42501' });
    }
  });
});
