-- What we know of subjects: finding, reading and keeping them, and queueing what rests on them.

-- The subject of that name; the one seen last, should a repository have been deleted and another taken its name.
create function c4gt.find_subject(repository text, number bigint) returns text
language sql stable set search_path = '' as $$
  select s.key
  from c4gt.subjects as s
  where lower(s.repository) = lower(find_subject.repository) and s.number = find_subject.number
  order by s.updated_at desc, s.repository_id desc
  limit 1
$$;

-- The key of a subject that is named by its key, `123/45`, or its address, `owner/name#45`; null for an address that
-- we do not know.
create function c4gt.resolve_subject(name text) returns text
language sql stable set search_path = '' as $$
  select case
    when name ~ '^[^#]+#[0-9]{1,18}$'
      then c4gt.find_subject(split_part(name, '#', 1), split_part(name, '#', 2)::bigint)
    else name
  end
$$;

-- The subjects among `keys`, each a key or an address, that we know, with everything that stands, happened or once
-- stood on them. `key` in the answer is the name that was asked for.
create function public.load_subjects(keys jsonb) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(
    jsonb_agg(
      jsonb_build_object(
        'key', asked.name,
        'version', s.version,
        'knowledge', s.knowledge,
        'effects', (
          select coalesce(
            jsonb_agg(
              jsonb_build_object('key', e.key, 'rule', e.rule, 'action', e.action, 'params', e.params, 'state', e.state)
              order by e.key collate "C"
            ),
            '[]'
          )
          from c4gt.effects as e
          where e.subject = s.key
        )
      )
    ),
    '[]'
  )
  from (select distinct name, c4gt.resolve_subject(name) as key from jsonb_array_elements_text(keys) as name) as asked
  join c4gt.subjects as s on s.key = asked.key
$$;

-- Keeps what a decision tells of its own subject. The version counts changes of what the next decision is made on:
-- knowledge, and what stands. Were it knowledge alone, two workers deciding the same subject again could both award.
create function c4gt.save_subject(subject jsonb, changed boolean) returns void
language plpgsql set search_path = '' as $$
begin
  if changed then
    insert into c4gt.subjects as s (key, kind, repository_id, number, repository, private, knowledge)
    values (
      subject ->> 'key', subject ->> 'kind', (subject ->> 'repositoryId')::bigint, (subject ->> 'number')::bigint,
      subject ->> 'repository', (subject ->> 'private')::boolean, nullif(subject -> 'knowledge', 'null')
    )
    on conflict (key) do update
    set kind = excluded.kind, repository = excluded.repository, private = excluded.private, version = s.version + 1,
      knowledge = coalesce(excluded.knowledge, s.knowledge), updated_at = now();
  else
    update c4gt.subjects as s
    set kind = subject ->> 'kind', repository = subject ->> 'repository', private = (subject ->> 'private')::boolean
    where s.key = subject ->> 'key';
  end if;
end
$$;

-- Replaces what a subject rests on. Its own repository is left out: a repository's subjects all rest on it.
create function c4gt.save_dependencies(own text, repository_key text, names text[]) returns void
language plpgsql set search_path = '' as $$
begin
  delete from c4gt.dependencies as d
  where d.subject = own and d.consulted not in (select lower(c.name) from unnest(names) as c (name));

  insert into c4gt.dependencies (subject, consulted)
  select distinct s.key, lower(c.name)
  from unnest(names) as c (name)
  join c4gt.subjects as s on s.key = own
  where c.name <> repository_key
  on conflict do nothing;
end
$$;

-- Queues what rests on a subject, by any of the names it is known by, to be decided again.
create function c4gt.queue_dependents(changed jsonb, names text[]) returns void
language sql set search_path = '' as $$
  select c4gt.queue_subjects(array(
    select d.subject from c4gt.dependencies as d where d.consulted = any (names) and d.subject <> changed ->> 'key'
    union
    select s.key
    from c4gt.subjects as s
    where (changed ->> 'number')::bigint = 0
      and s.repository_id = (changed ->> 'repositoryId')::bigint
      and s.key <> changed ->> 'key'
  ))
$$;

revoke all on function public.load_subjects from public, anon, authenticated;
grant execute on function public.load_subjects to service_role;
