// What commands read over HTTP, as anybody could: a server's JSON API, checked on arrival.
import Type, { type Static } from 'typebox';
import { Nullable } from '../models/nullable.ts';
import { reader } from '../models/validate.ts';

const Texts = Type.Array(Type.String());
const Count = Type.Number();

const Status = Type.Object({
  received: Count,
  pending: Count,
  processed: Count,
  ignored: Count,
  dead: Count,
  subjects: Type.Object({ pending: Count }),
  effects: Type.Object({ pending: Count, skipped: Count, dead: Count }),
  rules: Type.Object({ version: Nullable(Type.String()), count: Count }),
});
const Tickets = Type.Object({
  total: Count,
  tickets: Type.Array(
    Type.Object({
      repository: Type.String(),
      number: Type.Number(),
      title: Type.String(),
      complexity: Nullable(Type.String()),
      points: Nullable(Type.Number()),
      skills: Texts,
      mentors: Texts,
      status: Type.String(),
    }),
  ),
});
const Leaderboard = Type.Object({
  total: Count,
  entries: Type.Array(
    Type.Object({
      rank: Type.Number(),
      login: Type.String(),
      points: Type.Number(),
      badges: Type.Array(Type.Unknown()),
    }),
  ),
});
const Contributor = Type.Object({
  login: Type.String(),
  points: Type.Number(),
  rank: Nullable(Type.Number()),
  ledger: Type.Array(
    Type.Object({ points: Type.Number(), reason: Type.String(), url: Nullable(Type.String()), at: Type.String() }),
  ),
});
const Change = Type.Object({ op: Type.String(), action: Type.String(), params: Type.Unknown() });
const RuleOutcome = Type.Object({
  id: Type.String(),
  outcome: Type.String(),
  conditions: Type.Optional(Type.Unknown()),
  changes: Type.Array(Change),
});
const Effect = Type.Object({
  rule: Type.String(),
  preview: Type.String(),
  params: Type.Unknown(),
  wanted: Nullable(Type.String()),
  state: Type.String(),
  reason: Nullable(Type.String()),
});
const RuleAnswer = Type.Object({
  rule: Type.String(),
  outcome: Type.String(),
  mode: Type.Optional(Type.String()),
  because: Nullable(Type.String()),
  changes: Type.Array(Type.Object({ at: Type.String(), text: Type.String() })),
});
const Why = Type.Object({
  answer: Type.Array(RuleAnswer),
  effects: Type.Array(Effect),
  decisions: Type.Array(
    Type.Object({
      delivery: Nullable(Type.String()),
      event: Type.String(),
      rules_version: Type.String(),
      rules: Type.Array(RuleOutcome),
    }),
  ),
});

export type Status = Static<typeof Status>;
export type Tickets = Static<typeof Tickets>;
export type Leaderboard = Static<typeof Leaderboard>;
export type Contributor = Static<typeof Contributor>;
export type Why = Static<typeof Why>;
export type RuleAnswer = Static<typeof RuleAnswer>;
export type RuleOutcome = Static<typeof RuleOutcome>;
export type Effect = Static<typeof Effect>;

export type Api = ReturnType<typeof apiAt>;

/** @param url where the server listens */
export function apiAt(url: string) {
  const read =
    <T>(path: string, parse: (value: unknown) => T) =>
    async (): Promise<T> => {
      const response = await fetch(new URL(path, url), { signal: AbortSignal.timeout(15_000) }).catch((cause) => {
        throw new Error(`nobody answers at ${url}; is the server running?`, { cause });
      });
      if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await detailOf(response)}`);
      return parse(await response.json());
    };
  return {
    status: read('/api/status', statusOf),
    tickets: (limit: number) => read(`/api/tickets?limit=${limit}`, ticketsOf)(),
    leaderboard: read('/api/leaderboard', leaderboardOf),
    contributor: (login: string) => read(`/api/contributors/${login}`, contributorOf)(),
    /** @param subject `owner/name/12` */
    why: (subject: string) => read(`/api/why/${subject}`, whyOf)(),
  };
}

/** The sentence in an answer that is a problem, https://www.rfc-editor.org/rfc/rfc9457, or else what there is. */
async function detailOf(response: Response): Promise<string> {
  const text = (await response.text()).slice(0, 500);
  try {
    return problemOf(JSON.parse(text)).detail;
  } catch {
    return text;
  }
}

const problemOf = reader(Type.Object({ detail: Type.String() }));
const statusOf = reader(Status);
const ticketsOf = reader(Tickets);
const leaderboardOf = reader(Leaderboard);
const contributorOf = reader(Contributor);
const whyOf = reader(Why);
