-- Lookups: GitHub's answers are kept with the subject they are about and recorded with the decision they led to. And
-- deliveries of which no more is wanted than what they tell: nothing is decided by them.

alter table c4gt.subjects add column lookups jsonb;
comment on column c4gt.subjects.lookups is
  'What GitHub last answered about it, for deciding again without asking: {closes, merged, reviewed, files}';

alter table c4gt.decisions add column lookups jsonb not null default '{}';
comment on column c4gt.decisions.lookups is
  'What was looked up, by fact: {"pull_request.closes": {"value": …, "source": "GitHub"}, "pull_request.files": {"value":
  null, "source": "what is stored", "reason": "no GitHub credentials"}}. Without a reason, what is stored is where the
  fact lives: our ledger, or an issue we know';

-- The subjects among `keys`, each a key or an address, that we know, with everything that stands, happened, waits or
-- once stood on them, what GitHub answered about them, and the installation of the App that has their repository; and
-- with that one alone those that we do not know. `key` in the answer is the name that was asked for.
create or replace function public.load_subjects(keys jsonb) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(
    jsonb_agg(
      jsonb_build_object(
        'key', asked.name,
        'version', coalesce(s.version, 0),
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
        end,
        'lookups', s.lookups,
        'installation', case when i.id is not null then jsonb_build_object('id', i.id, 'state', i.state) end
      )
    ),
    '[]'
  )
  from (select distinct name, c4gt.resolve_subject(name) as key from jsonb_array_elements_text(keys) as name) as asked
  left join c4gt.subjects as s on s.key = asked.key
  left join c4gt.installed_repositories as r
    on r.id = case when asked.key ~ '^[0-9]{1,18}/' then split_part(asked.key, '/', 1)::bigint end
  left join c4gt.installations as i on i.id = r.installation
  where s.key is not null or i.id is not null
$$;

-- Keeps what a decision tells of its own subject. The version counts changes of what the next decision is made on:
-- knowledge, answers, and what stands. Were it knowledge alone, two workers deciding the same subject again could both
-- award.
create or replace function c4gt.save_subject(subject jsonb, changed boolean) returns void
language plpgsql set search_path = '' as $$
begin
  if changed then
    insert into c4gt.subjects as s (key, kind, repository_id, number, repository, private, knowledge, lookups)
    values (
      subject ->> 'key', subject ->> 'kind', (subject ->> 'repositoryId')::bigint, (subject ->> 'number')::bigint,
      subject ->> 'repository', (subject ->> 'private')::boolean, nullif(subject -> 'knowledge', 'null'),
      nullif(subject -> 'lookups', 'null')
    )
    on conflict (key) do update
    set kind = excluded.kind, repository = excluded.repository, private = excluded.private, version = s.version + 1,
      knowledge = coalesce(excluded.knowledge, s.knowledge), lookups = coalesce(excluded.lookups, s.lookups),
      updated_at = now();
  else
    update c4gt.subjects as s
    set kind = subject ->> 'kind', repository = subject ->> 'repository', private = (subject ->> 'private')::boolean
    where s.key = subject ->> 'key';
  end if;
end
$$;

-- Atomic: the time the message comes again and the reason for it. A try that was not the delivery's to fail is not
-- counted, and a new message takes the place of the old one: how often that was claimed would else count as tries. A
-- message somebody else has ended changes nothing.
create or replace function public.postpone_work(
  message bigint, delivery bigint, seconds integer, reason text, counted boolean
) returns void
language plpgsql security definer set search_path = '' as $$
declare
  again jsonb;
begin
  if counted then
    if not exists (select from pgmq.set_vt('inbox', postpone_work.message, seconds) as m where m.msg_id is not null) then
      return;
    end if;
  else
    select q.message into again from pgmq.q_inbox as q where q.msg_id = postpone_work.message;
    if again is null or not pgmq.delete('inbox', postpone_work.message) then
      return;
    end if;
    perform pgmq.send('inbox', again, seconds);
  end if;
  update c4gt.deliveries as d
  set reason = postpone_work.reason, attempts = d.attempts - case when counted then 0 else 1 end
  where d.id = postpone_work.delivery;
end
$$;

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
--
-- Without a trace nothing was decided: what the delivery tells is kept, and what the last decision rests on stays as it
-- is.
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
  answered constant boolean := jsonb_typeof(commit -> 'subject' -> 'lookups') is not distinct from 'object';
  looked_up constant jsonb := coalesce(commit -> 'lookups', '{}');
  decides constant boolean := jsonb_typeof(commit -> 'trace') is distinct from 'null';
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
  perform c4gt.save_subject(commit -> 'subject', learnt or answered or acts);
  if decides then
    perform c4gt.save_dependencies(own, format('%s/0', commit -> 'subject' ->> 'repositoryId'), consulted);
  end if;

  -- What changes nothing and has the reasons of the decision before is no news, however often it is delivered.
  if acts or decides and not exists (
    select
    from (
      select d.trace, d.lookups from c4gt.decisions as d where d.subject = own order by d.id desc limit 1
    ) as latest
    where latest.trace = due -> 'trace' and latest.lookups = looked_up
  ) then
    insert into c4gt.decisions (delivery, event, subject, rules_version, trace, lookups)
    values (
      (commit ->> 'delivery')::bigint, commit ->> 'event', own, commit ->> 'rulesVersion', due -> 'trace',
      looked_up
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
  set state = 'processed', reason = commit ->> 'reason', finished_at = now()
  where d.id = (commit ->> 'delivery')::bigint;
  return 'committed';
end
$$;
