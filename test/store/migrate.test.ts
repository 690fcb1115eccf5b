// Migrations: applied once, in order, whoever else is applying them.
import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { MigrationsDiffer, migrate } from '../../src/store/migrate.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import { eachDatabase } from '../support/database.ts';
import { sharedPostgres } from '../support/postgres.ts';

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

  it('of a newer program do not matter, nor do records without names', async () => {
    const database = openPostgres(await (await sharedPostgres()).createDatabase());
    await migrate(database);
    await database.connected((connection) =>
      connection.execute(`
        update supabase_migrations.schema_migrations set name = null where version = '${VERSIONS[1]}';
        insert into supabase_migrations.schema_migrations (version, name) values ('20991231235959', 'newer')`),
    );
    expect(await migrate(database)).to.deep.equal([]);
    await database.close();
  });

  it('of another set under the same versions are refused before anything is changed', async () => {
    const database = openPostgres(await (await sharedPostgres()).createDatabase());
    await database.connected((connection) =>
      connection.execute(`
        create schema supabase_migrations;
        create table supabase_migrations.schema_migrations (version text primary key, statements text[], name text);
        insert into supabase_migrations.schema_migrations (version, name) values ('${VERSIONS[0]}', 'tables')`),
    );
    const failure = await migrate(database).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(MigrationsDiffer);
    expect(String(failure)).to.match(/20261123000001 is `tables` there and `schema` here.*a new database/);
    await database.connected(async (connection) => {
      const rows = await connection.execute(`select to_regclass('c4gt.deliveries') as made`);
      expect(rows).to.deep.equal([{ made: null }]);
    });
    await database.close();
  });

  it('that fail leave nothing of themselves, and name the file', async () => {
    const database = openPostgres(await (await sharedPostgres()).createDatabase());
    await database.connected((connection) => connection.execute('create schema c4gt; create table c4gt.audit ()'));
    const failure = await migrate(database).catch((error: unknown) => error);
    expect(String(failure)).to.match(/20261123000001_schema\.sql failed: relation "audit" already exists/);
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
