-- Why, of what is seen outside: what became of each effect, for the public and for those who run this.

-- Effects that are seen outside, the newest first; `id`, `state` and `subject`, a key or an address, choose among them,
-- and `before` pages on by number.
create or replace function public.list_effects(query jsonb) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(
    jsonb_agg(
      jsonb_build_object(
        'id', found.id,
        'repository', s.repository,
        'number', s.number,
        'key', found.key,
        'rule', e.rule,
        'action', found.action,
        'wanted', found.wanted,
        'params', found.params,
        'state', found.state,
        'reason', found.reason,
        'attempts', found.attempts,
        'at', c4gt.iso(found.at),
        'due_at', case when found.state = 'pending' then c4gt.iso(found.due_at) end
      )
      order by found.id desc
    ),
    '[]'
  )
  from (
    select
      o.id, o.subject, o.key, o.action, o.wanted, o.params, o.state, o.attempts, o.at, o.due_at,
      c4gt.explain_waiting(o) as reason
    from c4gt.outbox as o
    where (query ->> 'id' is null or o.id = (query ->> 'id')::bigint)
      and (query ->> 'state' is null or o.state = query ->> 'state')
      and (query ->> 'subject' is null or o.subject = c4gt.resolve_subject(query ->> 'subject'))
      and (query ->> 'before' is null or o.id < (query ->> 'before')::bigint)
    order by o.id desc
    limit coalesce((query ->> 'limit')::integer, 50)
  ) as found
  join c4gt.subjects as s on s.key = found.subject
  join c4gt.effects as e on e.subject = found.subject and e.key = found.key
$$;

-- Why things are as they are on a subject: up to 200 decisions, the newest first; null when unknown or private. Of what
-- was looked up each fact, where its answer came from, and why not from GitHub; the values are in the conditions.
create or replace function public.explain_subject(repository text, number bigint) returns jsonb
language sql stable security definer set search_path = '' as $$
  select (
    select coalesce(
      jsonb_agg(
        jsonb_build_object(
          'delivery', d.guid,
          'event', d.event,
          'at', c4gt.iso(d.at),
          'rules_version', d.rules_version,
          'rules', d.trace,
          'lookups', (
            select coalesce(
              jsonb_agg(
                jsonb_build_object('fact', l.fact, 'source', l.answer -> 'source', 'reason', l.answer -> 'reason')
                order by l.fact collate "C"
              ),
              '[]'
            )
            from jsonb_each(d.lookups) as l (fact, answer)
          )
        )
        order by d.id desc
      ),
      '[]'
    )
    from (
      select made.*, cause.guid
      from c4gt.decisions as made
      left join c4gt.deliveries as cause on cause.id = made.delivery
      where made.subject = s.key
      order by made.id desc
      limit 200
    ) as d
  )
  from c4gt.subjects as s
  where s.key = c4gt.find_subject(explain_subject.repository, explain_subject.number) and not s.private
$$;

-- What became of the effects on a subject: up to 200, the newest wish first, of those that are seen outside and of those
-- that wait for room under their rule's limit, of which none says what is wanted; null when the subject is unknown or private.
create function public.explain_effects(repository text, number bigint) returns jsonb
language sql stable security definer set search_path = '' as $$
  select (
    select coalesce(
      jsonb_agg(
        jsonb_build_object(
          'rule', x.rule,
          'action', x.action,
          'params', x.params,
          'wanted', x.wanted,
          'state', x.state,
          'reason', x.reason,
          'at', c4gt.iso(x.at)
        )
        order by x.at desc, x.key collate "C"
      ),
      '[]'
    )
    from (
      select each.*
      from (
        select o.key, e.rule, o.action, o.params, o.wanted, o.state, c4gt.explain_waiting(o) as reason, o.at
        from c4gt.outbox as o
        join c4gt.effects as e on e.subject = o.subject and e.key = o.key
        where o.subject = s.key
        union all
        select p.key, p.rule, p.action, p.params, null, 'parked', 'its rule has reached its limit', d.at
        from c4gt.effects as p
        join c4gt.decisions as d on d.id = p.decision
        where p.subject = s.key and p.state = 'parked'
      ) as each
      order by each.at desc, each.key collate "C"
      limit 200
    ) as x
  )
  from c4gt.subjects as s
  where s.key = c4gt.find_subject(explain_effects.repository, explain_effects.number) and not s.private
$$;

revoke all on function public.explain_effects from public, anon, authenticated;
grant execute on function public.explain_effects to service_role;
