-- Coverage: up to when all that GitHub wanted to tell us is here, and the sweep that finds that out and makes it good.

create table c4gt.coverage (
  up_to timestamptz,
  swept_at timestamptz,
  because text,
  unconnected text,
  missing integer not null default 0,
  lease bigint not null default 0,
  leased_until timestamptz not null default '-infinity',
  single boolean primary key default true check (single)
);
comment on table c4gt.coverage is 'One row, or none before anybody looked';
comment on column c4gt.coverage.up_to is 'Until then nothing is missing, but for what is being looked through again';
comment on column c4gt.coverage.swept_at is 'When the last sweep came to its end';
comment on column c4gt.coverage.because is 'Why the last sweep did not';
comment on column c4gt.coverage.unconnected is 'Why GitHub cannot be asked at all';
comment on column c4gt.coverage.missing is 'Deliveries that were not here when the last sweep ended';
alter table c4gt.coverage enable row level security;

create table c4gt.lost_deliveries (
  guid uuid primary key,
  event text not null,
  installation bigint,
  delivered_at timestamptz not null,
  noted_at timestamptz not null default now()
);
comment on table c4gt.lost_deliveries is
  'Deliveries that GitHub could not bring us, however often; what they told was asked for instead';
alter table c4gt.lost_deliveries enable row level security;

-- Keeps why nothing can be looked through, which a process without credentials does not know while another one has
-- some.
create function public.note_connection(unconnected text) returns void
language sql security definer set search_path = '' as $$
  insert into c4gt.coverage as c (unconnected)
  select note_connection.unconnected
  where note_connection.unconnected is null or not c4gt.is_connected('github')
  on conflict (single) do update
  set unconnected = excluded.unconnected
  where c.unconnected is distinct from excluded.unconnected
$$;

