-- Installations of the GitHub App, and which repository is in which of them.

create table c4gt.installations (
  id bigint primary key,
  state text not null default 'active' check (state in ('active', 'suspended', 'deleted')),
  account text,
  told_at timestamptz not null default '-infinity',
  told_rank integer not null default 0,
  lease bigint not null default 0,
  leased_until timestamptz not null default '-infinity',
  written_at timestamptz not null default '-infinity',
  paused_until timestamptz not null default '-infinity',
  paused_because text,
  setbacks integer not null default 0
);
comment on column c4gt.installations.account is 'Login of whoever installed the App, as it was last told';
comment on column c4gt.installations.told_at is
  'When GitHub last changed what we know of it; infinity once GitHub has said that it is deleted, which is final';
comment on column c4gt.installations.told_rank is 'Which of the changes of that time it was';
comment on column c4gt.installations.lease is 'Raised by every claim: whoever holds another number has lost the lease';
comment on column c4gt.installations.written_at is 'When the last write began or ended';
comment on column c4gt.installations.setbacks is 'How often in a row GitHub was away, or sent us away';
create index installations_inactive on c4gt.installations (id) where state <> 'active';
alter table c4gt.installations enable row level security;

create table c4gt.installed_repositories (
  id bigint primary key,
  installation bigint references c4gt.installations,
  delivery bigint not null
);
comment on column c4gt.installed_repositories.installation is 'Null once it was removed from the one that had it';
comment on column c4gt.installed_repositories.delivery is 'That first said so; an older one does not change it back';
-- What an installation has is gone through whenever GitHub tells of it or lists it, which the sweep has it do for each
-- of them every hour.
create index installed_repositories_installation on c4gt.installed_repositories (installation);
alter table c4gt.installed_repositories enable row level security;

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

-- Lets one transaction at a time say where repositories belong: two installations may speak of the same one, and each
-- has to see what the other has said. Taken before anything else is locked. That is seldom: ordinary deliveries do
-- without.
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

-- The lock on where a repository belongs: shared by those who go by it, and for itself whoever changes it. A repository
-- may come to another installation while something is decided there; neither would see the other, and what the decision
-- puts into the outbox would stay with an installation through which nothing is performed any more.
create function c4gt.belonging(repository bigint) returns bigint
language plpgsql immutable set search_path = '' as $$
begin
  return hashtextextended('c4gt.belonging ' || repository, 0);
end
$$;

-- Says which installation a repository belongs to now, and hands it what waits there. Of a repository itself first,
-- then of the outbox, as everywhere.
create function c4gt.move_repository(repository bigint, installation bigint, delivery bigint) returns void
language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(c4gt.belonging(move_repository.repository));
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
      order by w.subject, w.key
      for no key update of w
    );
  end if;
end
$$;

-- Puts a repository where its installations' own words have it: the newest that says so and is not deleted; or nowhere,
-- when it was where it is not any more. What only ordinary deliveries have said stays, where nothing was said against
-- it.
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
create function c4gt.place_repository(repository bigint, installation bigint, delivery bigint) returns void
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
