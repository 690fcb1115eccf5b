-- Reading many subjects, and committing many decisions, at once: what a statement, a lock and a flush to the disk cost is
-- shared by all of them.
--
-- Plans are made once for each connection and kept, so these functions take no notice of how few rows a table has at the
-- time: each row of a table is looked up by itself, by an index, where a join would go through all rows of what was
-- believed to be empty.

-- Everything that a decision is made on, of the subjects among `keys`, each a key or an address, that we know; and of
-- those that we do not, the installation of the App that has their repository. `key` in the answer is the name that was
-- asked for. And json, not jsonb: nobody looks into it here.
drop function public.load_subjects;
create function public.load_subjects(keys jsonb) returns json
language plpgsql stable security definer
set search_path = '' set enable_seqscan = off
set plan_cache_mode = force_generic_plan set jit = off as $$
begin
  return (
    select coalesce(
      json_agg(
        json_build_object(
          'key', asked.name,
          'version', coalesce(s.version, 0),
          'knowledge', s.knowledge,
          'effects', coalesce(
            (
              select json_agg(
                json_build_object(
                  'key', e.key, 'rule', e.rule, 'action', e.action, 'params', e.params, 'state', e.state
                )
                order by e.key collate "C"
              )
              from c4gt.effects as e
              where e.subject = s.key
            ),
            '[]'
          ),
          'contributor', case
            when s.kind = 'contributor'
              then (select c4gt.describe_contributor(c) from c4gt.contributors as c where c.id = s.number)
          end,
          'lookups', s.lookups,
          'installation', case when i.id is not null then json_build_object('id', i.id, 'state', i.state) end
        )
      ),
      '[]'
    )
    from (
      select distinct k.name, case when k.name like '%#%' then c4gt.resolve_subject(k.name) else k.name end as key
      from jsonb_array_elements_text(keys) as k (name)
    ) as asked
    left join lateral (select * from c4gt.subjects as f where f.key = asked.key limit 1) as s on true
    left join lateral (
      select f.installation
      from c4gt.installed_repositories as f
      where f.id = case when asked.key ~ '^[0-9]{1,18}/' then split_part(asked.key, '/', 1)::bigint end
      limit 1
    ) as r on true
    left join lateral (select f.id, f.state from c4gt.installations as f where f.id = r.installation limit 1) as i on true
    where s.key is not null or i.id is not null
  );
end
$$;

-- Everything about a contributor that rules can ask.
create or replace function c4gt.describe_contributor(c c4gt.contributors) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'id', c.id, 'login', c.login, 'points', c.points, 'registered', c.registered, 'badges', c4gt.list_badges(c.id)
  );
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

-- Whether a decision changes what counts: anybody's points or badges.
create function c4gt.credits(commit jsonb) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return jsonb_array_length(commit -> 'awards') + jsonb_array_length(commit -> 'reversals')
    + jsonb_array_length(commit -> 'badges') + jsonb_array_length(commit -> 'unbadged') > 0;
end
$$;

-- A decision with what has happened elsewhere left out and what has no room parked; `turn` is the seconds until there may
-- be room for the parked.
create function c4gt.within_bounds(commit jsonb, out due jsonb, out turn integer)
language plpgsql set search_path = '' as $$
begin
  due := c4gt.without_repeats(commit);
  if c4gt.has_parts(due, array['limits']) then
    due := c4gt.within_limits(due);
    turn := c4gt.seconds_until_turn(due);
    due := c4gt.without_parked(due);
  end if;
end
$$;

-- Appends to the ledger and grants badges as one decision says, and has the contributors concerned decided again.
create function c4gt.credit(own text, due jsonb, decided bigint) returns void
language plpgsql set search_path = '' as $$
declare
  contributors constant bigint[] := c4gt.contributors_of(due);
  before constant jsonb := c4gt.describe_contributors(contributors);
begin
  perform c4gt.append_ledger(due, decided);
  perform c4gt.grant_badges(due);
  perform c4gt.follow_contributors(own, contributors, before);
end
$$;

