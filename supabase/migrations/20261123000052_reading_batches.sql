-- Reading deliveries whose bodies lie in batches: whoever has to see every one that was acknowledged unpacks first.

-- The newest deliveries first; `before` pages on by id.
create or replace function public.list_deliveries(query jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform c4gt.unpack_batches();
  return (
    select coalesce(jsonb_agg(c4gt.summarise_delivery(page) order by page.id desc), '[]')
    from (
      select d.*
      from c4gt.deliveries as d
      where (query ->> 'state' is null or d.state = query ->> 'state')
        and (query ->> 'event' is null or d.event = query ->> 'event')
        and (query ->> 'before' is null or d.id < (query ->> 'before')::bigint)
      order by d.id desc
      limit coalesce((query ->> 'limit')::integer, 50)
    ) as page
  );
end
$$;

-- One delivery, and where its body is.
drop function public.show_delivery;
create function public.show_delivery(guid uuid) returns table (summary jsonb, batch bigint, start integer, size integer)
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform c4gt.unpack_batches();
  return query
  select c4gt.summarise_delivery(d), d.batch, d.start, d.size from c4gt.deliveries as d where d.guid = show_delivery.guid;
end
$$;

-- Those among the GUIDs of which no delivery is here.
create or replace function public.find_lacking(guids jsonb) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform c4gt.unpack_batches();
  return (
    select coalesce(jsonb_agg(g.guid), '[]')
    from jsonb_array_elements_text(guids) as g (guid)
    where not exists (select from c4gt.deliveries as d where d.guid = g.guid::uuid)
  );
end
$$;

-- Whether so much waits in the inbox that nothing more is to be put there.
create or replace function c4gt.is_crowded(most integer) returns boolean
language sql stable set search_path = '' as $$
  select count(*) + (select coalesce(sum(b.count), 0) from c4gt.batches as b where not b.unpacked) > most
  from (
    select from pgmq.q_inbox as q where q.read_ct > 0 or q.vt <= clock_timestamp() limit most + 1
  ) as waiting
$$;

drop function public.settle_backfill;
-- Atomic: what was found, as one batch of deliveries, how far that has come, and the end of the
-- lease. Nothing changes when somebody else has taken the lease, and looks there now. Returns whether it was kept; and
-- when with this everything asked for in the installation is done, what came of it.
create function public.settle_backfill(claim jsonb, outcome jsonb, deliveries text, bodies bytea) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  own constant bigint := claim ->> 'installation';
  repository constant bigint := claim ->> 'repository';
  listed constant jsonb := settle_backfill.deliveries;
  fresh integer;
  leased c4gt.backfills;
begin
  -- Before any other lock. What was received before is older than what GitHub lists, so it gets the smaller numbers.
  perform c4gt.unpack_batches();
  select count(*) into fresh
  from jsonb_array_elements(listed) as f (item)
  where not exists (select from c4gt.deliveries as d where d.guid = (f.item ->> 'guid')::uuid);
  if outcome ->> 'kind' = 'listed' then
    perform c4gt.lock_memberships();
  end if;
  update c4gt.backfills as b
  set leased_until = clock_timestamp()
  where b.installation = own and b.lease = (claim ->> 'lease')::bigint
  returning * into leased;
  if not found then
    return jsonb_build_object('kept', false, 'ended', null);
  end if;

  if jsonb_array_length(listed) > 0 then
    perform public.receive_deliveries(settle_backfill.deliveries, settle_backfill.bodies);
  end if;
  if outcome ->> 'kind' = 'listed' then
    perform c4gt.keep_listed(leased, outcome);
  elsif outcome ->> 'kind' = 'looked' then
    perform c4gt.keep_looked(repository, outcome, fresh);
  else
    perform c4gt.keep_failed(leased, repository, outcome);
  end if;

  return jsonb_build_object(
    'kept', true,
    'ended', (
      select jsonb_build_object(
        'repositories', count(*),
        'failed', count(*) filter (where r.state = 'failed'),
        'found', coalesce(sum(r.found), 0)
      )
      from c4gt.backfilled_repositories as r
      where r.installation = own
      having repository is not null
        and count(*) filter (where r.state = 'pending') = 0
        and not exists (select from c4gt.backfills as b where b.installation = own and b.page is not null)
    )
  );
end
$$;

-- The next deliveries after one, of 32 MB together, or one that is larger by itself, and where their bodies are. `lookups`
-- is what was looked up for the decision that one led to; null when it led to none.
drop function public.read_stored_deliveries;
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
    select n.*, sum(n.bytes) over (order by n.id) - n.bytes as before
    from (
      -- Of one that is all there is in its batch, what is known is how large it is compressed: about an eighth.
      select w.*, coalesce(w.size, (select 8 * length(b.bodies) from c4gt.batches as b where b.id = w.batch), 0) as bytes
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

-- The next subjects after one, by repository and number, with the points, tickets and badges that stand on each, and the
-- decision that brought each; of a contributor, the total. `parked` are rules that wait for room there, and `pruned`
-- says that deliveries which it rests on have lost their bodies.
create or replace function public.read_standings(repository bigint, number bigint, quantity integer) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(
    jsonb_agg(
      jsonb_build_object(
        'repository', s.repository_id,
        'number', s.number,
        'name', case when s.kind = 'contributor' then 'contributor ' || s.number else s.repository || '#' || s.number end,
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
        'pruned', exists (
          select
          from c4gt.decisions as d
          join c4gt.deliveries as v on v.id = d.delivery
          where d.subject = s.key and not exists (select from c4gt.batches as b where b.id = v.batch)
        )
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

revoke all on function public.show_delivery, public.settle_backfill, public.read_stored_deliveries
from public, anon, authenticated;
grant execute on function public.show_delivery, public.settle_backfill, public.read_stored_deliveries to service_role;
