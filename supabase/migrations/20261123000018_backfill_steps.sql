-- Steps of a backfill, and what came of each: a page of the list of repositories, a page of one of them, or a failure.

-- Keeps a page of the list of an installation's repositories, and has those looked through of which nothing was heard
-- for a while. When it was the last page, what it has no longer is there no more; unless fewer were seen than GitHub
-- says there are, for then pages have shifted while we read them.
create function c4gt.keep_listed(b c4gt.backfills, outcome jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  latest constant bigint := (select coalesce(max(d.id), 0) from c4gt.deliveries as d);
  next constant integer := outcome ->> 'next';
begin
  perform c4gt.note_membership(b.installation, l.id, true, b.began_at), c4gt.settle_repository(l.id, latest)
  from (
    select distinct (a.item ->> 'id')::bigint as id
    from jsonb_array_elements(outcome -> 'repositories') as a (item)
    order by id
  ) as l;

  insert into c4gt.backfilled_repositories as r (id, installation, listed, about, since)
  select distinct on (l.id) l.id, b.installation, b.listing, l.about, b.since
  from (
    select (a.item ->> 'id')::bigint as id, a.item as about
    from jsonb_array_elements(outcome -> 'repositories') as a (item)
  ) as l
  order by l.id
  on conflict (id) do update
  set listed = excluded.listed, about = excluded.about, installation = excluded.installation,
    state = case
      when r.installation <> excluded.installation then 'pending'
      -- GitHub says that it is there: once a day it is seen whether it can be looked through by now.
      when r.state = 'failed' and r.due_at <= clock_timestamp() - interval '1 day' then 'pending'
      else r.state
    end,
    open = r.open or r.installation <> excluded.installation,
    cursor = case when r.installation = excluded.installation then r.cursor end;

  -- A pass under way goes on: what changed is looked through after it.
  with ended as (
    delete from c4gt.silences as s
    where s.repository in (
      select (a.item ->> 'id')::bigint from jsonb_array_elements(outcome -> 'repositories') as a (item)
    )
    returning s.*
  )
  update c4gt.backfilled_repositories as r
  set since = least(r.since, e.since),
    due_at = case when r.state = 'pending' then r.due_at else clock_timestamp() end,
    attempts = case when r.state = 'pending' then r.attempts else 0 end,
    reason = case when r.state = 'pending' then r.reason end,
    state = 'pending'
  from ended as e
  where r.id = e.repository;

  if next is null and (
    select count(*)
    from c4gt.backfilled_repositories as r
    where r.installation = b.installation and r.listed = b.listing
  ) >= (outcome ->> 'total')::integer then
    perform
      c4gt.note_membership(b.installation, gone.id, false, b.began_at),
      c4gt.keep_silence(gone.id, c4gt.surely_heard(b.began_at)),
      c4gt.settle_repository(gone.id, latest)
    from (
      select m.repository as id from c4gt.memberships as m where m.installation = b.installation and m.present
      union
      select r.id
      from c4gt.installed_repositories as r
      left join c4gt.deliveries as d on d.id = r.delivery
      where r.installation = b.installation and coalesce(d.received_at, '-infinity') < b.began_at
      except
      select r.id
      from c4gt.backfilled_repositories as r
      where r.installation = b.installation and r.listed = b.listing
      order by id
    ) as gone;
    delete from c4gt.backfilled_repositories as r
    using c4gt.memberships as m
    where r.installation = b.installation and r.listed < b.listing
      and m.installation = b.installation and m.repository = r.id and not m.present;
  end if;

  update c4gt.backfills as own
  set attempts = 0, reason = null, due_at = clock_timestamp(),
    page = coalesce(next, case when own.again then 1 end),
    listing = own.listing + case when next is null and own.again then 1 else 0 end,
    again = own.again and next is not null,
    since = case when next is not null or own.again then own.since end
  where own.installation = b.installation;
end
$$;

-- Keeps how far the pass over a repository has come: `cursor` is null when it is over. `fresh` is how much was found
-- that was not found before.
create function c4gt.keep_looked(repository bigint, outcome jsonb, fresh integer) returns void
language sql set search_path = '' as $$
  update c4gt.backfilled_repositories as r
  set cursor = nullif(outcome -> 'cursor', 'null'), found = r.found + fresh, attempts = 0,
    reason = null, due_at = clock_timestamp(),
    state = case
      when nullif(outcome -> 'cursor', 'null') is null and not r.open and r.since is null then 'done'
      else 'pending'
    end
  where r.id = keep_looked.repository
$$;

-- Keeps that a step failed: the whole pass, or until so many seconds have passed; and for how long the installation
-- rests. What a pass was to look through that failed is still wanted, whenever it is tried again.
create function c4gt.keep_failed(b c4gt.backfills, repository bigint, outcome jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  moment constant timestamptz := clock_timestamp();
  due constant timestamptz := moment + make_interval(secs => (outcome ->> 'seconds')::integer);
  uncounted constant integer := case when (outcome ->> 'counted')::boolean then 0 else 1 end;
  pause constant integer := outcome ->> 'pause';
  final constant boolean := outcome ->> 'final';
begin
  update c4gt.backfills as own
  set paused_until = greatest(own.paused_until, moment + make_interval(secs => pause)),
    paused_because = case when pause > 0 then outcome ->> 'reason' else own.paused_because end,
    due_at = case when repository is null then due else own.due_at end,
    reason = case when repository is null then outcome ->> 'reason' else own.reason end,
    attempts = own.attempts - case when repository is null then uncounted else 0 end
  where own.installation = b.installation;

  update c4gt.backfilled_repositories as r
  set reason = outcome ->> 'reason', due_at = due, attempts = r.attempts - uncounted,
    state = case when final then 'failed' else 'pending' end,
    open = r.open or final and r.cursor ->> 'since' is null,
    since = case when final then least(r.since, (r.cursor ->> 'since')::timestamptz) else r.since end,
    cursor = case when not final then r.cursor end
  where r.id = repository;
end
$$;

-- Which of these repositories, `{id, private}` as GitHub lists them, are private while anything in them is taken for
-- public here, or the other way round. What was deleted stays private, whatever is listed. Where none is, which is nearly
-- always, a look for the first one through the table would go through all of it, for each repository.
create function public.find_misjudged(repositories jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' set enable_seqscan = off as $$
begin
  return (
    select coalesce(jsonb_agg(l.id order by l.id), '[]')
    from jsonb_to_recordset(find_misjudged.repositories) as l (id bigint, private boolean)
    cross join lateral (
      select from c4gt.subjects as s where s.repository_id = l.id and s.private = not l.private limit 1
    ) as misjudged
    where l.private or not exists (select from c4gt.subjects as r where r.key = l.id || '/0' and r.gone)
  );
end
$$;

-- Atomic: what was found, as one batch of deliveries, how far that has come, and the end of the lease. Nothing changes
-- when somebody else has taken the lease, and looks there now. Returns whether it was kept; and when with this
-- everything asked for in the installation is done, what came of it.
create function public.settle_backfill(claim jsonb, outcome jsonb, deliveries text, bodies bytea) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  own constant bigint := claim ->> 'installation';
  repository constant bigint := claim ->> 'repository';
  listed constant jsonb := settle_backfill.deliveries;
  fresh integer;
  leased c4gt.backfills;
begin
  -- Before any other lock. What was received before is older than what GitHub lists, so it gets the smaller numbers.
  perform c4gt.unpack_batches();
  select count(*) into fresh
  from jsonb_array_elements(listed) as f (item)
  where not exists (select from c4gt.deliveries as d where d.guid = (f.item ->> 'guid')::uuid);
  if outcome ->> 'kind' = 'listed' then
    perform c4gt.lock_memberships();
  end if;
  update c4gt.backfills as b
  set leased_until = clock_timestamp()
  where b.installation = own and b.lease = (claim ->> 'lease')::bigint
  returning * into leased;
  if not found then
    return jsonb_build_object('kept', false, 'ended', null);
  end if;

  if jsonb_array_length(listed) > 0 then
    perform public.receive_deliveries(settle_backfill.deliveries, settle_backfill.bodies);
  end if;
  if outcome ->> 'kind' = 'listed' then
    perform c4gt.keep_listed(leased, outcome);
  elsif outcome ->> 'kind' = 'looked' then
    perform c4gt.keep_looked(repository, outcome, fresh);
  else
    perform c4gt.keep_failed(leased, repository, outcome);
  end if;

  return jsonb_build_object(
    'kept', true,
    'ended', (
      select jsonb_build_object(
        'repositories', count(*),
        'failed', count(*) filter (where r.state = 'failed'),
        'found', coalesce(sum(r.found), 0)
      )
      from c4gt.backfilled_repositories as r
      where r.installation = own
      having repository is not null
        and count(*) filter (where r.state = 'pending') = 0
        and not exists (select from c4gt.backfills as b where b.installation = own and b.page is not null)
    )
  );
end
$$;

revoke all on function public.find_misjudged, public.settle_backfill from public, anon, authenticated;
grant execute on function public.find_misjudged, public.settle_backfill to service_role;
