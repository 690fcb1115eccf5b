// Every way in which a request fails, over HTTP: what becomes of a read, what of a write, and when to ask again.
import { expect } from 'chai';
import { failureOf } from '../../src/github/failure.ts';
import type { FailureKind, GitHub } from '../../src/github/github.ts';
import { GitHubFailure } from '../../src/github/github.ts';
import {
  appAt,
  canary,
  closeServers,
  rejection,
  type Script,
  type Scripted,
  scriptedServer,
  trial,
} from './scripted-server.ts';

const now = new Date('2026-03-01T12:00:00Z');
const clock = () => now;
const place = { owner: 'asha', repo: 'core', issue_number: 7 };

const asks = {
  read: (github: GitHub) => github.request('GET /repos/{owner}/{repo}/issues/{issue_number}', place),
  write: (github: GitHub) =>
    github.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', { ...place, body: canary }),
  query: (github: GitHub) => github.graphql('query Viewer { viewer { login } }', {}),
  mutation: (github: GitHub) => github.graphql('mutation Star { addStar { clientMutationId } }', {}),
};
type Ask = keyof typeof asks;

const api = (status: number, message: string, headers = {}): Scripted => ({
  ...{ status, headers },
  body: { message, documentation_url: 'https://docs.github.com/rest' },
});
const errors = (...list: object[]): Scripted => ({ status: 200, body: { data: null, errors: list } });

/** Ends the connection instead of going on. */
const cut =
  (...sent: string[]): Script =>
  (_seen, { socket }) => {
    for (const part of sent) socket?.write(part);
    setTimeout(() => socket?.destroy(), 10);
    return null;
  };
const silence: Script = () => null;

interface Row {
  readonly when: string;
  readonly answer: Scripted | Script;
  readonly read?: FailureKind;
  readonly write?: FailureKind;
  readonly query?: FailureKind;
  readonly mutation?: FailureKind;
  readonly status: number | null;
  readonly shutOut?: true;
  /** Seconds from now. */
  readonly wait?: number;
  /** Only our own limit of time ends it. */
  readonly hangs?: true;
  readonly says: RegExp;
}

const never = { read: 'final', write: 'final', query: 'final', mutation: 'final' } as const;
const later = { read: 'passing', write: 'passing', query: 'passing', mutation: 'passing' } as const;
const open = { read: 'passing', write: 'ambiguous', query: 'passing', mutation: 'ambiguous' } as const;

const reset = (seconds: number) => ({
  'x-ratelimit-remaining': '0',
  'x-ratelimit-reset': String(now.getTime() / 1000 + seconds),
  date: now.toUTCString(),
});

