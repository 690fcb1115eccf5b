-- Deciding: the one function that commits everything a decision changes, and which rules decide.

-- Holds, until the end of the transaction: the rules as they are; the decision's own names for itself (its subject's
-- key and address, and what happens once for ever); and the subjects it rests on as they are, by the name it uses and
-- by the key behind it, known or not. Always in the same order, so decisions never deadlock.
create function c4gt.lock_decision(own text[], consulted text[]) returns void
language plpgsql set search_path = '' as $$
declare
  wanted record;
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('c4gt.rule_sets', 0));
  for wanted in
    select hashtextextended(l.name, 0) as number, bool_or(l.exclusively) as exclusively
    from (
      select unnest(own) as name, true as exclusively
      union all
      select unnest(array[lower(c.name), c4gt.resolve_subject(c.name)]), false from unnest(consulted) as c (name)
    ) as l
    where l.name is not null
    group by 1
    order by 1
  loop
    if wanted.exclusively then
      perform pg_advisory_xact_lock(wanted.number);
    else
      perform pg_advisory_xact_lock_shared(wanted.number);
    end if;
  end loop;
end
$$;

-- A decision without what has happened already on another subject, as a rule that is `once_per: contributor` may ask
-- for.
create function c4gt.without_repeats(commit jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  repeated constant text[] := array(
    select e.key
    from jsonb_to_recordset(commit -> 'effects') as x (key text, state text)
    join c4gt.effects as e on e.key = x.key and e.state = 'happened'
    where x.state = 'happened' and e.subject <> commit -> 'subject' ->> 'key'
  );
  kept jsonb := commit;
  part record;
begin
  if cardinality(repeated) > 0 then
    for part in
      select * from (values ('effects', 'key'), ('awards', 'effect'), ('listed', 'effect')) as p (name, key)
    loop
      kept := jsonb_set(kept, array[part.name], (
        select coalesce(jsonb_agg(i.item), '[]')
        from jsonb_array_elements(commit -> part.name) as i (item)
        where i.item ->> part.key <> all (repeated)
      ));
    end loop;
  end if;
  return kept;
end
$$;

-- Atomic: subject, dependencies, decision, effects, ledger, totals, tickets, the subjects to decide again because this
-- one changed, the delivery's state and the queue's acknowledgement. Nothing changes unless the result is `committed`.
--
-- A subject that is not known yet has version 0 and is locked all the same. So of two decisions, one resting on a
-- subject and one creating it, either the first sees the second's version, or the second sees the first's dependency.
create function public.commit_decision(commit jsonb) returns text
language plpgsql security definer set search_path = '' as $$
declare
  own constant text := commit -> 'subject' ->> 'key';
  address constant text := format('%s#%s', commit -> 'subject' ->> 'repository', commit -> 'subject' ->> 'number');
  consulted constant text[] := array(select c.key from jsonb_to_recordset(commit -> 'consulted') as c (key text));
  happened constant text[] := array(
    select x.key from jsonb_to_recordset(commit -> 'effects') as x (key text, state text) where x.state = 'happened'
  );
  learnt constant boolean := jsonb_typeof(commit -> 'subject' -> 'knowledge') = 'object';
  due jsonb;
  acts boolean;
  previous text;
  decided bigint;
begin
  perform c4gt.lock_decision(array[own, lower(address)] || happened, consulted);

  if exists (select from c4gt.rule_sets as r where r.active and r.version <> commit ->> 'rulesVersion') then
    return 'other rules';
  end if;

  if exists (
    select
    from (
      select own as key, (commit -> 'subject' ->> 'version')::integer as version
      union all
      select c4gt.resolve_subject(c.key), c.version
      from jsonb_to_recordset(commit -> 'consulted') as c (key text, version integer)
    ) as seen
    left join c4gt.subjects as s on s.key = seen.key
    where coalesce(s.version, 0) <> seen.version
  ) then
    return 'conflict';
  end if;

  due := c4gt.without_repeats(commit);
  acts := exists (
    select
    from unnest(array['effects', 'awards', 'reversals', 'listed', 'unlisted']) as part (name)
    where jsonb_array_length(due -> part.name) > 0
  );
  select format('%s#%s', s.repository, s.number) into previous from c4gt.subjects as s where s.key = own;
  perform c4gt.save_subject(commit -> 'subject', learnt or acts);
  perform c4gt.save_dependencies(own, format('%s/0', commit -> 'subject' ->> 'repositoryId'), consulted);

  -- What changes nothing and has the reasons of the decision before is no news, however often it is delivered.
  if acts or commit -> 'trace' is distinct from (
    select d.trace from c4gt.decisions as d where d.subject = own order by d.id desc limit 1
  ) then
    insert into c4gt.decisions (delivery, event, subject, rules_version, trace)
    values (
      (commit ->> 'delivery')::bigint, commit ->> 'event', own, commit ->> 'rulesVersion', commit -> 'trace'
    )
    returning id into decided;
  end if;

  insert into c4gt.effects (subject, key, rule, action, params, state, decision)
  select own, x.key, x.rule, x.action, x.params, x.state, decided
  from jsonb_to_recordset(due -> 'effects') as x (key text, rule text, action text, params jsonb, state text)
  on conflict on constraint effects_pkey do update
  set rule = excluded.rule, action = excluded.action, params = excluded.params, state = excluded.state,
    decision = excluded.decision;

  perform c4gt.append_ledger(due, decided);
  perform c4gt.list_decided(due);

  if learnt or lower(previous) <> lower(address) then
    perform c4gt.queue_dependents(commit -> 'subject', array[own, lower(address), lower(previous)]);
  end if;

  -- The message before the delivery, as everywhere: the other way round, this and a claim could deadlock.
  perform pgmq.delete('inbox', (commit ->> 'message')::bigint);
  update c4gt.deliveries as d
  set state = 'processed', reason = null, finished_at = now()
  where d.id = (commit ->> 'delivery')::bigint;
  return 'committed';
end
$$;

-- Atomic: which rules are active, the record of it, and the messages that have every subject decided by them. Waits for
-- decisions under way, so that no subject is left behind that was decided by the rules before.
create function public.activate_rules(rules jsonb) returns void
language plpgsql security definer set search_path = '' as $$
declare
  wanted constant text := rules ->> 'version';
  previous text;
begin
  perform pg_advisory_xact_lock(hashtextextended('c4gt.rule_sets', 0));
  select r.version into previous from c4gt.rule_sets as r where r.active;
  if previous = wanted then
    return;
  end if;

  update c4gt.rule_sets as r set active = false where r.active;
  insert into c4gt.rule_sets (version, count, source, active)
  values (wanted, (rules ->> 'count')::integer, rules -> 'source', true)
  on conflict (version) do update
  set count = excluded.count, source = excluded.source, active = true, activated_at = now();

  insert into c4gt.audit (action, details)
  values ('rules activated', jsonb_build_object('version', wanted, 'previous', previous));
  perform c4gt.queue_subjects(array(select s.key from c4gt.subjects as s where s.number <> 0 order by s.key));
end
$$;

-- The version of the active rule set, null before any was activated.
create function public.read_active_rules() returns text
language sql stable security definer set search_path = '' as $$
  select r.version from c4gt.rule_sets as r where r.active
$$;

revoke all on function
  public.commit_decision, public.activate_rules, public.read_active_rules
from public, anon, authenticated;
grant execute on function
  public.commit_decision, public.activate_rules, public.read_active_rules
to service_role;
