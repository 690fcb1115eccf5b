-- Work about a subject that says what happened to it: events of our own, which no delivery brings.

alter table c4gt.subjects add column waiting bigint;
comment on column c4gt.subjects.waiting is 'Message that c4gt.queue_again last queued for it; long worked off, perhaps';

-- Queues a subject to be decided again after so many seconds. `occasion` is `{}`, or an event of ours with its
-- occurrence. Nothing is queued while the last such message waits that says as much, comes no later and was never
-- claimed; one that says no more and comes later makes way, for a decision is made on all there is to know. That is
-- safe under the subject's lock only: who claims the message at this moment commits after this transaction, and then
-- finds a new version, or nothing new to decide.
create function c4gt.queue_again(subject text, occasion jsonb, seconds integer) returns void
language plpgsql set search_path = '' as $$
declare
  wanted constant jsonb := jsonb_build_object('subject', queue_again.subject) || occasion;
  due constant timestamptz := clock_timestamp() + make_interval(secs => seconds);
  waiting record;
begin
  select q.msg_id, q.vt, q.message - 'occurrence' as message into waiting
  from c4gt.subjects as s
  join pgmq.q_inbox as q on q.msg_id = s.waiting
  where s.key = queue_again.subject and q.read_ct = 0;

  if waiting.vt <= due and waiting.message @> (wanted - 'occurrence') then
    return;
  end if;
  if waiting.vt > due and waiting.message <@ wanted then
    perform pgmq.delete('inbox', waiting.msg_id);
  end if;
  update c4gt.subjects as s
  set waiting = (select m.id from pgmq.send('inbox', wanted, seconds) as m (id))
  where s.key = queue_again.subject;
end
$$;

-- Atomic: hiding the messages from other workers, and recording the attempt on their deliveries. Reading comes first
-- and by itself: it may see messages committed after a statement began, whose deliveries that statement would not see.
drop function public.claim_work;
create function public.claim_work(quantity integer, visibility integer)
returns table (
  message bigint, attempt integer, delivery bigint, guid uuid, event text, body bytea, subject text, occasion text,
  occurrence text
)
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
      c.item -> 'message' ->> 'subject' as subject,
      c.item -> 'message' ->> 'event' as occasion,
      c.item -> 'message' ->> 'occurrence' as occurrence
    from jsonb_array_elements(claimed) as c (item)
  ),
  tried as (
    update c4gt.deliveries as d set attempts = greatest(d.attempts, 1)
    from taken as t
    where d.id = t.delivery
    returning d.id, d.guid, d.event, d.body
  )
  select t.id, t.attempt, t.delivery, d.guid, d.event, d.body, t.subject, t.occasion, t.occurrence
  from taken as t
  left join tried as d on d.id = t.delivery
  order by t.id;
end
$$;

-- Atomic: every message that somebody has claimed becomes visible, for a store whose last user died without giving its
-- claims back. What was never claimed and is hidden has its time to come.
create or replace function public.release_claims() returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform pgmq.set_vt('inbox', q.msg_id, 0) from pgmq.q_inbox as q where q.vt > clock_timestamp() and q.read_ct > 0;
  perform pgmq.set_vt('outbox', q.msg_id, 0) from pgmq.q_outbox as q where q.vt > clock_timestamp() and q.read_ct > 0;
end
$$;

-- Atomic: the state of the deliveries, their new messages, and the record that somebody asked. A pending delivery is
-- in the queue already, so asking twice queues once. A subject comes back with what happened to it.
create or replace function public.retry_deliveries(guid uuid) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  again jsonb[];
  subjects jsonb[];
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
      delete from pgmq.a_inbox as a where a.message ? 'subject' returning a.message
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

revoke all on function public.claim_work from public, anon, authenticated;
grant execute on function public.claim_work to service_role;
