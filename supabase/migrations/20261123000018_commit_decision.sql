-- Committing a decision, now with the outbox, and the installation through which its delivery came.

-- Atomic: subject, dependencies, decision, effects, ledger, totals, tickets, badges, what counts towards limits, the
-- outbox, the installation that the delivery came through, the subjects to decide again because this one changed, the
-- contributors to decide again because their points or badges did, this subject once there is room for what is parked,
-- the delivery's state and the queue's acknowledgement. Nothing changes unless the result is `committed`.
--
-- A subject that is not known yet has version 0 and is locked all the same. So of two decisions, one resting on a
-- subject and one creating it, either the first sees the second's version, or the second sees the first's dependency.
--
-- Contributors are locked by their subjects' keys, and limits by the names of their rules, together with everything
-- else and in the one order. Whose awards this decision takes back is read before: had that changed since the subject
-- was read, so would its version have.
create or replace function public.commit_decision(commit jsonb) returns text
language plpgsql security definer set search_path = '' as $$
declare
  own constant text := commit -> 'subject' ->> 'key';
  address constant text := format('%s#%s', commit -> 'subject' ->> 'repository', commit -> 'subject' ->> 'number');
  consulted constant text[] := array(select c.key from jsonb_to_recordset(commit -> 'consulted') as c (key text));
  happened constant text[] := array(
    select x.key from jsonb_to_recordset(commit -> 'effects') as x (key text, state text) where x.state = 'happened'
  );
  credits constant boolean := c4gt.has_parts(commit, array['awards', 'reversals', 'badges', 'unbadged']);
  contributors constant bigint[] := case when credits then c4gt.contributors_of(commit) else '{}' end;
  learnt constant boolean := jsonb_typeof(commit -> 'subject' -> 'knowledge') = 'object';
  due jsonb;
  acts boolean;
  turn integer;
  before jsonb;
  previous text;
  decided bigint;
begin
  perform c4gt.lock_decision(
    array[own, lower(address)] || happened
      || array(select format('0/%s', c.id) from unnest(contributors) as c (id))
      || array(select format('limits of %s', l.rule) from jsonb_to_recordset(commit -> 'limits') as l (rule text)),
    consulted
  );

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
  if c4gt.has_parts(due, array['limits']) then
    due := c4gt.within_limits(due);
    turn := c4gt.seconds_until_turn(due);
    due := c4gt.without_parked(due);
  end if;
  acts := c4gt.has_parts(
    due, array['effects', 'awards', 'reversals', 'listed', 'unlisted', 'badges', 'unbadged']
  );
  if credits then
    before := c4gt.describe_contributors(contributors);
  end if;
  select format('%s#%s', s.repository, s.number) into previous from c4gt.subjects as s where s.key = own;
  perform c4gt.save_subject(commit -> 'subject', learnt or acts);
  perform c4gt.save_dependencies(own, format('%s/0', commit -> 'subject' ->> 'repositoryId'), consulted);

  -- What changes nothing and has the reasons of the decision before is no news, however often it is delivered.
  if acts or due -> 'trace' is distinct from (
    select d.trace from c4gt.decisions as d where d.subject = own order by d.id desc limit 1
  ) then
    insert into c4gt.decisions (delivery, event, subject, rules_version, trace)
    values (
      (commit ->> 'delivery')::bigint, commit ->> 'event', own, commit ->> 'rulesVersion', due -> 'trace'
    )
    returning id into decided;
  end if;

  insert into c4gt.effects (subject, key, rule, action, params, state, decision)
  select own, x.key, x.rule, x.action, x.params, x.state, decided
  from jsonb_to_recordset(due -> 'effects') as x (key text, rule text, action text, params jsonb, state text)
  on conflict on constraint effects_pkey do update
  set rule = excluded.rule, action = excluded.action, params = excluded.params, state = excluded.state,
    decision = excluded.decision;

  if credits then
    perform c4gt.append_ledger(due, decided);
    perform c4gt.grant_badges(due);
  end if;
  perform c4gt.list_decided(due);
  if commit ->> 'installation' is not null then
    perform c4gt.place_repository(
      (commit -> 'subject' ->> 'repositoryId')::bigint, (commit ->> 'installation')::bigint,
      (commit ->> 'delivery')::bigint
    );
  end if;
  if c4gt.has_parts(due, array['outward']) then
    perform c4gt.put_in_outbox(due);
  end if;

  if learnt or lower(previous) <> lower(address) then
    perform c4gt.queue_dependents(commit -> 'subject', array[own, lower(address), lower(previous)]);
  end if;
  if credits then
    perform c4gt.follow_contributors(own, contributors, before);
  end if;
  if turn is not null then
    perform c4gt.queue_again(own, '{}', turn);
  end if;

  -- The message before the delivery, as everywhere: the other way round, this and a claim could deadlock.
  perform pgmq.delete('inbox', (commit ->> 'message')::bigint);
  update c4gt.deliveries as d
  set state = 'processed', reason = null, finished_at = now()
  where d.id = (commit ->> 'delivery')::bigint;
  return 'committed';
end
$$;
