-- The ledger: every point with its reason, append-only, and chained so that whoever keeps one digest can verify it.

create table c4gt.ledger (
  id bigint generated always as identity primary key,
  subject text not null references c4gt.subjects,
  effect text not null,
  contributor bigint not null references c4gt.contributors,
  points integer not null check (points between -1000 and 1000 and points <> 0),
  rule text not null,
  rules_version text not null,
  reason text not null,
  url text not null,
  delivery bigint references c4gt.deliveries,
  decision bigint not null references c4gt.decisions,
  reverses bigint unique references c4gt.ledger,
  at timestamptz not null default now()
);
comment on column c4gt.ledger.reverses is 'The line this one takes back; unique, so each is taken back once';
create index ledger_effect on c4gt.ledger (subject, effect);
create index ledger_contributor on c4gt.ledger (contributor, id);
alter table c4gt.ledger enable row level security;

-- Every line with the digest of itself and of the line before it: whoever keeps one digest can tell whether any line up
-- to it was altered, removed, inserted or moved since; docs/ledger.md says how.
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

-- What has been written to the ledger stays: history is corrected by a reversal, never by an edit.
create function c4gt.refuse_change() returns trigger
language plpgsql set search_path = '' as $$
begin
  raise exception 'The ledger is append-only: % refused', lower(tg_op) using errcode = 'restrict_violation';
end
$$;

create trigger ledger_keeps_rows before update or delete on c4gt.ledger
for each row execute function c4gt.refuse_change();
create trigger ledger_keeps_table before truncate on c4gt.ledger
for each statement execute function c4gt.refuse_change();
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

-- The lines of a subject's awards that no reversal has taken back. Each reversal is looked up by itself: planned as a
-- join, it might read the whole ledger.
create function c4gt.standing_awards(own text) returns setof c4gt.ledger
language plpgsql stable set search_path = '' as $$
begin
  return query
  select l.*
  from c4gt.ledger as l
  where l.subject = own
    and l.reverses is null
    and not exists (select from c4gt.ledger as taken where taken.reverses = l.id offset 0);
end
$$;

-- Up to 1,000 lines of a contributor's ledger, the newest first. Work in a private repository counts but tells nothing,
-- and work on what is gone says nothing of that.
create function c4gt.read_ledger(contributor bigint) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(
    jsonb_agg(
      jsonb_build_object(
        'id', l.id,
        'points', l.points,
        'rule', l.rule,
        'reason', case
          when l.private then 'Work in a repository that is not public'
          when l.gone then 'Work on what was deleted or moved away'
          else l.reason
        end,
        'url', case when l.private then null else l.url end,
        'subject', case when l.private then null else l.name end,
        'at', c4gt.iso(l.at),
        'reverses', l.reverses
      )
      order by l.id desc
    ),
    '[]'
  )
  from (
    select w.*, s.private, s.gone, format('%s#%s', s.repository, s.number) as name
    from c4gt.ledger as w
    join c4gt.subjects as s on s.key = w.subject
    where w.contributor = read_ledger.contributor
    order by w.id desc
    limit 1000
  ) as l
$$;
