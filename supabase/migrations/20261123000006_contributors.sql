-- Contributors: their points and badges, as rules, the leaderboard and profiles read them.

-- By the number of the account: logins get renamed and reclaimed.
create table c4gt.contributors (
  id bigint primary key,
  login text not null,
  points bigint not null default 0,
  registered boolean not null default false,
  updated_at timestamptz not null default now()
);
comment on column c4gt.contributors.points is 'Sum of the ledger, kept in the transaction that appends to it';
comment on column c4gt.contributors.registered is 'Whether the account was linked to the programme';
create index contributors_login on c4gt.contributors (lower(login));
create index contributors_points on c4gt.contributors (points desc) where points > 0;
alter table c4gt.contributors enable row level security;

-- One row for each effect that grants a badge: two rules may grant the same, and one of them stop doing so.
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
create function c4gt.list_badges(contributor bigint) returns jsonb
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
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'id', c.id, 'login', c.login, 'points', c.points, 'registered', c.registered, 'badges', c4gt.list_badges(c.id)
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

-- Everyone with points, the most first. Equal points share a rank, and the ranks they use up are left out: of those who
-- are on a page with others like them the first one's place is the rank, and of the first ones there, how many are
-- ahead.
create function public.read_leaderboard(quantity integer, skipped integer) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    with
    page as materialized (
      select p.id, p.login, p.points, read_leaderboard.skipped + row_number() over () as place
      from (
        select c.id, c.login, c.points
        from c4gt.contributors as c
        where c.points > 0
        order by c.points desc, lower(c.login) collate "C", c.id
        limit greatest(read_leaderboard.quantity, 0)
        offset greatest(read_leaderboard.skipped, 0)
      ) as p
    ),
    most as (select max(p.points) as points from page as p),
    ahead as (
      select count(*) as count
      from c4gt.contributors as c
      where c.points > 0 and c.points > (select m.points from most as m)
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
        from (
          select
            p.*,
            case
              when p.points = (select m.points from most as m) then 1 + (select a.count from ahead as a)
              else min(p.place) over (partition by p.points)
            end as rank
          from page as p
        ) as r
      ),
      'total', (select count(*) from c4gt.contributors as c where c.points > 0)
    )
  );
end
$$;

-- One contributor by login, null when we never saw it. Logins get renamed and reclaimed: the one seen last has it.
create function public.show_contributor(login text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  own c4gt.contributors;
begin
  select c.* into own
  from c4gt.contributors as c
  where lower(c.login) = lower(show_contributor.login)
  order by c.updated_at desc, c.id desc
  limit 1;
  if not found then
    return null;
  end if;
  return jsonb_build_object(
    'login', own.login,
    'points', own.points,
    'rank', case
      when own.points > 0 then (
        select 1 + count(*) from c4gt.contributors as ahead where ahead.points > 0 and ahead.points > own.points
      )
    end,
    'badges', c4gt.list_badges(own.id),
    'ledger', c4gt.read_ledger(own.id)
  );
end
$$;

revoke all on function public.read_leaderboard, public.show_contributor from public, anon, authenticated;
grant execute on function public.read_leaderboard, public.show_contributor to service_role;
