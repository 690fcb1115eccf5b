-- Limits: what happens once for ever, and what is parked because its rule may have no more in an hour or a day.

-- Not a column of the effects: one that comes, goes and comes again has come twice, which is what a rule that feeds
-- itself looks like.
create table c4gt.arrivals (
  rule text not null,
  at timestamptz not null
);
comment on table c4gt.arrivals is 'Each time an effect of a rule with limits came to stand or happened, for a day';
create index arrivals_rule on c4gt.arrivals (rule, at);
alter table c4gt.arrivals enable row level security;

-- A decision without the lines that carry these effects out.
create function c4gt.without_lines(commit jsonb, keys text[]) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  kept jsonb := commit;
  part text;
begin
  foreach part in array array['awards', 'listed', 'badges'] loop
    kept := jsonb_set(kept, array[part], (
      select coalesce(jsonb_agg(l.item order by l.place), '[]')
      from jsonb_array_elements(commit -> part) with ordinality as l (item, place)
      where l.item ->> 'effect' <> all (keys)
    ));
  end loop;
  return kept;
end
$$;

-- A decision without what has happened already on another subject, as a rule that is `once_per: contributor` may ask
-- for. What was parked here meanwhile is withdrawn: it waits for nothing any more.
create function c4gt.without_repeats(commit jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  own constant text := commit -> 'subject' ->> 'key';
  repeated constant text[] := array(
    select e.key
    from jsonb_to_recordset(commit -> 'effects') as x (key text, state text)
    join c4gt.effects as e on e.key = x.key and e.state = 'happened'
    where x.state = 'happened' and e.subject <> own
  );
begin
  if cardinality(repeated) = 0 then
    return commit;
  end if;
  return c4gt.without_lines(commit, repeated) || jsonb_build_object('effects', (
    select coalesce(
      jsonb_agg(
        case when x.item ->> 'key' = any (repeated) then x.item || '{"state": "withdrawn"}' else x.item end
        order by x.place
      ),
      '[]'
    )
    from jsonb_array_elements(commit -> 'effects') with ordinality as x (item, place)
    where x.item ->> 'key' <> all (repeated)
      or exists (
        select from c4gt.effects as e where e.subject = own and e.key = x.item ->> 'key' and e.state = 'parked'
      )
  ));
end
$$;

-- A trace that tells of these effects that they were parked. A change there has no key: it is known by all it says.
create function c4gt.tell_parked(trace jsonb, parked jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_agg(
      r.item || jsonb_build_object('changes', (
        select coalesce(
          jsonb_agg(
            case
              when c.item ->> 'op' in ('stand', 'happen') and exists (
                select
                from jsonb_to_recordset(parked) as p (rule text, action text, params jsonb)
                where p.rule = r.item ->> 'id' and p.action = c.item ->> 'action' and p.params = c.item -> 'params'
              )
                then c.item || '{"op": "park"}'
              else c.item
            end
            order by c.place
          ),
          '[]'
        )
        from jsonb_array_elements(r.item -> 'changes') with ordinality as c (item, place)
      ))
      order by r.place
    )
    from jsonb_array_elements(trace) with ordinality as r (item, place)
  );
end
$$;

-- A decision in which these effects, with nothing of what they do, wait.
create function c4gt.park_effects(commit jsonb, keys text[]) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  effects constant jsonb := (
    select jsonb_agg(
      case when x.item ->> 'key' = any (keys) then x.item || '{"state": "parked"}' else x.item end order by x.place
    )
    from jsonb_array_elements(commit -> 'effects') with ordinality as x (item, place)
  );
  kept jsonb := c4gt.without_lines(commit, keys) || jsonb_build_object('effects', effects);
begin
  if jsonb_array_length(commit -> 'trace') > 0 then
    kept := jsonb_set(kept, array['trace'], c4gt.tell_parked(
      commit -> 'trace',
      jsonb_path_query_array(effects, '$[*] ? (@.state == "parked")')
    ));
  end if;
  return kept;
end
$$;

-- How many more effects of a rule may come now.
create function c4gt.room_for(rule text, per_hour integer, per_day integer, moment timestamptz) returns integer
language plpgsql stable set search_path = '' as $$
begin
  return (
    select greatest(0, coalesce(
      least(
        per_hour - count(*) filter (where a.at > moment - interval '1 hour'),
        per_day - count(*)
      ),
      2147483647
    ))
    from c4gt.arrivals as a
    where a.rule = room_for.rule and a.at > moment - interval '1 day'
  );
end
$$;

-- A decision with what goes over the limits of its rules parked. What comes is counted: effects that stand or happen
-- and did neither before; replacing and withdrawing are free. Called under the limits' locks, so that decisions at the
-- same moment count one another.
create function c4gt.within_limits(commit jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  moment constant timestamptz := clock_timestamp();
  kept jsonb := commit;
  limited record;
  coming text[];
  room integer;
begin
  for limited in
    select l.rule, l."perHour" as per_hour, l."perDay" as per_day
    from jsonb_to_recordset(commit -> 'limits') as l (rule text, "perHour" integer, "perDay" integer)
  loop
    coming := array(
      select x.item ->> 'key'
      from jsonb_array_elements(commit -> 'effects') with ordinality as x (item, place)
      left join c4gt.effects as e on e.subject = commit -> 'subject' ->> 'key' and e.key = x.item ->> 'key'
      where x.item ->> 'rule' = limited.rule
        and x.item ->> 'state' in ('standing', 'happened')
        and coalesce(e.state, 'withdrawn') in ('withdrawn', 'parked')
      order by x.place
    );
    continue when cardinality(coming) = 0;

    delete from c4gt.arrivals as a where a.rule = limited.rule and a.at <= moment - interval '1 day';
    room := c4gt.room_for(limited.rule, limited.per_hour, limited.per_day, moment);
    insert into c4gt.arrivals (rule, at)
    select limited.rule, moment from generate_series(1, least(room, cardinality(coming)));
    if cardinality(coming) > room then
      kept := c4gt.park_effects(kept, coming[room + 1:]);
    end if;
  end loop;
  return kept;
end
$$;

-- When there is room, by one limit of a rule and as far as is known now, for an effect and so many that wait before it:
-- as one of those that came leaves the hour, or the day, that is counted.
create function c4gt.find_room(rule text, quantity integer, span interval, ahead bigint) returns timestamptz
language plpgsql stable set search_path = '' as $$
begin
  if quantity is null then
    return '-infinity';
  end if;
  if ahead >= quantity then
    return 'infinity';
  end if;
  return coalesce(
    (
      select a.at + span
      from c4gt.arrivals as a
      where a.rule = find_room.rule
      order by a.at desc
      offset quantity - 1 - ahead
      limit 1
    ),
    '-infinity'
  );
end
$$;

-- Seconds after which to decide again a subject of which something is parked; null when nothing is. Not all that is
-- parked is tried as soon as there is room for one: whoever comes later waits for a later turn. An hour at most: what
-- waited before may be withdrawn meanwhile, and a subject that looks again once an hour costs next to nothing.
create function c4gt.seconds_until_turn(commit jsonb) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  moment constant timestamptz := clock_timestamp();
  turn timestamptz;
begin
  select
    min(greatest(
      c4gt.find_room(l.rule, l."perHour", interval '1 hour', waiting.count),
      c4gt.find_room(l.rule, l."perDay", interval '1 day', waiting.count),
      moment
    ))
  into turn
  from jsonb_to_recordset(commit -> 'limits') as l (rule text, "perHour" integer, "perDay" integer)
  cross join lateral (
    select count(*)
    from c4gt.effects as e
    where e.state = 'parked' and e.rule = l.rule and e.subject <> commit -> 'subject' ->> 'key'
  ) as waiting
  where l.rule in (
    select x.rule from jsonb_to_recordset(commit -> 'effects') as x (rule text, state text) where x.state = 'parked'
  );
  if turn is null then
    return null;
  end if;
  return greatest(1, ceil(extract(epoch from least(turn, moment + interval '1 hour') - moment)));
end
$$;

-- A decision without effects that are parked already, as they are: their subject has not changed.
create function c4gt.without_parked(commit jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_set(commit, array['effects'], (
    select coalesce(jsonb_agg(x.item order by x.place), '[]')
    from jsonb_array_elements(commit -> 'effects') with ordinality as x (item, place)
    where x.item ->> 'state' <> 'parked' or not exists (
      select
      from c4gt.effects as e
      where e.subject = commit -> 'subject' ->> 'key'
        and e.key = x.item ->> 'key'
        and e.state = 'parked'
        and e.params = x.item -> 'params'
    )
  ));
end
$$;

-- A decision with what has happened elsewhere left out and what has no room parked; `turn` is the seconds until there
-- may be room for the parked.
create function c4gt.within_bounds(commit jsonb, out due jsonb, out turn integer)
language plpgsql set search_path = '' as $$
begin
  due := c4gt.without_repeats(commit);
  if jsonb_array_length(due -> 'limits') > 0 then
    due := c4gt.within_limits(due);
    turn := c4gt.seconds_until_turn(due);
    due := c4gt.without_parked(due);
  end if;
end
$$;
