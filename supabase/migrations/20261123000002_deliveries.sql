-- The inbox: storing deliveries, handing out work, and every way a piece of work ends.

-- Queues each subject once to be decided again.
create function c4gt.queue_subjects(keys text[]) returns void
language plpgsql set search_path = '' as $$
begin
  if cardinality(keys) > 0 then
    perform pgmq.send_batch(
      'inbox',
      (
        select array_agg(jsonb_build_object('subject', k.key) order by k.place)
        from unnest(keys) with ordinality as k (key, place)
      )
    );
  end if;
end
$$;

-- Brings dead deliveries among these back to the queue, and returns how many.
create function c4gt.revive_deliveries(guids uuid[]) returns integer
language plpgsql set search_path = '' as $$
declare
  again jsonb[];
begin
  with revived as (
    update c4gt.deliveries as d
    set state = 'pending', attempts = 0, reason = null, finished_at = null
    where d.guid = any (guids) and d.state = 'dead'
    returning d.id
  )
  select array_agg(jsonb_build_object('delivery', r.id) order by r.id) into again from revived as r;
  if again is not null then
    perform pgmq.send_batch('inbox', again);
  end if;
  return coalesce(cardinality(again), 0);
end
$$;

-- Atomic: the deliveries, and the messages that will have them processed. `bodies` holds all bodies one after another,
-- so that bytes travel as bytes. A GUID known already, or twice in the group, is stored and queued once; a dead one is
-- tried again, which is what somebody who has GitHub redeliver it wants.
create function public.receive_deliveries(deliveries jsonb, bodies bytea) returns void
language plpgsql security definer set search_path = '' as $$
declare
  fresh jsonb[];
begin
  if (select sum((d.item ->> 'size')::integer) from jsonb_array_elements(deliveries) as d (item)) <> length(bodies) then
    raise exception 'The sizes of the deliveries do not add up to the bytes received';
  end if;

  -- Inserted in order of GUID: two groups that share deliveries then wait for, and never deadlock, one another.
  with incoming as (
    select
      d.place,
      (d.item ->> 'guid')::uuid as guid,
      d.item ->> 'event' as event,
      (d.item ->> 'size')::integer as size,
      sum((d.item ->> 'size')::integer) over (order by d.place)::integer as until
    from jsonb_array_elements(deliveries) with ordinality as d (item, place)
  ),
  stored as (
    insert into c4gt.deliveries (guid, event, body)
    select i.guid, i.event, substring(bodies from i.until - i.size + 1 for i.size)
    from incoming as i
    order by i.guid, i.place
    on conflict (guid) do nothing
    returning id, guid
  )
  select array_agg(jsonb_build_object('delivery', s.id) order by i.place) into fresh
  from stored as s
  join (select n.guid, min(n.place) as place from incoming as n group by n.guid) as i on i.guid = s.guid;

  if fresh is not null then
    perform pgmq.send_batch('inbox', fresh);
  end if;
  if coalesce(cardinality(fresh), 0) < jsonb_array_length(deliveries) then
    perform c4gt.revive_deliveries(array(select (d.item ->> 'guid')::uuid from jsonb_array_elements(deliveries) as d (item)));
  end if;
end
$$;

-- Atomic: hiding the messages from other workers, and recording the attempt on their deliveries. Reading comes first
-- and by itself: it may see messages committed after a statement began, whose deliveries that statement would not see.
create function public.claim_work(quantity integer, visibility integer)
returns table (message bigint, attempt integer, delivery bigint, guid uuid, event text, body bytea, subject text)
language plpgsql security definer set search_path = '' as $$
declare
  claimed constant jsonb := (
    select coalesce(jsonb_agg(jsonb_build_object('id', m.msg_id, 'attempt', m.read_ct, 'message', m.message)), '[]')
    from pgmq.read('inbox', visibility, quantity) as m
  );
