-- What decisions wish to be seen outside, in the outbox.

-- Of what is to be performed, the newest wish alone counts: one row for each effect says what is wanted now and what
-- is visible now. A queue of messages would keep what was wished in between; this one is empty from here on.
select pgmq.drop_queue('outbox');

-- Puts a decision's effects that are seen outside into the outbox. A wish that waited gives way; what was never
-- performed and is not wanted any more leaves nothing; what is as it is wanted stays so. In the order of keys, as
-- everywhere: so this and settle_effect never deadlock.
create function c4gt.put_in_outbox(commit jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  own constant text := commit -> 'subject' ->> 'key';
begin
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

-- What stood already before there was an outbox, and was never performed.
insert into c4gt.outbox (subject, key, action, medium, wanted, params)
select e.subject, e.key, e.action, 'github', 'stand', e.params
from c4gt.effects as e
where e.state = 'standing' and e.action in ('comment', 'add_labels', 'assign', 'set_check')
order by e.subject, e.key;
