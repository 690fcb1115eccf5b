-- Counting at any size: what has come to rest is counted once, and kept as a number.

-- Deliveries are counted up to a number; those of them that were still pending are in c4gt.unsettled, and counted by
-- what they are. So nothing is written when a delivery is received or processed; only one that leaves its rest, which
-- somebody has to ask for, is taken out of the count.
create table c4gt.settled (
  single boolean primary key default true check (single),
  up_to bigint not null default 0,
  processed bigint not null default 0,
  ignored bigint not null default 0,
  dead bigint not null default 0
);
comment on table c4gt.settled is 'How many deliveries with numbers up to one have ended how; one row, or none';
alter table c4gt.settled enable row level security;

create table c4gt.unsettled (
  delivery bigint primary key
);
comment on table c4gt.unsettled is 'Deliveries up to that number that are not in that count';
alter table c4gt.unsettled enable row level security;

-- A delivery that is taken up again is not settled any more.
create function c4gt.unsettle_delivery() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- Whoever settles at this moment has the row, or waits for this transaction.
  perform from c4gt.settled as s for no key update;
  update c4gt.settled as s
  set processed = s.processed - case old.state when 'processed' then 1 else 0 end,
    ignored = s.ignored - case old.state when 'ignored' then 1 else 0 end,
    dead = s.dead - case old.state when 'dead' then 1 else 0 end
  where old.id <= s.up_to and not exists (select from c4gt.unsettled as u where u.delivery = old.id);
  if found then
    insert into c4gt.unsettled (delivery) values (old.id);
  end if;
  return null;
end
$$;

create trigger deliveries_are_unsettled after update on c4gt.deliveries
for each row when (old.state <> 'pending' and new.state <> old.state) execute function c4gt.unsettle_delivery();

-- Settles about so many deliveries more. Numbers are given out under the lock that unpacking takes: with it, none that
-- is smaller than one we see can come later. Without it, or with many that do not come to rest, it is left for later.
create function c4gt.settle_deliveries(most integer) returns void
language plpgsql set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  lower bigint;
  upper bigint;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('c4gt.unpacking', 0)) then
    return;
  end if;
  insert into c4gt.settled default values on conflict do nothing;
  select s.up_to into lower from c4gt.settled as s for no key update skip locked;
  if not found then
    return;
  end if;

  upper := lower;
  if (select count(*) < 10000 from (select from c4gt.unsettled limit 10000) as u) then
    select coalesce(max(n.id), lower) into upper
    from (select d.id from c4gt.deliveries as d where d.id > lower order by d.id limit most) as n;
  end if;
  with fresh as materialized (
    select d.id, d.state from c4gt.deliveries as d where d.id > lower and d.id <= upper
  ),
  opened as (
    insert into c4gt.unsettled (delivery) select f.id from fresh as f where f.state = 'pending'
  ),
  closed as (
    delete from c4gt.unsettled as u
    where (select d.state from c4gt.deliveries as d where d.id = u.delivery) <> 'pending'
    returning (select d.state from c4gt.deliveries as d where d.id = u.delivery)
  ),
  ended as (
    select
      count(*) filter (where e.state = 'processed') as processed,
      count(*) filter (where e.state = 'ignored') as ignored,
      count(*) filter (where e.state = 'dead') as dead
    from (select f.state from fresh as f union all select c.state from closed as c) as e
  )
  update c4gt.settled as s
  set up_to = upper, processed = s.processed + e.processed, ignored = s.ignored + e.ignored, dead = s.dead + e.dead
  from ended as e;
end
$$;

-- How many deliveries were received, where they are, and since when the oldest of those that are pending waits; those
-- that are not unpacked yet are pending. Stable, so that all of it is of one moment; planned anew each time, for it matters how much was settled.
create function c4gt.count_deliveries() returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  settled constant bigint := coalesce((select s.up_to from c4gt.settled as s), 0);
begin
  return (
    with states as (
      select d.state, count(*) as count, min(d.id) as first from c4gt.deliveries as d where d.id > settled group by d.state
      union all
      select u.state, count(*), min(u.delivery)
      from (
        select o.delivery, (select d.state from c4gt.deliveries as d where d.id = o.delivery) as state
        from c4gt.unsettled as o
      ) as u
      group by u.state
      union all
      select each.state, each.count, null
      from c4gt.settled as s
      cross join lateral (
        values ('processed', s.processed), ('ignored', s.ignored), ('dead', s.dead)
      ) as each (state, count)
      union all
      select 'pending', sum(b.count), null from c4gt.batches as b where not b.unpacked
    )
    select jsonb_build_object(
      'received', coalesce(sum(s.count), 0),
      'pending', coalesce(sum(s.count) filter (where s.state = 'pending'), 0),
      'processed', coalesce(sum(s.count) filter (where s.state = 'processed'), 0),
      'ignored', coalesce(sum(s.count) filter (where s.state = 'ignored'), 0),
      'dead', coalesce(sum(s.count) filter (where s.state = 'dead'), 0),
      'waiting_since', c4gt.iso(coalesce(
        (
          select d.received_at from c4gt.deliveries as d where d.id = min(s.first) filter (where s.state = 'pending')
        ),
        (select b.received_at from c4gt.batches as b where not b.unpacked order by b.id limit 1)
      ))
    )
    from states as s
  );
