-- The outbox, for those who run it: what is skipped, taken up again, looked at and tried once more.

-- Atomic: what waits for a medium that is not connected is skipped, with the reason; `reasons` by medium. Returns how
-- many. A new wish for one of them waits again.
create function public.skip_effects(reasons jsonb) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  skipped integer;
begin
  update c4gt.outbox as o
  set state = 'skipped', reason = reasons ->> o.medium
  where o.id in (
    select w.id
    from c4gt.outbox as w
    where w.state = 'pending' and w.medium = any (array(select jsonb_object_keys(reasons)))
    order by w.id
    for no key update skip locked
  );
  get diagnostics skipped = row_count;
  return skipped;
end
$$;

-- Atomic: what was skipped for want of a medium waits again. What was to happen once, longer than three days ago, stays
-- where it is: nobody wants to be greeted for what was last winter. Returns how many.
create function public.resume_effects(medium text) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  resumed integer;
begin
  update c4gt.outbox as o
  set state = 'pending', reason = null, attempts = 0, due_at = now()
  where o.id in (
    select w.id
    from c4gt.outbox as w
    where w.state = 'skipped'
      and w.medium = resume_effects.medium
      and (w.wanted <> 'happen' or w.at > now() - interval '3 days')
    order by w.id
    for no key update skip locked
  );
  get diagnostics resumed = row_count;
  return resumed;
end
$$;

-- Atomic: the effects that are tried again at once, and the record that somebody asked: the one of this number, unless
-- it is done, or all that are dead. Returns how many.
create function public.retry_effects(effect bigint) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  again integer;
begin
  update c4gt.outbox as o
  set state = 'pending', reason = null, attempts = 0, faults = 0, due_at = now()
  where o.id in (
    select w.id
    from c4gt.outbox as w
    where w.id = retry_effects.effect and w.state <> 'done'
      or retry_effects.effect is null and w.state = 'dead'
    order by w.id
    for no key update
  );
  get diagnostics again = row_count;
  insert into c4gt.audit (action, details)
  values ('effects retried', jsonb_build_object('effect', retry_effects.effect, 'count', again));
  return again;
end
$$;

-- Why an effect waits: what befell it last, or else what holds up its installation.
create function c4gt.explain_waiting(o c4gt.outbox) returns text
language sql stable set search_path = '' as $$
  select coalesce(
    o.reason,
    case
      when o.state <> 'pending' or o.medium <> 'github' then null
      when o.installation is null then 'the App is not known to be installed there'
      else (
        select case
          when i.state <> 'active' then format('the installation of the App is %s', i.state)
          when i.paused_until > now() then i.paused_because
        end
        from c4gt.installations as i
        where i.id = o.installation
      )
    end
  )
$$;

-- Effects that are seen outside, the newest first; `state` and `subject`, a key or an address, choose among them, and
-- `before` pages on by number.
create function public.list_effects(query jsonb) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(
    jsonb_agg(
      jsonb_build_object(
        'id', found.id,
        'repository', s.repository,
        'number', s.number,
        'key', found.key,
        'action', found.action,
        'wanted', found.wanted,
        'params', found.params,
        'state', found.state,
        'reason', found.reason,
        'attempts', found.attempts,
        'at', c4gt.iso(found.at),
        'due_at', case when found.state = 'pending' then c4gt.iso(found.due_at) end
      )
      order by found.id desc
    ),
    '[]'
  )
  from (
    select
      o.id, o.subject, o.key, o.action, o.wanted, o.params, o.state, o.attempts, o.at, o.due_at,
      c4gt.explain_waiting(o) as reason
    from c4gt.outbox as o
    where (query ->> 'state' is null or o.state = query ->> 'state')
      and (query ->> 'subject' is null or o.subject = c4gt.resolve_subject(query ->> 'subject'))
      and (query ->> 'before' is null or o.id < (query ->> 'before')::bigint)
    order by o.id desc
    limit coalesce((query ->> 'limit')::integer, 50)
  ) as found
  join c4gt.subjects as s on s.key = found.subject
$$;

-- How much was received and where it is, how many subjects are due to be decided again or could not be, what waits in
-- the outbox, was given up or skipped there, or waits for room under a limit, and which rules decide. Subjects whose
-- time is to come are those of the parked.
-- What is due is told by the clock: a transaction may have begun before a message that it already sees was sent.
create or replace function public.read_counts() returns jsonb
language sql stable security definer set search_path = '' as $$
  with
  states as (select d.state, count(*) as count from c4gt.deliveries as d group by d.state),
  outward as (select o.state, count(*) as count from c4gt.outbox as o where o.state <> 'done' group by o.state)
  select jsonb_build_object(
    'received', (select coalesce(sum(s.count), 0) from states as s),
    'pending', (select coalesce(sum(s.count), 0) from states as s where s.state = 'pending'),
    'processed', (select coalesce(sum(s.count), 0) from states as s where s.state = 'processed'),
    'ignored', (select coalesce(sum(s.count), 0) from states as s where s.state = 'ignored'),
    'dead', (select coalesce(sum(s.count), 0) from states as s where s.state = 'dead'),
    'subjects', jsonb_build_object(
      'pending', (
        select count(*)
        from pgmq.q_inbox as q
        where q.message ? 'subject' and (q.read_ct > 0 or q.vt <= clock_timestamp())
      ),
      'dead', (select count(*) from pgmq.a_inbox as a where a.message ? 'subject')
    ),
    'effects', jsonb_build_object(
      'pending', (select coalesce(sum(o.count), 0) from outward as o where o.state = 'pending'),
      'dead', (select coalesce(sum(o.count), 0) from outward as o where o.state = 'dead'),
      'skipped', (select coalesce(sum(o.count), 0) from outward as o where o.state = 'skipped'),
      'parked', (select count(*) from c4gt.effects as e where e.state = 'parked')
    ),
    'rules', jsonb_build_object(
      'version', (select r.version from c4gt.rule_sets as r where r.active),
      'count', coalesce((select r.count from c4gt.rule_sets as r where r.active), 0)
    )
  )
$$;

revoke all on function
  public.skip_effects, public.resume_effects, public.retry_effects, public.list_effects
from public, anon, authenticated;
grant execute on function
  public.skip_effects, public.resume_effects, public.retry_effects, public.list_effects
to service_role;
