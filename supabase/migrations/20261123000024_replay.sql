-- Replay: what deciding everything again reads, and all that stands, to be compared with what comes of it.

-- The next deliveries after one, of 32 MB together, or one that is larger by itself, and where their bodies are.
-- `lookups` is what was looked up for the decision that one led to; null when it led to none.
create function public.read_stored_deliveries(after bigint, quantity integer)
returns table (
  id bigint, guid uuid, event text, state text, reason text, received_at timestamptz, finished_at timestamptz,
  lookups jsonb, batch bigint, start integer, size integer
)
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform c4gt.unpack_batches();
  return query
  select
    d.id, d.guid, d.event, d.state, d.reason, d.received_at, d.finished_at,
    (
      select made.lookups
      from c4gt.decisions as made
      where made.delivery = d.id and made.lookups <> '{}'
      order by made.id desc
      limit 1
    ),
    d.batch, d.start, d.size
  from (
    select n.*, sum(n.size) over (order by n.id) - n.size as before
    from (
      select w.*
      from c4gt.deliveries as w
      where w.id > read_stored_deliveries.after
      order by w.id
      limit read_stored_deliveries.quantity
    ) as n
  ) as d
  where d.before < 32 * 1024 * 1024
  order by d.id;
end
$$;

-- What was looked up for the newest decision on a subject; null when there is none.
create function public.read_lookups(subject text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select d.lookups from c4gt.decisions as d where d.subject = read_lookups.subject order by d.id desc limit 1
$$;

-- When other rules came into force and days began, in order.
create function public.read_turns() returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(
    jsonb_agg(
      jsonb_build_object('at', c4gt.iso(a.at), 'rules', a.details ->> 'version', 'day', a.details ->> 'day')
      order by a.id
    ),
    '[]'
  )
  from c4gt.audit as a
  where a.action in ('rules activated', 'day begun')
$$;

-- The files of a rule set, by path; null when it was never active here.
create function public.read_rule_files(version text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select r.source from c4gt.rule_sets as r where r.version = read_rule_files.version
$$;

-- Whether deliveries about any of these subjects have lost their bodies. What was first known by one of those has a
-- decision that it led to.
create function c4gt.were_pruned(keys text[]) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (
    select
    from c4gt.decisions as made
    join c4gt.deliveries as v on v.id = made.delivery
    where made.subject = any (keys) and c4gt.is_pruned(v.batch)
  );
end
$$;

-- Of the next subjects after one, by repository and number, those of which deliveries have lost their bodies, with the
-- name of their repository; `next` is the last that was looked at, null when there were none.
create function public.read_pruned_subjects(repository bigint, number bigint, quantity integer) returns jsonb
language sql stable security definer set search_path = '' as $$
  with looked as (
    select w.repository_id, w.number, w.key, w.repository, w.private
    from c4gt.subjects as w
    where (w.repository_id, w.number) > (read_pruned_subjects.repository, read_pruned_subjects.number)
    order by w.repository_id, w.number
    limit quantity
  )
  select jsonb_build_object(
    'subjects', (
      select coalesce(
        jsonb_agg(
          jsonb_build_object(
            'repository', l.repository_id, 'number', l.number, 'name', l.repository, 'private', l.private
          )
          order by l.repository_id, l.number
        ),
        '[]'
      )
      from looked as l
      where c4gt.were_pruned(array[l.key])
    ),
    'next', (
      select jsonb_build_object('repository', l.repository_id, 'number', l.number)
      from looked as l
      order by l.repository_id desc, l.number desc
      limit 1
    )
  )
$$;

-- The next subjects after one, by repository and number, with the points, tickets and badges that stand on each, and
-- the decision that brought each; of a contributor, the total. `parked` are rules that wait for room there; `pruned`
-- says that deliveries about it, or about others that it rests on, have lost their bodies, `repositoryPruned` that
-- those about its repository have.
create function public.read_standings(repository bigint, number bigint, quantity integer) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(
    jsonb_agg(
      jsonb_build_object(
        'repository', s.repository_id,
        'number', s.number,
        'name', case
          when s.kind = 'contributor' then 'contributor ' || s.number else s.repository || '#' || s.number
        end,
        'total', case
          when s.kind = 'contributor' then (select c.points from c4gt.contributors as c where c.id = s.number)
        end,
        'points', (
          select coalesce(
            jsonb_agg(jsonb_build_object(
              'rule', net.rule, 'contributor', net.contributor, 'value', net.points, 'decision', net.decision
            )),
            '[]'
          )
          from (
            select l.rule, l.contributor, sum(l.points) as points, max(l.decision) as decision
            from c4gt.ledger as l
            where l.subject = s.key
            group by l.rule, l.contributor
          ) as net
        ),
        'tickets', (
          select coalesce(
            jsonb_agg(jsonb_build_object(
              'rule', e.rule,
              'value', to_jsonb(t) - 'subject' - 'effect'
                || jsonb_build_object('created_at', c4gt.iso(t.created_at), 'closed_at', c4gt.iso(t.closed_at)),
              'decision', e.decision
            ) order by t.effect collate "C"),
            '[]'
          )
          from c4gt.tickets as t
          join c4gt.effects as e on e.subject = t.subject and e.key = t.effect
          where t.subject = s.key
        ),
        'badges', (
          select coalesce(
            jsonb_agg(jsonb_build_object(
              'rule', e.rule, 'contributor', b.contributor, 'value', b.badge, 'decision', e.decision
            )),
            '[]'
          )
          from c4gt.badges as b
          join c4gt.effects as e on e.subject = b.subject and e.key = b.effect
          where b.subject = s.key
        ),
        'parked', (
          select coalesce(jsonb_agg(distinct e.rule), '[]')
          from c4gt.effects as e
          where e.subject = s.key and e.state = 'parked'
        ),
        'pruned', c4gt.were_pruned(s.key || array(
          select c4gt.resolve_subject(d.consulted) from c4gt.dependencies as d where d.subject = s.key
        )),
        'repositoryPruned', c4gt.were_pruned(array[format('%s/0', s.repository_id)])
      )
      order by s.repository_id, s.number
    ),
    '[]'
  )
  from (
    select w.*
    from c4gt.subjects as w
    where (w.repository_id, w.number) > (read_standings.repository, read_standings.number)
    order by w.repository_id, w.number
    limit quantity
  ) as s
$$;

-- What led to a decision: its delivery, or null when the subject was decided again, the event and the rules.
create function public.read_cause(decision bigint) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'delivery', v.guid, 'event', d.event, 'rulesVersion', d.rules_version, 'at', c4gt.iso(d.at)
  )
  from c4gt.decisions as d
  left join c4gt.deliveries as v on v.id = d.delivery
  where d.id = read_cause.decision
$$;

revoke all on function
  public.read_stored_deliveries, public.read_lookups, public.read_turns, public.read_rule_files,
  public.read_standings, public.read_pruned_subjects, public.read_cause
from public, anon, authenticated;
grant execute on function
  public.read_stored_deliveries, public.read_lookups, public.read_turns, public.read_rule_files,
  public.read_standings, public.read_pruned_subjects, public.read_cause
to service_role;
