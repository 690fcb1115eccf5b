-- Tickets: what decisions list, and the public list made of it, with filters, search, order and pages.

-- One row for each effect that lists a subject: two rules may do so, and differ.
create table c4gt.tickets (
  subject text not null references c4gt.subjects,
  effect text not null,
  repository text not null,
  number bigint not null,
  title text not null,
  url text not null,
  organisation text,
  product text,
  domain text,
  category text[] not null,
  skills text[] not null,
  complexity text,
  points integer,
  mentors text[] not null,
  assignees text[] not null,
  status text not null check (status in ('open', 'assigned', 'closed')),
  created_at timestamptz not null,
  closed_at timestamptz,
  private boolean not null,
  primary key (subject, effect)
);
alter table c4gt.tickets enable row level security;

-- What is searched and sorted, one row for each subject that has a ticket for everybody to see, so that a page is a few
-- rows of an index and a search one pass over short texts. Derived, all of it, from c4gt.tickets and c4gt.subjects, by
-- the triggers below and nothing else.
create table c4gt.listings (
  subject text primary key,
  effect text not null,
  repository_id bigint not null,
  private boolean not null,
  terms text[] not null,
  text text not null,
  status text not null,
  points integer,
  complexity integer,
  title text not null,
  organisation text,
  created_at timestamptz not null,
  closed_at timestamptz
);
comment on column c4gt.listings.effect is 'Which of the subject''s tickets is shown: the first that is not private';
comment on column c4gt.listings.private is 'Of the subject';
comment on column c4gt.listings.terms is 'What filters name: `skill react`, `repository owner/name`; all in lower case';
comment on column c4gt.listings.text is 'What is searched, in lower case';
comment on column c4gt.listings.complexity is
  'The place in the order from the easiest to the hardest; null where there is none';
comment on column c4gt.listings.title is 'In lower case, for sorting; so is the organisation';
create index listings_created_at on c4gt.listings (created_at desc nulls last, subject collate "C") where not private;
-- To count without looking into the rows.
create index listings_status on c4gt.listings (status, points, repository_id) where not private;
create index listings_terms on c4gt.listings using gin (terms);
alter table c4gt.listings enable row level security;

-- Keeps what decisions list, and takes from the list what they do not.
create function c4gt.save_tickets(dues c4gt.due[]) returns void
language plpgsql set search_path = '' as $$
declare
  unlisted record;
begin
  for unlisted in
    select c.own, array(select jsonb_array_elements_text(c.decision -> 'unlisted')) as effects
    from unnest(dues) as c
    where jsonb_array_length(c.decision -> 'unlisted') > 0
  loop
    delete from c4gt.tickets as t where t.subject = unlisted.own and t.effect = any (unlisted.effects);
  end loop;

  insert into c4gt.tickets as t (
    subject, effect, repository, number, title, url, organisation, product, domain, category, skills, complexity, points,
    mentors, assignees, status, created_at, closed_at, private
  )
  select
    c.own, l.effect, l.repository, l.number, l.title, l.url, l.organisation, l.product, l.domain, l.category, l.skills,
    l.complexity, l.points, l.mentors, l.assignees, l.status, l.created_at, l.closed_at, l.private
  from unnest(dues) as c
  cross join lateral jsonb_populate_recordset(null::c4gt.tickets, c.decision -> 'listed') as l
  on conflict (subject, effect) do update
  set repository = excluded.repository, number = excluded.number, title = excluded.title, url = excluded.url,
    organisation = excluded.organisation, product = excluded.product, domain = excluded.domain,
    category = excluded.category, skills = excluded.skills, complexity = excluded.complexity, points = excluded.points,
    mentors = excluded.mentors, assignees = excluded.assignees, status = excluded.status,
    created_at = excluded.created_at, closed_at = excluded.closed_at, private = excluded.private;
end
$$;

-- What filters find a ticket by. A domain may be several, with commas, and is found by each and by all of it.
create function c4gt.terms_of(t c4gt.tickets) returns text[]
language plpgsql immutable set search_path = '' as $$
begin
  return array(
    select distinct named.kind || ' ' || lower(named.value)
    from (
      values ('organisation', t.organisation), ('organisation', split_part(t.repository, '/', 1)),
        ('repository', t.repository), ('complexity', t.complexity)
      union all
      select 'skill', btrim(s.value) from unnest(t.skills) as s (value)
      union all
      select 'category', btrim(c.value) from unnest(t.category) as c (value)
      union all
      select 'domain', btrim(d.value) from unnest(t.domain || string_to_array(t.domain, ',')) as d (value)
    ) as named (kind, value)
    where named.value is not null
  );
end
$$;

-- What words are looked for in.
create function c4gt.text_of(t c4gt.tickets) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return lower(concat_ws(
    e'\n',
    t.title, t.organisation, t.product, t.domain, t.repository, t.complexity,
    array_to_string(t.category, e'\n'), array_to_string(t.skills, e'\n'), array_to_string(t.mentors, e'\n')
  ));
end
$$;

-- Lists a subject as its tickets are now. Whoever changes those holds the subject's lock.
create function c4gt.relist_subject(own text) returns void
language plpgsql set search_path = '' as $$
begin
  delete from c4gt.listings as l where l.subject = own;
  insert into c4gt.listings
  select
    t.subject, t.effect, s.repository_id, s.private or s.gone, c4gt.terms_of(t), c4gt.text_of(t), t.status, t.points,
    array_position(array['beginner', 'foundational', 'low', 'medium', 'high', 'advanced'], lower(t.complexity)),
    lower(t.title), lower(t.organisation), t.created_at, t.closed_at
  from c4gt.tickets as t
  join c4gt.subjects as s on s.key = t.subject
  where t.subject = own and not t.private
  order by t.effect collate "C"
  limit 1;
