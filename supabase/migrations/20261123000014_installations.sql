-- Installations of the GitHub App, and which of them a repository belongs to: through it, and no faster than it allows,
-- effects reach GitHub.

create table c4gt.installations (
  id bigint primary key,
  state text not null default 'active' check (state in ('active', 'suspended', 'deleted')),
  lease bigint not null default 0,
  leased_until timestamptz not null default '-infinity',
  written_at timestamptz not null default '-infinity',
  paused_until timestamptz not null default '-infinity',
  paused_because text,
  setbacks integer not null default 0
);
comment on column c4gt.installations.lease is 'Raised by every claim: whoever holds another number has lost the lease';
comment on column c4gt.installations.written_at is 'When the last write began or ended';
comment on column c4gt.installations.setbacks is 'How often in a row GitHub was away, or sent us away';
alter table c4gt.installations enable row level security;

create table c4gt.installed_repositories (
  id bigint primary key,
  installation bigint not null references c4gt.installations,
  delivery bigint not null
);
comment on column c4gt.installed_repositories.delivery is 'That first said so; an older one does not change it back';
alter table c4gt.installed_repositories enable row level security;

-- One row for each effect that is to be seen outside. A new wish takes the place of the one that waits.
create table c4gt.outbox (
  id bigint generated always as identity primary key,
  subject text not null references c4gt.subjects,
  key text not null,
  action text not null,
  medium text not null check (medium in ('github', 'discord')),
  wanted text not null check (wanted in ('stand', 'happen', 'withdraw')),
  params jsonb not null,
  generation integer not null default 1,
  installation bigint references c4gt.installations,
  performed jsonb,
  unsure boolean not null default false,
  state text not null default 'pending' check (state in ('pending', 'done', 'skipped', 'dead')),
  attempts integer not null default 0,
  faults integer not null default 0,
  reason text,
  at timestamptz not null default now(),
  due_at timestamptz not null default now(),
  constraint outbox_effect unique (subject, key)
);
comment on column c4gt.outbox.generation is 'Raised by every wish: an attempt for another one settles nothing';
comment on column c4gt.outbox.installation is 'Null while none is known to have the repository';
comment on column c4gt.outbox.performed is 'What is visible of it, as its action wrote it down; null when nothing is';
comment on column c4gt.outbox.unsure is 'A write was begun of which nobody knows whether it happened';
comment on column c4gt.outbox.attempts is 'Of this wish';
comment on column c4gt.outbox.faults is 'Attempts of this wish that failed by a fault of ours';
comment on column c4gt.outbox.at is 'When it was wished';
create index outbox_due on c4gt.outbox (installation, due_at, id) where state = 'pending' and medium = 'github';
create index outbox_open on c4gt.outbox (state, medium) where state <> 'done';
alter table c4gt.outbox enable row level security;

create table c4gt.writes (
  installation bigint not null references c4gt.installations,
  subject text not null,
  at timestamptz not null
);
comment on table c4gt.writes is 'Each request that was to change something on GitHub, for an hour';
create index writes_installation on c4gt.writes (installation, at);
create index writes_subject on c4gt.writes (subject, at);
alter table c4gt.writes enable row level security;

-- Keeps which installation a repository belongs to, as the delivery says, and hands it what waits there. Before rows of
-- the outbox are touched: of two deliveries that move a repository, the second waits here and holds nothing.
create function c4gt.place_repository(repository bigint, installation bigint, delivery bigint) returns void
language plpgsql set search_path = '' as $$
begin
  if exists (
    select
    from c4gt.installed_repositories as r
    where r.id = place_repository.repository and r.installation = place_repository.installation
  ) then
    return;
  end if;

  insert into c4gt.installations (id) values (place_repository.installation) on conflict do nothing;
  insert into c4gt.installed_repositories as r (id, installation, delivery)
  values (place_repository.repository, place_repository.installation, place_repository.delivery)
  on conflict (id) do update
  set installation = excluded.installation, delivery = excluded.delivery
  where r.delivery < excluded.delivery;
  if found then
    update c4gt.outbox as o
    set installation = place_repository.installation
    from c4gt.subjects as s
    where s.repository_id = place_repository.repository and o.subject = s.key;
  end if;
end
$$;

-- Atomic: what has become of an installation, and the record of it. Nothing is performed through one that is not active.
create function public.set_installation(installation bigint, state text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  insert into c4gt.installations as i (id, state) values (set_installation.installation, set_installation.state)
  on conflict (id) do update set state = excluded.state where i.state <> excluded.state;
  if found then
    insert into c4gt.audit (action, details)
    values (
      'installation ' || set_installation.state, jsonb_build_object('installation', set_installation.installation)
    );
  end if;
end
$$;

revoke all on function public.set_installation from public, anon, authenticated;
grant execute on function public.set_installation to service_role;
