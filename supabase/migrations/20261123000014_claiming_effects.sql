-- Claiming effects: which of those that wait may be performed now, through which installation.

create table c4gt.writes (
  installation bigint not null references c4gt.installations,
  subject text not null,
  at timestamptz not null
);
comment on table c4gt.writes is 'Each request that was to change something on GitHub, for an hour';
create index writes_installation on c4gt.writes (installation, at);
create index writes_subject on c4gt.writes (subject, at);
alter table c4gt.writes enable row level security;

-- When an installation may write again, by the budgets of the minute and of the hour: at once, unless as many writes as
-- one of them allows were made in the last.
create function c4gt.find_budget(installation bigint, per_minute integer, per_hour integer) returns timestamptz
language plpgsql stable set search_path = '' as $$
declare
  past constant timestamptz[] := array(
    select w.at
    from c4gt.writes as w
    where w.installation = find_budget.installation
    order by w.at desc
    limit greatest(per_minute, per_hour)
  );
begin
  return greatest('-infinity', past[per_minute] + interval '1 minute', past[per_hour] + interval '1 hour');
end
$$;

-- When a subject may be written to again: the fuse against rules that make one another write.
create function c4gt.find_calm(subject text, per_hour integer) returns timestamptz
language plpgsql stable set search_path = '' as $$
begin
  return coalesce(
    (
      select w.at + interval '1 hour'
      from c4gt.writes as w
      where w.subject = find_calm.subject
      order by w.at desc
      offset per_hour - 1
      limit 1
    ),
    '-infinity'
  );
end
$$;

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

-- The oldest effect that is due, of the first of these installations that may write now: it is active, leased to
-- nobody, not paused and has not just written. That one is locked. One after the other: the first to be found ends it.
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
create function c4gt.find_effect(moment timestamptz, gap double precision)
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

-- Everything about an effect that performing it takes. `others` are those of the same action on the same subject that
-- are wanted: a label that two rules want stays when one of them no longer does.
create function c4gt.describe_due(o c4gt.outbox) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
      'id', o.id,
      'key', o.key,
      'action', o.action,
      'wanted', o.wanted,
      'params', o.params,
      'generation', o.generation,
      'attempt', o.attempts,
      'faults', o.faults,
      'performed', o.performed,
      'unsure', o.unsure,
      'repository', s.repository,
      'number', s.number,
      'others', (
        select coalesce(
          jsonb_agg(jsonb_build_object('key', other.key, 'params', other.params) order by other.key collate "C"), '[]'
        )
        from c4gt.outbox as other
        where other.subject = o.subject
          and other.action = o.action
          and other.key <> o.key
          and other.wanted <> 'withdraw'
      )
    )
    from c4gt.subjects as s
    where s.key = o.subject
  );
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
create function public.claim_effect(terms jsonb) returns jsonb
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
    select * into oldest from c4gt.find_effect(moment, (terms ->> 'gap')::double precision);
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
      where o.id in (
        select w.id
        from c4gt.outbox as w
        where w.subject = oldest.subject and w.state = 'pending' and w.medium = 'github' and w.due_at < turn
        order by w.key
        for no key update
      );
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

revoke all on function public.claim_effect from public, anon, authenticated;
grant execute on function public.claim_effect to service_role;
