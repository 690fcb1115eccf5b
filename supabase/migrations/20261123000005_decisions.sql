-- Decisions: what was decided about subjects and why, by which rules, and what has every subject decided again.

-- Every version of the rules that was ever active, with its files, so that a replay can decide by them.
create table c4gt.rule_sets (
  version text primary key,
  count integer not null,
  source jsonb not null,
  active boolean not null,
  activated_at timestamptz not null default now()
);
comment on column c4gt.rule_sets.source is 'Its files, by path';
create unique index rule_sets_active on c4gt.rule_sets (active) where active;
alter table c4gt.rule_sets enable row level security;

-- Kept for ever: why anything is as it is, also when the delivery's body was pruned.
create table c4gt.decisions (
  id bigint generated always as identity primary key,
  delivery bigint references c4gt.deliveries,
  event text not null,
  subject text not null,
  at timestamptz not null default now(),
  rules_version text not null,
  trace jsonb not null,
  lookups jsonb not null default '{}'
);
comment on column c4gt.decisions.delivery is 'Null when the subject was decided again';
comment on column c4gt.decisions.lookups is
  'What was looked up, by fact: {"pull_request.closes": {"value": …, "source": "GitHub"}, "pull_request.files": {
  "value": null, "source": "what is stored", "reason": "no GitHub credentials"}}. Without a reason, what is stored is
  where the fact lives: our ledger, or an issue we know';
create index decisions_subject on c4gt.decisions (subject, id);
create index decisions_looked_up on c4gt.decisions (delivery) where lookups <> '{}';
alter table c4gt.decisions enable row level security;

-- What rules want of a subject, each effect by its key. What is withdrawn stays on record: it may come again.
create table c4gt.effects (
  subject text not null references c4gt.subjects,
  key text not null,
  rule text not null,
  action text not null,
  params jsonb not null,
  state text not null check (state in ('standing', 'happened', 'withdrawn', 'parked')),
  decision bigint not null references c4gt.decisions,
  primary key (subject, key)
);
create index effects_happened on c4gt.effects (key) where state = 'happened';
create index effects_parked on c4gt.effects (rule) where state = 'parked';
alter table c4gt.effects enable row level security;

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

-- Everything that a decision is made on, of the subjects among `keys`, each a key or an address, that we know; and of
-- those that we do not, the installation of the App that has their repository. `key` in the answer is the name that was
-- asked for. And json, not jsonb: nobody looks into it here.
--
-- The plan is made once for each connection and kept, so it takes no notice of how few rows a table has at the time:
-- each row is looked up by itself, by an index, where a join would go through all rows of what was believed to be
-- empty.
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
    left join lateral (
      select f.id, f.state from c4gt.installations as f where f.id = r.installation limit 1
    ) as i on true
    where s.key is not null or i.id is not null
  );
end
$$;

-- Keeps what was decided and why. What changes nothing and has the reasons of the decision before is no news, however
-- often it is delivered.
create function c4gt.save_decisions(dues c4gt.due[]) returns void
language plpgsql set search_path = '' as $$
begin
  insert into c4gt.decisions (delivery, event, subject, rules_version, trace, lookups)
  select
    c.delivery, c.decision ->> 'event', c.own, c.decision ->> 'rulesVersion', c.decision -> 'trace',
    coalesce(c.decision -> 'lookups', '{}')
  from unnest(dues) as c
  where c.acts or c.decides and not exists (
    select
    from (
      select d.trace, d.lookups from c4gt.decisions as d where d.subject = c.own order by d.id desc limit 1
    ) as latest
    where latest.trace = c.decision -> 'trace' and latest.lookups = coalesce(c.decision -> 'lookups', '{}')
  )
  order by c.place;
end
$$;

-- The decision about a subject that was recorded last.
create function c4gt.latest_decision(subject text) returns bigint
language plpgsql stable set search_path = '' as $$
begin
  return (
    select d.id from c4gt.decisions as d where d.subject = latest_decision.subject order by d.id desc limit 1
  );
end
$$;

-- Keeps what stands, happened, was withdrawn or waits by these decisions.
create function c4gt.save_effects(dues c4gt.due[]) returns void
language plpgsql set search_path = '' as $$
begin
  insert into c4gt.effects (subject, key, rule, action, params, state, decision)
  select c.own, x.key, x.rule, x.action, x.params, x.state, c4gt.latest_decision(c.own)
  from unnest(dues) as c
  cross join lateral jsonb_to_recordset(c.decision -> 'effects')
    as x (key text, rule text, action text, params jsonb, state text)
  on conflict on constraint effects_pkey do update
  set rule = excluded.rule, action = excluded.action, params = excluded.params, state = excluded.state,
    decision = excluded.decision;
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

create table c4gt.last_day (
  day date not null,
  single boolean primary key default true check (single)
);
comment on table c4gt.last_day is 'The day, in UTC, that began last; one row, or none';
alter table c4gt.last_day enable row level security;

-- Atomic: that the day has begun, the messages that tell every issue and pull request of it, and the record; returns
-- how many there are. Whoever asks second, or for a day that has passed, changes nothing: days that nobody was there
-- for are made good by one. A day that is not near is refused: one wrong clock would stop all days until then.
create function public.begin_day(day date) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  told jsonb[];
begin
  if begin_day.day > (now() at time zone 'UTC')::date + 1 then
    raise exception 'The day % is far from beginning', begin_day.day;
  end if;

  insert into c4gt.last_day as l (day) values (begin_day.day)
  on conflict (single) do update set day = excluded.day where l.day < excluded.day;
  if not found then
    return 0;
  end if;

  select array_agg(
    jsonb_build_object('subject', s.key, 'event', 'schedule.daily', 'occurrence', begin_day.day) order by s.key
  )
  into told
  from c4gt.subjects as s
  where s.kind in ('issue', 'pull_request');
  if told is not null then
    perform pgmq.send_batch('inbox', told);
  end if;

  insert into c4gt.audit (action, details)
  values ('day begun', jsonb_build_object('day', begin_day.day, 'subjects', coalesce(cardinality(told), 0)));
  return coalesce(cardinality(told), 0);
end
$$;

revoke all on function
  public.load_subjects, public.activate_rules, public.read_active_rules, public.begin_day
from public, anon, authenticated;
grant execute on function
  public.load_subjects, public.activate_rules, public.read_active_rules, public.begin_day
to service_role;
