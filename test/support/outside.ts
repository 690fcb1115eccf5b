// What a role of the database can reach: every relation and function there is, tried as that role.

type Query = (sql: string) => Promise<Record<string, unknown>[]>;

/** The two roles that anybody can have: without logging in, and after. */
export const outsiders = ['anon', 'authenticated'] as const;
export type Outsider = (typeof outsiders)[number];

/** Runs SQL as a role, and keeps nothing of it. */
export async function asRole(query: Query, role: Outsider, sql: string): Promise<Record<string, unknown>[]> {
  try {
    return await query(`begin; set local role ${role}; ${sql}`);
  } finally {
    await query('rollback');
  }
}

/** A relation by its name, or a function with its arguments, and what the role can do with it. */
export interface Reached {
  readonly name: string;
  readonly can: string;
}

/**
 * Everything outside Postgres's own schemas that is not refused for want of a privilege: reading every table, view and
 * sequence, and calling every function, is tried; of writing, what is granted counts, for a view refuses it before that.
 */
export async function reach(query: Query, role: Outsider): Promise<readonly Reached[]> {
  try {
    const [row] = await query(
      `begin; ${tryEverything(role)}; select current_setting('c4gt.reached')::jsonb as reached`,
    );
    return row?.['reached'] as readonly Reached[];
  } finally {
    await query('rollback');
  }
}

/** How many there are to try, by kind: a test that tries nothing would find nothing. */
export async function everything(query: Query): Promise<Readonly<Record<string, number>>> {
  const rows = await query(`select kind, count(*)::integer as count from (${THINGS}) as things group by kind`);
  return Object.fromEntries(rows.map(({ kind, count }) => [String(kind), Number(count)]));
}

const OURS = `n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%'`;

const THINGS = `
  select
    case c.relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'materialised view' else 'table' end as kind,
    c.oid, c.oid::regclass::text as name, format('select * from %s', c.oid::regclass) as attempt
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'f', 'v', 'm', 'S') and ${OURS}
  union all
  select
    'function', p.oid, p.oid::regprocedure::text,
    format(
      '%s %s(%s)', case p.prokind when 'p' then 'call' else 'select' end, p.oid::regproc,
      (
        select string_agg(
          case when p.provariadic <> 0 and a.place = p.pronargs then 'variadic ' else '' end
            || 'null::' || case
              when t.typname in ('anyelement', 'any') then 'text'
              when t.typtype = 'p' then 'text[]'
              else format_type(t.oid, null)
            end,
          ', ' order by a.place
        )
        from unnest(p.proargtypes) with ordinality as a (type, place)
        join pg_type as t on t.oid = a.type
      )
    )
  from pg_proc as p
  join pg_namespace as n on n.oid = p.pronamespace
  where ${OURS}`;

/** Leaves what was reached in a setting: whoever is somebody else has no table to write it to. */
function tryEverything(role: Outsider): string {
  return `
do $try$
declare
  thing record;
  writing text;
  reached jsonb := '[]';
begin
  for thing in ${THINGS} loop
    begin
      set local role ${role};
      execute thing.attempt;
      reached := reached || jsonb_build_object('name', thing.name, 'can', case thing.kind when 'function' then 'call' else 'read' end);
    exception
      when insufficient_privilege then null;
      when others then
        reached := reached || jsonb_build_object('name', thing.name, 'can', 'meet ' || sqlerrm);
    end;
    reset role;
    continue when thing.kind = 'function';

    for writing in select unnest(
      case thing.kind
        when 'sequence' then array['usage', 'update']
        else array['insert', 'update', 'delete', 'truncate', 'references', 'trigger']
      end
    ) loop
      if (case thing.kind
        when 'sequence' then has_sequence_privilege('${role}', thing.oid, writing)
        else has_table_privilege('${role}', thing.oid, writing)
          or writing in ('insert', 'update', 'references') and has_any_column_privilege('${role}', thing.oid, writing)
      end) then
        reached := reached || jsonb_build_object('name', thing.name, 'can', writing);
      end if;
    end loop;
  end loop;
  perform set_config('c4gt.reached', (select coalesce(jsonb_agg(r order by r ->> 'name'), '[]') from jsonb_array_elements(reached) as r)::text, true);
end
$try$`;
}
