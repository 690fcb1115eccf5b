-- Looking through what was there before we were told of anything: all repositories of an installation, and of each its
-- issues and pull requests, page by page. What was asked for and how far it has come is here, so that whichever process
-- goes on, goes on from there.

create table c4gt.backfills (
  installation bigint primary key references c4gt.installations,
  listing integer not null default 1,
  page integer default 1,
  again boolean not null default false,
  began_at timestamptz not null default '-infinity',
  since timestamptz,
  asked_at timestamptz not null default '-infinity',
  asked_rank integer not null default 0,
  attempts integer not null default 0,
  due_at timestamptz not null default now(),
  reason text,
  lease bigint not null default 0,
  leased_until timestamptz not null default '-infinity',
  paused_until timestamptz not null default '-infinity',
  paused_because text
);
comment on column c4gt.backfills.listing is 'The how manyth listing of its repositories it is';
comment on column c4gt.backfills.page is 'Of that list, the next one to ask for; null when the list is complete';
comment on column c4gt.backfills.again is 'Whether to list once more: something has changed since this listing began';
comment on column c4gt.backfills.since is 'From when on what changed is wanted of repositories that this listing finds new';
comment on column c4gt.backfills.asked_at is 'Of the newest event that wanted everything looked through';
alter table c4gt.backfills enable row level security;

create table c4gt.backfilled_repositories (
  id bigint primary key,
  installation bigint not null references c4gt.backfills,
  listed integer not null,
  about jsonb not null,
  state text not null default 'pending' check (state in ('pending', 'done', 'failed')),
  open boolean not null default true,
  since timestamptz,
  cursor jsonb,
  found integer not null default 0,
  attempts integer not null default 0,
  due_at timestamptz not null default now(),
  reason text
);
comment on column c4gt.backfilled_repositories.listed is 'In which listing of the installation it was last seen';
comment on column c4gt.backfilled_repositories.about is 'The repository, as GitHub describes it';
comment on column c4gt.backfilled_repositories.open is 'Whether what is open is still to be looked through';
comment on column c4gt.backfilled_repositories.since is 'From when on what changed is still to be looked through';
comment on column c4gt.backfilled_repositories.cursor is 'How far the pass under way has come; null between passes';
create index backfilled_repositories_due on c4gt.backfilled_repositories (installation, due_at) where state = 'pending';
alter table c4gt.backfilled_repositories enable row level security;

create table c4gt.backfill_requests (
  installation bigint not null references c4gt.backfills,
  at timestamptz not null
);
comment on table c4gt.backfill_requests is 'Each request made for a backfill, for an hour';
create index backfill_requests_installation on c4gt.backfill_requests (installation, at);
alter table c4gt.backfill_requests enable row level security;

-- Asks for the list of an installation's repositories; with `whole`, for all that is open in them, and with `since`, for
-- all that has changed from then on. What is new to us in the list is looked through in any case. A listing under way is
-- not begun anew: it is done once more when it is complete.
create function c4gt.request_backfill(installation bigint, whole boolean, since timestamptz) returns void
language plpgsql set search_path = '' as $$
declare
  moment constant timestamptz := clock_timestamp();
begin
  insert into c4gt.backfills as b (installation, since)
  values (request_backfill.installation, request_backfill.since)
  on conflict on constraint backfills_pkey do update
  set again = b.again or b.page is not null and (b.page > 1 or b.leased_until > moment),
    listing = b.listing + case when b.page is null then 1 else 0 end,
    due_at = case when b.page is null then moment else b.due_at end,
    page = coalesce(b.page, 1),
    since = least(b.since, excluded.since);

  update c4gt.backfilled_repositories as r
  set open = r.open or request_backfill.whole, since = least(r.since, request_backfill.since), state = 'pending',
    due_at = case when r.state = 'pending' then r.due_at else moment end,
    attempts = case when r.state = 'pending' then r.attempts else 0 end,
    reason = case when r.state = 'pending' then r.reason end
  where r.installation = request_backfill.installation and (request_backfill.whole or request_backfill.since is not null);
end
$$;

-- Forgets what was to be looked through in an installation that is no more.
create function c4gt.drop_backfill(installation bigint) returns void
language sql set search_path = '' as $$
  delete from c4gt.backfilled_repositories as r where r.installation = drop_backfill.installation;
  update c4gt.backfills as b
  set page = null, again = false, since = null
  where b.installation = drop_backfill.installation
$$;

