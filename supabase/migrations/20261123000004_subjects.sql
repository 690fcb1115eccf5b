-- Subjects: what we know of each issue, pull request, repository and contributor, and what rests on them.

-- One row for each, by `repository/number`; a repository is number 0 of its own, and contributors are numbers of
-- repository 0.
create table c4gt.subjects (
  key text primary key,
  kind text not null,
  repository_id bigint not null,
  number bigint not null,
  repository text not null,
  private boolean not null,
  version integer not null default 1,
  knowledge jsonb,
  gone boolean not null generated always as (coalesce((knowledge ->> 'gone')::boolean, false)) stored,
  lookups jsonb,
  updated_at timestamptz not null default now(),
  waiting bigint
);
comment on column c4gt.subjects.repository is 'owner/name as of the last commit';
comment on column c4gt.subjects.private is
  'Of a repository that is private, or was deleted: nobody outside is told of it';
comment on column c4gt.subjects.gone is 'Deleted, or moved to another repository: what it said is told nobody any more';
comment on column c4gt.subjects.lookups is
  'What GitHub last answered about it, for deciding again without asking: {closes, merged, reviewed, files}';
comment on column c4gt.subjects.waiting is 'Message that c4gt.queue_again last queued for it; long worked off, perhaps';
create index subjects_name on c4gt.subjects (lower(repository), number);
create index subjects_repository on c4gt.subjects (repository_id, private);
alter table c4gt.subjects enable row level security;

create table c4gt.dependencies (
  subject text not null references c4gt.subjects,
  consulted text not null,
  primary key (subject, consulted)
);
comment on table c4gt.dependencies is 'Subjects to decide again when a consulted one changes; it may not exist yet';
create index dependencies_consulted on c4gt.dependencies (consulted);
alter table c4gt.dependencies enable row level security;

-- What is in a repository that is private from now on is hidden with it, at once: deciding each subject again, which
-- follows, may take its time, or fail. Whoever decides one of them waits meanwhile: each rests on its repository.
create function c4gt.hide_repository() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update c4gt.subjects as s set private = true where s.repository_id = new.repository_id and not s.private;
  return null;
end
$$;

create trigger private_repositories_are_hidden after insert on c4gt.subjects
for each row when (new.number = 0 and new.private) execute function c4gt.hide_repository();
create trigger repositories_made_private_are_hidden after update of private on c4gt.subjects
for each row when (new.number = 0 and new.private and not old.private) execute function c4gt.hide_repository();

-- The subject of that name; the one seen last, should a repository have been deleted and another taken its name.
create function c4gt.find_subject(repository text, number bigint) returns text
language plpgsql stable set search_path = '' as $$
begin
  return (
    select s.key
    from c4gt.subjects as s
    where lower(s.repository) = lower(find_subject.repository) and s.number = find_subject.number
    order by s.updated_at desc, s.repository_id desc
    limit 1
  );
end
$$;

-- The key of a subject that is named by its key, `123/45`, or its address, `owner/name#45`; null for an address that
-- we do not know.
create function c4gt.resolve_subject(name text) returns text
language plpgsql stable set search_path = '' as $$
begin
  if name ~ '^[^#]+#[0-9]{1,18}$' then
    return c4gt.find_subject(split_part(name, '#', 1), split_part(name, '#', 2)::bigint);
  end if;
  return name;
end
$$;

-- Queues each subject once to be decided again.
create function c4gt.queue_subjects(keys text[]) returns void
language plpgsql set search_path = '' as $$
begin
  if cardinality(keys) > 0 then
    perform pgmq.send_batch(
      'inbox',
      (
        select array_agg(jsonb_build_object('subject', k.key) order by k.place)
        from unnest(keys) with ordinality as k (key, place)
      )
    );
  end if;
end
$$;

-- Queues a subject to be decided again after so many seconds. `occasion` is `{}`, or an event of ours with its
-- occurrence. Nothing is queued while the last such message waits that says as much, comes no later and was never
-- claimed; one that says no more and comes later makes way, for a decision is made on all there is to know. That is
-- safe under the subject's lock only: who claims the message at this moment commits after this transaction, and then
-- finds a new version, or nothing new to decide.
create function c4gt.queue_again(subject text, occasion jsonb, seconds integer) returns void
language plpgsql set search_path = '' as $$
declare
  wanted constant jsonb := jsonb_build_object('subject', queue_again.subject) || occasion;
  due constant timestamptz := clock_timestamp() + make_interval(secs => seconds);
  waiting record;
begin
  select q.msg_id, q.vt, q.message - 'occurrence' as message into waiting
  from c4gt.subjects as s
  join pgmq.q_inbox as q on q.msg_id = s.waiting
  where s.key = queue_again.subject and q.read_ct = 0;

  if waiting.vt <= due and waiting.message @> (wanted - 'occurrence') then
    return;
  end if;
  if waiting.vt > due and waiting.message <@ wanted then
    perform pgmq.delete('inbox', waiting.msg_id);
  end if;
  update c4gt.subjects as s
  set waiting = (select m.id from pgmq.send('inbox', wanted, seconds) as m (id))
  where s.key = queue_again.subject;
