-- Reading, for everyone: the leaderboard, a contributor's points, and the reasons for them.

create function c4gt.list_badges(contributor bigint) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(b.name order by b.at, b.name), '[]')
  from c4gt.badges as b
  where b.contributor = list_badges.contributor
$$;

-- Everyone with points, the most first. Equal points share a rank, and the ranks they use up are left out.
create function public.read_leaderboard(quantity integer, skipped integer) returns jsonb
language sql stable security definer set search_path = '' as $$
  with ranked as (
    select
      c.id, c.login, c.points,
      rank() over (order by c.points desc) as rank,
      row_number() over (order by c.points desc, lower(c.login) collate "C", c.id) as place
    from c4gt.contributors as c
    where c.points > 0
  )
  select jsonb_build_object(
    'entries', (
      select coalesce(
        jsonb_agg(
          jsonb_build_object('rank', r.rank, 'login', r.login, 'points', r.points, 'badges', c4gt.list_badges(r.id))
          order by r.place
        ),
        '[]'
      )
      from ranked as r
      where r.place > skipped and r.place <= skipped + quantity
    ),
    'total', (select count(*) from ranked)
  )
$$;

-- Up to 1,000 lines of a contributor's ledger, the newest first. Work in a private repository counts but tells nothing.
create function c4gt.read_ledger(contributor bigint) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(
    jsonb_agg(
      jsonb_build_object(
        'id', l.id,
        'points', l.points,
        'rule', l.rule,
        'reason', case when l.private then 'Work in a private repository' else l.reason end,
        'url', case when l.private then null else l.url end,
        'subject', case when l.private then null else l.name end,
        'at', c4gt.iso(l.at),
        'reverses', l.reverses
      )
      order by l.id desc
    ),
    '[]'
  )
  from (
    select w.*, s.private, format('%s#%s', s.repository, s.number) as name
    from c4gt.ledger as w
    join c4gt.subjects as s on s.key = w.subject
    where w.contributor = read_ledger.contributor
    order by w.id desc
    limit 1000
  ) as l
$$;

-- One contributor by login, null when we never saw it. Logins get renamed and reclaimed: the one seen last has it.
create function public.show_contributor(login text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'login', c.login,
    'points', c.points,
    'rank', case
      when c.points > 0 then (select 1 + count(*) from c4gt.contributors as ahead where ahead.points > c.points)
    end,
    'badges', c4gt.list_badges(c.id),
    'ledger', c4gt.read_ledger(c.id)
  )
  from c4gt.contributors as c
  where lower(c.login) = lower(show_contributor.login)
  order by c.updated_at desc, c.id desc
  limit 1
$$;

-- Why things are as they are on a subject: up to 200 decisions, the newest first; null when unknown or private.
create function public.explain_subject(repository text, number bigint) returns jsonb
language sql stable security definer set search_path = '' as $$
  select (
    select coalesce(
      jsonb_agg(
        jsonb_build_object(
          'delivery', d.guid,
          'event', d.event,
          'at', c4gt.iso(d.at),
          'rules_version', d.rules_version,
          'rules', d.trace
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

revoke all on function
  public.read_leaderboard, public.show_contributor, public.explain_subject
from public, anon, authenticated;
grant execute on function
  public.read_leaderboard, public.show_contributor, public.explain_subject
to service_role;
