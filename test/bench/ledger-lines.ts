// A ledger of any length, made in one go: what millions of awards would have left behind.
import pg from 'pg';
import { people } from './traffic-world.ts';

/** What others have earned in it, besides those who are in the traffic. */
const OTHERS = 200_000;
const LINES_OF_A_SUBJECT = 100;
/** Connections that write lines at the same time. */
const WRITERS = 2;

/**
 * Half of the lines are of those who earn points in the traffic, so that each has a history of thousands; the other half
 * of 200,000 others. Triggers and foreign keys are past over, and keys and indexes made anew afterwards. A digest of the
 * chain is the digest of its number, and so none that could be verified: of a chain, only the end is read when a line is
 * added.
 *
 * @param url of a migrated database whose ledger is empty, on a server of one's own
 */
export async function addLedgerLines(url: string, lines: number): Promise<void> {
  const writers = await Promise.all(Array.from({ length: WRITERS }, () => openWriter(url)));
  const [writer] = writers;
  if (writer === undefined) return;
  try {
    // A checkpoint after every gigabyte would write most pages several times.
    await writer.query(`alter system set max_wal_size = '32GB'`);
    await writer.query('select pg_reload_conf()');
    const { drop, make } = await keys(writer);
    for (const sql of drop) await writer.query(sql);
    await addSubjects(writer, Math.ceil(lines / LINES_OF_A_SUBJECT));
    await Promise.all(
      writers.map(async (each, at) => {
        const [from, to] = [at, at + 1].map((share) => Math.floor((lines * share) / WRITERS));
        for (const sql of linesFrom(Number(from) + 1, Number(to))) await each.query(sql);
      }),
    );
    await Promise.all([inTurn(writer, make.first), inTurn(writers.at(-1) ?? writer, make.second)]);
    for (const sql of make.last) await writer.query(sql);
    await addPeople(writer);
    await writer.query(`select setval(pg_get_serial_sequence('c4gt.ledger', 'id'), ${Math.trunc(lines)})`);
    await writer.query('alter system reset max_wal_size');
    await writer.query('select pg_reload_conf()');
    await writer.query('checkpoint');
  } finally {
    await Promise.all(writers.map((each) => each.end()));
  }
}

async function openWriter(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`
    set session_replication_role = replica;
    set synchronous_commit = off;
    set maintenance_work_mem = '1GB'`);
  return client;
}

async function inTurn(client: pg.Client, statements: readonly string[]): Promise<void> {
  for (const sql of statements) await client.query(sql);
}

interface Keys {
  readonly drop: readonly string[];
  /** Of the ledger, of its chain, and what needs both: can be made at the same time. */
  readonly make: Readonly<Record<'first' | 'second' | 'last', readonly string[]>>;
}

/** How the keys and indexes of both tables are dropped and made. */
async function keys(client: pg.Client): Promise<Keys> {
  const { rows } = await client.query<{ kind: 'f' | 'p' | 'i'; of: string; name: string; made: string }>(
    `select c.contype::text as kind, c.conrelid::regclass::text as of, quote_ident(c.conname) as name,
       format('alter table %s add constraint %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) as made
     from pg_constraint as c
     where c.confrelid = 'c4gt.ledger'::regclass
       or c.contype in ('p', 'u') and c.conrelid in ('c4gt.ledger'::regclass, 'c4gt.ledger_chain'::regclass)
     union all
     select 'i', i.indrelid::regclass::text, i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
     from pg_index as i
     where i.indrelid in ('c4gt.ledger'::regclass, 'c4gt.ledger_chain'::regclass)
       and not exists (select from pg_constraint as c where c.conindid = i.indexrelid and c.contype in ('p', 'u'))`,
  );
  const foreign = rows.filter(({ kind }) => kind === 'f');
  const own = rows.filter(({ kind }) => kind !== 'f');
  const made = (of: string) => own.filter((row) => row.of === of).map((row) => row.made);
  return {
    drop: [...foreign, ...own].map(({ kind, of, name }) =>
      kind === 'i' ? `drop index ${name}` : `alter table ${of} drop constraint ${name}`,
    ),
    make: { first: made('c4gt.ledger'), second: made('c4gt.ledger_chain'), last: foreign.map((row) => row.made) },
  };
}

/** Pull requests of before, each with a decision. */
async function addSubjects(client: pg.Client, subjects: number): Promise<void> {
  await client.query(
    `insert into c4gt.subjects (key, kind, repository_id, number, repository, private)
     select format('%s/%s', 700000 + n % 1000, n), 'pull_request', 700000 + n % 1000, n, format('earlier/repository-%s', n % 1000), false
     from generate_series(1, ${Math.trunc(subjects)}) as n`,
  );
  await client.query(
    `insert into c4gt.decisions (event, subject, rules_version, trace)
     select 'pull_request.closed', s.key, 'earlier', '[]' from c4gt.subjects as s where s.repository like 'earlier/%'`,
  );
}

/** As people did who earned something in them, with the sum. */
async function addPeople(client: pg.Client): Promise<void> {
  await client.query(
    `insert into c4gt.contributors (id, login, points)
     select s.contributor, coalesce(k.login, 'earlier-' || s.contributor), s.points
     from (select l.contributor, sum(l.points) as points from c4gt.ledger as l group by l.contributor) as s
     left join unnest($1::bigint[], $2::text[]) as k (id, login) on k.id = s.contributor`,
    [people.map(({ id }) => id), people.map(({ login }) => login)],
  );
}

function linesFrom(from: number, to: number): readonly string[] {
  return [
    `insert into c4gt.ledger (id, subject, effect, contributor, points, rule, rules_version, reason, url, decision, at)
     overriding system value
     select
       n,
       (700000 + (1 + (n - 1) / ${LINES_OF_A_SUBJECT}) % 1000) || '/' || (1 + (n - 1) / ${LINES_OF_A_SUBJECT}),
       'merged-pull-request award_points ' || n,
       case when n % 2 = 0 then ${people[0]?.id} + (n / 2) % ${people.length} else 1 + (n / 2) % ${OTHERS} end,
       (array[5, 10, 20, 30])[1 + n % 4],
       'merged-pull-request',
       'earlier',
       'Merged the export of every table with its filters, ' || n,
       'https://github.com/earlier/repository-' || n % 1000 || '/pull/' || (1 + (n - 1) / ${LINES_OF_A_SUBJECT}),
       1 + (n - 1) / ${LINES_OF_A_SUBJECT},
       timestamptz '2020-01-01' + n * interval '20 seconds'
     from generate_series(${from}, ${to}) as n`,
    `insert into c4gt.ledger_chain (position, line, previous, digest)
     select n, n, sha256(int8send(n - 1)), sha256(int8send(n)) from generate_series(${from}::bigint, ${to}) as n`,
  ];
}