end
$$;

-- A decision that is due: to be committed, with what every step of that asks of it.
create type c4gt.due as (
  place integer,
  own text,
  address text,
  previous text,
  kind text,
  repository text,
  repository_id bigint,
  number bigint,
  private boolean,
  installation bigint,
  delivery bigint,
  message bigint,
  decides boolean,
  learns boolean,
  acts boolean,
  credits boolean,
  turn integer,
  decision jsonb
);
comment on column c4gt.due.place is 'Among those that were to be committed';
comment on column c4gt.due.own is 'Key of its subject';
comment on column c4gt.due.address is 'Of its subject: owner/name#number, in lower case';
comment on column c4gt.due.previous is 'The address it was known by before; null when it is new';
comment on column c4gt.due.decides is 'False of what only tells something of its subject';
comment on column c4gt.due.learns is 'Whether something new is known of its subject';
comment on column c4gt.due.acts is 'Whether it changes anything but what is known';
comment on column c4gt.due.credits is 'Whether it changes anybody’s points or badges';
comment on column c4gt.due.turn is 'Seconds until there may be room for what is parked; null when nothing is';
comment on column c4gt.due.decision is 'As it was asked for, within what has happened before and what has room';

-- Keeps what decisions are told of their subjects. The version counts changes of what the next decision is made on:
-- knowledge, answers, and what stands. Were it knowledge alone, two workers deciding the same subject again could both
-- award.
create function c4gt.save_subjects(dues c4gt.due[]) returns void
language plpgsql set search_path = '' as $$
declare
  changed record;
begin
  insert into c4gt.subjects as s (key, kind, repository_id, number, repository, private, knowledge, lookups)
  select
    c.own, c.kind, c.repository_id, c.number, c.repository, c.private,
    nullif(c.decision -> 'subject' -> 'knowledge', 'null'), nullif(c.decision -> 'subject' -> 'lookups', 'null')
  from unnest(dues) as c
  where c.learns or c.acts or jsonb_typeof(c.decision -> 'subject' -> 'lookups') is not distinct from 'object'
  on conflict (key) do update
  set kind = excluded.kind, repository = excluded.repository, private = excluded.private, version = s.version + 1,
    knowledge = coalesce(excluded.knowledge, s.knowledge), lookups = coalesce(excluded.lookups, s.lookups),
    updated_at = now();

  -- A name, or its being private, is no change that a decision is made again for.
  for changed in
    select c.own, c.kind, c.repository, c.private
    from unnest(dues) as c
    cross join lateral (
      select f.kind, f.repository, f.private from c4gt.subjects as f where f.key = c.own limit 1
    ) as s
    where (s.kind, s.repository, s.private) is distinct from (c.kind, c.repository, c.private)
    order by c.own
  loop
    update c4gt.subjects as s set kind = changed.kind, repository = changed.repository, private = changed.private
    where s.key = changed.own;
  end loop;
end
$$;

-- Keeps what decisions rest on. A subject's own repository is left out: all its subjects rest on it. Without a trace
-- nothing was decided, and what the last decision rests on stays as it is.
create function c4gt.save_dependencies(dues c4gt.due[]) returns void
language plpgsql set search_path = '' as $$
begin
  delete from c4gt.dependencies as d
  where d.subject = any (array(select c.own from unnest(dues) as c where c.decides))
    and exists (
      select
      from unnest(dues) as c
      where c.own = d.subject
        and d.consulted not in (select lower(r.key) from jsonb_to_recordset(c.decision -> 'consulted') as r (key text))
      offset 0
    );
  insert into c4gt.dependencies (subject, consulted)
  select distinct c.own, lower(r.key)
  from unnest(dues) as c
  cross join lateral jsonb_to_recordset(c.decision -> 'consulted') as r (key text)
  cross join lateral (select from c4gt.subjects as f where f.key = c.own limit 1) as s
  where c.decides and r.key <> c.repository_id || '/0'
  on conflict do nothing;
end
$$;

-- Queues what rests on subjects that have learnt something or have another name, by any of the names they are known by;
-- and of a repository, all its subjects.
create function c4gt.queue_dependents(dues c4gt.due[]) returns void
language plpgsql set search_path = '' as $$
begin
  perform c4gt.queue_subjects(array(
    select d.subject
    from unnest(dues) as c
    cross join lateral unnest(array[c.own, c.address, c.previous]) as n (name)
    cross join lateral (select f.subject from c4gt.dependencies as f where f.consulted = n.name offset 0) as d
    where (c.learns or c.previous is distinct from c.address) and d.subject <> c.own
    union
    select s.key
    from unnest(dues) as c
    cross join lateral (
      select f.key from c4gt.subjects as f where f.repository_id = c.repository_id and c.number = 0 offset 0
    ) as s
    where (c.learns or c.previous is distinct from c.address) and s.key <> c.own
  ));
end
$$;
