-- A repository comes to another installation while something is decided there. The two do not see one another, so what the
-- decision put into the outbox would stay with the installation of before, through which nothing is performed any more.

-- The lock on where a repository belongs: shared by those who go by it, and for itself whoever changes it.
create function c4gt.belonging(repository bigint) returns bigint
language sql immutable set search_path = '' as $$
  select hashtextextended('c4gt.belonging ' || repository, 0)
$$;

-- Says which installation a repository belongs to now, and hands it what waits there. Of a repository itself first, then
-- of the outbox, as everywhere.
create or replace function c4gt.move_repository(repository bigint, installation bigint, delivery bigint) returns void
language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(c4gt.belonging(move_repository.repository));
  insert into c4gt.installed_repositories as r (id, installation, delivery)
  values (move_repository.repository, move_repository.installation, move_repository.delivery)
  on conflict (id) do update
  set installation = excluded.installation, delivery = greatest(r.delivery, excluded.delivery)
  where r.installation is distinct from excluded.installation;
  if found then
    update c4gt.outbox as o
    set installation = move_repository.installation
    where o.id in (
      select w.id
      from c4gt.outbox as w
      join c4gt.subjects as s on s.key = w.subject
      where s.repository_id = move_repository.repository
      order by w.id
      for no key update of w
    );
  end if;
end
$$;

-- Puts a decision's effects that are seen outside into the outbox. A wish that waited gives way; what was never
-- performed and is not wanted any more leaves nothing; what is as it is wanted stays so. In the order of keys, as
-- everywhere: so this and settle_effect never deadlock.
create or replace function c4gt.put_in_outbox(commit jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  own constant text := commit -> 'subject' ->> 'key';
begin
  perform pg_advisory_xact_lock_shared(c4gt.belonging((commit -> 'subject' ->> 'repositoryId')::bigint));
  delete from c4gt.outbox as o
  using
    jsonb_to_recordset(commit -> 'outward') as w (effect text),
    jsonb_to_recordset(commit -> 'effects') as x (key text, state text)
  where o.subject = own
    and o.key = x.key
    and x.key = w.effect
    and x.state = 'withdrawn'
    and o.performed is null
    and not o.unsure;

  insert into c4gt.outbox as o (subject, key, action, medium, wanted, params, installation)
  select
    own, x.key, x.action, w.medium,
    case x.state when 'standing' then 'stand' when 'happened' then 'happen' else 'withdraw' end,
    x.params,
    (
      select r.installation
      from c4gt.installed_repositories as r
      where r.id = (commit -> 'subject' ->> 'repositoryId')::bigint
    )
  from jsonb_to_recordset(commit -> 'outward') as w (effect text, medium text)
  join jsonb_to_recordset(commit -> 'effects') as x (key text, action text, params jsonb, state text)
    on x.key = w.effect
  where x.state in ('standing', 'happened')
    or x.state = 'withdrawn' and exists (select from c4gt.outbox as o where o.subject = own and o.key = x.key)
  order by x.key
  on conflict on constraint outbox_effect do update
  set action = excluded.action, medium = excluded.medium, wanted = excluded.wanted, params = excluded.params,
    generation = o.generation + 1, state = 'pending', attempts = 0, faults = 0, reason = null, at = excluded.at,
    -- A write of which nobody knows the fate may still be under way; it gets its time.
    due_at = case when o.unsure then greatest(o.due_at, excluded.due_at) else excluded.due_at end
  where o.state <> 'done'
    or o.params <> excluded.params
    or o.wanted = 'withdraw'
    or excluded.wanted = 'withdraw';
end
$$;

-- What was left behind so until now.
update c4gt.outbox as o
set installation = r.installation
from c4gt.subjects as s
join c4gt.installed_repositories as r on r.id = s.repository_id
where s.key = o.subject and r.installation is distinct from o.installation;
