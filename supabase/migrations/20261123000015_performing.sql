-- Performing an effect that is claimed: that a write begins, that whoever performs it is alive, and what came of it.

-- Says that whoever holds the claim is alive, and returns whether it is still his; then it is for so many seconds more.
-- What has ended is not begun again: a worker that stood still meanwhile finds somebody else there, or nobody.
create function public.renew_lease(claim jsonb, seconds integer) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  until timestamptz;
begin
  update c4gt.installations as i
  set leased_until = greatest(i.leased_until, clock_timestamp() + make_interval(secs => renew_lease.seconds))
  where i.id = (claim ->> 'installation')::bigint
    and i.lease = (claim ->> 'lease')::bigint
    and i.leased_until > clock_timestamp()
  returning i.leased_until into until;
  if not found then
    return false;
  end if;

  update c4gt.outbox as o
  set due_at = greatest(o.due_at, until)
  where o.id = (claim ->> 'id')::bigint and o.generation = (claim ->> 'generation')::integer;
  return true;
end
$$;

-- Atomic: that a write begins, counted, with what is `visible` should nobody ever know its fate (null: as before), and
-- the lease for as long as the write can be under way. Returns `go`; `superseded`, when something else is wanted by
-- now; or `lost`, when the lease has ended. Unless it returns `go`, there must be no write.
--
-- The worker sends it within 15 seconds of having asked here, or not at all, and GitHub breaks off after 10 more what
-- it has not finished: so 25 seconds from now nothing of it is under way, whatever became of the worker.
create function public.begin_write(claim jsonb, presumed jsonb) returns text
language plpgsql security definer set search_path = '' as $$
declare
  moment timestamptz;
  until timestamptz;
  own text;
begin
  perform
  from c4gt.installations as i
  where i.id = (claim ->> 'installation')::bigint
    and i.lease = (claim ->> 'lease')::bigint
    and i.leased_until > clock_timestamp()
  for no key update;
  if not found then
    return 'lost';
  end if;
  -- After the lock, for which it may have waited.
  moment := clock_timestamp();
  until := moment + interval '25 seconds';

  update c4gt.outbox as o
  set unsure = true, performed = coalesce(nullif(presumed -> 'visible', 'null'), o.performed),
    due_at = greatest(o.due_at, until)
  where o.id = (claim ->> 'id')::bigint and o.generation = (claim ->> 'generation')::integer
  returning o.subject into own;
  if not found then
    return 'superseded';
  end if;

  update c4gt.installations as i
  set written_at = moment, leased_until = greatest(i.leased_until, until)
  where i.id = (claim ->> 'installation')::bigint;
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
-- `superseded`, when something else is wanted by now: of the attempt remains what is visible, for the next one to go
-- by, and what is neither wanted nor visible goes; or `lost`, when somebody else has taken the lease, who looks for
-- himself.
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
    paused_because = case
      when pause > greatest(i.paused_until, moment) then outcome ->> 'reason' else i.paused_because
    end,
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

revoke all on function public.renew_lease, public.begin_write, public.settle_effect from public, anon, authenticated;
grant execute on function public.renew_lease, public.begin_write, public.settle_effect to service_role;
