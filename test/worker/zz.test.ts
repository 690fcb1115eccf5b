import { pullRequestStory, storyClock } from '../../src/commands/story.ts';
import { asha, mentor, sunbird } from '../support/cast.ts';
import { openTestPostgres } from '../support/database.ts';
import { delivered, openProgramme } from '../support/programme.ts';
import { shippedRules } from '../support/shipped-rules.ts';
const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);
const FIX = `
create or replace function public.claim_work(quantity integer, visibility integer)
returns table (message bigint, attempt integer, delivery bigint, guid uuid, event text, body bytea, subject text)
language plpgsql security definer set search_path = '' as $$
declare
  claimed constant jsonb := (
    select coalesce(jsonb_agg(jsonb_build_object('id', m.msg_id, 'attempt', m.read_ct, 'message', m.message)), '[]')
    from pgmq.read('inbox', visibility, quantity) as m
  );
begin
  return query
  with taken as (
    select
      (c.item ->> 'id')::bigint as id,
      (c.item ->> 'attempt')::integer as attempt,
      (c.item -> 'message' ->> 'delivery')::bigint as delivery,
      c.item -> 'message' ->> 'subject' as subject
    from jsonb_array_elements(claimed) as c (item)
  ),
  tried as (
    update c4gt.deliveries as d set attempts = t.attempt
    from taken as t
    where d.id = t.delivery
    returning d.id, d.guid, d.event, d.body
  )
  select t.id, t.attempt, t.delivery, d.guid, d.event, d.body, t.subject
  from taken as t
  left join tried as d on d.id = t.delivery
  order by t.id;
end
$$;`;
describe('zz', () => { it('x', async () => {
  const db = await openTestPostgres();
  if (process.env['FIX']) await db.query(FIX);
  for (let i = 0; i < 40; i++) {
    await using programme = await openProgramme(db, await shippedRules());
    const merged = pullRequestStory(storyClock(), sunbird, 13, { title: 'x', body: '', labels: ['C4GT Community'], author: asha }).merged(mentor);
    const copy = delivered(merged);
    programme.start(); programme.start();
    const t = Date.now();
    await Promise.all([
      ...times(50, merged).map((told) => programme.receive(told)),
      ...times(25, copy).map((delivery) => programme.store.receive([delivery])),
      programme.store.receive(times(25, copy)),
    ]);
    await programme.settled();
    void t;
    for (const d of await programme.store.deliveries({ limit: 100 })) if (d.state !== 'processed' || d.attempts > 1) { console.log(i, d.state, d.reason, d.attempts); }
  }
  await db.close();
}).timeout(200000); });
