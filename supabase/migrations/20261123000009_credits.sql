-- Crediting: the lines, badges and totals that a decision changes, and the contributors to decide again because of it.

-- Whether a decision changes what counts: anybody's points or badges.
create function c4gt.is_crediting(commit jsonb) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return jsonb_array_length(commit -> 'awards') + jsonb_array_length(commit -> 'reversals')
    + jsonb_array_length(commit -> 'badges') + jsonb_array_length(commit -> 'unbadged') > 0;
end
$$;

-- Those whose points or badges a decision can change. This and its neighbours are called by every decision that awards
-- something; in PL/pgSQL their plans are kept from one to the next.
create function c4gt.contributors_of(commit jsonb) returns bigint[]
language plpgsql stable set search_path = '' as $$
begin
  return array(
    select (a.contributor ->> 'id')::bigint from jsonb_to_recordset(commit -> 'awards') as a (contributor jsonb)
    union
    select (b.contributor ->> 'id')::bigint from jsonb_to_recordset(commit -> 'badges') as b (contributor jsonb)
    union
    select l.contributor
    from jsonb_to_recordset(commit -> 'reversals') as r (effect text)
    join c4gt.standing_awards(commit -> 'subject' ->> 'key') as l on l.effect = r.effect
    union
    select b.contributor
    from c4gt.badges as b
    where b.subject = commit -> 'subject' ->> 'key'
      and (
        b.effect in (select jsonb_array_elements_text(commit -> 'unbadged'))
        or b.effect in (select g.effect from jsonb_to_recordset(commit -> 'badges') as g (effect text))
      )
  );
end
$$;

-- Appends reversals, then awards, and keeps every contributor's total in step. All contributors concerned are written
-- first and in order of their number, so that decisions that share some never deadlock.
create function c4gt.append_ledger(commit jsonb, decided bigint) returns void
language plpgsql set search_path = '' as $$
declare
  own constant text := commit -> 'subject' ->> 'key';
begin
  with awarded as (
    select (a.contributor ->> 'id')::bigint as id, a.contributor ->> 'login' as login, a.points
    from jsonb_to_recordset(commit -> 'awards') as a (contributor jsonb, points integer)
  ),
  changes as (
    select id, login as named, login, points from awarded
    union all
    select c.id, null, c.login, -l.points
    from jsonb_to_recordset(commit -> 'reversals') as r (effect text)
    join c4gt.standing_awards(own) as l on l.effect = r.effect
    join c4gt.contributors as c on c.id = l.contributor
  )
  insert into c4gt.contributors as c (id, login, points)
  select g.id, coalesce(min(g.named), min(g.login)), sum(g.points)
  from changes as g
  group by g.id
  order by g.id
  on conflict (id) do update
  set login = excluded.login, points = c.points + excluded.points, updated_at = now();

  if jsonb_array_length(commit -> 'reversals') > 0 then
    insert into c4gt.ledger
      (subject, effect, contributor, points, rule, rules_version, reason, url, delivery, decision, reverses)
    select
      own, l.effect, l.contributor, -l.points, l.rule, commit ->> 'rulesVersion', r.reason, l.url,
      (commit ->> 'delivery')::bigint, decided, l.id
    from jsonb_to_recordset(commit -> 'reversals') as r (effect text, reason text)
    join c4gt.standing_awards(own) as l on l.effect = r.effect
    order by l.id;
  end if;

  insert into c4gt.ledger (subject, effect, contributor, points, rule, rules_version, reason, url, delivery, decision)
  select
    own, a.effect, (a.contributor ->> 'id')::bigint, a.points, a.rule, commit ->> 'rulesVersion', a.reason, a.url,
    (commit ->> 'delivery')::bigint, decided
  from jsonb_to_recordset(commit -> 'awards')
    as a (effect text, contributor jsonb, points integer, rule text, reason text, url text);

  -- One award may stand per effect and contributor, whatever a decision asks for.
  if exists (
    select from c4gt.standing_awards(own) as l group by l.effect, l.contributor having count(*) > 1
  ) then
    raise exception 'An award on % stands already', own using errcode = 'unique_violation';
  end if;
end
$$;

