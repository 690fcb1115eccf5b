// GitHub's own log of what it delivered to the App, or could not: read backwards, and sent again.
// https://docs.github.com/rest/apps/webhooks
import Type, { type Static } from 'typebox';
import { Nullable } from '../models/nullable.ts';
import { Timestamp } from '../models/timestamp.ts';
import { answerReader } from './answer.ts';
import type { GitHub } from './github.ts';

/** The numbers of deliveries have outgrown what JavaScript holds exactly: Octokit reads them as bigint, we as text. */
const Id = Type.Unsafe<number | bigint>({});

const Delivery = Type.Object({
  id: Id,
  /** The same for every attempt: `X-GitHub-Delivery`. */
  guid: Type.String(),
  delivered_at: Timestamp,
  redelivery: Type.Boolean(),
  /** `OK`, or what went wrong. */
  status: Type.String(),
  /** What we answered; 0 when nothing did. */
  status_code: Type.Integer(),
  event: Type.String(),
  action: Nullable(Type.String()),
  installation_id: Nullable(Type.Integer()),
  repository_id: Nullable(Type.Integer()),
});

/** One attempt of GitHub's to deliver an event. */
export type LoggedDelivery = Omit<Static<typeof Delivery>, 'id'> & { readonly id: string };

const LIST = 'GET /app/hook/deliveries';
const AGAIN = 'POST /app/hook/deliveries/{delivery_id}/attempts';

const listAnswer = answerReader(LIST, Type.Array(Delivery));
/**
 * Attempts at deliveries, newest first, in pages, back to `until`; GitHub keeps them for three days.
 *
 * @param app the App's own door, not an installation's
 * @throws GitHubFailure
 */
export async function* deliveriesSince(
  app: GitHub,
  until: Date,
  signal?: AbortSignal,
): AsyncGenerator<readonly LoggedDelivery[]> {
  for await (const page of app.pages(LIST, {}, signal)) {
    const deliveries = listAnswer(page).map(withTextId);
    const wanted = deliveries.filter(({ delivered_at: at }) => Date.parse(at) >= until.getTime());
    if (wanted.length > 0) yield wanted;
    if (wanted.length < deliveries.length) return;
  }
}

/** Has GitHub deliver it again, soon, with the same GUID: done twice, it does no harm. */
export async function redeliver(app: GitHub, id: string, signal?: AbortSignal): Promise<void> {
  await app.request(AGAIN, { delivery_id: id }, signal);
}

function withTextId<T extends { id: number | bigint }>(delivery: T): Omit<T, 'id'> & { id: string } {
  return { ...delivery, id: String(delivery.id) };
}
