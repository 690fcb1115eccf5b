// The database looked at: what it lacks, and that looking changes nothing of it.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { DataDirInUse } from '../../src/store/data-dir-lock.ts';
import { inspectDatabase } from '../../src/store/inspect.ts';
import { readMigrations } from '../../src/store/migrate.ts';
import { openStore } from '../../src/store/open.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import { openTestPostgres } from '../support/database.ts';
import { sharedPostgres } from '../support/postgres.ts';

const rejection = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

describe('a database that is looked at', function () {
  this.timeout(60_000);
  let dataDir = '';
  beforeEach(() => {
    dataDir = join(mkdtempSync(join(tmpdir(), 'c4gt-test-')), 'data');
  });
  afterEach(() => rmSync(join(dataDir, '..'), { recursive: true, force: true }));

  it('is not made by that', async () => {
    const state = await inspectDatabase({ databaseUrl: null, dataDir });
    expect(state).to.deep.equal({ isThere: false, missing: [], unknown: [], pgmq: 'available', counts: null });
    expect(existsSync(dataDir)).to.equal(false);
    // One that somebody died in the middle of making is left to the next start.
    mkdirSync(join(dataDir, 'database'), { recursive: true });
    writeFileSync(join(dataDir, 'creating'), '');
    expect(await inspectDatabase({ databaseUrl: null, dataDir })).to.include({ isThere: false });
    expect(readdirSync(dataDir)).to.have.members(['database', 'creating']);
  });

  it('is in use, or is as it should be, where it is embedded', async () => {
    const store = await openStore({ databaseUrl: null, dataDir });
    expect(await rejection(inspectDatabase({ databaseUrl: null, dataDir }))).to.be.instanceOf(DataDirInUse);
    await store.close();
    const state = await inspectDatabase({ databaseUrl: null, dataDir });
    expect(state).to.deep.include({ isThere: true, missing: [], unknown: [], pgmq: 'installed' });
    expect(state.counts).to.include({ received: 0, dead: 0 });
  });

  it('lacks everything when it is empty, and still does afterwards', async () => {
    const databaseUrl = await (await sharedPostgres()).createDatabase();
    const names = (await readMigrations()).map(({ version, name }) => `${version}_${name}`);
    for (let times = 0; times < 2; times++) {
      const state = await inspectDatabase({ databaseUrl, dataDir });
      expect(state).to.deep.equal({ isThere: true, missing: names, unknown: [], pgmq: 'available', counts: null });
    }
  });

  it('lacks the newest migrations, or knows newer ones, or others’', async () => {
    const database = await openTestPostgres();
    const databaseUrl = String(database.url);
    const newest = (await readMigrations()).at(-1);
    const table = 'supabase_migrations.schema_migrations';
    await database.query(`insert into ${table} (version) values ('29990101000000'), ('20200101000000')`);
    expect(await inspectDatabase({ databaseUrl, dataDir })).to.deep.include({
      missing: [],
      unknown: ['29990101000000'],
    });
    await database.query(`delete from ${table} where version = '${newest?.version}'`);
    const behind = await inspectDatabase({ databaseUrl, dataDir });
    expect(behind).to.deep.include({ missing: [`${newest?.version}_${newest?.name}`], counts: null });
    await database.close();
  });

  it('is out of reach', async () => {
    const databaseUrl = 'postgres://user:canary@127.0.0.1:1/db';
    const error = await rejection(inspectDatabase({ databaseUrl, dataDir }));
    expect(error).to.be.instanceOf(StoreUnavailable);
    expect(String(error)).not.to.include('canary');
  });

  it('needs no more rights than to read', async () => {
    const database = await openTestPostgres();
    const databaseUrl = String(database.url);
    await openPostgres(databaseUrl).connected(async (connection) => {
      await connection.execute(
        `alter database "${new URL(databaseUrl).pathname.slice(1)}" set default_transaction_read_only = on`,
      );
    });
    expect(await inspectDatabase({ databaseUrl, dataDir })).to.deep.include({ missing: [], isThere: true });
    await database.close();
  });
});
