-- News of installations, by events and by GitHub's list of them, and since when nothing was heard of a repository.

-- GitHub tells nothing of a repository that is not, or not any more, in an active installation. What was closed or
-- merged there meanwhile is not among what is open; so once the repository is listed again, all that has changed since
-- then is looked through too.
create table c4gt.silences (
  repository bigint primary key,
  since timestamptz not null
);
comment on table c4gt.silences is
  'Until it is listed again: from when on what changed in a repository may not have been heard';
alter table c4gt.silences enable row level security;

-- Keeps from when on a repository may not have been heard; of several, the earliest counts.
create function c4gt.keep_silence(repository bigint, since timestamptz) returns void
language sql set search_path = '' as $$
  insert into c4gt.silences as s (repository, since)
  values (keep_silence.repository, keep_silence.since)
  on conflict on constraint silences_pkey do update
  set since = least(s.since, excluded.since)
$$;

-- The same of every repository that is in the installation.
create function c4gt.note_silence(installation bigint, since timestamptz) returns void
language sql set search_path = '' as $$
  select c4gt.keep_silence(own.id, note_silence.since)
  from (
    select m.repository as id from c4gt.memberships as m where m.installation = note_silence.installation and m.present
    union
    select r.id from c4gt.installed_repositories as r where r.installation = note_silence.installation
    order by id
  ) as own
$$;

-- Of what was found to be gone, and when it went nobody has told: up to when everything was surely heard, with a margin
-- for clocks that are not the same.
create function c4gt.surely_heard(found timestamptz) returns timestamptz
language sql stable set search_path = '' as $$
  select least(found, (select c.up_to - interval '5 minutes' from c4gt.coverage as c))
$$;

-- Keeps what an event has told of an installation, and asks for what we could not have heard. `delivery` is the one
-- that brought it. The same told twice changes nothing but that the repositories are listed again.
create function c4gt.note_news(news jsonb, delivery bigint) returns void
language plpgsql set search_path = '' as $$
declare
  own constant bigint := news ->> 'id';
  moment constant timestamptz := news ->> 'at';
  turn constant integer := news ->> 'rank';
  deleted constant boolean := news ->> 'state' = 'deleted';
begin
  perform c4gt.lock_memberships();
  if news ->> 'state' <> 'active' then
    perform c4gt.note_silence(own, moment);
  end if;
  perform c4gt.note_state(
    own, news ->> 'state', news ->> 'account', case when deleted then 'infinity' else moment end, turn
  );

  perform c4gt.note_membership(own, told.id, told.present, moment), c4gt.settle_repository(told.id, delivery)
  from (
    select r.id, bool_and(r.present) as present
    from (
      select (a.item ->> 'id')::bigint as id, true as present from jsonb_array_elements(news -> 'added') as a (item)
      union all
      select (a.item ->> 'id')::bigint, false from jsonb_array_elements(news -> 'removed') as a (item)
    ) as r
    group by r.id
    order by r.id
  ) as told;
  perform c4gt.keep_silence((a.item ->> 'id')::bigint, moment) from jsonb_array_elements(news -> 'removed') as a (item);
  delete from c4gt.backfilled_repositories as r
  using c4gt.memberships as m
  where r.installation = own and m.installation = own and m.repository = r.id and not m.present;

  if deleted then
    perform c4gt.drop_backfill(own);
  else
    perform c4gt.request_backfill(own, false, null);
    update c4gt.backfills as b
    set asked_at = moment, asked_rank = turn
    where b.installation = own and (news ->> 'whole')::boolean and (b.asked_at, b.asked_rank) < (moment, turn);
    if found then
      perform c4gt.request_backfill(own, true, null);
    end if;
  end if;
end
$$;

-- Atomic: what the event of this message has told of an installation and its repositories, what is to be looked through
-- because of it, the delivery's state and the queue's acknowledgement. A message that somebody else has ended meanwhile
-- changes nothing.
create function public.note_installation(message bigint, delivery bigint, news jsonb) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if not pgmq.delete('inbox', note_installation.message) then
    return;
  end if;
  perform c4gt.note_news(news, coalesce(note_installation.delivery, 0));
  update c4gt.deliveries as d
  set state = 'processed', reason = null, finished_at = now()
  where d.id = note_installation.delivery;
end
$$;

-- Atomic: what GitHub's list of installations says, which is newer than any event of before. `known` are those that we
-- knew before GitHub was asked: what is not among `listed` is gone, though not for good, for it may have been another
-- App's list. Repositories of all that are there are listed anew; one that is new, or active again, is looked through.
-- Returns what has changed, by state; null when somebody else is sweeping.
create function public.align_installations(lease bigint, listed jsonb, known jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  told record;
  changed boolean;
  fresh boolean;
  news jsonb := '{}';
begin
  perform c4gt.lock_memberships();
  if not c4gt.has_sweep(align_installations.lease) then
    return null;
  end if;

  for told in
    select * from jsonb_to_recordset(listed) as l (id bigint, state text, account text, at timestamptz, rank integer)
    order by l.id
  loop
    -- Gone by an earlier list, and there again.
    update c4gt.installations as i
    set told_at = '-infinity'
    where i.id = told.id and i.state = 'deleted' and i.told_at < 'infinity';
    if told.state <> 'active' then
      perform c4gt.note_silence(told.id, told.at);
    end if;
    changed := c4gt.note_state(told.id, told.state, told.account, told.at, told.rank);
    continue when exists (select from c4gt.installations as i where i.id = told.id and i.state = 'deleted');
    fresh := not exists (select from c4gt.backfills as b where b.installation = told.id);
    perform c4gt.request_backfill(told.id, changed and told.state = 'active', null);
    if fresh or changed then
      update c4gt.backfills as b
      set asked_at = told.at, asked_rank = told.rank
      where b.installation = told.id and (b.asked_at, b.asked_rank) < (told.at, told.rank);
      news := news || jsonb_build_object(told.id, told.state);
    end if;
  end loop;

  for told in
    -- Later than whatever was told, by GitHub's clock too.
    select i.id, greatest(clock_timestamp(), i.told_at + interval '1 microsecond') as at
    from c4gt.installations as i
    where i.id in (select k.id::bigint from jsonb_array_elements_text(known) as k (id))
      and i.id not in (select l.id from jsonb_to_recordset(listed) as l (id bigint))
    order by i.id
  loop
    perform c4gt.note_silence(told.id, c4gt.surely_heard(told.at))
    from c4gt.installations as i
    where i.id = told.id and i.state <> 'deleted';
    continue when not c4gt.note_state(told.id, 'deleted', null, told.at, 0);
    perform c4gt.drop_backfill(told.id);
    news := news || jsonb_build_object(told.id, 'deleted');
  end loop;
  return news;
end
$$;

revoke all on function public.note_installation, public.align_installations from public, anon, authenticated;
grant execute on function public.note_installation, public.align_installations to service_role;
