-- The leaderboard at any length: a page is a few rows of the index of points, and how many are ahead is counted in it.

-- ISO 8601 in UTC, as GitHub writes it: a fraction only where there is one. It is called for every line of a profile; in
-- PL/pgSQL that costs a third.
create or replace function c4gt.iso(at timestamptz) returns text
language plpgsql stable set search_path = '' as $$
begin
  return to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS')
    || case when at = date_trunc('second', at) then '' else to_char(at at time zone 'UTC', '.MS') end
    || 'Z';
end
$$;

-- Everyone with points, the most first. Equal points share a rank, and the ranks they use up are left out: of those who
-- are on a page with others like them the first one's place is the rank, and of the first ones there, how many are ahead.
create or replace function public.read_leaderboard(quantity integer, skipped integer) returns jsonb
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
      select count(*) as count from c4gt.contributors as c where c.points > 0 and c.points > (select m.points from most as m)
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
create or replace function public.show_contributor(login text) returns jsonb
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
