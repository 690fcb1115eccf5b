-- The private schema: every table, what tables guard by themselves, the two queues, and the roles of the callers.

create extension if not exists pgmq;

select pgmq.create('inbox');
select pgmq.create('outbox');

-- Supabase has these roles; elsewhere they are made. Roles belong to the whole server, so another database may be
-- making them at the same moment.
do $$
declare
  missing text;
begin
  foreach missing in array array['anon', 'authenticated', 'service_role'] loop
    if not exists (select from pg_catalog.pg_roles where rolname = missing) then
      begin
        execute format('create role %I nologin', missing);
      exception
        when duplicate_object or unique_violation then null;
      end;
    end if;
  end loop;
end
$$;

create schema if not exists c4gt;
revoke all on schema c4gt from public;

create table c4gt.deliveries (
  id bigint generated always as identity primary key,
  guid uuid not null unique,
  event text not null,
  body bytea not null,
  state text not null default 'pending' check (state in ('pending', 'processed', 'ignored', 'dead')),
  reason text,
  attempts integer not null default 0,
  received_at timestamptz not null default now(),
  finished_at timestamptz
);
comment on column c4gt.deliveries.body is 'Payload as GitHub sent it, zstd; stored without a second compression';
alter table c4gt.deliveries alter column body set storage external;
create index deliveries_state on c4gt.deliveries (state, id);

create table c4gt.subjects (
  key text primary key,
  kind text not null,
  repository_id bigint not null,
  number bigint not null,
  repository text not null,
  private boolean not null,
  version integer not null default 1,
  knowledge jsonb,
  updated_at timestamptz not null default now()
);
comment on column c4gt.subjects.repository is 'owner/name as of the last commit';
create index subjects_name on c4gt.subjects (lower(repository), number);
create index subjects_repository on c4gt.subjects (repository_id);

create table c4gt.dependencies (
  subject text not null references c4gt.subjects,
  consulted text not null,
  primary key (subject, consulted)
);
comment on table c4gt.dependencies is 'Subjects to decide again when a consulted one changes; it may not exist yet';
create index dependencies_consulted on c4gt.dependencies (consulted);

create table c4gt.decisions (
  id bigint generated always as identity primary key,
  delivery bigint references c4gt.deliveries,
  event text not null,
  subject text not null,
  at timestamptz not null default now(),
  rules_version text not null,
  trace jsonb not null
);
create index decisions_subject on c4gt.decisions (subject, id);

create table c4gt.effects (
  subject text not null references c4gt.subjects,
  key text not null,
  rule text not null,
  action text not null,
  params jsonb not null,
  state text not null check (state in ('standing', 'happened', 'withdrawn')),
  decision bigint not null references c4gt.decisions,
  primary key (subject, key)
);
create index effects_happened on c4gt.effects (key) where state = 'happened';

create table c4gt.contributors (
  id bigint primary key,
  login text not null,
  points bigint not null default 0,
  updated_at timestamptz not null default now()
);
comment on column c4gt.contributors.points is 'Sum of the ledger, kept in the transaction that appends to it';
create index contributors_login on c4gt.contributors (lower(login));
create index contributors_points on c4gt.contributors (points desc) where points > 0;

create table c4gt.ledger (
  id bigint generated always as identity primary key,
  subject text not null references c4gt.subjects,
  effect text not null,
  contributor bigint not null references c4gt.contributors,
  points integer not null check (points between -1000 and 1000 and points <> 0),
  rule text not null,
  rules_version text not null,
  reason text not null,
  url text not null,
  delivery bigint references c4gt.deliveries,
  decision bigint not null references c4gt.decisions,
  reverses bigint unique references c4gt.ledger,
  at timestamptz not null default now()
);
comment on column c4gt.ledger.reverses is 'The line this one takes back; unique, so each is taken back once';
create index ledger_effect on c4gt.ledger (subject, effect);
create index ledger_contributor on c4gt.ledger (contributor, id);

-- What has been written to the ledger stays: history is corrected by a reversal, never by an edit.
create function c4gt.refuse_change() returns trigger
language plpgsql set search_path = '' as $$
begin
  raise exception 'The ledger is append-only: % refused', lower(tg_op) using errcode = 'restrict_violation';
end
$$;

create trigger ledger_keeps_rows before update or delete on c4gt.ledger
for each row execute function c4gt.refuse_change();
create trigger ledger_keeps_table before truncate on c4gt.ledger
for each statement execute function c4gt.refuse_change();

create table c4gt.tickets (
  subject text not null references c4gt.subjects,
  effect text not null,
  repository text not null,
  number bigint not null,
  title text not null,
  url text not null,
  organisation text,
  product text,
  domain text,
  category text[] not null,
  skills text[] not null,
  complexity text,
  points integer,
  mentors text[] not null,
  assignees text[] not null,
  status text not null check (status in ('open', 'assigned', 'closed')),
  created_at timestamptz not null,
  closed_at timestamptz,
  private boolean not null,
  primary key (subject, effect)
);

create table c4gt.badges (
  contributor bigint not null references c4gt.contributors,
  name text not null,
  at timestamptz not null default now(),
  primary key (contributor, name)
);

create table c4gt.rule_sets (
  version text primary key,
  count integer not null,
  source jsonb not null,
  active boolean not null,
  activated_at timestamptz not null default now()
);
create unique index rule_sets_active on c4gt.rule_sets (active) where active;

create table c4gt.audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  action text not null,
  details jsonb not null
);

-- No policies: nothing is readable except through the functions of `public`, which run as the owner.
alter table c4gt.deliveries enable row level security;
alter table c4gt.subjects enable row level security;
alter table c4gt.dependencies enable row level security;
alter table c4gt.decisions enable row level security;
alter table c4gt.effects enable row level security;
alter table c4gt.contributors enable row level security;
alter table c4gt.ledger enable row level security;
alter table c4gt.tickets enable row level security;
alter table c4gt.badges enable row level security;
alter table c4gt.rule_sets enable row level security;
alter table c4gt.audit enable row level security;
