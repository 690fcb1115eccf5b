// Migrations: applied once, in order, whoever else is applying them.
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { zstdCompressSync } from 'node:zlib';
import { expect } from 'chai';
import { json } from '../../src/store/arguments.ts';
import { createStore } from '../../src/store/database-store.ts';
import { migrate } from '../../src/store/migrate.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import { eachDatabase } from '../support/database.ts';
import { sharedPostgres } from '../support/postgres.ts';
import { aCommit, aDelivery, anAward, anEffect } from './samples.ts';

const FOLDER = new URL('../../supabase/migrations/', import.meta.url);
const FILES = readdirSync(FOLDER).sort();
const VERSIONS = FILES.map((file) => file.split('_', 1)[0]);

eachDatabase('migrations', (database) => {
  it('are recorded as the Supabase CLI records them, and not applied again', async () => {
    const { query, transport } = database();
    const records = await query('select * from supabase_migrations.schema_migrations order by version');
    expect(records.map(({ version, name }) => `${version}_${name}.sql`)).to.deep.equal(FILES);
    expect(records[0]?.['statements']).to.be.an('array').with.length(1);
    expect(await migrate(transport)).to.deep.equal([]);
  });
});

describe('the layout of the Supabase CLI', () => {
  it('names each migration by a time of its own, in order', () => {
    for (const file of FILES) expect(file).to.match(/^20\d{12}_[a-z0-9]+(_[a-z0-9]+)*\.sql$/);
    expect(new Set(VERSIONS)).to.have.property('size', FILES.length);
  });

  it('serves the schema `public` alone, and no more than 1,000 rows at once', () => {
    const config = readFileSync(new URL('../config.toml', FOLDER), 'utf8');
    expect(config)
      .to.match(/^schemas = \["public"\]$/m)
      .and.match(/^max_rows = 1000$/m);
  });
});

describe('migrations (Postgres)', () => {
  it('are applied once by processes that start at the same moment', async () => {
    const url = await (await sharedPostgres()).createDatabase();
    const starters = Array.from({ length: 5 }, () => openPostgres(url));
    const applied = await Promise.all(starters.map(migrate));
    expect(applied.flat().sort()).to.deep.equal(VERSIONS);
    await Promise.all(starters.map((starter) => starter.close()));
  });

  it('find those who earned points before contributors were subjects, and keep what stands', async () => {
    const database = openPostgres(await (await sharedPostgres()).createDatabase());
    await database.connected(async (connection) => {
      await connection.execute(`create schema supabase_migrations;
        create table supabase_migrations.schema_migrations (version text primary key, statements text[], name text)`);
      for (const file of FILES.filter((each) => each < '20261123000009')) {
        await connection.execute(readFileSync(new URL(file, FOLDER), 'utf8'));
        await connection.execute(
          `insert into supabase_migrations.schema_migrations (version) values ('${file.split('_', 1)[0]}')`,
        );
      }
    });
    const before = createStore(database);
    const commit = aCommit({ effects: [anEffect('a')], awards: [anAward('a', 5)] });
    expect(await database.call('commit_decision', { commit: json(commit) })).to.equal('committed');
    expect(await migrate(database)).to.deep.equal(VERSIONS.filter((version = '') => version >= '20261123000009'));
    const [contributor, subject] = await before.subjects(['0/5', commit.subject.key]);
    expect(contributor).to.deep.include({
      version: 1,
      contributor: { id: 5, login: 'user-5', points: 10, registered: false, badges: [] },
    });
    expect(subject?.effects).to.deep.equal([anEffect('a')]);
    await database.close();
  });

  it('make a batch of each body that was stored by itself, and keep what became of it', async () => {
    const database = openPostgres(await (await sharedPostgres()).createDatabase());
    const bodies = ['{"action":"opened"}', '', 'x'.repeat(50_000)];
    const states = ['processed', 'dead', 'pending'];
    const guids = bodies.map(() => randomUUID());
    const rows = bodies.map((body, index) => {
      const hex = zstdCompressSync(Buffer.from(body)).toString('hex');
      return `('${guids[index]}', 'issues', '\\x${hex}', '${states[index]}')`;
    });
    await database.connected(async (connection) => {
      for (const file of FILES.filter((each) => each < '20261123000050'))
        await connection.execute(readFileSync(new URL(file, FOLDER), 'utf8'));
      await connection.execute(`
        create schema supabase_migrations;
        create table supabase_migrations.schema_migrations (version text primary key, statements text[], name text);
        insert into supabase_migrations.schema_migrations (version)
        select unnest(array['${VERSIONS.filter((version = '') => version < '20261123000050').join("','")}']);
        insert into c4gt.deliveries (guid, event, body, state) values ${rows.join(', ')};
        select pgmq.send('inbox', jsonb_build_object('delivery', id)) from c4gt.deliveries where state = 'pending'`);
    });
    await migrate(database);
    const store = createStore(database);
    for (const [index, guid] of guids.entries()) {
      const found = await store.delivery(guid);
      expect(found).to.include({ state: states[index] });
      expect(String(Buffer.from(found?.body ?? 'none'))).to.equal(bodies[index]);
    }
    const [work] = await store.claim(10, 60);
    expect(work?.delivery).to.include({ guid: guids[2] });
    expect(work?.delivery?.body).to.have.length(50_000);
    const later = aDelivery();
    await store.receive([later]);
    expect((await store.claim(10, 60)).map(({ delivery }) => delivery?.guid)).to.deep.equal([later.guid]);
    await store.close();
  });

  it('that fail leave nothing of themselves, and name the file', async () => {
    const database = openPostgres(await (await sharedPostgres()).createDatabase());
    await database.connected((connection) => connection.execute('create schema c4gt; create table c4gt.badges ()'));
    const failure = await migrate(database).catch((error: unknown) => error);
    expect(String(failure)).to.match(/20261123000001_tables\.sql failed: relation "badges" already exists/);
    await database.connected(async (connection) => {
      const rows = await connection.execute(
        `select to_regclass('c4gt.deliveries') as made, to_regclass('pgmq.q_inbox') as queue`,
      );
      expect(rows).to.deep.equal([{ made: null, queue: null }]);
    });
    await database.close();
  });

  it('wait for a database that is not there yet', async () => {
    const database = openPostgres('postgres://postgres@127.0.0.1:1/none');
    const failure = await migrate(database).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(StoreUnavailable);
    await database.close();
  });
});
