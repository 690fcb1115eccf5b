// The database: reachable, up to date, and what is dead in it.
import { messageOf } from '../message-of.ts';
import { C4GT } from '../program-name.ts';
import { DataDirInUse } from '../store/data-dir-lock.ts';
import type { DatabaseState } from '../store/inspect.ts';
import { MigrationsMissing } from '../store/migrate.ts';
import type { StoreConfig } from '../store/open.ts';
import { counted, type Finding, ok, problem, skipped, some, warning } from './finding.ts';

export interface DatabaseParts extends Required<StoreConfig> {
  /** @throws DataDirInUse when another process has the data */
  readonly inspect: () => Promise<DatabaseState>;
  /** What the server that has the data directory says of itself; null when none answers. */
  readonly askServer: () => Promise<Dead | null>;
}

/** How much was given up. */
export interface Dead {
  readonly dead: number;
  readonly subjects: { readonly dead: number };
  readonly effects: { readonly dead: number };
}

export async function checkDatabase(parts: DatabaseParts): Promise<readonly Finding[]> {
  const where = whereIs(parts);
  const isEmbedded = parts.databaseUrl === null && parts.supabase === null;
  try {
    return findingsOf(await parts.inspect(), where, isEmbedded);
  } catch (error) {
    if (error instanceof DataDirInUse) return heldByServer(await parts.askServer(), error);
    const advice = isEmbedded ? 'look at DATA_DIR' : 'start it, or correct where and how it is reached';
    return [problem(CHECK, `${where}: ${messageOf(error)}`, error instanceof MigrationsMissing ? MIGRATE : advice)];
  }
}

const MIGRATE = 'apply them as is said there';
const CHECK = 'database';
const DEAD = 'dead letters';

/** Without user and password. */
function whereIs({ databaseUrl, supabase, dataDir }: DatabaseParts): string {
  if (supabase !== null) return `Supabase at ${new URL(supabase.url).host}`;
  if (databaseUrl === null) return `embedded, in ${dataDir}`;
  const { host, pathname } = new URL(databaseUrl);
  return `Postgres at ${host === '' ? 'its default place' : host}${pathname}`;
}

function findingsOf(state: DatabaseState, where: string, isEmbedded: boolean): readonly Finding[] {
  if (!state.isThere) return [ok(CHECK, `${where}: not made yet; the first start makes it`)];
  const findings: Finding[] = [];
  if (state.pgmq === 'missing')
    findings.push(
      problem(CHECK, `${where}: its server has no extension pgmq`, 'install pgmq there: https://github.com/pgmq/pgmq'),
    );
  if (state.missing.length > 0) {
    const what = `${where}: ${counted(state.missing.length, 'migration')} not applied, from ${state.missing[0]} on`;
    findings.push(warning(CHECK, what, `call \`${C4GT} db migrate\`; every start does it too`));
  }
  if (state.unknown.length > 0)
    findings.push(
      warning(
        CHECK,
        `${where}: migrated by a newer version of this program, ${some(state.unknown)}`,
        'run that version',
      ),
    );
  if (findings.length === 0) findings.push(ok(CHECK, `${where}: reachable, up to date, with pgmq`));
  if (isEmbedded)
    findings.push(ok(CHECK, 'one process at a time can use it; a Postgres server or Supabase can be shared'));
  if (state.counts !== null) findings.push(deadOf(state.counts));
  return findings;
}

function heldByServer(counts: Dead | null, error: Error): readonly Finding[] {
  if (counts !== null) return [ok(CHECK, 'embedded, and in use by the server that is running'), deadOf(counts)];
  const advice = 'fine if that is this service: ask its /readyz; else stop it';
  return [
    warning(CHECK, error.message.split('. ')[0] ?? error.message, advice),
    skipped(DEAD, 'the database is in use'),
  ];
}

function deadOf({ dead, subjects, effects }: Dead): Finding {
  const found = [
    [
      dead,
      'delivery',
      'deliveries',
      `\`${C4GT} deliveries list --state dead\` says why, \`${C4GT} deliveries retry --dead\` tries again`,
    ],
    [subjects.dead, 'subject', 'subjects', `\`${C4GT} deliveries retry --dead\` tries again`],
    [
      effects.dead,
      'effect',
      'effects',
      `\`${C4GT} effects list --state dead\` says why, \`${C4GT} effects retry --dead\` tries again`,
    ],
  ] as const;
  const [first, ...others] = found.filter(([count]) => count > 0);
  if (first === undefined) return ok(DEAD, 'none');
  const what = [first, ...others].map(([count, one, more]) => `${count} ${count === 1 ? one : more}`).join(', ');
  return warning(DEAD, `given up: ${what}`, [first, ...others].map(([, , , advice]) => advice).join('; '));
}
