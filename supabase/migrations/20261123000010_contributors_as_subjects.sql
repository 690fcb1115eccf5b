-- Contributors are subjects, `0/` and the number of their account: decided again when their points or badges change.

alter table c4gt.contributors add column registered boolean not null default false;
comment on column c4gt.contributors.registered is 'Whether the account was linked to the programme';

-- One row for each effect that grants a badge: two rules may grant the same, and one of them stop doing so.
drop table c4gt.badges;
create table c4gt.badges (
  subject text not null references c4gt.subjects,
  effect text not null,
  contributor bigint not null references c4gt.contributors,
  badge text not null,
  at timestamptz not null default now(),
  primary key (subject, effect)
);
create index badges_contributor on c4gt.badges (contributor);
alter table c4gt.badges enable row level security;

-- What a contributor has, each badge once however many effects grant it, and the oldest first.
create or replace function c4gt.list_badges(contributor bigint) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(granted.badge order by granted.at, granted.badge collate "C"), '[]')
    from (
      select b.badge, min(b.at) as at
      from c4gt.badges as b
      where b.contributor = list_badges.contributor
      group by b.badge
    ) as granted
  );
end
$$;

-- Everything about a contributor that rules can ask.
create function c4gt.describe_contributor(c c4gt.contributors) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'id', c.id,
    'login', c.login,
    'points', c.points,
    'registered', c.registered,
    'badges', c4gt.list_badges(c.id)
  )
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

-- What contributors are like, by number, before a decision changes them.
create function c4gt.describe_contributors(ids bigint[]) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_object_agg(c.id, c4gt.describe_contributor(c)), '{}')
    from c4gt.contributors as c
    where c.id = any (ids)
  );
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
language sql stable set search_path = '' as $$
  select case when count(*) < 30 then 0 else 3600 end
  from (
    select d.at from c4gt.decisions as d where d.subject = seconds_until_calm.key order by d.id desc limit 30
  ) as latest
  where latest.at > now() - interval '1 hour'
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

-- The subjects among `keys`, each a key or an address, that we know, with everything that stands, happened, waits or
-- once stood on them. `key` in the answer is the name that was asked for.
create or replace function public.load_subjects(keys jsonb) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(
    jsonb_agg(
      jsonb_build_object(
        'key', asked.name,
        'version', s.version,
        'knowledge', s.knowledge,
        'effects', (
          select coalesce(
            jsonb_agg(
              jsonb_build_object('key', e.key, 'rule', e.rule, 'action', e.action, 'params', e.params, 'state', e.state)
              order by e.key collate "C"
            ),
            '[]'
          )
          from c4gt.effects as e
          where e.subject = s.key
        ),
        'contributor', case
          when s.kind = 'contributor'
            then (select c4gt.describe_contributor(c) from c4gt.contributors as c where c.id = s.number)
        end
      )
    ),
    '[]'
  )
  from (select distinct name, c4gt.resolve_subject(name) as key from jsonb_array_elements_text(keys) as name) as asked
  join c4gt.subjects as s on s.key = asked.key
$$;

-- Those who earned their points before contributors were subjects. Rules on them come with other rules, and then every
-- subject is decided.
insert into c4gt.subjects (key, kind, repository_id, number, repository, private)
select format('0/%s', c.id), 'contributor', 0, c.id, '', false from c4gt.contributors as c;