end
$$;

-- Keeps the list as the tickets are. As the owner, as triggers of a table that only functions write.
create function c4gt.follow_ticket() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform c4gt.relist_subject(coalesce(new.subject, old.subject));
  return null;
end
$$;

create trigger tickets_are_listed after insert or update or delete on c4gt.tickets
for each row execute function c4gt.follow_ticket();

-- Takes a subject off the list, and puts it back, in the transaction in which it becomes private or gone, or is so no
-- more.
create function c4gt.follow_privacy() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update c4gt.listings as l set private = new.private or new.gone where l.subject = new.key;
  return null;
end
$$;

create trigger subjects_are_hidden after update on c4gt.subjects
for each row when (old.private <> new.private or old.gone <> new.gone) execute function c4gt.follow_privacy();

-- A ticket as the API has it.
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

-- The tickets that a query asks for, and how many there are. Planned anew each time: what is not asked for falls away
-- before the plan is made, and an index can give the order.
create function c4gt.find_listed(query jsonb) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  sorted constant text := case
    when ltrim(query ->> 'sort', '-')
      in ('created_at', 'closed_at', 'points', 'title', 'complexity', 'organisation', 'status')
      then ltrim(query ->> 'sort', '-')
    else 'created_at'
  end;
  down constant boolean := sorted <> ltrim(coalesce(query ->> 'sort', ''), '-') or query ->> 'sort' like '-%';
  wanted constant text[] := array(
    select named.kind || ' ' || lower(named.value)
    from (
      values ('organisation', query ->> 'organisation'), ('repository', query ->> 'repository'),
        ('complexity', query ->> 'complexity'), ('skill', btrim(query ->> 'skill')),
        ('category', btrim(query ->> 'category')), ('domain', btrim(query ->> 'domain'))
    ) as named (kind, value)
    where named.value is not null
  );
  patterns constant text[] := array(
    select '%' || replace(replace(replace(w.word, '\', '\\'), '%', '\%'), '_', '\_') || '%'
    from regexp_split_to_table(lower(btrim(query ->> 'search')), '\s+') as w (word)
    where w.word <> ''
  );
  state constant text := lower(query ->> 'status');
  least_points constant numeric := query ->> 'min_points';
  most_points constant numeric := query ->> 'max_points';
  hidden constant bigint[] := array(
    select r.id from c4gt.installed_repositories as r where r.installation is null
    union all
    select r.id
    from c4gt.installations as i
    join c4gt.installed_repositories as r on r.installation = i.id
    where i.state <> 'active'
  );
  total bigint;
  page jsonb;
begin
  select count(*) into total
  from c4gt.listings as l
  where not l.private
    and (cardinality(hidden) = 0 or l.repository_id <> all (hidden))
    and (state is null or l.status = state)
    and (least_points is null or l.points >= least_points)
    and (most_points is null or l.points <= most_points)
    and (cardinality(wanted) = 0 or l.terms @> wanted)
    and (cardinality(patterns) = 0 or l.text like all (patterns));

  if total = 0 then
    return jsonb_build_object('tickets', '[]'::jsonb, 'total', 0);
  end if;

  select jsonb_agg(c4gt.show_ticket(t) order by found.place) into page
  from (
    select l.subject, l.effect, row_number() over () as place
    from (
      select l.subject, l.effect
      from c4gt.listings as l
      where not l.private
        and (cardinality(hidden) = 0 or l.repository_id <> all (hidden))
        and (state is null or l.status = state)
        and (least_points is null or l.points >= least_points)
        and (most_points is null or l.points <= most_points)
        and (cardinality(wanted) = 0 or l.terms @> wanted)
        and (cardinality(patterns) = 0 or l.text like all (patterns))
      order by
        case when sorted = 'created_at' and not down then l.created_at end,
        case when sorted = 'created_at' and down then l.created_at end desc nulls last,
        case when sorted = 'closed_at' and not down then l.closed_at end,
        case when sorted = 'closed_at' and down then l.closed_at end desc nulls last,
        case when not down then case sorted when 'points' then l.points when 'complexity' then l.complexity end end,
        case when down then case sorted when 'points' then l.points when 'complexity' then l.complexity end end
          desc nulls last,
        case when not down then
          case sorted when 'title' then l.title when 'organisation' then l.organisation when 'status' then l.status end
        end collate "C",
        case when down then
          case sorted when 'title' then l.title when 'organisation' then l.organisation when 'status' then l.status end
        end collate "C" desc nulls last,
        l.subject collate "C"
      limit coalesce((query ->> 'limit')::integer, 50)
      offset coalesce((query ->> 'offset')::integer, 0)
    ) as l
  ) as found
  join c4gt.tickets as t on t.subject = found.subject and t.effect = found.effect;
  return jsonb_build_object('tickets', coalesce(page, '[]'), 'total', total);
end
$$;

-- The public list. A subject that two rules list appears once, and nothing of a private repository, nor of one whose
-- installation is not active, appears at all. Unset values sort last either way; the subject's key breaks ties, so
-- pages never overlap. Words are looked up as they are written: none has a special meaning.
create function public.list_tickets(query jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return c4gt.find_listed(query);
end
$$;

revoke all on function public.list_tickets from public, anon, authenticated;
grant execute on function public.list_tickets to service_role;
