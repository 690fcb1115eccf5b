// What the doctor says of the database: where it is, what it lacks, what is dead in it, and who has it.
import { expect } from 'chai';
import { checkDatabase, type Dead } from '../../src/doctor/database.ts';
import { DataDirInUse } from '../../src/store/data-dir-lock.ts';
import type { DatabaseState } from '../../src/store/inspect.ts';
import { MigrationsMissing } from '../../src/store/migrate.ts';
import type { Counts } from '../../src/store/reading.ts';
import { StoreUnavailable } from '../../src/store/store.ts';

const none: Dead = { dead: 0, subjects: { dead: 0 }, effects: { dead: 0 } };
const fine: DatabaseState = { isThere: true, missing: [], unknown: [], pgmq: 'installed', counts: countsOf(none) };

/** Only what is dead is looked at. */
function countsOf(dead: Dead): Counts {
  return {
    ...{ received: 9, pending: 0, processed: 9, ignored: 0, dead: dead.dead },
    subjects: { pending: 0, ...dead.subjects },
    waiting_since: null,
    effects: { pending: 0, skipped: 0, parked: 0, ...dead.effects },
    rules: { version: null, count: 0 },
  };
}

async function said(
  found: DatabaseState | Error,
  at: Partial<Parameters<typeof checkDatabase>[0]> = {},
): Promise<string> {
  const findings = await checkDatabase({
    ...{ databaseUrl: 'postgres://user:canary@db.example:5432/points', supabase: null, dataDir: '.data' },
    inspect: async () => {
      if (found instanceof Error) throw found;
      return found;
    },
    askServer: async () => null,
    ...at,
  });
  const lines = findings.map(({ check, verdict, what, advice }) => `${verdict} ${check}: ${what} → ${advice}`);
  expect(lines.join('\n')).not.to.include('canary');
  return lines.join('\n');
}

const embedded = { databaseUrl: null };
const inUse = new DataDirInUse('The data directory /d is in use by process 42. Stop it first, …');

describe('of the database the doctor says', () => {
  const cases: readonly [note: string, text: () => Promise<string>, pattern: RegExp][] = [
    [
      'where it is',
      () => said(fine),
      /^ok database: Postgres at db\.example:5432\/points: reachable, up to date, with pgmq/,
    ],
    ['that nothing is dead', () => said(fine), /ok dead letters: none/],
    [
      'where a Supabase project is',
      () => said(fine, { databaseUrl: null, supabase: { url: 'https://a.supabase.co', secretKey: 'canary' } }),
      /^ok database: Supabase at a\.supabase\.co: reachable/,
    ],
    ['that it is not shared', () => said(fine, embedded), /one process at a time/],
    [
      'that it is not there yet',
      () => said({ ...fine, isThere: false, counts: null }, embedded),
      /^ok database: embedded, in \.data: not made yet/,
    ],
    [
      'that it is not up to date',
      () => said({ ...fine, missing: ['1_a', '2_b'], counts: null }),
      /^warning database: .*2 migrations not applied, from 1_a on → call `c4gt db migrate`/,
    ],
    [
      'that it is ahead',
      () => said({ ...fine, unknown: ['9'] }),
      /^warning database: .*newer version of this program, 9/,
    ],
    [
      'that it has no pgmq',
      () => said({ ...fine, pgmq: 'missing', counts: null }),
      /^problem database: .*no extension pgmq → install pgmq/,
    ],
    [
      'what is dead',
      () => said({ ...fine, counts: countsOf({ dead: 2, subjects: { dead: 1 }, effects: { dead: 1 } }) }),
      /warning dead letters: given up: 2 deliveries, 1 subject, 1 effect → .*deliveries retry --dead.*effects retry --dead/,
    ],
    [
      'that it is away',
      () => said(new StoreUnavailable('The database is not available: connect ECONNREFUSED')),
      /^problem database: Postgres at db\.example:5432\/points: .*ECONNREFUSED → start it/,
    ],
    [
      'what else is wrong with it',
      () => said(new Error('password authentication failed for user "user"')),
      /^problem database: .*password authentication failed .*correct where and how/,
    ],
    [
      'that a project has to be migrated',
      () => said(new MigrationsMissing('The Supabase project is older')),
      /^problem database: .*older → apply them/,
    ],
    [
      'who has it',
      () => said(inUse, embedded),
      /^warning database: The data directory \/d is in use by process 42 → fine if .*\/readyz.*\nskipped dead letters/,
    ],
    [
      'that our server has it',
      () => said(inUse, { ...embedded, askServer: async () => none }),
      /^ok database: .*in use by the server that is running → null\nok dead letters: none/,
    ],
    [
      'what our server has given up',
      () => said(inUse, { ...embedded, askServer: async () => ({ ...none, dead: 1 }) }),
      /warning dead letters: given up: 1 delivery → /,
    ],
  ];
  for (const [note, text, pattern] of cases) it(note, async () => expect(await text()).to.match(pattern));
});
