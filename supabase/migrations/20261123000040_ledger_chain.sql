-- The chain of the ledger: every line with the digest of itself and of the line before it, so that whoever keeps one
-- digest can tell whether any line up to it was altered, removed, inserted or moved since; docs/ledger.md says how.

create table c4gt.ledger_chain (
  position bigint primary key,
  line bigint not null unique,
  previous bytea not null check (length(previous) = 32),
  digest bytea not null check (length(digest) = 32)
);
comment on table c4gt.ledger_chain is
  'The lines of the ledger in the order in which they were committed, from 1 and without gaps';
comment on column c4gt.ledger_chain.line is 'No foreign key: a line that is missing is for the verification to find';
comment on column c4gt.ledger_chain.previous is 'Digest of the position before; 32 zero bytes before the first';
comment on column c4gt.ledger_chain.digest is 'As c4gt.chain_digest makes it';
alter table c4gt.ledger_chain enable row level security;

create trigger ledger_chain_keeps_rows before update or delete on c4gt.ledger_chain
for each row execute function c4gt.refuse_change();
create trigger ledger_chain_keeps_table before truncate on c4gt.ledger_chain
for each statement execute function c4gt.refuse_change();

-- What a line says: the version of this form and every column, each as its length in bytes, a colon, the text itself
-- and a comma; null is `-,`. Nothing can be moved from one column to the next without changing it, and it takes no
-- library to write.
create function c4gt.ledger_text(line c4gt.ledger) returns text
language plpgsql stable set search_path = '' as $$
begin
  return (
    select string_agg(coalesce(octet_length(f.text) || ':' || f.text || ',', '-,'), '' order by f.place)
    from unnest(array[
      'c4gt-ledger-1', line.id::text, line.subject, line.effect, line.contributor::text, line.points::text, line.rule,
      line.rules_version, line.reason, line.url, line.delivery::text, line.decision::text, line.reverses::text,
      to_char(line.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    ]) with ordinality as f (text, place)
  );
end
$$;

-- SHA-256 of the digest before, the position and the SHA-256 of what the line says: `…:17:…`, digests in hexadecimal.
create function c4gt.chain_digest(previous bytea, place bigint, content bytea) returns bytea
language plpgsql immutable set search_path = '' as $$
begin
  return sha256(convert_to(format('%s:%s:%s', encode(previous, 'hex'), place, encode(content, 'hex')), 'UTF8'));
end
$$;

-- Puts a line at the end of the chain. Nobody else can until this transaction ends, so a transaction does it last.
create function c4gt.chain_line(line c4gt.ledger) returns void
language plpgsql set search_path = '' as $$
declare
  content constant bytea := sha256(convert_to(c4gt.ledger_text(line), 'UTF8'));
  place bigint;
  before bytea;
begin
  perform pg_advisory_xact_lock(hashtextextended('c4gt.ledger_chain', 0));
  -- A statement of its own, after the lock: it sees what whoever held the lock before has committed.
  select c.position, c.digest into place, before from c4gt.ledger_chain as c order by c.position desc limit 1;
  place := coalesce(place, 0) + 1;
  before := coalesce(before, decode(repeat('00', 32), 'hex'));
  insert into c4gt.ledger_chain (position, line, previous, digest)
  values (place, line.id, before, c4gt.chain_digest(before, place, content));
end
$$;

-- Deferred to the end of the transaction: by then a decision holds every other lock it will ever want, so whoever holds
-- the chain's waits for nobody. What is rolled back was never chained.
--
-- And it holds that lock for as long as its commit takes, which must not be a wait for the disk: awards would queue up
-- behind one another at that. So it does not wait, and a crash of the database within the next moment undoes the
-- decision whole, with the acknowledgement of its work; it is then made again. What is durable stays so: the delivery
-- was, before; and whatever is done on the strength of this decision commits after it, and waits for both.
--
-- As the owner, for the function that wrote the line has returned by then.
create function c4gt.chain_new_line() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform set_config('synchronous_commit', 'off', true);
  perform c4gt.chain_line(new);
  return null;
end
$$;

create constraint trigger ledger_is_chained after insert on c4gt.ledger
deferrable initially deferred
for each row execute function c4gt.chain_new_line();

-- Lines written before there was a chain, in the order of their numbers.
do $$
declare
  line c4gt.ledger;
begin
  for line in select l.* from c4gt.ledger as l order by l.id loop
    perform c4gt.chain_line(line);
  end loop;
end
$$;

-- The end of the chain. Whoever hears of it may keep it for ever, so it is told once it is durable: writing something,
-- whatever it is, makes this transaction wait for all that was committed before.
create function public.read_ledger_head() returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  head jsonb;
begin
  select jsonb_build_object('lines', c.position, 'digest', encode(c.digest, 'hex')) into head
  from c4gt.ledger_chain as c
  order by c.position desc
  limit 1;
  if pg_current_wal_flush_lsn() < pg_current_wal_insert_lsn() then
    perform pg_logical_emit_message(true, 'c4gt.ledger_head', '');
  end if;
  return coalesce(head, jsonb_build_object('lines', 0, 'digest', repeat('00', 32)));
end
$$;

-- The next positions of the chain after one, each with its line as texts, null when it is missing; and of a reversal the
-- line it takes back, with how many take it back. Lines are looked up one by one: planned as a join, each page might
-- read the whole ledger. And json, not jsonb: nobody looks into it here, and it takes half the time.
create function public.read_ledger_lines(after bigint, quantity integer) returns json
language sql stable security definer set search_path = '' as $$
  select coalesce(
    json_agg(
      json_build_object(
        'position', c.position,
        'line', c.line::text,
        'previous', encode(c.previous, 'hex'),
        'digest', encode(c.digest, 'hex'),
        'says', (
          select json_build_object(
            'id', l.id::text,
            'subject', l.subject,
            'effect', l.effect,
            'contributor', l.contributor::text,
            'points', l.points::text,
            'rule', l.rule,
            'rules_version', l.rules_version,
            'reason', l.reason,
            'url', l.url,
            'delivery', l.delivery::text,
            'decision', l.decision::text,
            'reverses', l.reverses::text,
            'at', to_char(l.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
          )
          from c4gt.ledger as l
          where l.id = c.line
        ),
        'reversed', (
          select json_build_object(
            'position', (select o.position from c4gt.ledger_chain as o where o.line = r.id),
            'contributor', r.contributor::text,
            'points', r.points::text,
            'subject', r.subject,
            'effect', r.effect,
            'reverses', r.reverses::text,
            'times', (select count(*) from c4gt.ledger as again where again.reverses = r.id)
          )
          from c4gt.ledger as l
          join c4gt.ledger as r on r.id = l.reverses
          where l.id = c.line
        )
      )
      order by c.position
    ),
    '[]'
  )
  from (
    select w.* from c4gt.ledger_chain as w where w.position > after order by w.position limit quantity
  ) as c
$$;

-- How many lines there are, how many of the chain, and, when they differ, the first line that was never chained.
create function public.count_ledger() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  lines constant bigint := (select count(*) from c4gt.ledger);
  chained constant bigint := (select count(*) from c4gt.ledger_chain);
  stray bigint;
begin
  if lines <> chained then
    select l.id into stray
    from c4gt.ledger as l
    where not exists (select from c4gt.ledger_chain as c where c.line = l.id)
    order by l.id
    limit 1;
  end if;
  return jsonb_build_object('lines', lines, 'chained', chained, 'stray', stray);
end
$$;

-- The next contributors after one, each with the points it has and those of its lines.
create function public.read_ledger_totals(after bigint, quantity integer) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(
    jsonb_agg(
      jsonb_build_object(
        'contributor', c.id,
        'login', c.login,
        'points', c.points,
        'lines', (select coalesce(sum(l.points), 0) from c4gt.ledger as l where l.contributor = c.id)
      )
      order by c.id
    ),
    '[]'
  )
  from (
    select w.id, w.login, w.points from c4gt.contributors as w where w.id > after order by w.id limit quantity
  ) as c
$$;

revoke all on function
  public.read_ledger_head, public.read_ledger_lines, public.count_ledger, public.read_ledger_totals
from public, anon, authenticated;
grant execute on function
  public.read_ledger_head, public.read_ledger_lines, public.count_ledger, public.read_ledger_totals
to service_role;