end
$$;

-- What is skipped for want of a medium piles up: counted as it changes. Reading adds the changes up.
create table c4gt.skipped_changes (
  change bigint not null
);
comment on table c4gt.skipped_changes is 'Their sum is how many effects in the outbox are skipped';
alter table c4gt.skipped_changes enable row level security;

-- A row for each change, so that transactions which skip something never wait for one another.
create function c4gt.count_skipped() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into c4gt.skipped_changes (change)
  values (
    case when tg_op <> 'DELETE' and new.state = 'skipped' then 1 else 0 end
      - case when tg_op <> 'INSERT' and old.state = 'skipped' then 1 else 0 end
  );
  return null;
end
$$;

create trigger skipped_are_counted after update on c4gt.outbox
for each row when ((old.state = 'skipped') <> (new.state = 'skipped')) execute function c4gt.count_skipped();
create trigger skipped_are_counted_in after insert on c4gt.outbox
for each row when (new.state = 'skipped') execute function c4gt.count_skipped();
create trigger skipped_are_counted_out after delete on c4gt.outbox
for each row when (old.state = 'skipped') execute function c4gt.count_skipped();

-- Of an outbox that was emptied whole, nothing is skipped.
create function c4gt.forget_skipped() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from c4gt.skipped_changes;
  return null;
end
$$;

create trigger skipped_are_forgotten after truncate on c4gt.outbox
for each statement execute function c4gt.forget_skipped();

-- Makes one row of many.
create function c4gt.add_up_skipped() returns void
language plpgsql set search_path = '' as $$
begin
  if (select count(*) < 100 from (select from c4gt.skipped_changes limit 100) as c)
    or not pg_try_advisory_xact_lock(hashtextextended('c4gt.skipped_changes', 0)) then
    return;
  end if;
  with gone as (delete from c4gt.skipped_changes returning change)
  insert into c4gt.skipped_changes (change) select sum(g.change) from gone as g;
end
$$;

-- How much was received and where it is, how many subjects are due to be decided again or could not be, what waits in
-- the outbox, was given up or skipped there, or waits for room under a limit, and which rules decide. Subjects whose
-- time is to come are those of the parked. What is due is told by the clock: a transaction may have begun before a
-- message that it already sees was sent.
create function public.read_counts() returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  -- Whoever may only read counts what others have not.
  if current_setting('transaction_read_only') = 'off' then
    perform c4gt.settle_deliveries(50000);
    perform c4gt.add_up_skipped();
  end if;
  return (
    with
    outward as (
      select o.state, count(*) as count from c4gt.outbox as o where o.state in ('pending', 'dead') group by o.state
    )
    select c4gt.count_deliveries() || jsonb_build_object(
      'subjects', jsonb_build_object(
        'pending', (
          select count(*)
          from pgmq.q_inbox as q
          where q.message ? 'subject' and (q.read_ct > 0 or q.vt <= clock_timestamp())
        ),
        'dead', (select count(*) from pgmq.a_inbox as a where a.message ? 'subject')
      ),
      'effects', jsonb_build_object(
        'pending', coalesce((select o.count from outward as o where o.state = 'pending'), 0),
        'dead', coalesce((select o.count from outward as o where o.state = 'dead'), 0),
        'skipped', (select coalesce(sum(c.change), 0) from c4gt.skipped_changes as c),
        'parked', (select count(*) from c4gt.effects as e where e.state = 'parked')
      ),
      'rules', jsonb_build_object(
        'version', (select r.version from c4gt.rule_sets as r where r.active),
        'count', coalesce((select r.count from c4gt.rule_sets as r where r.active), 0)
      )
    )
  );
end
$$;

revoke all on function public.read_counts from public, anon, authenticated;
grant execute on function public.read_counts to service_role;
