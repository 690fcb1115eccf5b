-- Committing decisions: all that follows from them at once, with the acknowledgement of the work they were.
--
-- What a statement, a lock and a flush to the disk cost is shared by all that are committed together. Plans are made
-- once for each connection and kept, so these functions take no notice of how few rows a table has at the time: each
-- row of a table is looked up by itself, by an index, where a join would go through all rows of what was believed to be
-- empty.

-- The names that decisions are locked by, each with the place of its decision, and of what kind it is: `own`, a subject
-- or what happens once for ever; `rests on`; `credits`, a contributor by its subject's key; or `counts`, the limits of
-- a rule. A subject that is not known yet is locked all the same. Whose awards a decision takes back is read before the
-- lock: had that changed since the subject was read, so would its version have.
create function c4gt.names_of(commits jsonb, out places integer[], out names text[], out kinds text[])
language plpgsql stable set search_path = '' as $$
begin
  select array_agg(n.place), array_agg(n.name), array_agg(n.kind) into places, names, kinds
  from (
    select c.place, n.name, n.kind
    from jsonb_array_elements(commits) with ordinality as c (item, place)
    cross join lateral (
      select c.item -> 'subject' ->> 'key', 'own'
      union all
      select lower((c.item -> 'subject' ->> 'repository') || '#' || (c.item -> 'subject' ->> 'number')), 'own'
      union all
      select x.key, 'own'
      from jsonb_to_recordset(c.item -> 'effects') as x (key text, state text)
      where x.state = 'happened'
      union all
      select l.name, 'rests on'
      from jsonb_to_recordset(c.item -> 'consulted') as r (key text)
      cross join lateral unnest(
        array[lower(r.key), case when r.key like '%#%' then c4gt.resolve_subject(r.key) end]
      ) as l (name)
      union all
      select format('0/%s', p.id), 'credits'
      from unnest(case when c4gt.is_crediting(c.item) then c4gt.contributors_of(c.item) end) as p (id)
      union all
      select format('limits of %s', l.rule), 'counts'
      from jsonb_to_recordset(c.item -> 'limits') as l (rule text)
    ) as n (name, kind)
    where n.name is not null
  ) as n;
end
$$;

-- Holds, until the end of the transaction: the rules as they are; every name that decisions have to themselves; and the
-- others as they are, known or not. Always in the same order, so that decisions never deadlock.
create function c4gt.lock_names(names text[], exclusively boolean[]) returns void
language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('c4gt.rule_sets', 0));
  perform
    case
      when l.exclusively then pg_advisory_xact_lock(l.number)
      else pg_advisory_xact_lock_shared(l.number)
    end
  from (
    select hashtextextended(n.name, 0) as number, bool_or(n.exclusively) as exclusively
    from unnest(names, exclusively) as n (name, exclusively)
    group by 1
    order by 1
    -- Locked in this order, not sorted afterwards.
    offset 0
  ) as l;
end
$$;

-- What becomes of each decision, once it is locked. Of those that share a name which one of them has to itself only the
-- first is made, for they have not seen one another. Points for the same contributor, or under the same limit, are no
-- such thing: they are added one after the other.
create function c4gt.judge(commits jsonb, places integer[], names text[], kinds text[]) returns text[]
language plpgsql stable set search_path = '' as $$
declare
  active constant text := (select r.version from c4gt.rule_sets as r where r.active);
begin
  return array(
    select
      case
        when active <> c.item ->> 'rulesVersion' then 'other rules'
        when exists (
          select
          from (
            select c.item -> 'subject' ->> 'key' as key, (c.item -> 'subject' ->> 'version')::integer as version
            union all
            select case when r.key like '%#%' then c4gt.resolve_subject(r.key) else r.key end, r.version
            from jsonb_to_recordset(c.item -> 'consulted') as r (key text, version integer)
          ) as seen
          where coalesce((select s.version from c4gt.subjects as s where s.key = seen.key), 0) <> seen.version
        ) or c.place in (
          select n.place
          from (
            select
              n.place, min(n.place) over (partition by n.name) as first,
              bool_or(n.kind = 'own') over (partition by n.name) as is_own
            from unnest(places, names, kinds) as n (place, name, kind)
          ) as n
          where n.is_own and n.place > n.first
        ) then 'conflict'
        else 'committed'
      end
    from jsonb_array_elements(commits) with ordinality as c (item, place)
    order by c.place
  );
end
$$;

-- Those that are made, in their order, with what has happened before left out and what has no room parked.
create function c4gt.list_due(commits jsonb, verdicts text[]) returns c4gt.due[]
language plpgsql set search_path = '' as $$
declare
  due c4gt.due;
  dues c4gt.due[] := '{}';
  bounded record;
