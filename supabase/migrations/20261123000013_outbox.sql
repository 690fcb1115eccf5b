-- The outbox: what decisions wish to be seen outside, and what has become of it.

-- Of what is to be performed, the newest wish alone counts: one row for each effect says what is wanted now and what is
-- visible now. A queue of messages would keep what was wished in between.
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
-- By age, of one installation and of all.
create index outbox_due on c4gt.outbox (installation, due_at, id) where state = 'pending' and medium = 'github';
create index outbox_oldest on c4gt.outbox (due_at, id) where state = 'pending' and medium = 'github';
create index outbox_open on c4gt.outbox (state, medium) where state <> 'done';
alter table c4gt.outbox enable row level security;

-- Of several processes, one may lack credentials that others have: what they carry out is not for it to skip.
create table c4gt.connections (
  medium text primary key check (medium in ('github', 'discord')),
  seen_at timestamptz not null
);
comment on column c4gt.connections.seen_at is
  'When a process that is connected last said so, which it does every minute';
alter table c4gt.connections enable row level security;

-- Puts a decision's effects that are seen outside into the outbox. A wish that waited gives way; what was never
-- performed and is not wanted any more leaves nothing; what is as it is wanted stays so. In the order of keys, as
-- everywhere: so this and settle_effect never deadlock.
create function c4gt.put_in_outbox(commit jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  own constant text := commit -> 'subject' ->> 'key';
begin
  perform pg_advisory_xact_lock_shared(c4gt.belonging((commit -> 'subject' ->> 'repositoryId')::bigint));
  perform
  from c4gt.outbox as o
  where o.subject = own and o.key in (select w.effect from jsonb_to_recordset(commit -> 'outward') as w (effect text))
  order by o.key
  for update;
  delete from c4gt.outbox as o
  using
    jsonb_to_recordset(commit -> 'outward') as w (effect text),
    jsonb_to_recordset(commit -> 'effects') as x (key text, state text)
  where o.subject = own
    and o.key = x.key
    and x.key = w.effect
    and x.state = 'withdrawn'
    and o.performed is null
    and not o.unsure;

  insert into c4gt.outbox as o (subject, key, action, medium, wanted, params, installation)
  select
    own, x.key, x.action, w.medium,
    case x.state when 'standing' then 'stand' when 'happened' then 'happen' else 'withdraw' end,
    x.params,
    (
      select r.installation
      from c4gt.installed_repositories as r
      where r.id = (commit -> 'subject' ->> 'repositoryId')::bigint
    )
  from jsonb_to_recordset(commit -> 'outward') as w (effect text, medium text)
  join jsonb_to_recordset(commit -> 'effects') as x (key text, action text, params jsonb, state text)
    on x.key = w.effect
  where x.state in ('standing', 'happened')
    or x.state = 'withdrawn' and exists (select from c4gt.outbox as o where o.subject = own and o.key = x.key)
  order by x.key
  on conflict on constraint outbox_effect do update
  set action = excluded.action, medium = excluded.medium, wanted = excluded.wanted, params = excluded.params,
    generation = o.generation + 1, state = 'pending', attempts = 0, faults = 0, reason = null, at = excluded.at,
    -- A write of which nobody knows the fate may still be under way; it gets its time.
    due_at = case when o.unsure then greatest(o.due_at, excluded.due_at) else excluded.due_at end
  where o.state <> 'done'
    or o.params <> excluded.params
    or o.wanted = 'withdraw'
    or excluded.wanted = 'withdraw';
end
$$;

-- Keeps which installation each delivery came through, and puts what decisions wish to be seen outside into the outbox:
-- of one repository after the other, in the order of their numbers, so that transactions that share some never
-- deadlock.
create function c4gt.put_outside(dues c4gt.due[]) returns void
language plpgsql set search_path = '' as $$
declare
  due c4gt.due;
  misplaced constant bigint[] := array(
    select c.repository_id
    from unnest(dues) as c
    where c.installation is not null and (
      select r.installation from c4gt.installed_repositories as r where r.id = c.repository_id
    ) is distinct from c.installation
  );
begin
  -- Whoever places a repository may have to wait for who adds its installation, and that one for the repository.
  if cardinality(misplaced) > 0 then
    perform pg_advisory_xact_lock(hashtextextended('c4gt.placing', 0));
  end if;
  for due in
    select c.*
    from unnest(dues) as c
    where jsonb_array_length(c.decision -> 'outward') > 0 or c.repository_id = any (misplaced)
    order by c.repository_id, c.place
  loop
    if due.installation is not null then
      perform c4gt.place_repository(due.repository_id, due.installation, due.delivery);
    end if;
    if jsonb_array_length(due.decision -> 'outward') > 0 then
      perform c4gt.put_in_outbox(due.decision);
    end if;
  end loop;
end
$$;

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
create function public.skip_effects(reasons jsonb) returns integer
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
      and w.medium = any (array(
        select r.medium from jsonb_object_keys(reasons) as r (medium) where not c4gt.is_connected(r.medium)
      ))
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
create function public.resume_effects(medium text) returns integer
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

-- Atomic: the effects that are tried again at once, and the record that somebody asked: the one of this number, unless
-- it is done, or all that are dead. Returns how many.
create function public.retry_effects(effect bigint) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  again integer;
begin
  update c4gt.outbox as o
  set state = 'pending', reason = null, attempts = 0, faults = 0, due_at = now()
  where o.id in (
    select w.id
    from c4gt.outbox as w
    where w.id = retry_effects.effect and w.state <> 'done'
      or retry_effects.effect is null and w.state = 'dead'
    order by w.subject, w.key
    for no key update
  );
  get diagnostics again = row_count;
  insert into c4gt.audit (action, details)
  values ('effects retried', jsonb_build_object('effect', retry_effects.effect, 'count', again));
  return again;
end
$$;

revoke all on function
  public.skip_effects, public.resume_effects, public.retry_effects
from public, anon, authenticated;
grant execute on function
  public.skip_effects, public.resume_effects, public.retry_effects
to service_role;