begin
  return query
  with taken as (
    select
      (c.item ->> 'id')::bigint as id,
      (c.item ->> 'attempt')::integer as attempt,
      (c.item -> 'message' ->> 'delivery')::bigint as delivery,
      c.item -> 'message' ->> 'subject' as subject
    from jsonb_array_elements(claimed) as c (item)
  ),
  tried as (
    update c4gt.deliveries as d set attempts = greatest(d.attempts, 1)
    from taken as t
    where d.id = t.delivery
    returning d.id, d.guid, d.event, d.body
  )
  select t.id, t.attempt, t.delivery, d.guid, d.event, d.body, t.subject
  from taken as t
  left join tried as d on d.id = t.delivery
  order by t.id;
end
$$;

-- Counts a try that begins, and says the how manyth it is. Claiming does not count: a process that dies over one
-- delivery has claimed its neighbours too, and they are not to blame.
create function public.begin_work(delivery bigint) returns integer
language sql security definer set search_path = '' as $$
  update c4gt.deliveries as d set attempts = d.attempts + 1 where d.id = begin_work.delivery returning d.attempts
$$;

-- Atomic: every hidden message becomes visible, for a store whose last user died without giving its claims back.
create function public.release_claims() returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform pgmq.set_vt('inbox', q.msg_id, 0) from pgmq.q_inbox as q where q.vt > clock_timestamp();
  perform pgmq.set_vt('outbox', q.msg_id, 0) from pgmq.q_outbox as q where q.vt > clock_timestamp();
end
$$;

-- Atomic: the acknowledgement and the delivery's state. A message somebody else has ended meanwhile changes nothing.
create function public.finish_work(message bigint, delivery bigint, state text, reason text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if pgmq.delete('inbox', finish_work.message) then
    update c4gt.deliveries as d
    set state = finish_work.state, reason = finish_work.reason, finished_at = now()
    where d.id = finish_work.delivery;
  end if;
end
$$;

-- Atomic: the new time of the message and the reason for it. A try that was not the delivery's to fail is not counted. A
-- message somebody else has ended changes nothing.
create function public.postpone_work(
  message bigint, delivery bigint, seconds integer, reason text, counted boolean
) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if exists (select from pgmq.set_vt('inbox', postpone_work.message, seconds) as m where m.msg_id is not null) then
    update c4gt.deliveries as d
    set reason = postpone_work.reason, attempts = d.attempts - case when counted then 0 else 1 end
    where d.id = postpone_work.delivery;
  end if;
end
$$;

-- Atomic: the message leaves the queue for its archive, and what it was for is marked dead (a delivery) or goes on
-- record (a subject to decide again). A message somebody else has ended changes nothing.
create function public.bury_work(message bigint, delivery bigint, subject text, reason text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if not pgmq.archive('inbox', bury_work.message) then
    return;
  end if;

  update c4gt.deliveries as d
  set state = 'dead', reason = bury_work.reason, finished_at = now()
  where d.id = bury_work.delivery;

  if bury_work.delivery is null then
    insert into c4gt.audit (action, details)
    values ('decision buried', jsonb_build_object('subject', bury_work.subject, 'reason', bury_work.reason));
  end if;
end
$$;

-- Atomic: the state of the deliveries, their new messages, and the record that somebody asked. A pending delivery is
-- in the queue already, so asking twice queues once.
create function public.retry_deliveries(guid uuid) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  again jsonb[];
  subjects text[];
begin
  with revived as (
    update c4gt.deliveries as d
    set state = 'pending', attempts = 0, reason = null, finished_at = null
    where d.guid = retry_deliveries.guid and d.state <> 'pending'
      or retry_deliveries.guid is null and d.state = 'dead'
    returning d.id
  )
  select array_agg(jsonb_build_object('delivery', r.id) order by r.id) into again from revived as r;

  if retry_deliveries.guid is null then
    with revived as (
      delete from pgmq.a_inbox as a where a.message ? 'subject' returning a.message ->> 'subject' as key
    )
    select array_agg(distinct r.key) into subjects from revived as r;
    perform c4gt.queue_subjects(subjects);
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

revoke all on function
  public.receive_deliveries, public.claim_work, public.begin_work, public.release_claims, public.finish_work,
  public.postpone_work, public.bury_work, public.retry_deliveries
from public, anon, authenticated;
grant execute on function
  public.receive_deliveries, public.claim_work, public.begin_work, public.release_claims, public.finish_work,
  public.postpone_work, public.bury_work, public.retry_deliveries
to service_role;