begin
  for due in
    select
      c.place, w.key, lower(w.repository || '#' || w.number), lower(s.repository || '#' || s.number), w.kind, w.repository,
      w."repositoryId", w.number, w.private, (c.item ->> 'installation')::bigint, (c.item ->> 'delivery')::bigint, (c.item ->> 'message')::bigint,
      jsonb_typeof(c.item -> 'trace') is distinct from 'null', jsonb_typeof(c.item -> 'subject' -> 'knowledge') = 'object',
      false, c4gt.is_crediting(c.item), null, c.item
    from jsonb_array_elements(commits) with ordinality as c (item, place)
    cross join lateral jsonb_to_record(c.item -> 'subject')
      as w (key text, kind text, "repositoryId" bigint, number bigint, repository text, private boolean)
    left join lateral (
      select f.repository, f.number from c4gt.subjects as f where f.key = w.key limit 1
    ) as s on true
    where verdicts[c.place] = 'committed'
    order by c.place
  loop
    if jsonb_array_length(due.decision -> 'effects') > 0 then
      bounded := c4gt.within_bounds(due.decision);
      due.decision := bounded.due;
      due.turn := bounded.turn;
      due.credits := c4gt.is_crediting(due.decision);
    end if;
    due.acts := due.credits or jsonb_array_length(due.decision -> 'effects') + jsonb_array_length(due.decision -> 'listed')
      + jsonb_array_length(due.decision -> 'unlisted') > 0;
    dues := array_append(dues, due);
  end loop;
  return dues;
end
$$;

-- Changes the ledger, totals and badges, one decision after the other, and has a subject of which something is parked
-- decided again when there may be room.
create function c4gt.credit_all(dues c4gt.due[]) returns void
language plpgsql set search_path = '' as $$
declare
  due c4gt.due;
begin
  foreach due in array dues loop
    if due.credits then
      perform c4gt.credit(due.own, due.decision, c4gt.latest_decision(due.own));
    end if;
    if due.turn is not null then
      perform c4gt.queue_again(due.own, '{}', due.turn);
    end if;
  end loop;
end
$$;

-- The end of the work that decisions were: the messages before the deliveries, as everywhere; the other way round, this
-- and a claim could deadlock.
create function c4gt.acknowledge(dues c4gt.due[]) returns void
language plpgsql set search_path = '' as $$
declare
  told record;
begin
  perform pgmq.delete('inbox', array(select c.message from unnest(dues) as c));
  update c4gt.deliveries as d set state = 'processed', reason = null, finished_at = now()
  where d.id = any (array(select c.delivery from unnest(dues) as c));
  for told in
    select c.delivery, c.decision ->> 'reason' as reason
    from unnest(dues) as c
    where c.decision ->> 'reason' is not null
  loop
    update c4gt.deliveries as d set reason = told.reason where d.id = told.delivery;
  end loop;
end
$$;

-- Decisions, each by itself all or nothing, together in one transaction: subjects, dependencies, reasons, effects,
-- tickets, ledger, totals, badges, what counts towards limits, the outbox, the installations that deliveries came
-- through, the subjects to decide again because these changed, the contributors to decide again because their points or
-- badges did, the subjects of which something is parked once there is room, the deliveries' states and the queue's
-- acknowledgements. The answer has a word for each, in their order: `committed`; `conflict` when its subject, or one it
-- rests on, is not what it was read as; `other rules` when others are active. Nothing changes by the latter two.
--
-- A subject that is not known yet has version 0. So of two decisions, one resting on a subject and one creating it,
-- either the first sees the second's version, or the second sees the first's dependency.
--
-- Without a trace nothing was decided: what the delivery tells is kept.
--
-- The commit does not wait for the disk. A crash of the database within the next moment undoes it whole, with the
-- acknowledgement of the work, and it is made again: what it was made on, the deliveries, waited for the disk. Whatever
-- is done on its strength, a comment on GitHub or a head of the ledger that is told, commits later, and waits for both.
create function public.commit_decisions(commits jsonb) returns jsonb
language plpgsql security definer
set search_path = '' set enable_seqscan = off
set plan_cache_mode = force_generic_plan set jit = off as $$
declare
  locked record;
  verdicts text[];
  dues c4gt.due[];
begin
  perform set_config('synchronous_commit', 'off', true);
  locked := c4gt.names_of(commits);
  perform c4gt.lock_names(locked.names, array(select k.kind <> 'rests on' from unnest(locked.kinds) as k (kind)));
  verdicts := c4gt.judge(commits, locked.places, locked.names, locked.kinds);

  if 'committed' = any (verdicts) then
    dues := c4gt.list_due(commits, verdicts);
    perform c4gt.save_subjects(dues);
    perform c4gt.save_dependencies(dues);
    perform c4gt.save_decisions(dues);
    perform c4gt.save_effects(dues);
    perform c4gt.save_tickets(dues);
    perform c4gt.credit_all(dues);
    perform c4gt.put_outside(dues);
    perform c4gt.queue_dependents(dues);
    perform c4gt.acknowledge(dues);
  end if;
  return to_jsonb(verdicts);
end
$$;

revoke all on function public.commit_decisions from public, anon, authenticated;
grant execute on function public.commit_decisions to service_role;
