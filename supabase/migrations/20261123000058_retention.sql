-- Retention: bodies of deliveries are kept for a time, and what they led to for ever.

create index batches_received_at on c4gt.batches (received_at) where unpacked;
create index audit_pruned on c4gt.audit ((details ->> 'day')) where action = 'bodies pruned';

-- Atomic: the oldest bodies that are older than so many days go, as many as one step may take, with the record of it, one
-- for each day. A batch of which a delivery is pending stays; of one that is dead it goes, and so do the messages of dead
-- deliveries. Returns what went, and whether there may be more; null while somebody else prunes.
--
-- `terms`: `days`, and `batches`, the most that go in one step; 64 MB, if these are more. Old is what the database's clock
-- says: a process whose own is wrong prunes nothing too early. The deliveries themselves are not touched: what names a
-- batch that is not there was pruned. Nothing is retried, nor unpacked, meanwhile, so nothing that goes becomes pending.
create function public.prune_bodies(terms jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  until constant timestamptz := clock_timestamp() - make_interval(days => (terms ->> 'days')::integer);
  most constant integer := terms ->> 'batches';
  today constant text := (now() at time zone 'UTC')::date;
  chosen bigint[];
  gone record;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('c4gt.pruning', 0)) then
    return null;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('c4gt.unpacking', 0));

  chosen := array(
    select w.id
    from (
      select b.id, sum(length(b.bodies)) over (order by b.received_at, b.id) - length(b.bodies) as before
      from (
        select o.id, o.received_at, o.bodies
        from c4gt.batches as o
        where o.unpacked and o.received_at < until
          and o.id not in (select d.batch from c4gt.deliveries as d where d.state = 'pending')
        order by o.received_at, o.id
        limit most
      ) as b
    ) as w
    where w.before < 64 * 1024 * 1024
  );
  with pruned as (
    delete from c4gt.batches as b where b.id = any (chosen) returning b.count, length(b.bodies) as size
  )
  select count(*) as batches, coalesce(sum(p.count), 0) as deliveries, coalesce(sum(p.size), 0) as bytes
  into gone
  from pruned as p;

  delete from pgmq.a_inbox as a
  where a.msg_id in (
    select o.msg_id from pgmq.a_inbox as o where o.archived_at < until and not o.message ? 'subject' limit 1000
  );

  if gone.batches > 0 then
    update c4gt.audit as a
    set details = jsonb_build_object(
      'day', today,
      'deliveries', (a.details ->> 'deliveries')::bigint + gone.deliveries,
      'bytes', (a.details ->> 'bytes')::bigint + gone.bytes,
      'before', c4gt.iso(until)
    )
    where a.action = 'bodies pruned' and a.details ->> 'day' = today;
    if not found then
      insert into c4gt.audit (action, details)
      values (
        'bodies pruned',
        jsonb_build_object('day', today, 'deliveries', gone.deliveries, 'bytes', gone.bytes, 'before', c4gt.iso(until))
      );
    end if;
  end if;
  return jsonb_build_object(
    'deliveries', gone.deliveries, 'bytes', gone.bytes, 'more', cardinality(chosen) = most or gone.bytes >= 64 * 1024 * 1024
  );
end
$$;

-- Whether the body of a delivery is there no more.
create function c4gt.is_pruned(batch bigint) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return not exists (select from c4gt.batches as b where b.id = is_pruned.batch);
end
$$;

create or replace function c4gt.summarise_delivery(d c4gt.deliveries) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'id', d.id,
    'guid', d.guid,
    'event', d.event,
    'state', d.state,
    'reason', d.reason,
    'attempts', d.attempts,
    'received_at', c4gt.iso(d.received_at),
    'finished_at', c4gt.iso(d.finished_at),
    'pruned', c4gt.is_pruned(d.batch)
  );
end
$$;

-- Why things are as they are on a subject: up to 200 decisions, the newest first; null when unknown or private. Of what
-- was looked up each fact, where its answer came from, and why not from GitHub; the values are in the conditions. `pruned`
-- says that the body of the delivery is not kept any more.
create or replace function public.explain_subject(repository text, number bigint) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  own constant text := (
    select s.key
    from c4gt.subjects as s
    where s.key = c4gt.find_subject(explain_subject.repository, explain_subject.number) and not s.private
  );
begin
  if own is null then
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

-- Whether deliveries about a subject, or about what it rests on, have lost their bodies. What was first known by one of those has
-- a decision that it led to.
create function c4gt.rests_on_pruned(own text, repository bigint) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (
    select
    from (
      select own
      union all
      select format('%s/0', repository)
      union all
      select c4gt.resolve_subject(d.consulted) from c4gt.dependencies as d where d.subject = own
    ) as k (key)
    join c4gt.decisions as made on made.subject = k.key
    join c4gt.deliveries as v on v.id = made.delivery
    where c4gt.is_pruned(v.batch)
  );
end
$$;

-- The next subjects after one, by repository and number, with the points, tickets and badges that stand on each, and the
-- decision that brought each; of a contributor, the total. `parked` are rules that wait for room there, and `pruned`
-- says that deliveries about it, or about what it rests on, have lost their bodies.
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
        'pruned', c4gt.rests_on_pruned(s.key, s.repository_id)
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

-- The bodies of batches, as they are stored, in the order asked for: the first ones, of 8 MB together, or one that is
-- larger by itself. Null where a batch is there no more. Each is looked up by itself: planned as a join, a claim might read
-- all batches there are.
create or replace function public.read_bodies(batches jsonb) returns table (batch bigint, bodies bytea)
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  select w.id, w.bodies
  from (
    select a.id, a.place, a.bodies,
      sum(coalesce(length(a.bodies), 0)) over (order by a.place) - coalesce(length(a.bodies), 0) as before
    from (
      select e.id::bigint as id, e.place, (select b.bodies from c4gt.batches as b where b.id = e.id::bigint) as bodies
      from jsonb_array_elements_text(batches) with ordinality as e (id, place)
    ) as a
  ) as w
  where w.before < 8 * 1024 * 1024
  order by w.place;
end
$$;

revoke all on function public.prune_bodies from public, anon, authenticated;
grant execute on function public.prune_bodies to service_role;
