-- Reading the public list of tickets: filters, search, order and pages.

create function c4gt.show_ticket(t c4gt.tickets) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'repository', t.repository,
    'number', t.number,
    'title', t.title,
    'url', t.url,
    'organisation', t.organisation,
    'product', t.product,
    'domain', t.domain,
    'category', t.category,
    'skills', t.skills,
    'complexity', t.complexity,
    'points', t.points,
    'mentors', t.mentors,
    'assignees', t.assignees,
    'status', t.status,
    'created_at', c4gt.iso(t.created_at),
    'closed_at', c4gt.iso(t.closed_at)
  )
$$;

create function c4gt.has_element(list text[], wanted text) returns boolean
language sql immutable set search_path = '' as $$
  select exists (select from unnest(list) as element where lower(btrim(element)) = lower(btrim(wanted)))
$$;

-- Whether a ticket meets every filter of a query. Words are looked up as they are written: none has a special meaning.
create function c4gt.matches_query(t c4gt.tickets, query jsonb) returns boolean
language sql stable set search_path = '' as $$
  select (
      query ->> 'organisation' is null
      or lower(query ->> 'organisation') in (lower(t.organisation), lower(split_part(t.repository, '/', 1)))
    )
    and (query ->> 'repository' is null or lower(t.repository) = lower(query ->> 'repository'))
    and (query ->> 'complexity' is null or lower(t.complexity) = lower(query ->> 'complexity'))
    and (query ->> 'status' is null or t.status = lower(query ->> 'status'))
    and (query ->> 'skill' is null or c4gt.has_element(t.skills, query ->> 'skill'))
    and (query ->> 'category' is null or c4gt.has_element(t.category, query ->> 'category'))
    and (
      query ->> 'domain' is null
      or c4gt.has_element(t.domain || string_to_array(t.domain, ','), query ->> 'domain')
    )
    and (query ->> 'min_points' is null or t.points >= (query ->> 'min_points')::numeric)
    and (query ->> 'max_points' is null or t.points <= (query ->> 'max_points')::numeric)
    and not exists (
      select
      from regexp_split_to_table(lower(btrim(query ->> 'search')), '\s+') as word
      where strpos(
        lower(concat_ws(
          e'\n',
          t.title, t.organisation, t.product, t.domain, t.repository, t.complexity,
          array_to_string(t.category, e'\n'), array_to_string(t.skills, e'\n'), array_to_string(t.mentors, e'\n')
        )),
        word
      ) = 0
    )
$$;

-- The public list. A subject that two rules list appears once, and nothing of a private repository appears at all.
-- Unset values sort last either way; the subject's key breaks ties, so pages never overlap.
create function public.list_tickets(query jsonb) returns jsonb
language sql stable security definer set search_path = '' as $$
  with asked as (
    select
      ltrim(s.sort, '-') as sorted,
      s.sort like '-%' as descending
    from (
      select case
        when ltrim(query ->> 'sort', '-')
          in ('created_at', 'closed_at', 'points', 'title', 'complexity', 'organisation', 'status')
          then query ->> 'sort'
        else '-created_at'
      end as sort
    ) as s
  ),
  listed as (
    select distinct on (t.subject) t.*
    from c4gt.tickets as t
    join c4gt.subjects as s on s.key = t.subject
    where not t.private and not s.private
    order by t.subject, t.effect collate "C"
  ),
  matching as (
    select
      listed::c4gt.tickets as ticket,
      listed.subject,
      asked.descending,
      case asked.sorted
        when 'created_at' then extract(epoch from listed.created_at)
        when 'closed_at' then extract(epoch from listed.closed_at)
        when 'points' then listed.points
        when 'complexity' then array_position(
          array['beginner', 'foundational', 'low', 'medium', 'high', 'advanced'], lower(listed.complexity)
        )
      end as number,
      case asked.sorted
        when 'title' then lower(listed.title)
        when 'organisation' then lower(listed.organisation)
        when 'status' then listed.status
      end collate "C" as text
    from listed
    cross join asked
    where c4gt.matches_query(listed::c4gt.tickets, query)
  ),
  placed as (
    select
      m.ticket,
      row_number() over (
        order by
          case when not m.descending then m.number end,
          case when m.descending then m.number end desc nulls last,
          case when not m.descending then m.text end,
          case when m.descending then m.text end desc nulls last,
          m.subject collate "C"
      ) as place
    from matching as m
  )
  select jsonb_build_object(
    'tickets', (
      select coalesce(jsonb_agg(c4gt.show_ticket(p.ticket) order by p.place), '[]')
      from (
        select *
        from placed
        order by place
        limit coalesce((query ->> 'limit')::integer, 50)
        offset coalesce((query ->> 'offset')::integer, 0)
      ) as p
    ),
    'total', (select count(*) from matching)
  )
$$;

revoke all on function public.list_tickets from public, anon, authenticated;
grant execute on function public.list_tickets to service_role;
