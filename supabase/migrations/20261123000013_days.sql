-- The day's turn: once a day every issue and pull request is told of it, for rules that look at how old things are.

create table c4gt.last_day (
  day date not null,
  single boolean primary key default true check (single)
);
comment on table c4gt.last_day is 'The day, in UTC, that began last; one row, or none';
alter table c4gt.last_day enable row level security;

-- Atomic: that the day has begun, the messages that tell every issue and pull request of it, and the record; returns
-- how many there are. Whoever asks second, or for a day that has passed, changes nothing: days that nobody was there
-- for are made good by one. A day that is not near is refused: one wrong clock would stop all days until then.
create function public.begin_day(day date) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  told jsonb[];
begin
  if begin_day.day > (now() at time zone 'UTC')::date + 1 then
    raise exception 'The day % is far from beginning', begin_day.day;
  end if;

  insert into c4gt.last_day as l (day) values (begin_day.day)
  on conflict (single) do update set day = excluded.day where l.day < excluded.day;
  if not found then
    return 0;
  end if;

  select array_agg(
    jsonb_build_object('subject', s.key, 'event', 'schedule.daily', 'occurrence', begin_day.day) order by s.key
  )
  into told
  from c4gt.subjects as s
  where s.kind in ('issue', 'pull_request');
  if told is not null then
    perform pgmq.send_batch('inbox', told);
  end if;

  insert into c4gt.audit (action, details)
  values ('day begun', jsonb_build_object('day', begin_day.day, 'subjects', coalesce(cardinality(told), 0)));
  return coalesce(cardinality(told), 0);
end
$$;

revoke all on function public.begin_day from public, anon, authenticated;
grant execute on function public.begin_day to service_role;