-- Keeps what an event has told of an installation, and asks for what we could not have heard. `delivery` is the one that
-- brought it. The same told twice changes nothing but that the repositories are listed again.
create function c4gt.note_news(news jsonb, delivery bigint) returns void
language plpgsql set search_path = '' as $$
declare
  own constant bigint := news ->> 'id';
  moment constant timestamptz := news ->> 'at';
  turn constant integer := news ->> 'rank';
  deleted constant boolean := news ->> 'state' = 'deleted';
begin
  perform c4gt.lock_memberships();
  perform c4gt.note_state(
    own, news ->> 'state', news ->> 'account', case when deleted then 'infinity' else moment end, turn
  );

  perform c4gt.note_membership(own, told.id, told.present, moment), c4gt.settle_repository(told.id, delivery)
  from (
    select r.id, bool_and(r.present) as present
    from (
      select (a.item ->> 'id')::bigint as id, true as present from jsonb_array_elements(news -> 'added') as a (item)
      union all
      select (a.item ->> 'id')::bigint, false from jsonb_array_elements(news -> 'removed') as a (item)
    ) as r
    group by r.id
    order by r.id
  ) as told;
  delete from c4gt.backfilled_repositories as r
  using c4gt.memberships as m
  where r.installation = own and m.installation = own and m.repository = r.id and not m.present;

  if deleted then
    perform c4gt.drop_backfill(own);
  else
    perform c4gt.request_backfill(own, false, null);
    update c4gt.backfills as b
    set asked_at = moment, asked_rank = turn
    where b.installation = own and (news ->> 'whole')::boolean and (b.asked_at, b.asked_rank) < (moment, turn);
    if found then
      perform c4gt.request_backfill(own, true, null);
    end if;
  end if;
end
$$;

-- Atomic: what the event of this message has told of an installation and its repositories, what is to be looked through
-- because of it, the delivery's state and the queue's acknowledgement. A message that somebody else has ended meanwhile
-- changes nothing.
create function public.note_installation(message bigint, delivery bigint, news jsonb) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if not pgmq.delete('inbox', note_installation.message) then
    return;
  end if;
  perform c4gt.note_news(news, coalesce(note_installation.delivery, 0));
  update c4gt.deliveries as d
  set state = 'processed', reason = null, finished_at = now()
  where d.id = note_installation.delivery;
end
$$;

-- Whether so much waits in the inbox that nothing more is to be put there.
create function c4gt.is_crowded(most integer) returns boolean
language sql stable set search_path = '' as $$
  select count(*) > most
  from (
    select from pgmq.q_inbox as q where q.read_ct > 0 or q.vt <= clock_timestamp() limit most + 1
  ) as waiting
$$;

-- Begins the next pass over a repository, where none is under way.
create function c4gt.begin_pass(repository bigint) returns c4gt.backfilled_repositories
language sql set search_path = '' as $$
  update c4gt.backfilled_repositories as r
  set attempts = r.attempts + 1,
    cursor = coalesce(r.cursor, jsonb_build_object('since', case when not r.open then c4gt.iso(r.since) end)),
    open = r.open and r.cursor is not null,
    since = case when r.cursor is null and not r.open then null else r.since end
  where r.id = begin_pass.repository
  returning r.*
$$;