-- Atomic: the lease of the sweep. Null while somebody else has it, or when the last one came to its end less than
-- `interval` seconds ago; `visibility` is the seconds after which a dead process's lease ends. With it come the
-- installations that are known now, and up to when everything was here.
create function public.begin_sweep(terms jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  moment constant timestamptz := clock_timestamp();
  leased c4gt.coverage;
begin
  insert into c4gt.coverage default values on conflict (single) do nothing;
  update c4gt.coverage as c
  set lease = c.lease + 1, leased_until = moment + make_interval(secs => (terms ->> 'visibility')::integer)
  where c.leased_until <= moment
    and coalesce(c.swept_at, '-infinity') <= moment - make_interval(secs => (terms ->> 'interval')::integer)
  returning * into leased;
  if not found then
    return null;
  end if;
  return jsonb_build_object(
    'lease', leased.lease,
    'upTo', c4gt.iso(leased.up_to),
    'installations', (
      select coalesce(jsonb_agg(i.id order by i.id), '[]') from c4gt.installations as i where i.state <> 'deleted'
    )
  );
end
$$;

-- Whether a sweep still has its lease; it keeps it until the end of the transaction.
create function c4gt.has_sweep(lease bigint) returns boolean
language plpgsql set search_path = '' as $$
begin
  perform
  from c4gt.coverage as c
  where c.lease = has_sweep.lease and c.leased_until > clock_timestamp()
  for no key update;
  return found;
end
$$;

-- Those among the GUIDs of which no delivery is here.
create function public.find_lacking(guids jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform c4gt.unpack_batches();
  return (
    select coalesce(jsonb_agg(g.guid), '[]')
    from jsonb_array_elements_text(guids) as g (guid)
    where not exists (select from c4gt.deliveries as d where d.guid = g.guid::uuid)
  );
end
$$;

-- Atomic: the end of a sweep, up to when everything is here, how many deliveries are missing, and what is to be looked
-- through instead of those that are lost, or, with `since`, of all that was not swept in time. Returns the GUIDs that
-- are lost and were not known to be; null when somebody else is sweeping.
create function public.end_sweep(lease bigint, outcome jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  fresh jsonb;
begin
  if not c4gt.has_sweep(end_sweep.lease) then
    return null;
  end if;

  with noted as (
    insert into c4gt.lost_deliveries (guid, event, installation, delivered_at)
    select l.guid, l.event, l.installation, l.at
    from jsonb_to_recordset(outcome -> 'lost') as l (guid uuid, event text, installation bigint, at timestamptz)
    on conflict (guid) do nothing
    returning *
  )
  select coalesce(jsonb_agg(to_jsonb(n)), '[]') into fresh from noted as n;

  perform c4gt.request_backfill(asked.installation, false, asked.since)
  from (
    select a.installation, min(a.since) as since
    from (
      select l.installation, l.delivered_at - interval '5 minutes' as since
      from jsonb_to_recordset(fresh) as l (installation bigint, delivered_at timestamptz)
      union all
      select i.id, (outcome ->> 'since')::timestamptz
      from c4gt.installations as i
      where outcome ->> 'since' is not null
    ) as a
    join c4gt.installations as i on i.id = a.installation and i.state <> 'deleted'
    group by a.installation
    order by a.installation
  ) as asked;

  delete from c4gt.lost_deliveries as l where l.noted_at < now() - interval '30 days';
  update c4gt.coverage as c
  set up_to = (outcome ->> 'upTo')::timestamptz, missing = (outcome ->> 'missing')::integer,
    because = null, swept_at = clock_timestamp(), leased_until = '-infinity';
  return (
    select coalesce(jsonb_agg(f.item ->> 'guid' order by f.item ->> 'guid'), '[]')
    from jsonb_array_elements(fresh) as f (item)
  );
end
$$;

-- Atomic: the end of a sweep that failed, and why.
create function public.fail_sweep(lease bigint, reason text) returns void
language sql security definer set search_path = '' as $$
  update c4gt.coverage as c
  set because = fail_sweep.reason, leased_until = '-infinity'
  where c.lease = fail_sweep.lease
$$;

-- Why what is to be looked through is not; null when it is.
create function c4gt.explain_backfill(crowd integer) returns text
language sql stable set search_path = '' as $$
  select coalesce(
    (select c.unconnected from c4gt.coverage as c),
    case when c4gt.is_crowded(crowd) then format('more than %s pieces of work wait in the inbox', crowd) end,
    case
      when bool_and(i.state <> 'active') then 'the installation of the App is suspended'
      when bool_and(i.state <> 'active' or b.paused_until > now())
        then max(b.paused_because) filter (where i.state = 'active')
      else max(b.reason)
    end
  )
  from c4gt.backfills as b
  join c4gt.installations as i on i.id = b.installation and i.state <> 'deleted'
  where b.page is not null
    or exists (
      select from c4gt.backfilled_repositories as r where r.installation = b.installation and r.state = 'pending'
    )
  having count(*) > 0
$$;

-- How far looking through has come, and up to when everything is here: as the last sweep has it, and before what is
-- being looked through again. `crowd` is how much may wait in the inbox while something is looked through.
create function public.read_coverage(crowd integer) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'backfill', (
      select jsonb_build_object(
        'repositories', count(*),
        'done', count(*) filter (where r.state = 'done'),
        'failed', count(*) filter (where r.state = 'failed'),
        'found', coalesce(sum(r.found), 0),
        'waiting_because', c4gt.explain_backfill(crowd)
      )
      from c4gt.backfilled_repositories as r
    ),
    'complete_up_to', (
      select c4gt.iso(least(
        c.up_to,
        (
          select min(least(r.since, (r.cursor ->> 'since')::timestamptz))
          from c4gt.backfilled_repositories as r
          join c4gt.installations as i on i.id = r.installation and i.state = 'active'
          where r.state = 'pending'
        ),
        (
          select min(b.since)
          from c4gt.backfills as b
          join c4gt.installations as i on i.id = b.installation and i.state = 'active'
          where b.page is not null
        )
      ))
      from c4gt.coverage as c
      where c.up_to is not null
    ),
    'complete', (
      select jsonb_build_object(
        'swept_at', c4gt.iso(c.swept_at),
        'missing', coalesce(c.missing, 0),
        'lost', (select count(*) from c4gt.lost_deliveries),
        'because', coalesce(c.unconnected, c.because, case when c.swept_at is null then 'not swept yet' end)
      )
      from (select) as always
      left join c4gt.coverage as c on true
    )
  )
$$;

revoke all on function
  public.note_connection, public.begin_sweep, public.find_lacking, public.end_sweep, public.fail_sweep,
  public.read_coverage
from public, anon, authenticated;
grant execute on function
  public.note_connection, public.begin_sweep, public.find_lacking, public.end_sweep, public.fail_sweep,
  public.read_coverage
to service_role;
