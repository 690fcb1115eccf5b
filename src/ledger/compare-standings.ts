// Two databases compared by what stands in them, subject by subject, without ever holding more than a page of either.
import type { ReplayStore, Standing, SubjectStandings } from '../store/replay.ts';

/** Something that stands in one and not, or otherwise, in the other. */
export interface Difference {
  readonly what: 'points' | 'ticket' | 'badge' | 'total';
  /** `owner/name#12`, `contributor 583231`; null when it is the same wherever it stands. */
  readonly subject: string | null;
  readonly rule: string | null;
  readonly contributor: number | null;
  /** Null where nothing stands. */
  readonly recorded: Standing['value'];
  readonly recomputed: Standing['value'];
  /** Decisions that brought it about, by number; null where there is none. */
  readonly by: { readonly recorded: number | null; readonly recomputed: number | null };
}

export interface Comparison {
  readonly subjects: number;
  readonly differences: readonly Difference[];
  /** What cannot be compared, and why, in sentences. */
  readonly incomparable: readonly string[];
}

export interface CompareOptions {
  /** Rules that happen once per contributor, wherever that is first: on which subject is chance. */
  readonly anywhere: ReadonlySet<string>;
  /** Rules by which something happened, at a delivery or at an event of our own; what others hold rests on what is known. */
  readonly happening: ReadonlySet<string>;
  /** Those of them whose events are our own. */
  readonly timed: ReadonlySet<string>;
}

const PRUNED = 'deliveries at which it may have happened, or that told what it rests on, have lost their bodies';

/** More differences than these explain nothing more. */
const MAX_DIFFERENCES = 1_000;

export async function compareStandings(
  recorded: Pick<ReplayStore, 'standings'>,
  recomputed: Pick<ReplayStore, 'standings'>,
  { anywhere, happening, timed }: CompareOptions,
): Promise<Comparison> {
  const differences: Difference[] = [];
  const incomparable: string[] = [];
  /** Contributors whose total, and so whose badges, rest on what cannot be compared. */
  const unsure = new Set<number>();
  const wherever = new Map<string, Pair & { readonly isPruned: boolean }>();
  let subjects = 0;

  // Contributors last: whether their totals can be compared is known by then.
  for (const part of [OTHERS, CONTRIBUTORS]) {
    for await (const [ours, theirs] of inStep(walk(recorded, part), walk(recomputed, part))) {
      subjects++;
      const here = ours ?? theirs;
      if (here === null) continue;
      const found = pairsOf(ours, theirs).filter((pair) => !isElsewhere(pair, here));
      const wrong = found.filter(({ one, other }) => JSON.stringify(one?.value) !== JSON.stringify(other?.value));
      for (const pair of wrong) {
        const why = reasonNot(pair, here);
        if (why === null && differences.length < MAX_DIFFERENCES) differences.push(differenceOf(pair, here.name));
        if (why === null) continue;
        if (pair.contributor !== null) unsure.add(pair.contributor);
        incomparable.push(`${pair.rule ?? 'the total'} on ${here.name}: ${why}`);
      }
    }
  }
  for (const { isPruned: gone, ...pair } of wherever.values()) {
    if (pair.one?.value === pair.other?.value) continue;
    if (gone) incomparable.push(`${pair.rule} of contributor ${pair.contributor}: ${PRUNED}`);
    else differences.push(differenceOf(pair, null));
  }
  return { subjects, differences, incomparable };

  /** Whether it may have come of a delivery whose body is not there any more, and of nothing else that is on record. */
  function isPruned({ rule }: Pair, { pruned, repositoryPruned }: SubjectStandings): boolean {
    if (rule === null || !happening.has(rule)) return false;
    // Of its repository, a delivery about something else tells all that can matter to it.
    return pruned || (repositoryPruned && timed.has(rule));
  }

  /** Sums up what may stand anywhere, instead of comparing it where it is. */
  function isElsewhere(pair: Pair, where: SubjectStandings): boolean {
    if (pair.what !== 'points' || pair.rule === null || !anywhere.has(pair.rule)) return false;
    const key = `${pair.rule} ${pair.contributor}`;
    const so = wherever.get(key) ?? { ...pair, one: null, other: null, isPruned: false };
    const sums = { one: added(so.one, pair.one), other: added(so.other, pair.other) };
    const gone = isPruned(pair, where);
    wherever.set(key, { ...so, ...sums, isPruned: so.isPruned || gone });
    if (gone && pair.contributor !== null) unsure.add(pair.contributor);
    return true;
  }

  function reasonNot(pair: Pair, where: SubjectStandings) {
    const { what, rule, contributor } = pair;
    const { name, parked, repository } = where;
    if (isPruned(pair, where)) return PRUNED;
    if (rule !== null && parked.includes(rule)) return 'it waits for room under its limit';
    const isUnsure = contributor !== null && unsure.has(contributor);
    const rests = repository === 0 && (what === 'total' || what === 'badge');
    return rests && isUnsure ? `the points of ${name} rest on what cannot be compared` : null;
  }
}