-- Atomic: the next step, which is one request to GitHub, counted, and the lease of its installation, through which no
-- other one is made meanwhile. Null when there is none to be made now: nothing is due, its installation is not active or
-- paused, its budget is spent, or the inbox is crowded.
--
-- `terms`: `visibility`, seconds after which a dead process's lease ends; `perHour`, requests that an installation may
-- make; `inbox`, how much may wait there. Lists of repositories come first, and a repository that was begun before others.
create function public.claim_backfill(terms jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  moment constant timestamptz := clock_timestamp();
  quota constant integer := terms ->> 'perHour';
  step record;
  turn timestamptz;
  leased c4gt.backfills;
  own c4gt.backfilled_repositories;
begin
  if c4gt.is_crowded((terms ->> 'inbox')::integer) then
    return null;
  end if;

  loop
    select b.installation, due.repository into step
    from c4gt.backfills as b
    join c4gt.installations as i on i.id = b.installation
    cross join lateral (
      select null::bigint as repository, 0 as place
      where b.page is not null and b.due_at <= moment
      union all
      (
        select r.id, 1
        from c4gt.backfilled_repositories as r
        where r.installation = b.installation and r.state = 'pending' and r.due_at <= moment
        order by r.cursor is null, r.due_at, r.id
        limit 1
      )
      order by place
      limit 1
    ) as due
    where i.state = 'active' and b.leased_until <= moment and b.paused_until <= moment
    order by b.leased_until, b.installation
    limit 1
    for no key update of b skip locked;
    if not found then
      return null;
    end if;

    select r.at + interval '1 hour' into turn
    from c4gt.backfill_requests as r
    where r.installation = step.installation
    order by r.at desc
    offset quota - 1
    limit 1;
    exit when turn is null or turn <= moment;
    update c4gt.backfills as b
    set paused_until = turn, paused_because = 'the budget of requests is spent'
    where b.installation = step.installation;
  end loop;

  delete from c4gt.backfill_requests as r
  where r.installation = step.installation and r.at <= moment - interval '1 hour';
  insert into c4gt.backfill_requests (installation, at) values (step.installation, moment);
  update c4gt.backfills as b
  set lease = b.lease + 1, leased_until = moment + make_interval(secs => (terms ->> 'visibility')::integer),
    paused_because = null,
    attempts = b.attempts + case when step.repository is null then 1 else 0 end,
    began_at = case when step.repository is null and b.page = 1 then moment else b.began_at end
  where b.installation = step.installation
  returning * into leased;
  if step.repository is not null then
    own := c4gt.begin_pass(step.repository);
  end if;
  return jsonb_build_object(
    'installation', leased.installation,
    'lease', leased.lease,
    'attempt', coalesce(own.attempts, leased.attempts),
    'page', case when step.repository is null then leased.page end,
    'repository', case
      when step.repository is not null then jsonb_build_object('about', own.about, 'cursor', own.cursor)
    end
  );
end
$$;

-- Keeps a page of the list of an installation's repositories. When it was the last one, what it has no longer is there no
-- more; unless fewer were seen than GitHub says there are, for then pages have shifted while we read them.
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
    state = case when r.installation = excluded.installation then r.state else 'pending' end,
    open = r.open or r.installation <> excluded.installation,
    cursor = case when r.installation = excluded.installation then r.cursor end;

  if next is null and (
    select count(*)
    from c4gt.backfilled_repositories as r
    where r.installation = b.installation and r.listed = b.listing
  ) >= (outcome ->> 'total')::integer then
    perform c4gt.note_membership(b.installation, gone.id, false, b.began_at), c4gt.settle_repository(gone.id, latest)
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

-- Keeps how far the pass over a repository has come: `cursor` is null when it is over. `fresh` is how much was found that
-- was not found before.
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

-- Keeps that a step failed: for good, or until so many seconds have passed; and for how long the installation rests.
create function c4gt.keep_failed(b c4gt.backfills, repository bigint, outcome jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  moment constant timestamptz := clock_timestamp();
  due constant timestamptz := moment + make_interval(secs => (outcome ->> 'seconds')::integer);
  uncounted constant integer := case when (outcome ->> 'counted')::boolean then 0 else 1 end;
  pause constant integer := outcome ->> 'pause';
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
    state = case when (outcome ->> 'final')::boolean then 'failed' else 'pending' end,
    cursor = case when (outcome ->> 'final')::boolean then null else r.cursor end
  where r.id = repository;
end
$$;

-- Atomic: what was found, with the messages that will have it processed, how far that has come, and the end of the
-- lease. Nothing changes when somebody else has taken the lease, and looks there now. Returns whether it was kept; and
-- when with this everything asked for in the installation is done, what came of it.
create function public.settle_backfill(claim jsonb, outcome jsonb, deliveries jsonb, bodies bytea) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  own constant bigint := claim ->> 'installation';
  repository constant bigint := claim ->> 'repository';
  fresh constant integer := (
    select count(*)
    from jsonb_array_elements(deliveries) as f (item)
    where not exists (select from c4gt.deliveries as d where d.guid = (f.item ->> 'guid')::uuid)
  );
  leased c4gt.backfills;
begin
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

  if jsonb_array_length(deliveries) > 0 then
    perform public.receive_deliveries(deliveries, bodies);
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
  update c4gt.backfills as b
  set lease = b.lease + 1, leased_until = '-infinity'
  where b.leased_until > clock_timestamp();
  update c4gt.coverage as c
  set lease = c.lease + 1, leased_until = '-infinity'
  where c.leased_until > clock_timestamp();
end
$$;

revoke all on function
  public.note_installation, public.claim_backfill, public.settle_backfill
from public, anon, authenticated;
grant execute on function
  public.note_installation, public.claim_backfill, public.settle_backfill
to service_role;
