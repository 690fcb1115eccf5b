-- What decisions leave behind: lines of the ledger and tickets on the public list.

-- The lines of a subject's awards that no reversal has taken back.
create function c4gt.standing_awards(own text) returns setof c4gt.ledger
language sql stable set search_path = '' as $$
  select l.*
  from c4gt.ledger as l
  where l.subject = own
    and l.reverses is null
    and not exists (select from c4gt.ledger as taken where taken.reverses = l.id)
$$;

-- Appends reversals, then awards, and keeps every contributor's total in step. All contributors concerned are written
-- first and in order of their number, so that decisions that share some never deadlock.
create function c4gt.append_ledger(commit jsonb, decided bigint) returns void
language plpgsql set search_path = '' as $$
declare
  own constant text := commit -> 'subject' ->> 'key';
begin
  with awarded as (
    select (a.contributor ->> 'id')::bigint as id, a.contributor ->> 'login' as login, a.points
    from jsonb_to_recordset(commit -> 'awards') as a (contributor jsonb, points integer)
  ),
  changes as (
    select id, login as named, login, points from awarded
    union all
    select c.id, null, c.login, -l.points
    from jsonb_to_recordset(commit -> 'reversals') as r (effect text)
    join c4gt.standing_awards(own) as l on l.effect = r.effect
    join c4gt.contributors as c on c.id = l.contributor
  )
  insert into c4gt.contributors as c (id, login, points)
  select g.id, coalesce(min(g.named), min(g.login)), sum(g.points)
  from changes as g
  group by g.id
  order by g.id
  on conflict (id) do update
  set login = excluded.login, points = c.points + excluded.points, updated_at = now();

  insert into c4gt.ledger
    (subject, effect, contributor, points, rule, rules_version, reason, url, delivery, decision, reverses)
  select
    own, l.effect, l.contributor, -l.points, l.rule, commit ->> 'rulesVersion', r.reason, l.url,
    (commit ->> 'delivery')::bigint, decided, l.id
  from jsonb_to_recordset(commit -> 'reversals') as r (effect text, reason text)
  join c4gt.standing_awards(own) as l on l.effect = r.effect
  order by l.id;

  insert into c4gt.ledger (subject, effect, contributor, points, rule, rules_version, reason, url, delivery, decision)
  select
    own, a.effect, (a.contributor ->> 'id')::bigint, a.points, a.rule, commit ->> 'rulesVersion', a.reason, a.url,
    (commit ->> 'delivery')::bigint, decided
  from jsonb_to_recordset(commit -> 'awards')
    as a (effect text, contributor jsonb, points integer, rule text, reason text, url text);

  -- One award may stand per effect and contributor, whatever a decision asks for.
  if exists (
    select from c4gt.standing_awards(own) as l group by l.effect, l.contributor having count(*) > 1
  ) then
    raise exception 'An award on % stands already', own using errcode = 'unique_violation';
  end if;
end
$$;

-- Puts tickets on the public list as the decision shows them, and takes off those it takes off.
create function c4gt.list_decided(commit jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  own text := commit -> 'subject' ->> 'key';
begin
  delete from c4gt.tickets as t
  where t.subject = own
    and (
      t.effect in (select jsonb_array_elements_text(commit -> 'unlisted'))
      or t.effect in (select l.effect from jsonb_to_recordset(commit -> 'listed') as l (effect text))
    );

  insert into c4gt.tickets
  select t.*
  from jsonb_array_elements(commit -> 'listed') as l (item)
  cross join jsonb_populate_record(null::c4gt.tickets, l.item || jsonb_build_object('subject', own)) as t;
end
$$;
