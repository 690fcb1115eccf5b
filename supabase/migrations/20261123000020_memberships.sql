-- Which repositories an installation has, by what its own events and its own list say. Of those that it has no longer, and
-- of installations that are suspended or deleted, nothing is listed, and nothing is done there.

alter table c4gt.installations
  add column account text,
  add column told_at timestamptz not null default '-infinity',
  add column told_rank integer not null default 0;
comment on column c4gt.installations.account is 'Login of whoever installed the App, as it was last told';
comment on column c4gt.installations.told_at is
  'When GitHub last changed what we know of it; infinity once GitHub has said that it is deleted, which is final';
comment on column c4gt.installations.told_rank is 'Which of the changes of that time it was';

-- What is newest of each pair counts, so events may come in any order and any number of times.
create table c4gt.memberships (
  installation bigint not null references c4gt.installations,
  repository bigint not null,
  present boolean not null,
  at timestamptz not null,
  primary key (installation, repository)
);
comment on table c4gt.memberships is 'What was last said of a repository being in an installation, or not any more';
create index memberships_repository on c4gt.memberships (repository);
alter table c4gt.memberships enable row level security;

alter table c4gt.installed_repositories alter column installation drop not null;
comment on column c4gt.installed_repositories.installation is 'Null once it was removed from the one that had it';

-- Lets one transaction at a time say where repositories belong: two installations may speak of the same one, and each has
-- to see what the other has said. Taken before anything else is locked. That is seldom: ordinary deliveries do without.
create function c4gt.lock_memberships() returns void
language sql set search_path = '' as $$
  select pg_advisory_xact_lock(hashtextextended('c4gt.memberships', 0))
$$;

-- Keeps what was said of a repository being in an installation. Of the same time, that it is not counts.
create function c4gt.note_membership(installation bigint, repository bigint, present boolean, at timestamptz)
returns void
language sql set search_path = '' as $$
  insert into c4gt.memberships as m (installation, repository, present, at)
  values (
    note_membership.installation, note_membership.repository, note_membership.present, note_membership.at
  )
  on conflict on constraint memberships_pkey do update
  set present = excluded.present, at = excluded.at
  where (m.at, not m.present) < (excluded.at, not excluded.present)
$$;

-- Says which installation a repository belongs to now, and hands it what waits there. Of a repository itself first, then
-- of the outbox, as everywhere.
create function c4gt.move_repository(repository bigint, installation bigint, delivery bigint) returns void
language plpgsql set search_path = '' as $$
begin
  insert into c4gt.installed_repositories as r (id, installation, delivery)
  values (move_repository.repository, move_repository.installation, move_repository.delivery)
  on conflict (id) do update
  set installation = excluded.installation, delivery = greatest(r.delivery, excluded.delivery)
  where r.installation is distinct from excluded.installation;
  if found then
    update c4gt.outbox as o
    set installation = move_repository.installation
    where o.id in (
      select w.id
      from c4gt.outbox as w
      join c4gt.subjects as s on s.key = w.subject
      where s.repository_id = move_repository.repository
      order by w.id
      for no key update of w
    );
  end if;
end
$$;

-- Puts a repository where its installations' own words have it: the newest that says so and is not deleted; or nowhere,
-- when it was where it is not any more. What only ordinary deliveries have said stays, where nothing was said against it.
create function c4gt.settle_repository(repository bigint, delivery bigint) returns void
language plpgsql set search_path = '' as $$
declare
  own bigint;
begin
  select m.installation into own
  from c4gt.memberships as m
  join c4gt.installations as i on i.id = m.installation
  where m.repository = settle_repository.repository and m.present
  order by i.state = 'deleted', m.at desc, m.installation desc
  limit 1;

  if own is null and exists (
    select
    from c4gt.installed_repositories as r
    where r.id = settle_repository.repository
      and r.installation is not null
      and not exists (
        select
        from c4gt.memberships as m
        where m.installation = r.installation and m.repository = settle_repository.repository
      )
  ) then
    return;
  end if;
  perform c4gt.move_repository(settle_repository.repository, own, settle_repository.delivery);
end
$$;

-- Keeps which installation a repository belongs to, as an ordinary delivery says, and hands it what waits there. An
-- installation's own words count for more; so a delivery that comes late puts nothing back from where it was removed:
-- none comes later than three days, for so long GitHub keeps them.
create or replace function c4gt.place_repository(repository bigint, installation bigint, delivery bigint) returns void
language plpgsql set search_path = '' as $$
begin
  if exists (
    select
    from c4gt.installed_repositories as r
    where r.id = place_repository.repository and r.installation = place_repository.installation
  ) or exists (
    select
    from c4gt.memberships as m
    join c4gt.installations as i on i.id = m.installation
    where m.repository = place_repository.repository
      and (
        m.present and i.state <> 'deleted'
        or not m.present and m.installation = place_repository.installation and m.at > now() - interval '3 days'
      )
  ) then
    return;
  end if;

  insert into c4gt.installations (id) values (place_repository.installation) on conflict do nothing;
  if exists (
    select
    from c4gt.installed_repositories as r
    where r.id = place_repository.repository
      and (
        r.delivery >= place_repository.delivery
        or exists (
          select
          from c4gt.installations as i
          where i.id = place_repository.installation and i.state = 'deleted'
        )
      )
  ) then
    return;
  end if;
  perform c4gt.move_repository(
    place_repository.repository, place_repository.installation, place_repository.delivery
  );
