-- Deliveries: stored as they were committed, and unpacked into rows and messages of the queue later.

-- What came together is one row, with one frame of zstd for all bodies. Acknowledging is writing that row;
-- `c4gt.unpack_batches` makes rows of `c4gt.deliveries` of it, and the messages that will have them processed, later.
create table c4gt.batches (
  id bigint generated always as identity primary key,
  received_at timestamptz not null default now(),
  count integer not null check (count > 0),
  deliveries text not null,
  bodies bytea not null,
  size integer not null,
  unpacked boolean not null default false
);
comment on column c4gt.batches.count is 'How many deliveries came in it';
comment on column c4gt.batches.deliveries is
  'JSON: a list of guid, event and size, in the order of the bodies; empty once c4gt.deliveries has it';
comment on column c4gt.batches.bodies is 'Payloads as GitHub sent them, one after another, in one frame of zstd';
comment on column c4gt.batches.size is 'Bytes of the bodies, uncompressed';
-- Bodies are not compressed a second time, and a listing that has room in its page is not compressed at all.
alter table c4gt.batches alter column bodies set storage external;
alter table c4gt.batches set (toast_tuple_target = 8160);
create index batches_packed on c4gt.batches (id) where not unpacked;
create index batches_received_at on c4gt.batches (received_at) where unpacked;
alter table c4gt.batches enable row level security;

-- Kept for ever: that a delivery came, when, and what became of it.
create table c4gt.deliveries (
  id bigint generated always as identity primary key,
  guid uuid not null unique,
  event text not null,
  batch bigint not null,
  start integer not null,
  size integer not null,
  state text not null default 'pending' check (state in ('pending', 'processed', 'ignored', 'dead')),
  reason text,
  attempts integer not null default 0,
  received_at timestamptz not null default now(),
  finished_at timestamptz
);
comment on column c4gt.deliveries.batch is 'Where its body is; a batch that is there no more was pruned';
comment on column c4gt.deliveries.start is 'Where in the batch it begins, in bytes, uncompressed';
comment on column c4gt.deliveries.size is 'Bytes, uncompressed';
comment on column c4gt.deliveries.attempts is 'Tries, but for the first until it has ended or another begins';
-- Most are processed; the others are what one looks for.
create index deliveries_state on c4gt.deliveries (state, id) where state <> 'processed';
create index deliveries_event on c4gt.deliveries (event);
alter table c4gt.deliveries enable row level security;

-- Atomic: deliveries that came together, in one row. A listing that could not be unpacked is refused here, where it
-- harms nobody else. `bodies` is one frame of zstd, in which the bodies follow one another as the listing has them.
create function public.receive_deliveries(deliveries text, bodies bytea) returns void
language plpgsql security definer set search_path = '' as $$
declare
  listed record;
begin
  select count(*) as count, count(*) filter (where d.guid is not null and d.event is not null and d.size >= 0) as whole,
    sum(d.size) as size
  into listed
  from jsonb_to_recordset(receive_deliveries.deliveries::jsonb) as d (guid uuid, event text, size integer);
  if listed.count = 0 or listed.whole < listed.count or listed.size > 2147483647 then
    raise exception 'The listing of the deliveries is not one of guid, event and size';
  end if;
  insert into c4gt.batches (count, deliveries, bodies, size)
  values (listed.count, receive_deliveries.deliveries, receive_deliveries.bodies, listed.size);
end
$$;

-- Unpacks the oldest batches, of about so many deliveries together, and returns how many batches. One unpacks at a
-- time, under a lock, so that numbers follow the order in which deliveries came. A GUID known already, or twice among
-- them, is stored and queued once; a dead one is tried again, which is what somebody who has GitHub redeliver it wants,
-- and has this body when its own was pruned. What brought nothing is not kept.
create function c4gt.unpack_oldest(most integer) returns integer
language plpgsql set search_path = '' as $$
declare
  -- By being packed, not by number: one whose insertion was committed later may have a smaller one.
  chosen constant bigint[] := (
    select array_agg(w.id)
    from (
      select n.id, sum(n.count) over (order by n.id) - n.count as before
      from (select b.id, b.count from c4gt.batches as b where not b.unpacked order by b.id limit most) as n
    ) as w
    where w.before < most
  );
  queued jsonb[];
  useful bigint[];
