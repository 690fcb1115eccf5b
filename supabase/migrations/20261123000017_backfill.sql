-- Backfill: looking through what was there before we were told of anything, and what we could not have heard.
--
-- Of an installation all repositories, and of each its issues and pull requests, page by page. What was asked for and
-- how far it has come is here, so that whichever process goes on, goes on from there.

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
comment on column c4gt.backfills.since is
  'From when on what changed is wanted of repositories that this listing finds new';
comment on column c4gt.backfills.asked_at is 'Of the newest event that wanted everything looked through';
-- Those whose list of repositories is to be asked for, and, in the order in which they were looked through last, all.
create index backfills_listing on c4gt.backfills (installation) where page is not null;
create index backfills_order on c4gt.backfills (leased_until, installation);
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
-- What an installation has is counted after every step of looking through it.
create index backfilled_repositories_installation on c4gt.backfilled_repositories (installation);
alter table c4gt.backfilled_repositories enable row level security;

create table c4gt.backfill_requests (
  installation bigint not null references c4gt.backfills,
  at timestamptz not null
);
comment on table c4gt.backfill_requests is 'Each request made for a backfill, for an hour';
create index backfill_requests_installation on c4gt.backfill_requests (installation, at);
alter table c4gt.backfill_requests enable row level security;

-- Asks for the list of an installation's repositories; with `whole`, for all that is open in them, and with `since`,
-- for all that has changed from then on. What is new to us in the list is looked through in any case. A listing under
-- way is not begun anew: it is done once more when it is complete.
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
  where r.installation = request_backfill.installation
    and (request_backfill.whole or request_backfill.since is not null);
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

-- Whether so much waits in the inbox to be claimed that nothing more is to be put there. What waits for its time does
-- not count: it is no crowd, and there may be very much of it.
create function c4gt.is_crowded(most integer) returns boolean
language plpgsql stable set search_path = '' as $$
declare
  -- As a value: no index is searched for what a clock may say otherwise for each row.
  moment constant timestamptz := clock_timestamp();
begin
  return (
    select count(*) + (select coalesce(sum(b.count), 0) from c4gt.batches as b where not b.unpacked) > most
    from (select from pgmq.q_inbox as q where q.vt <= moment limit most + 1) as waiting
  );
end
$$;

-- Begins the next pass over a repository, where none is under way. With it go the numbers of its issues that are on the
-- public list: those that the pass does not come upon may be there no more, which no list of GitHub's tells.
create function c4gt.begin_pass(repository bigint) returns c4gt.backfilled_repositories
language sql set search_path = '' as $$
  update c4gt.backfilled_repositories as r
  set attempts = r.attempts + 1,
    cursor = coalesce(
      r.cursor,
      jsonb_build_object(
        'since', case when not r.open then c4gt.iso(r.since) end,
        'listed', (
          select coalesce(jsonb_agg(distinct s.number), '[]')
          from c4gt.subjects as s
          join c4gt.tickets as t on t.subject = s.key
          where s.repository_id = begin_pass.repository
        )
      )
    ),
    open = r.open and r.cursor is not null,
    since = case when r.cursor is null and not r.open then null else r.since end
  where r.id = begin_pass.repository
  returning r.*
$$;

-- Whose step it is, and of which repository (null: the list of them); that installation's backfill is locked. Of those
-- with something to look through, active, leased to nobody and not paused, the one that was looked through last longest
-- ago; lists of repositories come first, and a repository that was begun before others. Where few have something, each
-- of them is looked at; where many do, all are gone through in order, and one is found soon.
create function c4gt.find_step(moment timestamptz) returns table (installation bigint, repository bigint)
language plpgsql set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  few constant integer := 100;
  some_open bigint[];
begin
  some_open := array(select b.installation from c4gt.backfills as b where b.page is not null limit few);
  some_open := some_open || array(
    with recursive waiting as (
      (
        select r.installation, 1 as place
        from c4gt.backfilled_repositories as r
        where r.state = 'pending'
        order by r.installation
        limit 1
      )
      union all
      select
        (
          select r.installation
          from c4gt.backfilled_repositories as r
          where r.state = 'pending' and r.installation > w.installation
          order by r.installation
          limit 1
        ),
        w.place + 1
      from waiting as w
      where w.installation is not null and w.place < few
    )
    select w.installation from waiting as w where w.installation is not null
  );
  if cardinality(some_open) = 0 then
    return;
  end if;

  return query
  select b.installation, due.repository
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
  where (cardinality(some_open) >= few or b.installation = any (some_open))
    and i.state = 'active' and b.leased_until <= moment and b.paused_until <= moment
  order by b.leased_until, b.installation
  limit 1
  for no key update of b skip locked;
end
$$;

-- Atomic: the next step, which is one request to GitHub, counted, and the lease of its installation, through which no
-- other one is made meanwhile. Null when there is none to be made now: nothing is due, its installation is not active
-- or paused, its budget is spent, or the inbox is crowded.
--
-- `terms`: `visibility`, seconds after which a dead process's lease ends; `perHour`, requests that an installation may
-- make; `inbox`, how much may wait there. Lists of repositories come first, and a repository that was begun before
-- others.
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
    select * into step from c4gt.find_step(moment);
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

revoke all on function public.claim_backfill from public, anon, authenticated;
grant execute on function public.claim_backfill to service_role;