-- Decisions, each by itself all or nothing, together in one transaction: subjects, dependencies, reasons, effects, ledger,
-- totals, tickets, badges, what counts towards limits, the outbox, the installations that deliveries came through, the
-- subjects to decide again because these changed, the contributors to decide again because their points or badges did,
-- the subjects of which something is parked once there is room, the deliveries' states and the queue's
-- acknowledgements. The answer has a word for each, in their order: `committed`; `conflict` when its subject, or one it
-- rests on, is not what it was read as; `other rules` when others are active. Nothing changes by the latter two.
--
-- A subject that is not known yet has version 0 and is locked all the same. So of two decisions, one resting on a
-- subject and one creating it, either the first sees the second's version, or the second sees the first's dependency.
--
-- Decisions that are made together have not seen one another. So of those that share a name which one of them has to
-- itself, a subject or what happens once for ever, only the first is made, and the others are conflicts. Points for the
-- same contributor, or under the same limit, are no such thing: they are added one after the other.
--
-- Contributors are locked by their subjects' keys, and limits by the names of their rules, together with everything
-- else and in the one order. Whose awards a decision takes back is read before: had that changed since the subject was
-- read, so would its version have. Repositories are gone through in the order of their numbers, for the same reason.
--
-- Without a trace nothing was decided: what the delivery tells is kept, and what the last decision rests on stays as it
-- is.
--
-- The commit does not wait for the disk. A crash of the database within the next moment undoes it whole, with the
-- acknowledgement of the work, and it is made again: what it was made on, the deliveries, waited for the disk. Whatever
-- is done on its strength, a comment on GitHub or a head of the ledger that is told, commits later, and waits for both.
create function public.commit_decisions(commits jsonb) returns jsonb
language plpgsql security definer
set search_path = '' set enable_seqscan = off
set plan_cache_mode = force_generic_plan set jit = off as $$
declare
  active text;
  places integer[];
  names text[];
  kinds text[];
  verdicts text[];
  -- Of those that are made, in their order:
  dues jsonb[];
  owns text[];
  addresses text[];
  previous text[];
  learns boolean[];
  acts boolean[] := '{}';
  turns integer[];
  decisions bigint[];
  one record;
