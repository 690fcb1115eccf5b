-- Short leases of installations, renewed while somebody works: what a dead worker held is free within half a minute, and
-- still no installation has two writers.

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
-- the lease for as long as the write can be under way. Returns `go`; `superseded`, when something else is wanted by now;
-- or `lost`, when the lease has ended. Unless it returns `go`, there must be no write.
--
-- The worker sends it within 15 seconds of having asked here, or not at all, and GitHub breaks off after 10 more what it
-- has not finished: so 25 seconds from now nothing of it is under way, whatever became of the worker.
create or replace function public.begin_write(claim jsonb, presumed jsonb) returns text
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

revoke all on function public.renew_lease from public, anon, authenticated;
grant execute on function public.renew_lease to service_role;