begin
  if chosen is null then
    return 0;
  end if;

  with listed as materialized (
    select b.id as batch, b.received_at, d.place, d.guid, d.event, d.size,
      (sum(d.size) over (partition by b.id order by d.place) - d.size)::integer as start
    from c4gt.batches as b
    cross join lateral rows from (
      jsonb_to_recordset(b.deliveries::jsonb) as (guid uuid, event text, size integer)
    ) with ordinality as d (guid, event, size, place)
    where b.id = any (chosen)
  ),
  stored as (
    insert into c4gt.deliveries (guid, event, received_at, batch, start, size)
    select l.guid, l.event, l.received_at, l.batch, l.start, l.size
    from listed as l
    order by l.batch, l.place
    on conflict (guid) do nothing
    returning id, guid, batch
  ),
  repeated as (
    select distinct on (l.guid) l.guid, l.batch, l.start, l.size
    from listed as l
    where not exists (select from stored as s where s.guid = l.guid)
    order by l.guid, l.batch, l.place
  ),
  kept as (
    select r.guid, d.batch as from_batch, d.start as from_start, d.size as from_size, r.batch, r.start, r.size,
      exists (select from c4gt.batches as b where b.id = d.batch) as is_whole
    from repeated as r
    join c4gt.deliveries as d on d.guid = r.guid
    where d.state = 'dead'
  ),
  revived as (
    update c4gt.deliveries as d
    set state = 'pending', attempts = 0, reason = null, finished_at = null,
      batch = case when k.is_whole then k.from_batch else k.batch end,
      start = case when k.is_whole then k.from_start else k.start end,
      size = case when k.is_whole then k.from_size else k.size end
    from kept as k
    where d.guid = k.guid and d.state = 'dead'
    returning d.id, d.batch
  )
  select array_agg(jsonb_build_object('delivery', q.id) order by q.id), array_agg(distinct q.batch) into queued, useful
  from (select s.id, s.batch from stored as s union all select r.id, r.batch from revived as r) as q;

  if queued is not null then
    perform pgmq.send_batch('inbox', queued);
  end if;
  update c4gt.batches as b set unpacked = true, deliveries = '[]' where b.id = any (chosen) and b.id = any (useful);
  delete from c4gt.batches as b where b.id = any (chosen) and not b.unpacked;
  return cardinality(chosen);
end
$$;

-- Unpacks whatever is packed, for those who have to see every delivery that was acknowledged.
create function c4gt.unpack_batches() returns void
language plpgsql set search_path = '' as $$
begin
  if exists (select from c4gt.batches as b where not b.unpacked) then
    perform pg_advisory_xact_lock(hashtextextended('c4gt.unpacking', 0));
    while c4gt.unpack_oldest(1000) > 0 loop
    end loop;
  end if;
end
$$;

-- Unpacks some of what is packed, for those who are about to take work from the queue. While somebody else does, they
-- do not wait, unless there is nothing else to do.
create function c4gt.unpack_some() returns void
language plpgsql set search_path = '' as $$
declare
  -- As a value: no index is searched for what a clock may say otherwise for each row.
  moment constant timestamptz := clock_timestamp();
begin
  if not exists (select from c4gt.batches as b where not b.unpacked) then
    return;
  end if;
  if not pg_try_advisory_xact_lock(hashtextextended('c4gt.unpacking', 0)) then
    if exists (select from pgmq.q_inbox as q where q.vt <= moment) then
      return;
    end if;
    perform pg_advisory_xact_lock(hashtextextended('c4gt.unpacking', 0));
  end if;
  perform c4gt.unpack_oldest(500);
end
$$;

revoke all on function public.receive_deliveries from public, anon, authenticated;
grant execute on function public.receive_deliveries to service_role;