begin
  perform set_config('synchronous_commit', 'off', true);

  select array_agg(n.place), array_agg(n.name), array_agg(n.kind) into places, names, kinds
  from (
    select c.place, n.name, n.kind
    from jsonb_array_elements(commits) with ordinality as c (item, place)
    cross join lateral (
      select c.item -> 'subject' ->> 'key', 'own'
      union all
      select lower(format('%s#%s', c.item -> 'subject' ->> 'repository', c.item -> 'subject' ->> 'number')), 'own'
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
      from unnest(case when c4gt.credits(c.item) then c4gt.contributors_of(c.item) end) as p (id)
      union all
      select format('limits of %s', l.rule), 'counts'
      from jsonb_to_recordset(c.item -> 'limits') as l (rule text)
    ) as n (name, kind)
    where n.name is not null
  ) as n;
  perform c4gt.lock_names(names, array(select k.kind <> 'rests on' from unnest(kinds) as k (kind)));

  active := (select r.version from c4gt.rule_sets as r where r.active);
  verdicts := array(
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
  if 'committed' <> all (verdicts) then
    return to_jsonb(verdicts);
  end if;

  select
    array_agg(c.item order by c.place),
    array_agg(c.item -> 'subject' ->> 'key' order by c.place),
    array_agg(lower(format('%s#%s', c.item -> 'subject' ->> 'repository', c.item -> 'subject' ->> 'number')) order by c.place),
    array_agg(lower(format('%s#%s', s.repository, s.number)) order by c.place),
    array_agg(jsonb_typeof(c.item -> 'subject' -> 'knowledge') = 'object' order by c.place)
  into dues, owns, addresses, previous, learns
  from jsonb_array_elements(commits) with ordinality as c (item, place)
  left join lateral (
    select f.repository, f.number from c4gt.subjects as f where f.key = c.item -> 'subject' ->> 'key' limit 1
  ) as s on true
  where verdicts[c.place] = 'committed';

  turns := array_fill(null::integer, array[cardinality(dues)]);
  for place in 1 .. cardinality(dues) loop
    if jsonb_array_length(dues[place] -> 'effects') > 0 then
      one := c4gt.within_bounds(dues[place]);
      dues[place] := one.due;
      turns[place] := one.turn;
    end if;
    acts[place] := jsonb_array_length(dues[place] -> 'effects') + jsonb_array_length(dues[place] -> 'listed')
      + jsonb_array_length(dues[place] -> 'unlisted') > 0 or c4gt.credits(dues[place]);
  end loop;

  -- The version counts changes of what the next decision is made on: knowledge, answers, and what stands. Were it
  -- knowledge alone, two workers deciding the same subject again could both award.
  insert into c4gt.subjects as s (key, kind, repository_id, number, repository, private, knowledge, lookups)
  select
    c.own, c.due -> 'subject' ->> 'kind', (c.due -> 'subject' ->> 'repositoryId')::bigint,
    (c.due -> 'subject' ->> 'number')::bigint, c.due -> 'subject' ->> 'repository',
    (c.due -> 'subject' ->> 'private')::boolean, nullif(c.due -> 'subject' -> 'knowledge', 'null'),
    nullif(c.due -> 'subject' -> 'lookups', 'null')
  from unnest(dues, owns, learns, acts) as c (due, own, learns, acts)
  where c.learns or c.acts or jsonb_typeof(c.due -> 'subject' -> 'lookups') is not distinct from 'object'
  on conflict (key) do update
  set kind = excluded.kind, repository = excluded.repository, private = excluded.private, version = s.version + 1,
    knowledge = coalesce(excluded.knowledge, s.knowledge), lookups = coalesce(excluded.lookups, s.lookups),
    updated_at = now();

  for one in
    select
      c.own, c.due -> 'subject' ->> 'kind' as kind, c.due -> 'subject' ->> 'repository' as repository,
      (c.due -> 'subject' ->> 'private')::boolean as private
    from unnest(dues, owns) as c (due, own)
    cross join lateral (
      select f.kind, f.repository, f.private from c4gt.subjects as f where f.key = c.own limit 1
    ) as s
    where (s.kind, s.repository, s.private) is distinct from (
      c.due -> 'subject' ->> 'kind', c.due -> 'subject' ->> 'repository', (c.due -> 'subject' ->> 'private')::boolean
    )
    order by c.own
  loop
    update c4gt.subjects as s set kind = one.kind, repository = one.repository, private = one.private
    where s.key = one.own;
  end loop;

  -- A subject's own repository is left out: all its subjects rest on it.
  delete from c4gt.dependencies as d
  where d.subject = any (owns)
    and exists (
      select
      from unnest(dues, owns) as c (due, own)
      where c.own = d.subject
        and jsonb_typeof(c.due -> 'trace') is distinct from 'null'
        and d.consulted not in (select lower(r.key) from jsonb_to_recordset(c.due -> 'consulted') as r (key text))
      offset 0
    );
  insert into c4gt.dependencies (subject, consulted)
  select distinct c.own, lower(r.key)
  from unnest(dues, owns) as c (due, own)
  cross join lateral jsonb_to_recordset(c.due -> 'consulted') as r (key text)
  cross join lateral (select from c4gt.subjects as f where f.key = c.own limit 1) as s
  where jsonb_typeof(c.due -> 'trace') is distinct from 'null'
    and r.key <> format('%s/0', c.due -> 'subject' ->> 'repositoryId')
  on conflict do nothing;

  -- What changes nothing and has the reasons of the decision before is no news, however often it is delivered.
  with made as (
    insert into c4gt.decisions (delivery, event, subject, rules_version, trace, lookups)
    select
      (c.due ->> 'delivery')::bigint, c.due ->> 'event', c.own, c.due ->> 'rulesVersion', c.due -> 'trace',
      coalesce(c.due -> 'lookups', '{}')
    from unnest(dues, owns, acts) with ordinality as c (due, own, acts, place)
    where c.acts or jsonb_typeof(c.due -> 'trace') is distinct from 'null' and not exists (
      select
      from (
        select d.trace, d.lookups from c4gt.decisions as d where d.subject = c.own order by d.id desc limit 1
      ) as latest
      where latest.trace = c.due -> 'trace' and latest.lookups = coalesce(c.due -> 'lookups', '{}')
    )
    order by c.place
    returning id, subject
  )
  select array_agg(m.id order by c.place) into decisions
  from unnest(owns) with ordinality as c (own, place)
  left join made as m on m.subject = c.own;

  insert into c4gt.effects (subject, key, rule, action, params, state, decision)
  select c.own, x.key, x.rule, x.action, x.params, x.state, c.decided
  from unnest(dues, owns, decisions) as c (due, own, decided)
  cross join lateral jsonb_to_recordset(c.due -> 'effects')
    as x (key text, rule text, action text, params jsonb, state text)
  on conflict on constraint effects_pkey do update
  set rule = excluded.rule, action = excluded.action, params = excluded.params, state = excluded.state,
    decision = excluded.decision;

  for one in
    select c.own, array(select jsonb_array_elements_text(c.due -> 'unlisted')) as effects
    from unnest(dues, owns) as c (due, own)
    where jsonb_array_length(c.due -> 'unlisted') > 0
  loop
    delete from c4gt.tickets as t where t.subject = one.own and t.effect = any (one.effects);
  end loop;
  insert into c4gt.tickets as t (
    subject, effect, repository, number, title, url, organisation, product, domain, category, skills, complexity, points,
    mentors, assignees, status, created_at, closed_at, private
  )
  select
    c.own, l.effect, l.repository, l.number, l.title, l.url, l.organisation, l.product, l.domain, l.category, l.skills,
    l.complexity, l.points, l.mentors, l.assignees, l.status, l.created_at, l.closed_at, l.private
  from unnest(dues, owns) as c (due, own)
  cross join lateral jsonb_populate_recordset(null::c4gt.tickets, c.due -> 'listed') as l
  on conflict (subject, effect) do update
  set repository = excluded.repository, number = excluded.number, title = excluded.title, url = excluded.url,
    organisation = excluded.organisation, product = excluded.product, domain = excluded.domain,
    category = excluded.category, skills = excluded.skills, complexity = excluded.complexity, points = excluded.points,
    mentors = excluded.mentors, assignees = excluded.assignees, status = excluded.status,
    created_at = excluded.created_at, closed_at = excluded.closed_at, private = excluded.private;

  for one in
    select c.due, c.own, c.decided, c.turn
    from unnest(dues, owns, decisions, turns) with ordinality as c (due, own, decided, turn, place)
    where c4gt.credits(c.due) or c.turn is not null
    order by c.place
  loop
    if c4gt.credits(one.due) then
      perform c4gt.credit(one.own, one.due, one.decided);
    end if;
    if one.turn is not null then
      perform c4gt.queue_again(one.own, '{}', one.turn);
    end if;
  end loop;

  -- Whoever places a repository may have to wait for who adds its installation, and that one for the repository.
  if exists (
    select
    from unnest(dues) as c (due)
    where c.due ->> 'installation' is not null and (
      select r.installation
      from c4gt.installed_repositories as r
      where r.id = (c.due -> 'subject' ->> 'repositoryId')::bigint
    ) is distinct from (c.due ->> 'installation')::bigint
  ) then
    perform pg_advisory_xact_lock(hashtextextended('c4gt.placing', 0));
  end if;
  for one in
    select
      c.due, (c.due -> 'subject' ->> 'repositoryId')::bigint as repository,
      (c.due ->> 'installation')::bigint as installation, (c.due ->> 'delivery')::bigint as delivery,
      jsonb_array_length(c.due -> 'outward') > 0 as outward
    from unnest(dues) with ordinality as c (due, place)
    where jsonb_array_length(c.due -> 'outward') > 0
      or c.due ->> 'installation' is not null and (
        select r.installation
        from c4gt.installed_repositories as r
        where r.id = (c.due -> 'subject' ->> 'repositoryId')::bigint
      ) is distinct from (c.due ->> 'installation')::bigint
    order by repository, c.place
  loop
    if one.installation is not null then
      perform c4gt.place_repository(one.repository, one.installation, one.delivery);
    end if;
    if one.outward then
      perform c4gt.put_in_outbox(one.due);
    end if;
  end loop;

  -- What rests on a subject that changed, by any of the names it is known by; and on a repository, all its subjects.
  perform c4gt.queue_subjects(array(
    select d.subject
    from unnest(owns, addresses, previous, learns) as c (own, address, previous, learns)
    cross join lateral unnest(array[c.own, c.address, c.previous]) as n (name)
    cross join lateral (select f.subject from c4gt.dependencies as f where f.consulted = n.name offset 0) as d
    where (c.learns or c.previous <> c.address) and d.subject <> c.own
    union
    select s.key
    from unnest(dues, owns, addresses, previous, learns) as c (due, own, address, previous, learns)
    cross join lateral (
      select f.key
      from c4gt.subjects as f
      where f.repository_id = (c.due -> 'subject' ->> 'repositoryId')::bigint and c.due -> 'subject' ->> 'number' = '0'
      offset 0
    ) as s
    where (c.learns or c.previous <> c.address) and s.key <> c.own
  ));

  -- The messages before the deliveries, as everywhere: the other way round, this and a claim could deadlock.
  perform pgmq.delete('inbox', array(select (c.due ->> 'message')::bigint from unnest(dues) as c (due)));
  update c4gt.deliveries as d set state = 'processed', reason = null, finished_at = now()
  where d.id = any (array(select (c.due ->> 'delivery')::bigint from unnest(dues) as c (due)));
  for one in
    select (c.due ->> 'delivery')::bigint as delivery, c.due ->> 'reason' as reason
    from unnest(dues) as c (due)
    where c.due ->> 'reason' is not null
  loop
    update c4gt.deliveries as d set reason = one.reason where d.id = one.delivery;
  end loop;
  return to_jsonb(verdicts);
end
$$;

drop function public.commit_decision, c4gt.save_subject, c4gt.save_dependencies, c4gt.queue_dependents, c4gt.list_decided,
  c4gt.lock_decision;

revoke all on function public.load_subjects, public.commit_decisions from public, anon, authenticated;
grant execute on function public.load_subjects, public.commit_decisions to service_role;

-- Where it can be had, the faster of the two ways to keep long values short.
do $$
begin
  if exists (
    select from pg_catalog.pg_settings as s where s.name = 'default_toast_compression' and 'lz4' = any (s.enumvals)
  ) then
    alter table c4gt.subjects alter column knowledge set compression lz4, alter column lookups set compression lz4;
    alter table c4gt.decisions alter column trace set compression lz4, alter column lookups set compression lz4;
  end if;
end
$$;
