// What becomes of an effect whose attempt failed: dead, or tried again, and when; and how long its installation rests.
import { expect } from 'chai';
import { Impossible } from '../../src/actions/perform.ts';
import { type FailureKind, GitHubFailure } from '../../src/github/github.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import { type Attempted, NotNow, type Verdict, verdictOn } from '../../src/worker/effect-verdict.ts';

const now = new Date('2026-11-23T12:00:00Z');
const failed = (kind: FailureKind, status: number | null = null, seconds: number | null = null) =>
  new GitHubFailure('It failed', kind, {
    status,
    retryAt: seconds === null ? null : new Date(now.getTime() + seconds * 1000),
  });

const usual: Attempted = { attempt: 1, faults: 0, setbacks: 0, wrote: false };

const cases: readonly [note: string, error: unknown, attempted: Partial<Attempted>, verdict: Partial<Verdict>][] = [
  ['nothing was begun', new NotNow('superseded'), {}, { state: 'pending', seconds: 0, pause: 0, counted: false }],
  ['the store is away', new StoreUnavailable('away'), {}, { state: 'pending', seconds: 2, counted: false }],
  ['it cannot be', new Impossible('no'), { setbacks: 3 }, { state: 'dead', setbacks: 0 }],
  ['it is not there', failed('final', 404), {}, { state: 'dead' }],
  ['it is gone', failed('final', 410), {}, { state: 'dead' }],
  ['it is invalid', failed('final', 422), {}, { state: 'dead' }],
  ['the App may not', failed('final', 403), {}, { state: 'dead' }],
  ['the credentials are wrong', failed('final', 401), {}, { state: 'pending', pause: 300, setbacks: 1 }],
  [
    'the installation gets no token',
    new GitHubFailure('suspended', 'final', { status: 403, shutOut: true }),
    {},
    { state: 'pending', pause: 300, setbacks: 1 },
  ],
  ['GitHub is not reached', failed('passing'), {}, { state: 'pending', seconds: 5, pause: 0, setbacks: 1 }],
  ['nor again', failed('passing'), { attempt: 2, setbacks: 1 }, { seconds: 10, pause: 2, setbacks: 2 }],
  ['nor for a day', failed('passing'), { attempt: 90, setbacks: 90 }, { state: 'pending', seconds: 900, pause: 60 }],
  ['a limit', failed('passing', 403, 40), {}, { state: 'pending', seconds: 0, pause: 40, counted: false }],
  ['a limit again', failed('passing', 429, 40), { setbacks: 1 }, { pause: 60, setbacks: 2 }],
  ['a limit that lasts', failed('passing', 403, 3_000), { setbacks: 1 }, { pause: 3_000 }],
  ['a limit for ever', failed('passing', 429, 60), { setbacks: 40 }, { pause: 900 }],
  ['a limit that is over', failed('passing', 429, -5), {}, { pause: 0 }],
  ['no answer', failed('ambiguous'), { wrote: true }, { seconds: 15, pause: 15, unsure: true, setbacks: 1 }],
  ['a fault that says when', failed('ambiguous', 503, 99), { wrote: true }, { seconds: 15, pause: 99, unsure: true }],
  ['our fault', new TypeError('x'), {}, { state: 'pending', faults: 1, seconds: 15, unsure: false, setbacks: 0 }],
  ['our fault after a write', new TypeError('x'), { wrote: true }, { state: 'pending', unsure: true }],
  ['our fifth fault', 'no error at all', { faults: 4, setbacks: 2 }, { state: 'dead', faults: 5, setbacks: 2 }],
];

describe('of an attempt that failed', () => {
  for (const [note, error, attempted, verdict] of cases)
    it(`${note}: ${JSON.stringify(verdict)}`, () => {
      expect(verdictOn(error, { ...usual, ...attempted }, now)).to.deep.include(verdict);
    });
});
