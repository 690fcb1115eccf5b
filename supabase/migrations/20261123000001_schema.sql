-- What everything else stands on: the roles of the callers, the private schema, the inbox's queue, and the audit.

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

-- Row level security is on for every table in it, and there are no policies: nothing is readable except through the
-- functions and views of `public`, which run as the owner.
create schema if not exists c4gt;
revoke all on schema c4gt from public;

create extension if not exists pgmq;
select pgmq.create('inbox');
-- To count the subjects in the queue, and those given up, without reading what else is there.
create index q_inbox_subjects on pgmq.q_inbox (vt, read_ct) where message ? 'subject';
create index a_inbox_subjects on pgmq.a_inbox (msg_id) where message ? 'subject';

-- Supabase can open queues to everybody with a switch of its dashboard. The inbox stays shut then: without a policy
-- nobody but its owner, as whom our functions run, sees a message.
alter table pgmq.q_inbox enable row level security;
alter table pgmq.a_inbox enable row level security;

create table c4gt.audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  action text not null,
  details jsonb not null
);
comment on table c4gt.audit is 'What operators and the clock did';
create index audit_pruned on c4gt.audit ((details ->> 'day')) where action = 'bodies pruned';
alter table c4gt.audit enable row level security;

-- ISO 8601 in UTC, as GitHub writes it: a fraction only where there is one. It is called for every line of a profile;
-- in PL/pgSQL that costs a third.
create function c4gt.iso(at timestamptz) returns text
language plpgsql stable set search_path = '' as $$
begin
  return to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS')
    || case when at = date_trunc('second', at) then '' else to_char(at at time zone 'UTC', '.MS') end
    || 'Z';
end
$$;

-- Says nothing but that the database answers.
create function public.ping() returns void
language sql stable security definer set search_path = '' as $$
$$;

-- Which of these versions of migrations were not applied, the oldest first. Where migrations are recorded is the
-- Supabase CLI's choice; that there are more, of a newer program or of the website beside it, does not matter.
create function public.missing_migrations(versions jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  if to_regclass('supabase_migrations.schema_migrations') is null then
    return versions;
  end if;
  return (
    select coalesce(jsonb_agg(v.version order by v.version), '[]')
    from jsonb_array_elements_text(versions) as v (version)
    where v.version not in (select m.version from supabase_migrations.schema_migrations as m)
  );
end
$$;

revoke all on function public.ping, public.missing_migrations from public, anon, authenticated;
grant execute on function public.ping, public.missing_migrations to service_role;
