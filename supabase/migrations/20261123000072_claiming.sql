-- What claiming costs: tries are counted where they end or begin again, so that claiming a delivery the first time writes
-- nothing to it; and bodies are unpacked into a room of the right size.

comment on column c4gt.deliveries.attempts is 'Tries, but for the first until it has ended or another begins';

-- Atomic: unpacking, and hiding the messages from other workers. Reading is a statement by itself: it may see messages
-- committed after a statement began, whose deliveries that one would not see.
--
-- It waits for the disk, unlike decisions: a worker that outlives a crash of the database goes on with the numbers it was
-- given, and after a crash they could be another delivery's.
--
-- It returns no bodies: what it locks stays locked until its answer has gone out, and a small answer always has.
drop function public.claim_work;
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
    t.id, t.attempt, t.delivery, d.guid, d.event, d.batch, d.start, d.size, t.subject, t.occasion, t.occurrence, t.failures
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

-- Counts a try that begins after another, and says the how manyth it is. Claiming does not count: a process that dies
-- over one delivery has claimed its neighbours too, and they are not to blame.
create or replace function public.begin_work(delivery bigint) returns integer
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

-- Atomic: the time the message comes again and the reason for it. A try that was not the delivery's to fail is not
-- counted, and a new message takes the place of the old one: how often that was claimed would else tell of dead workers. The
-- failures of a subject's work are counted in its message, for want of another place. A message somebody else has ended
-- changes nothing.
create or replace function public.postpone_work(
  message bigint, delivery bigint, seconds integer, reason text, counted boolean
) returns void
language plpgsql security definer set search_path = '' as $$
declare
  again jsonb;
begin
  if counted and postpone_work.delivery is not null then
    if not exists (select from pgmq.set_vt('inbox', postpone_work.message, seconds) as m where m.msg_id is not null) then
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

create or replace function c4gt.summarise_delivery(d c4gt.deliveries) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'id', d.id,
    'guid', d.guid,
    'event', d.event,
    'state', d.state,
    'reason', d.reason,
    'attempts', case when d.state = 'pending' then d.attempts else greatest(d.attempts, 1) end,
    'received_at', c4gt.iso(d.received_at),
    'finished_at', c4gt.iso(d.finished_at),
    'pruned', c4gt.is_pruned(d.batch)
  );
end
$$;

-- The bodies of batches, as they are stored, and the bytes they have uncompressed, in the order asked for: the first ones,
-- of 8 MB together, or one that is larger by itself. Null where a batch is there no more. Each is looked up by itself:
-- planned as a join, a claim might read all batches there are.
drop function public.read_bodies;
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

revoke all on function public.claim_work, public.read_bodies from public, anon, authenticated;
grant execute on function public.claim_work, public.read_bodies to service_role;
