// Every table there is, is in the documentation of what is kept and for how long: none grows without anybody knowing.
import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { openTestPGlite, type TestDatabase } from '../support/database.ts';

describe('docs/storage.md', () => {
  let database: TestDatabase;
  before(async () => {
    database = await openTestPGlite();
  });
  after(() => database?.close());

  it('says of every table and queue how long its rows are kept, and of none that there is not', async () => {
    const tables = await database.query(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname = 'c4gt' or schemaname = 'pgmq' and tablename ~ '^[aq]_'`,
    );
    const text = await readFile(new URL('../../docs/storage.md', import.meta.url), 'utf8');
    const [, kept = ''] = text.split('## What is kept, and how long');
    const told = (kept.split('\n\n')[1] ?? '').matchAll(/`((?:c4gt|pgmq)\.\w+)`/g);
    expect([...told].map(([, name]) => name)).to.have.members(tables.map(({ name }) => name));
  });
});