end
$$;

-- Keeps the state of an installation as it was told at that time; whether that has changed it. Nothing revives one that
-- GitHub has said to be deleted: whoever installs the App again has another number.
create function c4gt.note_state(
  installation bigint, state text, account text, at timestamptz, rank integer
) returns boolean
language plpgsql set search_path = '' as $$
declare
  before text;
begin
  insert into c4gt.installations (id, state) values (note_state.installation, note_state.state) on conflict do nothing;
  if not found then
    select i.state into before from c4gt.installations as i where i.id = note_state.installation for no key update;
  end if;

  update c4gt.installations as i
  set state = note_state.state, account = coalesce(note_state.account, i.account), told_at = note_state.at,
    told_rank = note_state.rank
  where i.id = note_state.installation and (i.told_at, i.told_rank) < (note_state.at, note_state.rank);
  if not found or before is not distinct from note_state.state then
    return false;
  end if;

  -- A repository belongs to the one of its installations that is not deleted.
  perform c4gt.settle_repository(m.repository, 0)
  from (
    select n.repository from c4gt.memberships as n where n.installation = note_state.installation order by n.repository
  ) as m
  where 'deleted' in (before, note_state.state);
  insert into c4gt.audit (action, details)
  values ('installation ' || note_state.state, jsonb_build_object('installation', note_state.installation));
  return true;
end
$$;

-- Why an effect waits: what befell it last, or else what holds up its installation.
create or replace function c4gt.explain_waiting(o c4gt.outbox) returns text
language sql stable set search_path = '' as $$
  select coalesce(
    case
      when o.state <> 'pending' or o.medium <> 'github' then null
      when o.installation is not null then (
        select format('the installation of the App is %s', i.state)
        from c4gt.installations as i
        where i.id = o.installation and i.state <> 'active'
      )
      when exists (
        select
        from c4gt.installed_repositories as r
        join c4gt.subjects as s on s.repository_id = r.id
        where s.key = o.subject and r.installation is null
      ) then 'the App is not installed there any more'
      else 'the App is not known to be installed there'
    end,
    o.reason,
    case
      when o.state = 'pending' and o.medium = 'github' then (
        select i.paused_because
        from c4gt.installations as i
        where i.id = o.installation and i.paused_until > now()
      )
    end
  )
$$;

-- The public list. A subject that two rules list appears once, and nothing of a private repository appears at all; nor of
-- one whose installation is not active. Where none was ever known, a webhook that was set up by hand has none. Unset
-- values sort last either way; the subject's key breaks ties, so pages never overlap.
create or replace function public.list_tickets(query jsonb) returns jsonb
language sql stable security definer set search_path = '' as $$
  with asked as (
    select
      ltrim(s.sort, '-') as sorted,
      s.sort like '-%' as descending
    from (
      select case
        when ltrim(query ->> 'sort', '-')
          in ('created_at', 'closed_at', 'points', 'title', 'complexity', 'organisation', 'status')
          then query ->> 'sort'
        else '-created_at'
      end as sort
    ) as s
  ),
  listed as (
    select distinct on (t.subject) t.*
    from c4gt.tickets as t
    join c4gt.subjects as s on s.key = t.subject
    left join c4gt.installed_repositories as r on r.id = s.repository_id
    left join c4gt.installations as i on i.id = r.installation
    where not t.private and not s.private and (r.id is null or i.state = 'active')
    order by t.subject, t.effect collate "C"
  ),
  matching as (
    select
      listed::c4gt.tickets as ticket,
      listed.subject,
      asked.descending,
      case asked.sorted
        when 'created_at' then extract(epoch from listed.created_at)
        when 'closed_at' then extract(epoch from listed.closed_at)
        when 'points' then listed.points
        when 'complexity' then array_position(
          array['beginner', 'foundational', 'low', 'medium', 'high', 'advanced'], lower(listed.complexity)
        )
      end as number,
      case asked.sorted
        when 'title' then lower(listed.title)
        when 'organisation' then lower(listed.organisation)
        when 'status' then listed.status
      end collate "C" as text
    from listed
    cross join asked
    where c4gt.matches_query(listed::c4gt.tickets, query)
  ),
  placed as (
    select
      m.ticket,
      row_number() over (
        order by
          case when not m.descending then m.number end,
          case when m.descending then m.number end desc nulls last,
          case when not m.descending then m.text end,
          case when m.descending then m.text end desc nulls last,
          m.subject collate "C"
      ) as place
    from matching as m
  )
  select jsonb_build_object(
    'tickets', (
      select coalesce(jsonb_agg(c4gt.show_ticket(p.ticket) order by p.place), '[]')
      from (
        select *
        from placed
        order by place
        limit coalesce((query ->> 'limit')::integer, 50)
        offset coalesce((query ->> 'offset')::integer, 0)
      ) as p
    ),
    'total', (select count(*) from matching)
  )
$$;