const rows: readonly Row[] = [
  {
    when: 'it is not there',
    answer: api(404, 'Not Found'),
    ...never,
    status: 404,
    says: /not there.*\(404\): Not Found$/,
  },
  { when: 'it is gone', answer: api(410, 'This issue was deleted'), ...never, status: 410, says: /This issue was del/ },
  {
    when: 'it is invalid',
    answer: { status: 422, body: { message: 'Validation Failed', errors: [{ field: 'body', code: 'too_long' }] } },
    ...{ ...never, status: 422, says: /invalid \(422\): Validation Failed: \{"field":"body","code":"too_long"\}$/ },
  },
  { when: 'it is malformed', answer: api(400, 'Problems parsing JSON'), ...never, status: 400, says: /invalid/ },
  { when: 'it is blocked', answer: api(451, 'Repository access blocked'), ...never, status: 451, says: /legal/ },
  { when: 'it is a conflict', answer: api(409, 'Git Repository is empty.'), ...never, status: 409, says: /refuses/ },
  {
    when: 'a permission is missing',
    answer: api(403, 'Resource not accessible by integration', { 'x-ratelimit-remaining': '4999' }),
    ...{ ...never, status: 403, says: /may not do this \(403\): Resource not accessible by integration$/ },
  },
  {
    when: 'the installation is suspended',
    answer: api(403, 'This installation has been suspended'),
    ...{ ...never, status: 403, shutOut: true, says: /is suspended \(403\): This installation has been suspended/ },
  },
  {
    when: 'the organisation lets in known addresses only',
    answer: api(
      403,
      'Although you appear to have the correct authorization, the `secretive` organization has an IP allow list enabled',
    ),
    ...{ ...never, status: 403, shutOut: true, says: /an IP allow list lets in known addresses only \(403\)$/ },
  },
  {
    when: 'the secondary limit is passed and GitHub says how long to wait',
    answer: api(403, 'You have exceeded a secondary rate limit.', { 'retry-after': '37' }),
    ...{ ...later, status: 403, wait: 37, says: /wait/ },
  },
  {
    when: 'the secondary limit is passed and GitHub says no more',
    answer: api(403, 'You have exceeded a secondary rate limit.', { 'x-ratelimit-remaining': '4771' }),
    ...{ ...later, status: 403, wait: 60, says: /limit of GitHub/ },
  },
  {
    when: 'abuse is suspected, as it was once called',
    answer: api(403, 'You have triggered an abuse detection mechanism.'),
    ...{ ...later, status: 403, wait: 60, says: /limit/ },
  },
  { when: 'there is a bare 429', answer: { status: 429 }, ...later, status: 429, wait: 60, says: /limit of GitHub/ },
  {
    when: 'there is a 429 with a time',
    answer: { status: 429, headers: { 'retry-after': '5' } },
    ...{ ...later, status: 429, wait: 5, says: /wait/ },
  },
  {
    when: 'there is a 429 with a time that nobody understands',
    answer: { status: 429, headers: { 'retry-after': 'soon' } },
    ...{ ...later, status: 429, wait: 60, says: /limit of GitHub/ },
  },
  ...[403, 429].map((status) => ({
    when: `the hourly limit is used up, told with ${status}`,
    answer: api(status, 'API rate limit exceeded for installation ID 12.', reset(600)),
    ...{ ...later, status, wait: 601, says: /hourly limit/ },
  })),
  {
    when: "the hourly limit is used up and this machine's clock is an hour late",
    answer: api(403, 'API rate limit exceeded', {
      ...reset(600 + 3600),
      date: new Date(now.getTime() + 3_600_000).toUTCString(),
    }),
    ...{ ...later, status: 403, wait: 601, says: /hourly limit/ },
  },
  {
    when: 'the hourly limit is used up until a time that has been',
    answer: api(403, 'API rate limit exceeded', reset(-5)),
    ...{ ...later, status: 403, wait: 60, says: /hourly limit/ },
  },
  {
    when: 'the hourly limit is used up for nobody knows how long',
    answer: api(403, 'API rate limit exceeded', { 'x-ratelimit-remaining': '0' }),
    ...{ ...later, status: 403, wait: 60, says: /hourly limit/ },
  },
  ...['99999999999', '1e300', 'Infinity'].map((at) => ({
    when: `the hourly limit is used up until ${at}, as no clock has it`,
    answer: api(403, 'API rate limit exceeded', { ...reset(0), 'x-ratelimit-reset': at }),
    ...{ ...later, status: 403, wait: 3_601, says: /hourly limit/ },
  })),
  {
    when: 'the wait that is asked for is longer than a day',
    answer: { status: 429, headers: { 'retry-after': '999999' } },
    ...{ ...later, status: 429, wait: 86_400, says: /wait/ },
  },
  {
    when: 'a comment was submitted too quickly',
    answer: {
      status: 422,
      body: { message: 'Validation Failed', errors: [{ field: 'data', message: 'was submitted too quickly' }] },
    },
    ...{ ...later, status: 422, wait: 60, says: /too quick/ },
  },
  {
    when: 'credentials were wrong too often',
    answer: api(403, 'Maximum number of login attempts exceeded. Please try again later.'),
    ...{ ...later, status: 403, wait: 60, says: /credentials for a while/ },
  },
  ...[500, 502, 503, 504].map((status) => ({
    when: `GitHub answers ${status} with a page for people`,
    answer: { status, body: '<html>Unicorn!</html>', headers: { 'content-type': 'text/html' } },
    ...{ ...open, status, says: new RegExp(`has a fault \\(${status}\\)$`) },
  })),
  {
    when: 'GitHub is being repaired until then',
    answer: { status: 503, headers: { 'retry-after': '120' } },
    ...{ ...open, status: 503, wait: 120, says: /has a fault/ },
  },
  { when: 'GitHub says nothing', answer: silence, hangs: true, ...open, status: null, says: /it took too long$/ },
  { when: 'the connection is reset', answer: cut(), ...open, status: null, says: /the connection failed/ },
  {
    when: 'the connection is reset within the answer',
    answer: cut('HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"id":'),
    ...{ ...open, status: null, says: /the connection failed/ },
  },
  {
    when: 'the connection is reset within an answer of unknown length',
    answer: cut(
      'HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n6\r\n{"id":\r\n',
    ),
    ...{ ...open, status: null, says: /the connection failed/ },
  },
  {
    when: 'the answer stops and the connection stays',
    answer: (_seen, { socket }) => {
      socket?.write('HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"id":');
      return null;
    },
    ...{ ...open, hangs: true, status: null, says: /it took too long/ },
  },
  { when: 'the JSON is half', answer: { status: 201, body: '{"id": 5, "bo' }, ...open, status: null, says: /cut off/ },
  { when: 'the JSON is empty', answer: { status: 201, body: '' }, ...open, status: null, says: /cut off/ },
  {
    when: 'somebody else answers, in HTML',
    answer: { status: 200, body: '<html>Please log in</html>', headers: { 'content-type': 'text/html' } },
    ...{ ...open, status: null, says: /is not JSON/ },
  },
  {
    when: 'it is no HTTP',
    answer: cut('SSH-2.0-OpenSSH_9.6\r\n'),
    ...open,
    status: null,
    says: /the connection failed/,
  },
  {
    when: 'a refusal is cut off',
    answer: cut('HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"mess'),
    ...{ ...never, status: 404, says: /not there/ },
  },
  {
    when: 'a query costs too much for this hour',
    answer: { ...errors({ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }), headers: reset(90) },
    ...{ query: 'passing', mutation: 'passing', status: 200, wait: 91, says: /hourly limit/ },
  },
  {
    when: 'queries come too fast',
    answer: errors({ message: 'You have exceeded a secondary rate limit' }),
    ...{ query: 'passing', mutation: 'passing', status: 200, wait: 60, says: /limit of GitHub/ },
  },
  {
    when: 'a query takes too long',
    answer: errors({ message: 'Something went wrong while executing your query. This may be the result of a timeout' }),
    ...{ query: 'passing', mutation: 'ambiguous', status: 200, says: /no end/ },
  },
  {
    when: "GitHub couldn't respond in time",
    answer: errors({ message: "We couldn't respond to your request in time." }),
    ...{ query: 'passing', mutation: 'ambiguous', status: 200, says: /no end/ },
  },
  {
    when: 'what a query is about is not there',
    answer: errors({ type: 'NOT_FOUND', path: ['repository'], message: 'Could not resolve to a Repository' }),
    ...{ query: 'final', mutation: 'final', status: 200, says: /refuses the query \(200\): Could not resolve/ },
  },
  {
    when: 'a query is wrong',
    answer: errors(
      { extensions: { code: 'undefinedField' }, message: "Field 'x' doesn't exist" },
      { message: 'and y' },
    ),
    ...{ query: 'final', mutation: 'final', status: 200, says: /Field 'x' doesn't exist; and y$/ },
  },
];

describe('a request that fails', () => {
  afterEach(closeServers);

  for (const { when, answer, status, shutOut = false, wait, says, hangs, ...kinds } of rows) {
    for (const [ask, kind] of Object.entries(kinds) as [Ask, FailureKind][]) {
      it(`is ${kind} when ${when} (${ask})`, async () => {
        const script: Script = (seen, response) => {
          if (seen.path === '/warm') return { status: 200, body: {} };
          return typeof answer === 'function' ? answer(seen, response) : answer;
        };
        const { github, asked } = await trial(script, { clock, requestTimeout: hangs ? 100 : 20_000 });
        // With so little time, a busy machine may need several tries for the token, which is not what this is about.
        while (hangs && !(await github.request('GET /warm', {}).catch(() => false)));
        const failure = await rejection(asks[ask](github));
        expect(failure).to.be.instanceOf(GitHubFailure);
        if (!(failure instanceof GitHubFailure)) return;
        expect(failure.kind).to.equal(kind);
        expect(failure).to.include({ status, shutOut });
        expect(failure.message).to.match(says);
        const waits = failure.retryAt === null ? null : (failure.retryAt.getTime() - now.getTime()) / 1000;
        expect(waits).to.equal(wait ?? null);
        const times = asked().filter(({ path }) => path !== '/warm').length;
        expect(times, 'how often it is asked').to.equal(1);
      });
    }
  }

  const unreached: readonly [what: string, apiUrl: () => Promise<string>][] = [
    [
      'nobody listens',
      async () => {
        const { url, close } = await scriptedServer(() => null);
        await close();
        return url;
      },
    ],
    ['there is no such host', async () => 'https://github.invalid'],
  ];
  for (const [what, apiUrl] of unreached) {
    for (const ask of Object.keys(asks) as Ask[]) {
      it(`is passing when ${what} (${ask})`, async () => {
        const app = appAt(await apiUrl(), { requestTimeout: 20_000 });
        const failure = await rejection(asks[ask](app.installation(1)));
        expect(failure)
          .to.be.instanceOf(GitHubFailure)
          .and.to.include({ kind: 'passing', status: null, retryAt: null });
        expect(failure)
          .to.have.property('message')
          .that.matches(/no token for it: it was not sent/);
      });
    }
  }

  it('is passing when the server goes away between the token and a write', async () => {
    const { github, server } = await trial(() => ({ status: 200, body: {} }));
    await asks.read(github);
    await server.close();
    // Until the end of the connection that was kept is noticed: a write that goes out on it is open.
    while ((await refusalOf(server.url)) !== 'ECONNREFUSED');
    const failure = await rejection(asks.write(github));
    expect(failure).to.include({ kind: 'passing', status: null });
  });

  const refusals: readonly [when: string, answer: Scripted, kind: FailureKind, says: RegExp][] = [
    ['the App is gone from there', api(404, 'Not Found'), 'final', /no token for it: it is not there.* \(404\)/],
    ['it is suspended', api(403, 'This installation has been suspended'), 'final', /no token.*suspended/],
    ['GitHub has a fault', { status: 502 }, 'passing', /no token for it: GitHub has a fault \(502\)/],
    ['the answer is half', { status: 201, body: '{"token":"gh' }, 'passing', /no token for it: it was not sent/],
    ['a limit is passed', { status: 429 }, 'passing', /no token for it: a limit/],
  ];
  for (const [when, answer, kind, says] of refusals) {
    it(`is ${kind} when there is no token for a write, as ${when}`, async () => {
      const server = await scriptedServer(() => answer);
      const failure = await rejection(asks.write(appAt(server.url).installation(12)));
      expect(failure).to.include({ kind, shutOut: kind === 'final' });
      expect(failure).to.have.property('message').that.matches(says);
      expect(server.seen.map(({ path }) => path)).to.deep.equal(['/app/installations/12/access_tokens']);
    });
  }

  describe('for want of credentials', () => {
    const asApp = {
      read: (github: GitHub) => github.request('GET /app/installations/{installation_id}', { installation_id: 5 }),
      write: (github: GitHub) =>
        github.request('POST /app/hook/deliveries/{delivery_id}/attempts', { delivery_id: '99' }),
    };
    const late = new Date(now.getTime() - 725_000).toUTCString();
    const cases: readonly [when: string, answer: Scripted, kind: FailureKind, says: RegExp, times: number][] = [
      [
        'the key is not the App’s',
        api(401, 'A JSON web token could not be decoded'),
        'final',
        /credentials \(401\): A JSON web token could not be decoded$/,
        1,
      ],
      ['they are bad', api(401, 'Bad credentials'), 'final', /credentials \(401\): Bad credentials$/, 1],
      [
        'the clock is wrong, even when corrected',
        api(401, "'Expiration time' claim ('exp') is too far in the future", { date: late }),
        'passing',
        /clock is not GitHub's \(401\): 'Expiration time' .*; it is 725 s ahead$/,
        2,
      ],
      [
        'the clock is wrong the other way',
        api(401, "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued", {
          date: new Date(now.getTime() + 90_000).toUTCString(),
        }),
        'passing',
        /; it is 90 s behind$/,
        2,
      ],
    ];
    for (const [when, answer, kind, says, times] of cases) {
      for (const [name, ask] of Object.entries(asApp)) {
        it(`is ${kind} when ${when} (${name})`, async () => {
          const { app, asked } = await trial(() => answer, { clock });
          const failure = await rejection(ask(app.app));
          expect(failure).to.include({ kind, status: 401, retryAt: null });
          expect(failure).to.have.property('message').that.matches(says);
          expect(asked()).to.have.length(times);
        });
      }
    }
  });
});

describe('a failure', () => {
  it('that is none of these is final before the request left, and open after', () => {
    const kind = (isWrite: boolean, sent: boolean) =>
      failureOf(new Error('what?'), { route: 'GET /x', isWrite, sent }, now).kind;
    expect([kind(false, false), kind(true, false)]).to.deep.equal(['final', 'final']);
    expect([kind(false, true), kind(true, true)]).to.deep.equal(['passing', 'ambiguous']);
  });

  it('that was one already stays what it is', () => {
    const failure = new GitHubFailure('so it is', 'ambiguous', { status: 500 });
    expect(failureOf(failure, { route: 'GET /x', isWrite: false, sent: true }, now)).to.equal(failure);
  });
});

async function refusalOf(url: string): Promise<unknown> {
  const error = await rejection(fetch(url));
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause ? cause.code : undefined;
}
