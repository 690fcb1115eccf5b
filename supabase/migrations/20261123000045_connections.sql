-- Of several processes, one may lack credentials that others have: what they carry out is not for it to skip.

create table c4gt.connections (
  medium text primary key check (medium in ('github', 'discord')),
  seen_at timestamptz not null
);
comment on column c4gt.connections.seen_at is 'When a process that is connected last said so, which it does every minute';
alter table c4gt.connections enable row level security;

-- Whether some process carries effects out there.
create function c4gt.is_connected(medium text) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select
    from c4gt.connections as c
    where c.medium = is_connected.medium and c.seen_at > clock_timestamp() - interval '3 minutes'
  )
$$;

-- Atomic: what waits for a medium to which no process is connected is skipped, with the reason; `reasons` by medium.
-- Returns how many. A new wish for one of them waits again.
create or replace function public.skip_effects(reasons jsonb) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  skipped integer;
begin
  update c4gt.outbox as o
  set state = 'skipped', reason = reasons ->> o.medium
  where o.id in (
    select w.id
    from c4gt.outbox as w
    where w.state = 'pending'
      and w.medium = any (array(select r.medium from jsonb_object_keys(reasons) as r (medium) where not c4gt.is_connected(r.medium)))
    order by w.id
    for no key update skip locked
  );
  get diagnostics skipped = row_count;
  return skipped;
end
$$;

-- Atomic: that this process is connected to a medium, and that what was skipped for want of it waits again. What was to
-- happen once, longer than three days ago, stays where it is: nobody wants to be greeted for what was last winter.
-- Returns how many.
create or replace function public.resume_effects(medium text) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  resumed integer;
begin
  insert into c4gt.connections as c (medium, seen_at)
  values (resume_effects.medium, clock_timestamp())
  on conflict on constraint connections_pkey do update set seen_at = excluded.seen_at;

  update c4gt.outbox as o
  set state = 'pending', reason = null, attempts = 0, due_at = now()
  where o.id in (
    select w.id
    from c4gt.outbox as w
    where w.state = 'skipped'
      and w.medium = resume_effects.medium
      and (w.wanted <> 'happen' or w.at > now() - interval '3 days')
    order by w.id
    for no key update skip locked
  );
  get diagnostics resumed = row_count;
  return resumed;
end
$$;

-- Keeps why nothing can be looked through, which a process without credentials does not know while another one has some.
create or replace function public.note_connection(unconnected text) returns void
language sql security definer set search_path = '' as $$
  insert into c4gt.coverage as c (unconnected)
  select note_connection.unconnected
  where note_connection.unconnected is null or not c4gt.is_connected('github')
  on conflict (single) do update
  set unconnected = excluded.unconnected
  where c.unconnected is distinct from excluded.unconnected
$$;
