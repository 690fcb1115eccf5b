-- Verifying the ledger: its chain line by line, and the totals that are kept of it.

-- The end of the chain. Whoever hears of it may keep it for ever, so it is told once it is durable: writing something,
-- whatever it is, makes this transaction wait for all that was committed before.
create function public.read_ledger_head() returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  head jsonb;
begin
  select jsonb_build_object('lines', c.position, 'digest', encode(c.digest, 'hex')) into head
  from c4gt.ledger_chain as c
  order by c.position desc
  limit 1;
  if pg_current_wal_flush_lsn() < pg_current_wal_insert_lsn() then
    perform pg_logical_emit_message(true, 'c4gt.ledger_head', '');
  end if;
  return coalesce(head, jsonb_build_object('lines', 0, 'digest', repeat('00', 32)));
end
$$;

-- The next positions of the chain after one, each with its line as texts, null when it is missing; and of a reversal
-- the line it takes back, with how many take it back. Lines are looked up one by one: planned as a join, each page
-- might read the whole ledger. And json, not jsonb: nobody looks into it here, and it takes half the time.
create function public.read_ledger_lines(after bigint, quantity integer) returns json
language sql stable security definer set search_path = '' as $$
  select coalesce(
    json_agg(
      json_build_object(
        'position', c.position,
        'line', c.line::text,
        'previous', encode(c.previous, 'hex'),
        'digest', encode(c.digest, 'hex'),
        'says', (
          select json_build_object(
            'id', l.id::text,
            'subject', l.subject,
            'effect', l.effect,
            'contributor', l.contributor::text,
            'points', l.points::text,
            'rule', l.rule,
            'rules_version', l.rules_version,
            'reason', l.reason,
            'url', l.url,
            'delivery', l.delivery::text,
            'decision', l.decision::text,
            'reverses', l.reverses::text,
            'at', to_char(l.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
          )
          from c4gt.ledger as l
          where l.id = c.line
        ),
        'reversed', (
          select json_build_object(
            'position', (select o.position from c4gt.ledger_chain as o where o.line = r.id),
            'contributor', r.contributor::text,
            'points', r.points::text,
            'subject', r.subject,
            'effect', r.effect,
            'reverses', r.reverses::text,
            'times', (select count(*) from c4gt.ledger as again where again.reverses = r.id)
          )
          from c4gt.ledger as l
          join c4gt.ledger as r on r.id = l.reverses
          where l.id = c.line
        )
      )
      order by c.position
    ),
    '[]'
  )
  from (
    select w.* from c4gt.ledger_chain as w where w.position > after order by w.position limit quantity
  ) as c
$$;

-- Of the next lines after one, by number, the first that has no place in the chain, null when all have one; and the last
-- that was looked at, null when there were none. Each is looked up, not counted: a line chained twice would make up for it.
create function public.find_unchained(after bigint, quantity integer) returns jsonb
language sql stable security definer set search_path = '' as $$
  with looked as (
    select l.id from c4gt.ledger as l where l.id > after order by l.id limit quantity
  )
  select jsonb_build_object(
    'line', (
      select min(k.id)
      from looked as k
      where not exists (select from c4gt.ledger_chain as c where c.line = k.id and c.position > 0)
    ),
    'next', (select max(k.id) from looked as k)
  )
$$;

-- The next contributors after one, each with the points it has and those of its lines; `login` and `points` are null of
-- one who has lines alone. Who has lines is found by going from one to the next in the index, not through all lines.
create function public.read_ledger_totals(after bigint, quantity integer) returns jsonb
language sql stable security definer set search_path = '' as $$
  with recursive credited (id) as (
    select min(l.contributor) from c4gt.ledger as l where l.contributor > after
    union all
    select (select min(l.contributor) from c4gt.ledger as l where l.contributor > c.id)
    from credited as c
    where c.id is not null
  ),
  known as (
    select c.id from c4gt.contributors as c where c.id > after order by c.id limit quantity
  )
  select coalesce(
    jsonb_agg(
      jsonb_build_object(
        'contributor', each.id,
        'login', c.login,
        'points', c.points,
        'lines', (select coalesce(sum(l.points), 0) from c4gt.ledger as l where l.contributor = each.id)
      )
      order by each.id
    ),
    '[]'
  )
  from (
    select k.id
    from (
      select w.id from known as w
      union
      (select r.id from credited as r where r.id is not null limit quantity)
    ) as k
    order by k.id
    limit quantity
  ) as each
  left join c4gt.contributors as c on c.id = each.id
$$;

revoke all on function
  public.read_ledger_head, public.read_ledger_lines, public.find_unchained, public.read_ledger_totals
from public, anon, authenticated;
grant execute on function
  public.read_ledger_head, public.read_ledger_lines, public.find_unchained, public.read_ledger_totals
to service_role;
