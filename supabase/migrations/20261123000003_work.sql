-- Work from the inbox: handing it out, and every way a piece of it ends.

-- Atomic: unpacking, and hiding the messages from other workers. Reading is a statement by itself: it may see messages
-- committed after a statement began, whose deliveries that one would not see.
--
-- It waits for the disk, unlike decisions: a worker that outlives a crash of the database goes on with the numbers it
-- was given, and after a crash they could be another delivery's.
--
-- It returns no bodies: what it locks stays locked until its answer has gone out, and a small answer always has.
create function public.claim_work(quantity integer, visibility integer)
returns table (
  message bigint, attempt integer, delivery bigint, guid uuid, event text, batch bigint, start integer, size integer,
  subject text, occasion text, occurrence text, failures integer
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
  select
    t.id, t.attempt, t.delivery, d.guid, d.event, d.batch, d.start, d.size, t.subject, t.occasion, t.occurrence,
    t.failures
  from (
    select
      (c.item ->> 'id')::bigint as id,
      (c.item ->> 'attempt')::integer as attempt,
      (c.item -> 'message' ->> 'delivery')::bigint as delivery,
      c.item -> 'message' ->> 'subject' as subject,
      c.item -> 'message' ->> 'event' as occasion,
      c.item -> 'message' ->> 'occurrence' as occurrence,
      coalesce((c.item -> 'message' ->> 'failures')::integer, 0) as failures
    from jsonb_array_elements(claimed) as c (item)
  ) as t
  left join lateral (select * from c4gt.deliveries as f where f.id = t.delivery limit 1) as d on true
  order by t.id;
end
$$;

-- The bodies of batches, as they are stored, and the bytes they have uncompressed, in the order asked for: the first
-- ones, of 8 MB together, or one that is larger by itself. Null where a batch is there no more. Each is looked up by
-- itself: planned as a join, a claim might read all batches there are.
create function public.read_bodies(batches jsonb) returns table (batch bigint, size integer, bodies bytea)
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  select w.id, w.size, w.bodies
  from (
    select e.id::bigint as id, e.place, b.size, b.bodies,
      sum(coalesce(length(b.bodies), 0)) over (order by e.place) - coalesce(length(b.bodies), 0) as before
    from jsonb_array_elements_text(batches) with ordinality as e (id, place)
    left join lateral (select f.size, f.bodies from c4gt.batches as f where f.id = e.id::bigint limit 1) as b on true
  ) as w
  where w.before < 8 * 1024 * 1024
  order by w.place;
end
$$;

-- Hides what somebody is working on for so many seconds from now. What was ended meanwhile stays so.
create function public.extend_work(messages jsonb, visibility integer) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform pgmq.set_vt('inbox', m.id::bigint, visibility) from jsonb_array_elements_text(messages) as m (id);
end
$$;

-- Counts a try that begins after another, and says the how manyth it is. Claiming does not count: a process that dies
-- over one delivery has claimed its neighbours too, and they are not to blame.
create function public.begin_work(delivery bigint) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  tries integer;
begin
  update c4gt.deliveries as d set attempts = greatest(d.attempts, 1) + 1
  where d.id = begin_work.delivery
  returning d.attempts into tries;
  return tries;
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

-- Atomic: the time the message comes again and the reason for it. A try that was not the delivery's to fail is not
-- counted, and a new message takes the place of the old one: how often that was claimed would else tell of dead
-- workers. The failures of a subject's work are counted in its message, for want of another place. A message somebody
-- else has ended changes nothing.
create function public.postpone_work(
  message bigint, delivery bigint, seconds integer, reason text, counted boolean
) returns void
language plpgsql security definer set search_path = '' as $$
declare
  again jsonb;
begin
  if counted and postpone_work.delivery is not null then
    if not exists (
      select from pgmq.set_vt('inbox', postpone_work.message, seconds) as m where m.msg_id is not null
    ) then
      return;
    end if;
  else
    select q.message into again from pgmq.q_inbox as q where q.msg_id = postpone_work.message;
    if again is null or not pgmq.delete('inbox', postpone_work.message) then
      return;
    end if;
    if counted then
      again := again || jsonb_build_object('failures', coalesce((again ->> 'failures')::integer, 0) + 1);
    end if;
    perform pgmq.send('inbox', again, seconds);
  end if;
  update c4gt.deliveries as d
  set reason = postpone_work.reason,
    attempts = case when counted then greatest(d.attempts, 1) else greatest(d.attempts - 1, 0) end
  where d.id = postpone_work.delivery;
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

-- Atomic: the state of the deliveries, their new messages, and the record that somebody asked. A pending delivery is in
-- the queue already, so asking twice queues once; one whose body was pruned stays what it is. A subject comes back with
-- what happened to it. The lock keeps from reviving what is being revived because it came again.
create function public.retry_deliveries(guid uuid) returns integer
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

-- Atomic: every message that somebody has claimed becomes visible, and every lease ends, for a store whose last user
-- died without giving its claims back. What was never claimed and is hidden has its time to come; so has an effect that
-- was claimed, and an installation through which a write may still be under way: GitHub breaks it off after 10 s.
create function public.release_claims() returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform pgmq.set_vt('inbox', q.msg_id, 0) from pgmq.q_inbox as q where q.vt > clock_timestamp() and q.read_ct > 0;
  update c4gt.installations as i
  set lease = i.lease + 1, leased_until = '-infinity',
    paused_until = greatest(i.paused_until, i.written_at + interval '15 seconds')
  where i.leased_until > clock_timestamp();
  update c4gt.backfills as b
  set lease = b.lease + 1, leased_until = '-infinity'
  where b.leased_until > clock_timestamp();
  update c4gt.coverage as c
  set lease = c.lease + 1, leased_until = '-infinity'
  where c.leased_until > clock_timestamp();
end
$$;

revoke all on function
  public.claim_work, public.read_bodies, public.extend_work, public.begin_work, public.finish_work,
  public.postpone_work, public.bury_work, public.retry_deliveries, public.release_claims
from public, anon, authenticated;
grant execute on function
  public.claim_work, public.read_bodies, public.extend_work, public.begin_work, public.finish_work,
  public.postpone_work, public.bury_work, public.retry_deliveries, public.release_claims
to service_role;
