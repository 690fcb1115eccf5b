-- Inspecting: deliveries, effects, and why things are as they are, for the public and for those who run this.

-- What is told of a delivery wherever one is shown.
create function c4gt.summarise_delivery(d c4gt.deliveries) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'id', d.id,
    'guid', d.guid,
    'event', d.event,
    'state', d.state,
    'reason', d.reason,
    'attempts', case when d.state = 'pending' then d.attempts else greatest(d.attempts, 1) end,
    'received_at', c4gt.iso(d.received_at),
    'finished_at', c4gt.iso(d.finished_at),
    'pruned', c4gt.is_pruned(d.batch)
  );
end
$$;

-- The newest deliveries first; planned anew each time, for what is rare is found by an index of its own.
create function c4gt.find_deliveries(query jsonb) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  wanted_state constant text := query ->> 'state';
  wanted_event constant text := query ->> 'event';
  before constant bigint := query ->> 'before';
  most constant integer := coalesce((query ->> 'limit')::integer, 50);
begin
  return (
    select coalesce(jsonb_agg(c4gt.summarise_delivery(page) order by page.id desc), '[]')
    from (
      select d.*
      from c4gt.deliveries as d
      where (wanted_state is null or d.state = wanted_state)
        and (wanted_event is null or d.event = wanted_event)
        and (before is null or d.id < before)
      order by d.id desc
      limit most
    ) as page
  );
end
$$;

-- The newest deliveries first; `before` pages on by id.
create function public.list_deliveries(query jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform c4gt.unpack_batches();
  return c4gt.find_deliveries(query);
end
$$;

-- One delivery, and where its body is.
create function public.show_delivery(guid uuid) returns table (summary jsonb, batch bigint, start integer, size integer)
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform c4gt.unpack_batches();
  return query
  select c4gt.summarise_delivery(d), d.batch, d.start, d.size
  from c4gt.deliveries as d
  where d.guid = show_delivery.guid;
end
$$;

-- Why an effect waits: what befell it last, or else what holds up its installation.
create function c4gt.explain_waiting(o c4gt.outbox) returns text
language sql stable set search_path = '' as $$
  select coalesce(
    case
      when o.state <> 'pending' or o.medium <> 'github' then null
      when o.installation is not null then (
        select format('the installation of the App is %s', i.state)
        from c4gt.installations as i
        where i.id = o.installation and i.state <> 'active'
      )
      when exists (
        select
        from c4gt.installed_repositories as r
        join c4gt.subjects as s on s.repository_id = r.id
        where s.key = o.subject and r.installation is null
      ) then 'the App is not installed there any more'
      else 'the App is not known to be installed there'
    end,
    o.reason,
    case
      when o.state = 'pending' and o.medium = 'github' then (
        select i.paused_because
        from c4gt.installations as i
        where i.id = o.installation and i.paused_until > now()
      )
    end
  )
$$;

-- Effects that are seen outside, the newest first; `id`, `state` and `subject`, a key or an address, choose among them,
-- and `before` pages on by number.
create function public.list_effects(query jsonb) returns jsonb
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
-- `pruned` says that the body of the delivery is not kept any more. Of a subject that is gone, what each rule came to
-- is told, and nothing that it said.
create function public.explain_subject(repository text, number bigint) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  own text;
  is_gone boolean;
begin
  select s.key, s.gone into own, is_gone
  from c4gt.subjects as s
  where s.key = c4gt.find_subject(explain_subject.repository, explain_subject.number) and not s.private;
  if not found then
    return null;
  end if;
  return (
    select coalesce(
      jsonb_agg(
        jsonb_build_object(
          'delivery', d.guid,
          'pruned', d.guid is not null and c4gt.is_pruned(d.batch),
          'event', d.event,
          'at', c4gt.iso(d.at),
          'rules_version', d.rules_version,
          'rules', case
            when not is_gone then d.trace
            else (
              select jsonb_agg(
                jsonb_strip_nulls(jsonb_build_object(
                  'id', t.rule -> 'id',
                  'outcome', t.rule -> 'outcome',
                  'because', t.rule -> 'because',
                  'changes', '[]'::jsonb
                ))
                order by t.place
              )
              from jsonb_array_elements(d.trace) with ordinality as t (rule, place)
            )
          end,
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
      select made.*, cause.guid, cause.batch
      from c4gt.decisions as made
      left join c4gt.deliveries as cause on cause.id = made.delivery
      where made.subject = own
      order by made.id desc
      limit 200
    ) as d
  );
end
$$;

-- What became of the effects on a subject: up to 200, the newest wish first, of those that are seen outside and of
-- those that wait for room under their rule's limit, of which none says what is wanted; null when the subject is
-- unknown or private. Of one that is gone there are none: what they say may be what it said.
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
        where o.subject = s.key and not s.gone
        union all
        select p.key, p.rule, p.action, p.params, null, 'parked', 'its rule has reached its limit', d.at
        from c4gt.effects as p
        join c4gt.decisions as d on d.id = p.decision
        where p.subject = s.key and p.state = 'parked' and not s.gone
      ) as each
      order by each.at desc, each.key collate "C"
      limit 200
    ) as x
  )
  from c4gt.subjects as s
  where s.key = c4gt.find_subject(explain_effects.repository, explain_effects.number) and not s.private
$$;

revoke all on function
  public.list_deliveries, public.show_delivery, public.list_effects, public.explain_subject, public.explain_effects
from public, anon, authenticated;
grant execute on function
  public.list_deliveries, public.show_delivery, public.list_effects, public.explain_subject, public.explain_effects
to service_role;
