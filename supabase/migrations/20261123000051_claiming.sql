-- Handing out deliveries that lie in batches: a claim says where each body is, and whole batches are read by themselves.

-- Atomic: unpacking, hiding the messages from other workers, and recording the attempt on their deliveries. Reading is a
-- statement by itself: it may see messages committed after a statement began, whose deliveries that one would not see.
--
-- It returns no bodies: what it locks stays locked until its answer has gone out, and a small answer always has.
drop function public.claim_work;
create function public.claim_work(quantity integer, visibility integer)
returns table (
  message bigint, attempt integer, delivery bigint, guid uuid, event text, batch bigint, start integer, size integer,
  subject text, occasion text, occurrence text
)
language plpgsql security definer set search_path = '' as $$
declare
  claimed jsonb;
begin
  perform c4gt.unpack_some();
  select coalesce(jsonb_agg(jsonb_build_object('id', m.msg_id, 'attempt', m.read_ct, 'message', m.message)), '[]')
  into claimed
  from pgmq.read('inbox', visibility, quantity) as m;

  return query
  with taken as (
    select
      (c.item ->> 'id')::bigint as id,
      (c.item ->> 'attempt')::integer as attempt,
      (c.item -> 'message' ->> 'delivery')::bigint as delivery,
      c.item -> 'message' ->> 'subject' as subject,
      c.item -> 'message' ->> 'event' as occasion,
      c.item -> 'message' ->> 'occurrence' as occurrence
    from jsonb_array_elements(claimed) as c (item)
  ),
  tried as (
    update c4gt.deliveries as d set attempts = greatest(d.attempts, 1)
    from taken as t
    where d.id = t.delivery
    returning d.id, d.guid, d.event, d.batch, d.start, d.size
  )
  select t.id, t.attempt, t.delivery, d.guid, d.event, d.batch, d.start, d.size, t.subject, t.occasion, t.occurrence
  from taken as t
  left join tried as d on d.id = t.delivery
  order by t.id;
end
$$;

-- The bodies of batches, as they are stored, in the order asked for: the first ones, of 8 MB together, or one that is
-- larger by itself. Null where a batch is there no more.
create function public.read_bodies(batches jsonb) returns table (batch bigint, bodies bytea)
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  select w.id, w.bodies
  from (
    select a.id, a.place, b.bodies,
      sum(coalesce(length(b.bodies), 0)) over (order by a.place) - coalesce(length(b.bodies), 0) as before
    from (
      select e.id::bigint as id, e.place from jsonb_array_elements_text(batches) with ordinality as e (id, place)
    ) as a
    left join c4gt.batches as b on b.id = a.id
  ) as w
  where w.before < 8 * 1024 * 1024
  order by w.place;
end
$$;

-- Atomic: the state of the deliveries, their new messages, and the record that somebody asked. A pending delivery is
-- in the queue already, so asking twice queues once; one whose body was pruned stays what it is. A subject comes back with
-- what happened to it. The lock keeps from reviving what is being revived because it came again.
create or replace function public.retry_deliveries(guid uuid) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  again jsonb[];
  subjects jsonb[];
begin
  perform pg_advisory_xact_lock(hashtextextended('c4gt.unpacking', 0));
  perform c4gt.unpack_batches();
  with revived as (
    update c4gt.deliveries as d
    set state = 'pending', attempts = 0, reason = null, finished_at = null
    where (
        d.guid = retry_deliveries.guid and d.state <> 'pending'
        or retry_deliveries.guid is null and d.state = 'dead'
      )
      and exists (select from c4gt.batches as b where b.id = d.batch)
    returning d.id
  )
  select array_agg(jsonb_build_object('delivery', r.id) order by r.id) into again from revived as r;

  if retry_deliveries.guid is null then
    with revived as (
      delete from pgmq.a_inbox as a where a.message ? 'subject' returning a.message - 'failures' as message
    )
    select array_agg(distinct r.message) into subjects from revived as r;
    if subjects is not null then
      perform pgmq.send_batch('inbox', subjects);
    end if;
  end if;

  if again is not null then
    perform pgmq.send_batch('inbox', again);
  end if;

  insert into c4gt.audit (action, details)
  values (
    'deliveries retried',
    jsonb_build_object('guid', retry_deliveries.guid, 'count', coalesce(cardinality(again), 0))
  );
  return coalesce(cardinality(again), 0);
end
$$;

revoke all on function public.claim_work, public.read_bodies from public, anon, authenticated;
grant execute on function public.claim_work, public.read_bodies to service_role;
