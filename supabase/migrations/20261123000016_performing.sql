-- Performing: who may write to GitHub now, and what came of it.

-- When there is room for another one of what may come so often in a span of time: now, unless so many came in the last.
-- `past` are the newest first.
create function c4gt.next_turn(past timestamptz[], quantity integer, span interval) returns timestamptz
language sql immutable set search_path = '' as $$
  select coalesce(past[quantity] + span, '-infinity')
$$;

-- When an installation may write again, by the budgets of the minute and of the hour.
create function c4gt.find_budget(installation bigint, per_minute integer, per_hour integer) returns timestamptz
language plpgsql stable set search_path = '' as $$
declare
  past constant timestamptz[] := array(
    select w.at
    from c4gt.writes as w
    where w.installation = find_budget.installation
    order by w.at desc
    limit greatest(per_minute, per_hour)
  );
begin
  return greatest(
    c4gt.next_turn(past, per_minute, interval '1 minute'),
    c4gt.next_turn(past, per_hour, interval '1 hour')
  );
end
$$;

-- When a subject may be written to again: the fuse against rules that make one another write.
create function c4gt.find_calm(subject text, per_hour integer) returns timestamptz
language plpgsql stable set search_path = '' as $$
begin
  return c4gt.next_turn(
    array(select w.at from c4gt.writes as w where w.subject = find_calm.subject order by w.at desc limit per_hour),
    per_hour,
    interval '1 hour'
  );
end
$$;

-- Everything about an effect that performing it takes. `others` are those of the same action on the same subject that
-- are wanted: a label that two rules want stays when one of them no longer does.
create function c4gt.describe_due(o c4gt.outbox) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'id', o.id,
    'key', o.key,
    'action', o.action,
    'wanted', o.wanted,
    'params', o.params,
    'generation', o.generation,
    'attempt', o.attempts,
    'faults', o.faults,
    'performed', o.performed,
    'unsure', o.unsure,
    'repository', s.repository,
    'number', s.number,
    'others', (
      select coalesce(
        jsonb_agg(jsonb_build_object('key', other.key, 'params', other.params) order by other.key collate "C"), '[]'
      )
      from c4gt.outbox as other
      where other.subject = o.subject
        and other.action = o.action
        and other.key <> o.key
        and other.wanted <> 'withdraw'
    )
  )
  from c4gt.subjects as s
  where s.key = o.subject
$$;

