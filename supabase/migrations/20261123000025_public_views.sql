-- What everybody may read, with the publishable key of a Supabase project: the ticket list, the leaderboard, profiles
-- and lines of the ledger, and the ticket list once more as the website of before knows it. They say what the API says.
--
-- A view reads as its owner, past the row level security of the tables. So each names every column it shows, and
-- leaves out what is not for everybody. Those that leave out rows are barriers: no condition of the reader sees a row
-- before that; the others leave out nothing that is not in another view, and are faster without. A function would be
-- called as the reader, who may call none of ours; so there are none in them.

-- One line for each subject on the public list, as public.list_tickets has them: nothing of a private repository, nor
-- of one whose installation is not active.
create view c4gt.listed_tickets as
select distinct on (t.subject) t.*, s.knowledge
from c4gt.tickets as t
join c4gt.subjects as s on s.key = t.subject
left join c4gt.installed_repositories as r on r.id = s.repository_id
left join c4gt.installations as i on i.id = r.installation
where not t.private and not s.private and not s.gone and (r.id is null or i.state = 'active')
order by t.subject, t.effect collate "C";

-- Every account that was ever credited. Equal points share a rank, as on the leaderboard; without points there is none.
create view c4gt.profiles as
select
  r.rank,
  c.login,
  c.points,
  array(
    select granted.badge
    from (select b.badge, min(b.at) as at from c4gt.badges as b where b.contributor = c.id group by b.badge) as granted
    order by granted.at, granted.badge collate "C"
  ) as badges,
  c.id as github_id,
  'https://github.com/' || c.login as github_url,
  c.registered,
  c.updated_at
from c4gt.contributors as c
left join (
  select p.id, rank() over (order by p.points desc) as rank from c4gt.contributors as p where p.points > 0
) as r on r.id = c.id;

create view public.tickets with (security_barrier) as
select
  t.repository, t.number, t.title, t.url, t.organisation, t.product, t.domain, t.category, t.skills, t.complexity,
  t.points, t.mentors, t.assignees, t.status, t.created_at, t.closed_at
from c4gt.listed_tickets as t;
comment on view public.tickets is 'The public list of tickets, as GET /api/tickets shows it';

create view public.leaderboard as
select p.rank, p.login, p.points, p.badges, p.github_id, p.github_url, p.registered
from c4gt.profiles as p
where p.points > 0;
comment on view public.leaderboard is 'Everyone with points, as GET /api/leaderboard shows them; order by rank';

-- A login that two accounts have had is whose it was last seen with.
create view public.contributors as
select p.login, p.points, p.rank, p.badges, p.github_id, p.github_url, p.registered
from c4gt.profiles as p
where not exists (
  select
  from c4gt.contributors as o
  where lower(o.login) = lower(p.login) and (o.updated_at, o.id) > (p.updated_at, p.github_id)
);
comment on view public.contributors is 'Public profiles, as GET /api/contributors/:login shows them';

-- Work in a private repository counts but tells nothing, and work on what is gone says nothing of that.
create view public.ledger as
select
  l.id,
  c.login,
  c.id as github_id,
  l.points,
  l.rule,
  case
    when s.private then 'Work in a repository that is not public'
    when s.gone then 'Work on what was deleted or moved away'
    else l.reason
  end as reason,
  case when not s.private then l.url end as url,
  case when not s.private then format('%s#%s', s.repository, s.number) end as subject,
  l.at,
  l.reverses
from c4gt.ledger as l
join c4gt.subjects as s on s.key = l.subject
join c4gt.contributors as c on c.id = l.contributor;
comment on view public.ledger is 'Every line of the ledger, as GET /api/contributors/:login shows them';

-- GitHub's own number of an issue and the sub-category of older forms are not kept: null. What is on the list is there
-- because the rules want it, so every ticket has the label that the website asks for.
create view public.ccbp_tickets with (security_barrier) as
select
  md5(t.subject)::uuid as uuid,
  t.title as name,
  t.product,
  t.complexity,
  t.category as project_category,
  null::text[] as project_sub_category,
  t.skills as reqd_skills,
  null::bigint as issue_id,
  case
    when t.url like 'https://github.com/%'
      then format('https://api.github.com/repos/%s/issues/%s', t.repository, t.number)
  end as api_endpoint_url,
  t.url,
  t.points as ticket_points,
  row_number() over (order by t.created_at, t.subject collate "C") as index,
  t.mentors,
  case t.status when 'closed' then 'closed' else 'open' end as status,
  true as community_label,
  coalesce(t.organisation, split_part(t.repository, '/', 1)) as organization,
  t.created_at,
  t.closed_at,
  nullif(t.assignees, '{}') as assignees,
  (
    select array[snapshot.seen -> 'facts' -> 'issue.author' ->> 'login']
    from jsonb_each(t.knowledge -> 'snapshots') as shape (name, snapshots)
    cross join jsonb_each(shape.snapshots) as snapshot (digest, seen)
    where snapshot.seen -> 'facts' -> 'issue.author' ->> 'login' is not null
    order by snapshot.seen ->> 'at' desc, snapshot.digest
    limit 1
  ) as issue_author,
  t.assignees <> '{}' as is_assigned
from c4gt.listed_tickets as t;
comment on view public.ccbp_tickets is 'The public list of tickets under the names that the website of before has';

-- Where a project's settings give everything in `public` to everybody, that was more than reading.
revoke all on public.tickets, public.leaderboard, public.contributors, public.ledger, public.ccbp_tickets
from public, anon, authenticated, service_role;
grant select on public.tickets, public.leaderboard, public.contributors, public.ledger, public.ccbp_tickets
to anon, authenticated, service_role;
