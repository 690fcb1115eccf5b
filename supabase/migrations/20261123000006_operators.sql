-- Reading, for those who run it: counts, and deliveries with what became of them.

-- ISO 8601 in UTC, as GitHub writes it: a fraction only where there is one.
create function c4gt.iso(at timestamptz) returns text
language sql stable set search_path = '' as $$
  select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS')
    || case when at = date_trunc('second', at) then '' else to_char(at at time zone 'UTC', '.MS') end
    || 'Z'
$$;

-- Says nothing but that the database answers.
create function public.ping() returns void
language sql stable security definer set search_path = '' as $$
$$;

-- How much was received and where it is, how many subjects wait to be decided again or could not be, what waits in the
-- outbox, and which rules decide.
create function public.read_counts() returns jsonb
language sql stable security definer set search_path = '' as $$
  with states as (select d.state, count(*) as count from c4gt.deliveries as d group by d.state)
  select jsonb_build_object(
    'received', (select coalesce(sum(s.count), 0) from states as s),
    'pending', (select coalesce(sum(s.count), 0) from states as s where s.state = 'pending'),
    'processed', (select coalesce(sum(s.count), 0) from states as s where s.state = 'processed'),
    'ignored', (select coalesce(sum(s.count), 0) from states as s where s.state = 'ignored'),
    'dead', (select coalesce(sum(s.count), 0) from states as s where s.state = 'dead'),
    'subjects', jsonb_build_object(
      'pending', (select count(*) from pgmq.q_inbox as q where q.message ? 'subject'),
      'dead', (select count(*) from pgmq.a_inbox as a where a.message ? 'subject')
    ),
    'effects', jsonb_build_object('pending', (select m.queue_length from pgmq.metrics('outbox') as m), 'dead', 0),
    'rules', jsonb_build_object(
      'version', (select r.version from c4gt.rule_sets as r where r.active),
      'count', coalesce((select r.count from c4gt.rule_sets as r where r.active), 0)
    )
  )
$$;

create function c4gt.summarise_delivery(d c4gt.deliveries) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'id', d.id,
    'guid', d.guid,
    'event', d.event,
    'state', d.state,
    'reason', d.reason,
    'attempts', d.attempts,
    'received_at', c4gt.iso(d.received_at),
    'finished_at', c4gt.iso(d.finished_at)
  )
$$;

-- The newest deliveries first; `before` pages on by id.
create function public.list_deliveries(query jsonb) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(c4gt.summarise_delivery(found) order by found.id desc), '[]')
  from (
    select d.*
    from c4gt.deliveries as d
    where (query ->> 'state' is null or d.state = query ->> 'state')
      and (query ->> 'event' is null or d.event = query ->> 'event')
      and (query ->> 'before' is null or d.id < (query ->> 'before')::bigint)
    order by d.id desc
    limit coalesce((query ->> 'limit')::integer, 50)
  ) as found
$$;

-- One delivery with its body, compressed as it was stored.
create function public.show_delivery(guid uuid) returns table (summary jsonb, body bytea)
language sql stable security definer set search_path = '' as $$
  select c4gt.summarise_delivery(d), d.body from c4gt.deliveries as d where d.guid = show_delivery.guid
$$;

revoke all on function
  public.ping, public.read_counts, public.list_deliveries, public.show_delivery
from public, anon, authenticated;
grant execute on function
  public.ping, public.read_counts, public.list_deliveries, public.show_delivery
to service_role;