-- Atomic: the lease of one installation, and the attempt on the effect that has waited there for longest. Of those that
-- are active, leased to nobody, not paused, have not just written and have budget, the one with the oldest effect.
--
-- `terms`: `visibility`, seconds after which a dead worker's lease ends; `gap`, seconds between two writes; `perMinute`
-- and `perHour`, how many writes an installation may make; `perSubject`, how many an hour a subject bears. An
-- installation whose budget is spent is paused until there is room. The effects of a subject that has been written to
-- too often wait too, and say so; `fused` names such subjects.
--
-- A due time in the future hides the effect while it is performed, and until it is known that a write of a worker that
-- died over it has come to its end.
create function public.claim_effect(terms jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  moment constant timestamptz := clock_timestamp();
  until constant timestamptz := moment + make_interval(secs => (terms ->> 'visibility')::integer);
  fused text[] := '{}';
  oldest record;
  turn timestamptz;
  claimed c4gt.outbox;
  leased c4gt.installations;
begin
  loop
    select i.id as installation, o.id, o.subject into oldest
    from c4gt.installations as i
    cross join lateral (
      select due.id, due.subject, due.due_at
      from c4gt.outbox as due
      where due.installation = i.id and due.state = 'pending' and due.medium = 'github' and due.due_at <= moment
      order by due.due_at, due.id
      limit 1
    ) as o
    where i.state = 'active'
      and i.leased_until <= moment
      and i.paused_until <= moment
      and i.written_at <= moment - make_interval(secs => (terms ->> 'gap')::double precision)
    order by o.due_at, o.id
    limit 1
    for no key update of i skip locked;
    exit when not found;

    turn := c4gt.find_budget(oldest.installation, (terms ->> 'perMinute')::integer, (terms ->> 'perHour')::integer);
    if turn > moment then
      update c4gt.installations as i
      set paused_until = turn, paused_because = 'the budget of writes is spent'
      where i.id = oldest.installation;
      continue;
    end if;

    turn := c4gt.find_calm(oldest.subject, (terms ->> 'perSubject')::integer);
    if turn > moment then
      update c4gt.outbox as o
      set due_at = turn, reason = format('held back: %s writes here within an hour', terms ->> 'perSubject')
      where o.subject = oldest.subject and o.state = 'pending' and o.medium = 'github' and o.due_at < turn;
      fused := fused || (
        select format('%s#%s', s.repository, s.number) from c4gt.subjects as s where s.key = oldest.subject
      );
      continue;
    end if;

    update c4gt.outbox as o
    set attempts = o.attempts + 1, due_at = until
    where o.id = oldest.id and o.state = 'pending' and o.due_at <= moment
    returning * into claimed;
    continue when not found;

    update c4gt.installations as i
    set lease = i.lease + 1, leased_until = until
    where i.id = oldest.installation
    returning * into leased;
    return jsonb_build_object(
      'effect',
      c4gt.describe_due(claimed) || jsonb_build_object(
        'installation', leased.id, 'lease', leased.lease, 'setbacks', leased.setbacks
      ),
      'fused', fused
    );
  end loop;
  return jsonb_build_object('effect', null, 'fused', fused);
end
$$;

-- Atomic: that a write begins, counted, with what is `visible` should nobody ever know its fate (null: as before).
-- Returns `go`; `superseded`, when something else is wanted by now; or `lost`, when the lease has ended. Unless it
-- returns `go`, there must be no write.
create function public.begin_write(claim jsonb, presumed jsonb) returns text
language plpgsql security definer set search_path = '' as $$
declare
  moment constant timestamptz := clock_timestamp();
  own text;
begin
  perform
  from c4gt.installations as i
  where i.id = (claim ->> 'installation')::bigint and i.lease = (claim ->> 'lease')::bigint and i.leased_until > moment
  for no key update;
  if not found then
    return 'lost';
  end if;

  update c4gt.outbox as o
  set unsure = true, performed = coalesce(nullif(presumed -> 'visible', 'null'), o.performed)
  where o.id = (claim ->> 'id')::bigint and o.generation = (claim ->> 'generation')::integer
  returning o.subject into own;
  if not found then
    return 'superseded';
  end if;

  update c4gt.installations as i set written_at = moment where i.id = (claim ->> 'installation')::bigint;
  delete from c4gt.writes as w
  where w.installation = (claim ->> 'installation')::bigint and w.at <= moment - interval '1 hour';
  insert into c4gt.writes (installation, subject, at) values ((claim ->> 'installation')::bigint, own, moment);
  return 'go';
end
$$;

-- Gives what is visible of an effect that is no longer wanted to another one that wants the same. Returns whether that
-- one is still there.
create function c4gt.inherit(own text, heir jsonb) returns boolean
language plpgsql set search_path = '' as $$
begin
  update c4gt.outbox as o
  set performed = heir -> 'performed',
    -- Not wanted any more either: then it is for this one to undo.
    state = case when o.wanted = 'withdraw' then 'pending' else o.state end,
    due_at = case when o.wanted = 'withdraw' and o.state <> 'pending' then clock_timestamp() else o.due_at end
  where o.subject = own and o.key = heir ->> 'key';
  return found;
end
$$;

-- Atomic: what came of an attempt, the pause that GitHub asked for, and the end of the lease. Returns `settled`;
-- `superseded`, when something else is wanted by now: of the attempt remains what is visible, for the next one to go by,
-- and what is neither wanted nor visible goes; or `lost`, when somebody else has taken the lease, who looks for himself.
create function public.settle_effect(claim jsonb, outcome jsonb) returns text
language plpgsql security definer set search_path = '' as $$
declare
  moment constant timestamptz := clock_timestamp();
  due constant timestamptz := moment + make_interval(secs => (outcome ->> 'seconds')::integer);
  pause constant timestamptz := moment + make_interval(secs => (outcome ->> 'pause')::integer);
  visible jsonb := nullif(outcome -> 'performed', 'null');
  heir constant jsonb := nullif(outcome -> 'heir', 'null');
  became text := outcome ->> 'state';
  settled c4gt.outbox;
begin
  update c4gt.installations as i
  set leased_until = '-infinity',
    written_at = case when (outcome ->> 'wrote')::boolean then moment else i.written_at end,
    paused_until = greatest(i.paused_until, pause),
    paused_because = case when pause > greatest(i.paused_until, moment) then outcome ->> 'reason' else i.paused_because end,
    setbacks = (outcome ->> 'setbacks')::integer
  where i.id = (claim ->> 'installation')::bigint and i.lease = (claim ->> 'lease')::bigint;
  if not found then
    return 'lost';
  end if;

  select o.* into settled from c4gt.outbox as o where o.id = (claim ->> 'id')::bigint;
  perform
  from c4gt.outbox as o
  where o.subject = settled.subject and o.key in (settled.key, heir ->> 'key')
  order by o.key
  for no key update;
  if heir is not null and not c4gt.inherit(settled.subject, heir) then
    visible := heir -> 'performed';
    became := 'pending';
  end if;

  update c4gt.outbox as o
  set performed = visible, unsure = (outcome ->> 'unsure')::boolean, due_at = due
  where o.id = (claim ->> 'id')::bigint
  returning * into settled;
  if settled.generation = (claim ->> 'generation')::integer then
    update c4gt.outbox as o
    set state = became, reason = outcome ->> 'reason', faults = (outcome ->> 'faults')::integer,
      attempts = o.attempts - case when (outcome ->> 'counted')::boolean then 0 else 1 end
    where o.id = settled.id;
    return 'settled';
  end if;

  if settled.wanted = 'withdraw' and settled.performed is null and not settled.unsure then
    delete from c4gt.outbox as o where o.id = settled.id;
  end if;
  return 'superseded';
end
$$;

-- Atomic: every message that somebody has claimed becomes visible, and every lease ends, for a store whose last user
-- died without giving its claims back. What was never claimed and is hidden has its time to come; so has an effect that
-- was claimed, and an installation through which a write may still be under way: GitHub breaks it off after 10 s.
create or replace function public.release_claims() returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform pgmq.set_vt('inbox', q.msg_id, 0) from pgmq.q_inbox as q where q.vt > clock_timestamp() and q.read_ct > 0;
  update c4gt.installations as i
  set lease = i.lease + 1, leased_until = '-infinity',
    paused_until = greatest(i.paused_until, i.written_at + interval '15 seconds')
  where i.leased_until > clock_timestamp();
end
$$;

revoke all on function
  public.claim_effect, public.begin_write, public.settle_effect
from public, anon, authenticated;
grant execute on function
  public.claim_effect, public.begin_write, public.settle_effect
to service_role;