-- Takes badges back and grants them, as the decision says. Who is known by nothing else becomes a contributor without
-- points. A badge that stays what it was keeps its age.
create function c4gt.grant_badges(commit jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  own constant text := commit -> 'subject' ->> 'key';
begin
  insert into c4gt.contributors as c (id, login)
  select (b.contributor ->> 'id')::bigint as id, min(b.contributor ->> 'login')
  from jsonb_to_recordset(commit -> 'badges') as b (contributor jsonb)
  group by 1
  order by 1
  on conflict (id) do update set login = excluded.login, updated_at = now() where c.login <> excluded.login;

  delete from c4gt.badges as b
  where b.subject = own
    and b.effect in (select jsonb_array_elements_text(commit -> 'unbadged'))
    and b.effect not in (select g.effect from jsonb_to_recordset(commit -> 'badges') as g (effect text));

  insert into c4gt.badges as b (subject, effect, contributor, badge)
  select own, g.effect, (g.contributor ->> 'id')::bigint, g.badge
  from jsonb_to_recordset(commit -> 'badges') as g (effect text, contributor jsonb, badge text)
  on conflict (subject, effect) do update
  set contributor = excluded.contributor, badge = excluded.badge,
    at = case when (b.contributor, b.badge) = (excluded.contributor, excluded.badge) then b.at else excluded.at end;
end
$$;

-- Seconds after which to decide a contributor again because of what its own rules gave it: none, or an hour when it was
-- decided 30 times within the last. Rules that chase one another, such as a badge for who does not have it, would never
-- come to rest.
create function c4gt.seconds_until_calm(key text) returns integer
language plpgsql stable set search_path = '' as $$
declare
  thirtieth constant timestamptz := (
    select d.at from c4gt.decisions as d where d.subject = seconds_until_calm.key order by d.id desc offset 29 limit 1
  );
begin
  return case when thirtieth > now() - interval '1 hour' then 3600 else 0 end;
end
$$;

-- Gives those contributors a new version of whom rules can now see something else than before, and queues them to be
-- decided again. That their points changed, or that they are new, is an event; what their own badges lead to is none,
-- or a rule on the event would hear of its own doing.
--
-- Everything that changes contributors does so under the locks of their subjects. So a decision about one that was made
-- on the version before finds the new one, and is made again; and of two that award the same people none deadlocks.
create function c4gt.follow_contributors(own text, ids bigint[], before jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  changed record;
begin
  for changed in
    select
      c.id, format('0/%s', c.id) as key,
      before -> c.id::text -> 'points' is distinct from to_jsonb(c.points)
        or before -> c.id::text -> 'registered' is distinct from to_jsonb(c.registered) as is_event
    from c4gt.contributors as c
    where c.id = any (ids) and before -> c.id::text is distinct from c4gt.describe_contributor(c)
    order by c.id
  loop
    insert into c4gt.subjects as s (key, kind, repository_id, number, repository, private)
    values (changed.key, 'contributor', 0, changed.id, '', false)
    on conflict (key) do update set version = s.version + 1, updated_at = now();

    perform c4gt.queue_again(
      changed.key,
      case
        when changed.is_event then jsonb_build_object('event', 'contributor', 'occurrence', s.version::text)
        else '{}'
      end,
      case when changed.key = own then c4gt.seconds_until_calm(own) else 0 end
    )
    from c4gt.subjects as s
    where s.key = changed.key;
  end loop;
end
$$;

-- Appends to the ledger and grants badges as one decision says, and has the contributors concerned decided again.
create function c4gt.credit(own text, due jsonb, decided bigint) returns void
language plpgsql set search_path = '' as $$
declare
  contributors constant bigint[] := c4gt.contributors_of(due);
  before constant jsonb := c4gt.describe_contributors(contributors);
begin
  if jsonb_array_length(due -> 'awards') + jsonb_array_length(due -> 'reversals') > 0 then
    perform c4gt.append_ledger(due, decided);
  end if;
  if jsonb_array_length(due -> 'badges') + jsonb_array_length(due -> 'unbadged') > 0 then
    perform c4gt.grant_badges(due);
  end if;
  perform c4gt.follow_contributors(own, contributors, before);
end
$$;
