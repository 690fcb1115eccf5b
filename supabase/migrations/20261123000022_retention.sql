-- Retention: bodies of deliveries are kept for a time, and what they led to for ever.

-- Whether the body of a delivery is there no more.
create function c4gt.is_pruned(batch bigint) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return not exists (select from c4gt.batches as b where b.id = is_pruned.batch);
end
$$;

-- Atomic: the oldest bodies that are older than so many days go, as many as one step may take, with the record of it,
-- one for each day. A batch of which a delivery is pending stays; of one that is dead it goes, and so do the messages
-- of dead deliveries. Returns what went, and whether there may be more; null while somebody else prunes.
--
-- `terms`: `days`, and `batches`, the most that go in one step; 64 MB, if these are more. Old is what the database's
-- clock says: a process whose own is wrong prunes nothing too early. The deliveries themselves are not touched: what
-- names a batch that is not there was pruned. Nothing is retried, nor unpacked, meanwhile, so nothing that goes becomes
-- pending.
create function public.prune_bodies(terms jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  until constant timestamptz := clock_timestamp() - make_interval(days => (terms ->> 'days')::integer);
  most constant integer := terms ->> 'batches';
  today constant text := (now() at time zone 'UTC')::date;
  chosen bigint[];
  gone record;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('c4gt.pruning', 0)) then
    return null;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('c4gt.unpacking', 0));

  chosen := array(
    select w.id
    from (
      select b.id, sum(length(b.bodies)) over (order by b.received_at, b.id) - length(b.bodies) as before
      from (
        select o.id, o.received_at, o.bodies
        from c4gt.batches as o
        where o.unpacked and o.received_at < until
          and o.id not in (select d.batch from c4gt.deliveries as d where d.state = 'pending')
        order by o.received_at, o.id
        limit most
      ) as b
    ) as w
    where w.before < 64 * 1024 * 1024
  );
  with pruned as (
    delete from c4gt.batches as b where b.id = any (chosen) returning b.count, length(b.bodies) as size
  )
  select count(*) as batches, coalesce(sum(p.count), 0) as deliveries, coalesce(sum(p.size), 0) as bytes
  into gone
  from pruned as p;

  delete from pgmq.a_inbox as a
  where a.msg_id in (
    select o.msg_id from pgmq.a_inbox as o where o.archived_at < until and not o.message ? 'subject' limit 1000
  );

  if gone.batches > 0 then
    update c4gt.audit as a
    set details = jsonb_build_object(
      'day', today,
      'deliveries', (a.details ->> 'deliveries')::bigint + gone.deliveries,
      'bytes', (a.details ->> 'bytes')::bigint + gone.bytes,
      'before', c4gt.iso(until)
    )
    where a.action = 'bodies pruned' and a.details ->> 'day' = today;
    if not found then
      insert into c4gt.audit (action, details)
      values (
        'bodies pruned',
        jsonb_build_object('day', today, 'deliveries', gone.deliveries, 'bytes', gone.bytes, 'before', c4gt.iso(until))
      );
    end if;
  end if;
  return jsonb_build_object(
    'deliveries', gone.deliveries,
    'bytes', gone.bytes,
    'more', cardinality(chosen) = most or gone.bytes >= 64 * 1024 * 1024
  );
end
$$;

revoke all on function public.prune_bodies from public, anon, authenticated;
grant execute on function public.prune_bodies to service_role;
