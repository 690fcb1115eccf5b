-- Claiming when nothing waits, or very much, costs the same: who could go next is looked for from what waits, and not by
-- going through all installations.

-- By age over all installations; the one of before has them by installation.
create index outbox_oldest on c4gt.outbox (due_at, id) where state = 'pending' and medium = 'github';

-- Up to so many of the installations for which something waits in the outbox, in order.
create function c4gt.find_awaited(most integer) returns bigint[]
language plpgsql stable set search_path = '' as $$
begin
  return array(
    with recursive waiting as (
      (
        select o.installation, 1 as place
        from c4gt.outbox as o
        where o.state = 'pending' and o.medium = 'github' and o.installation is not null
        order by o.installation
        limit 1
      )
      union all
      select
        (
          select o.installation
          from c4gt.outbox as o
          where o.state = 'pending' and o.medium = 'github' and o.installation > w.installation
          order by o.installation
          limit 1
        ),
        w.place + 1
      from waiting as w
      where w.installation is not null and w.place < most
    )
    select w.installation from waiting as w where w.installation is not null
  );
end
$$;

-- The oldest effect that is due, of the first of these installations that may write now: it is active, leased to nobody,
-- not paused and has not just written. That one is locked. One after the other: the first to be found ends it.
create function c4gt.find_writable(candidates bigint[], moment timestamptz, gap double precision)
returns table (installation bigint, id bigint, subject text)
language plpgsql set search_path = '' as $$
begin
  return query
  select c.id, o.id, o.subject
  from unnest(candidates) with ordinality as c (id, place)
  cross join lateral (
    select due.id, due.subject
    from c4gt.outbox as due
    where due.installation = c.id and due.state = 'pending' and due.medium = 'github' and due.due_at <= moment
    order by due.due_at, due.id
    limit 1
  ) as o
  cross join lateral (
    select
    from c4gt.installations as i
    where i.id = c.id
      and i.state = 'active'
      and i.leased_until <= moment
      and i.paused_until <= moment
      and i.written_at <= moment - make_interval(secs => gap)
    for no key update skip locked
  ) as free
  limit 1;
end
$$;

-- The effect that has waited for longest, of those whose installation may write now; that one is locked.
--
-- Mostly it is among the oldest few hundred. It is not where an installation has spent its budget with thousands
-- waiting: then it is one of another installation's. Where few have something waiting, each of them is looked at; where
-- many do, those that may write are gone through from a random one on, and one is found soon.
create function c4gt.find_turn(moment timestamptz, gap double precision)
returns table (installation bigint, id bigint, subject text)
language plpgsql set search_path = '' as $$
declare
  few constant integer := 100;
  oldest bigint[];
  candidates bigint[];
begin
  oldest := array(
    select due.installation
    from c4gt.outbox as due
    where due.state = 'pending' and due.medium = 'github' and due.due_at <= moment
    order by due.due_at, due.id
    limit 300
  );
  candidates := array(
    select o.installation
    from unnest(oldest) with ordinality as o (installation, place)
    where o.installation is not null
    group by o.installation
    order by min(o.place)
  );
  return query select * from c4gt.find_writable(candidates, moment, gap);
  if found or cardinality(oldest) < 300 then
    return;
  end if;

  candidates := array(select a.id from unnest(c4gt.find_awaited(few)) as a (id) order by random());
  if cardinality(candidates) = few then
    candidates := array(
      select i.id
      from c4gt.installations as i
      where i.state = 'active'
        and i.leased_until <= moment
        and i.paused_until <= moment
        and i.written_at <= moment - make_interval(secs => gap)
      order by i.id
    );
    candidates := candidates[floor(random() * cardinality(candidates)) + 1:] || candidates;
  end if;
  return query select * from c4gt.find_writable(candidates, moment, gap);
end
$$;

-- Atomic: the lease of one installation, and the attempt on the effect that has waited there for longest. Of those that
-- are active, leased to nobody, not paused, have not just written and have budget, the one with the oldest effect.
--
-- `terms`: `visibility`, seconds after which a dead worker's lease ends; `gap`, seconds between two writes; `perMinute`
-- and `perHour`, how many writes an installation may make; `perSubject`, how many an hour a subject bears. An
-- installation whose budget is spent is paused until there is room. The effects of a subject that has been written to
-- too often wait too, and say so; `fused` names such subjects.
--
-- A due time in the future hides the effect while it is performed, and until it is known that a write of a worker that
-- died over it has come to its end.
create or replace function public.claim_effect(terms jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  moment constant timestamptz := clock_timestamp();
  until constant timestamptz := moment + make_interval(secs => (terms ->> 'visibility')::integer);
  fused text[] := '{}';
  oldest record;
  turn timestamptz;
  claimed c4gt.outbox;
  leased c4gt.installations;
begin
  loop
    select * into oldest from c4gt.find_turn(moment, (terms ->> 'gap')::double precision);
    exit when not found;

    turn := c4gt.find_budget(oldest.installation, (terms ->> 'perMinute')::integer, (terms ->> 'perHour')::integer);
    if turn > moment then
      update c4gt.installations as i
      set paused_until = turn, paused_because = 'the budget of writes is spent'
      where i.id = oldest.installation;
      continue;
    end if;

    turn := c4gt.find_calm(oldest.subject, (terms ->> 'perSubject')::integer);
    if turn > moment then
      update c4gt.outbox as o
      set due_at = turn, reason = format('held back: %s writes here within an hour', terms ->> 'perSubject')
      where o.subject = oldest.subject and o.state = 'pending' and o.medium = 'github' and o.due_at < turn;
      fused := fused || (
        select format('%s#%s', s.repository, s.number) from c4gt.subjects as s where s.key = oldest.subject
      );
      continue;
    end if;

    update c4gt.outbox as o
    set attempts = o.attempts + 1, due_at = until
    where o.id = oldest.id and o.state = 'pending' and o.due_at <= moment
    returning * into claimed;
    continue when not found;

    update c4gt.installations as i
    set lease = i.lease + 1, leased_until = until
    where i.id = oldest.installation
    returning * into leased;
    return jsonb_build_object(
      'effect',
      c4gt.describe_due(claimed) || jsonb_build_object(
        'installation', leased.id, 'lease', leased.lease, 'setbacks', leased.setbacks
      ),
      'fused', fused
    );
  end loop;
  return jsonb_build_object('effect', null, 'fused', fused);
end
$$;

-- Those whose list of repositories is to be asked for, and, in the order in which they were looked through last, all.
create index backfills_listing on c4gt.backfills (installation) where page is not null;
create index backfills_order on c4gt.backfills (leased_until, installation);

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
-- other one is made meanwhile. Null when there is none to be made now: nothing is due, its installation is not active or
-- paused, its budget is spent, or the inbox is crowded.
--
-- `terms`: `visibility`, seconds after which a dead process's lease ends; `perHour`, requests that an installation may
-- make; `inbox`, how much may wait there. Lists of repositories come first, and a repository that was begun before others.
create or replace function public.claim_backfill(terms jsonb) returns jsonb
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