/** What stands for one purpose in the one database and in the other. */
interface Pair {
  readonly what: Difference['what'];
  readonly rule: string | null;
  readonly contributor: number | null;
  readonly one: Pick<Standing, 'value' | 'decision'> | null;
  readonly other: Pick<Standing, 'value' | 'decision'> | null;
}

function pairsOf(ours: SubjectStandings | null, theirs: SubjectStandings | null): Pair[] {
  const pairs = new Map<string, Pair>();
  for (const [side, subject] of [['one', ours] as const, ['other', theirs] as const]) {
    if (subject === null) continue;
    const add = (what: Pair['what'], { rule, contributor: whose, ...standing }: Standing, about = '') => {
      const contributor = whose ?? null;
      const key = `${what} ${rule} ${contributor} ${about}`;
      const pair = pairs.get(key) ?? { what, rule, contributor, one: null, other: null };
      pairs.set(key, { ...pair, [side]: standing });
    };
    // An award that was taken back leaves its lines, and stands no more than one that never was.
    for (const award of subject.points) if (award.value !== 0) add('points', award);
    for (const [index, ticket] of subject.tickets.entries()) add('ticket', ticket, String(index));
    for (const badge of subject.badges) add('badge', badge, String(badge.value));
    if (subject.total !== null && subject.total !== 0) {
      const total = { what: 'total', rule: null, contributor: subject.number } as const;
      const pair = pairs.get('total') ?? { ...total, one: null, other: null };
      pairs.set('total', { ...pair, [side]: { value: subject.total, decision: 0 } });
    }
  }
  return [...pairs.values()];
}

function differenceOf({ what, rule, contributor, one, other }: Pair, subject: string | null): Difference {
  const values = { recorded: one?.value ?? null, recomputed: other?.value ?? null };
  const by = { recorded: one?.decision || null, recomputed: other?.decision || null };
  return { what, subject, rule, contributor, ...values, by };
}

function added(sum: Pair['one'], more: Pair['one']): Pair['one'] {
  if (sum === null || more === null) return sum ?? more;
  return { value: Number(sum.value) + Number(more.value), decision: Math.max(sum.decision, more.decision) };
}

type Part = { readonly after: readonly [repository: number, number: number]; readonly until: number };

/** Repository 0 is nobody's: its numbers are contributors. */
const CONTRIBUTORS: Part = { after: [-1, 0], until: 0 };
const OTHERS: Part = { after: [0, Number.MAX_SAFE_INTEGER], until: Number.MAX_SAFE_INTEGER };

const PAGE = 500;

async function* walk(store: Pick<ReplayStore, 'standings'>, { after, until }: Part): AsyncGenerator<SubjectStandings> {
  let [repository, number] = after;
  for (;;) {
    const page = await store.standings(repository, number, PAGE);
    for (const subject of page) {
      if (subject.repository > until) return;
      yield subject;
      ({ repository, number } = subject);
    }
    if (page.length < PAGE) return;
  }
}

/** Two sequences in the same order, with what is equal side by side, and null where one has none. */
async function* inStep(
  one: AsyncGenerator<SubjectStandings>,
  other: AsyncGenerator<SubjectStandings>,
): AsyncGenerator<[SubjectStandings | null, SubjectStandings | null]> {
  const next = async (of: AsyncGenerator<SubjectStandings>) => (await of.next()).value as SubjectStandings | undefined;
  let [left, right] = [await next(one), await next(other)];
  while (left !== undefined || right !== undefined) {
    const order = orderOf(left, right);
    yield [order <= 0 ? (left ?? null) : null, order >= 0 ? (right ?? null) : null];
    if (order <= 0) left = await next(one);
    if (order >= 0) right = await next(other);
  }
}

function orderOf(left: SubjectStandings | undefined, right: SubjectStandings | undefined): number {
  if (left === undefined) return 1;
  if (right === undefined) return -1;
  return left.repository - right.repository || left.number - right.number;
}
