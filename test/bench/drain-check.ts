// Whether a backlog came to what it must: every delivery worked off, none dead, every point and every ticket there.
import type pg from 'pg';
import type { Backlog } from './backlog.ts';

/** What a database holds. */
export interface Standing {
  /** Deliveries, by state; what the listener stored and nobody has looked at yet is not among them. */
  readonly states: ReadonlyMap<string, number>;
  /** By login. */
  readonly points: ReadonlyMap<string, number>;
  readonly listed: number;
}

export async function standing(client: pg.Client): Promise<Standing> {
  const states = await client.query<{ state: string; count: number }>(
    'select state, count(*)::integer as count from c4gt.deliveries group by state',
  );
  const points = await client.query<{ login: string; points: number }>(
    'select login, points::integer as points from c4gt.contributors where points <> 0',
  );
  const tickets = await client.query<{ count: number }>('select count(*)::integer as count from c4gt.tickets');
  return {
    states: new Map(states.rows.map(({ state, count }) => [state, count])),
    points: new Map(points.rows.map((row) => [row.login, row.points])),
    listed: tickets.rows[0]?.count ?? 0,
  };
}

/** @throws with the first thing that is not as it must be */
export function check(before: Standing, after: Standing, { deliveries, expected }: Backlog): void {
  const more = (state: string): number => (after.states.get(state) ?? 0) - (before.states.get(state) ?? 0);
  const pending = after.states.get('pending') ?? 0;
  if (more('processed') + more('ignored') !== deliveries || more('dead') !== 0 || pending !== 0)
    throw new Error(`of ${deliveries} deliveries: ${JSON.stringify([...after.states])}`);

  const earned = (login: string): number => (after.points.get(login) ?? 0) - (before.points.get(login) ?? 0);
  const wrong = [...new Set([...after.points.keys(), ...expected.points.keys()])].filter(
    (login) => earned(login) !== (expected.points.get(login) ?? 0),
  );
  if (wrong.length > 0) {
    const [login = ''] = wrong;
    const wants = expected.points.get(login) ?? 0;
    throw new Error(
      `${wrong.length} got other points than they earned; ${login} got ${earned(login)} instead of ${wants}`,
    );
  }
  const listed = after.listed - before.listed;
  if (listed !== expected.listed) throw new Error(`${listed} tickets are listed instead of ${expected.listed}`);
}
