// The App's doors: tokens taken, kept, renewed and given up; limits of time; nothing sent twice; and no secret in any error.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mock } from 'node:test';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { pino } from 'pino';
import { convertManifest } from '../../src/github/app-manifest.ts';
import { GitHubFailure } from '../../src/github/github.ts';
import { MAX_UNDER_WAY } from '../../src/github/throttle.ts';
import {
  appAt,
  canary,
  closeServers,
  privateKey,
  rejection,
  type Script,
  type Scripted,
  scriptedServer,
  trial,
} from './scripted-server.ts';

const ISSUE = 'GET /repos/{owner}/{repo}/issues/{issue_number}';
const COMMENT = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
const issue = { owner: 'asha', repo: 'core', issue_number: 7 };
const fine: Script = () => ({ status: 200, body: {} });
const token = (header: unknown) => /_(\d+)_(\d+)_/.exec(String(header))?.slice(1).map(Number);

/** The claims of a JWT, unverified. */
function claims(authorization: unknown): { iat: number; exp: number; iss: number } {
  const [, payload = ''] = String(authorization).split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString());
}

describe('an installation’s token', () => {
  afterEach(closeServers);

  it('is asked for once, by a JWT of the App, and kept', async () => {
    const { github, asked, tokensAsked } = await trial(fine);
    await Promise.all([1, 2, 3].map(() => github.request(ISSUE, issue)));
    await github.request(ISSUE, issue);
    expect(tokensAsked()).to.have.length(1);
    expect(tokensAsked()[0]?.path).to.equal('/app/installations/12/access_tokens');
    const { iss, iat, exp } = claims(tokensAsked()[0]?.headers['authorization']);
    expect(iss).to.equal(4711);
    expect(exp - iat).to.be.within(1, 600);
    expect(asked().map(({ headers }) => token(headers['authorization']))).to.deep.equal(Array(4).fill([12, 1]));
  });

  it('is each installation’s own', async () => {
    const { app, asked } = await trial(fine);
    for (const id of [12, 13, 12]) await app.installation(id).request(ISSUE, issue);
    expect(asked().map(({ headers }) => token(headers['authorization']))).to.deep.equal([
      [12, 1],
      [13, 2],
      [12, 1],
    ]);
  });

  it('is renewed a minute before it ends', async () => {
    let now = Date.parse('2026-03-01T12:00:00Z');
    const { github, asked } = await trial(fine, { clock: () => new Date(now) });
    for (const minutes of [0, 58.9, 0.2, 58.7]) {
      now += minutes * 60_000;
      await github.request(ISSUE, issue);
    }
    expect(asked().map(({ headers }) => token(headers['authorization']))).to.deep.equal([
      [12, 1],
      [12, 1],
      [12, 2],
      [12, 2],
    ]);
  });

  describe('that GitHub takes no more', () => {
    // auth-app gives a new token some seconds, for GitHub may not know it everywhere yet.
    beforeEach(() => mock.timers.enable({ apis: ['Date'], now: Date.now() }));
    afterEach(() => mock.timers.reset());

    /** The first token ends; for the next, `then` answers. */
    async function ending(then: Scripted) {
      const script: Script = ({ path, headers }) => {
        if (path.startsWith('/app/')) return asked.length === 0 ? aToken(1) : then;
        asked.push(token(headers['authorization'])?.[1] ?? 0);
        return asked.length > 1 && asked.at(-1) === 1
          ? { status: 401, body: { message: 'Bad credentials' } }
          : { status: 201, body: {} };
      };
      const asked: number[] = [];
      const github = appAt((await scriptedServer(script)).url).installation(12);
      await github.request(ISSUE, issue);
      mock.timers.tick(60_000);
      return { github, asked };
    }

    const aToken = (nth: number) => ({ status: 201, body: { token: `ghs_12_${nth}_${canary}`, permissions: {} } });

    it('is exchanged, and the write is made once', async () => {
      const { github, asked } = await ending(aToken(2));
      expect(await github.request(COMMENT, { ...issue, body: 'x' })).to.include({ status: 201 });
      expect(asked).to.deep.equal([1, 1, 2]);
    });

    it('leaves nothing open when there is no other', async () => {
      const { github, asked } = await ending({ status: 502 });
      const failure = await rejection(github.request(COMMENT, { ...issue, body: 'x' }));
      expect(failure).to.include({ kind: 'passing', status: 502 });
      expect(asked).to.deep.equal([1, 1]);
    });

    it('is not exchanged for ever', async function () {
      this.slow(5_000);
      const { github, tokensAsked } = await trial(() => {
        mock.timers.tick(6_000);
        return { status: 401, body: { message: 'Bad credentials' } };
      });
      for (let times = 1; times <= 2; times++) {
        const failure = await rejection(github.request(COMMENT, { ...issue, body: 'x' }));
        expect(failure).to.include({ kind: 'final', status: 401 });
        // What is refused is not kept.
        expect(tokensAsked()).to.have.length(times);
      }
    });
  });

  it('is got by a clock that is an hour late', async () => {
    const theirs = Date.now() / 1000 + 3600;
    const date = new Date(theirs * 1000).toUTCString();
    const message =
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires";
    const server = await scriptedServer((seen) => {
      if (!seen.path.endsWith('/access_tokens')) return { status: 200, body: {} };
      const { iat, exp } = claims(seen.headers['authorization']);
      if (exp < theirs || iat > theirs) return { status: 401, headers: { date }, body: { message } };
      return { status: 201, body: { token: `ghs_77_1_${canary}`, permissions: {} } };
    });
    const warnings: unknown[] = [];
    const app = appAt(server.url, { log: { warn: (fields: unknown) => warnings.push(fields) } });
    expect(await app.installation(77).request(ISSUE, issue)).to.include({ status: 200 });
    expect(server.seen.map(({ path }) => path)).to.deep.equal([
      ...['/app/installations/77/access_tokens', '/app/installations/77/access_tokens'],
      '/repos/asha/core/issues/7',
    ]);
    expect(JSON.stringify(warnings))
      .to.include('claim')
      .and.match(/different by 3[56]\d\d seconds/);
  });
});

describe('the App', () => {
  afterEach(closeServers);

  it('asks as itself, and knows the login of its bot for an hour', async () => {
    let [now, slug] = [0, 'c4gt'];
    const { app, asked } = await trial(() => ({ status: 200, body: { slug } }), { clock: () => new Date(now) });
    expect(await app.botLogin()).to.equal('c4gt[bot]');
    slug = 'renamed';
    now += 59 * 60_000;
    expect(await app.botLogin()).to.equal('c4gt[bot]');
    now += 60_000;
    expect(await app.botLogin()).to.equal('renamed[bot]');
    expect(asked().map(({ path }) => path)).to.deep.equal(['/app', '/app']);
    expect(claims(asked()[0]?.headers['authorization']).iss).to.equal(4711);
  });

  it('asks anew when a bot turns up that may be its own, once for each of them within the hour', async () => {
    let [now, slug] = [0, 'c4gt'];
    const { app, asked } = await trial(() => ({ status: 200, body: { slug } }), { clock: () => new Date(now) });
    for (const other of ['a[bot]', 'b[bot]', 'A[bot]', 'C4GT[bot]', 'a[bot]', 'b[bot]'])
      expect(await app.botLogin(other)).to.equal('c4gt[bot]');
    expect(asked()).to.have.length(2);
    slug = 'renamed';
    expect(await app.botLogin('b[bot]')).to.equal('c4gt[bot]');
    expect(await app.botLogin('renamed[bot]')).to.equal('renamed[bot]');
    expect(await app.botLogin('renamed[bot]')).to.equal('renamed[bot]');
    expect(asked()).to.have.length(3);
    now += 60 * 60_000;
    for (const other of ['a[bot]', 'b[bot]', 'a[bot]']) expect(await app.botLogin(other)).to.equal('renamed[bot]');
    expect(asked()).to.have.length(5);
  });

  it('believes no login that is none', async () => {
    for (const body of [{}, { slug: '' }, { slug: 5 }, []]) {
      const { app } = await trial(() => ({ status: 200, body }));
      expect(await rejection(app.botLogin()))
        .to.be.instanceOf(GitHubFailure)
        .and.to.include({ kind: 'final' });
    }
  });

  it('fails with a sentence when its key is none', async () => {
    const app = appAt('http://127.0.0.1:1', { privateKey: `-----BEGIN RSA PRIVATE KEY-----\n${canary}` });
    for (const github of [app.app, app.installation(1)]) {
      const failure = await rejection(github.request('GET /app/installations', {}));
      expect(failure).to.be.instanceOf(GitHubFailure).and.to.include({ kind: 'final', status: null });
      expect(inspect(failure)).not.to.include(canary);
    }
  });

  it('has no business with a repository', async () => {
    const { app, server } = await trial(fine);
    const failure = await rejection(app.app.request(ISSUE, issue));
    expect(failure).to.be.instanceOf(GitHubFailure).and.to.include({ kind: 'final', status: null });
    expect(server.seen).to.deep.equal([]);
  });

  it('finds REST and GraphQL of an Enterprise server', async () => {
    const { server } = await trial(() => ({ status: 200, body: { data: { viewer: {} }, slug: 'c4gt' } }));
    const app = appAt(`${server.url}/api/v3`);
    const github = app.installation(12);
    await app.botLogin();
    await github.request(ISSUE, issue);
    await github.graphql('{ viewer { login } }', { number: 1 });
    expect(server.seen.map(({ method, path, body }) => [method, path, body])).to.deep.equal([
      ['GET', '/api/v3/app', ''],
      ['POST', '/api/v3/app/installations/12/access_tokens', ''],
      ['GET', '/api/v3/repos/asha/core/issues/7', ''],
      ['POST', '/api/graphql', '{"query":"{ viewer { login } }","variables":{"number":1}}'],
    ]);
  });

  it('keeps no process from ending', async function () {
    this.timeout(30_000).slow(5_000);
    const { server } = await trial(fine);
    const code = `
      const { createGitHubApp } = await import(${JSON.stringify(new URL('../../src/github/app.ts', import.meta.url))});
      const app = createGitHubApp({ ...JSON.parse(process.argv[1]), log: { warn() {} } });
      await app.installation(12).request(${JSON.stringify(ISSUE)}, ${JSON.stringify(issue)});
      await app.installation(12).request(${JSON.stringify(COMMENT)}, ${JSON.stringify(issue)});
      console.log('asked');`;
    const options = JSON.stringify({ appId: 1, privateKey, apiUrl: server.url });
    const child = spawn(process.execPath, ['--input-type=module', '--eval', code, options]);
    let output = '';
    child.stdout.on('data', (text) => (output += text));
    child.stderr.on('data', (text) => (output += text));
    const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
    const [exit] = await once(child, 'close');
    clearTimeout(late);
    expect(output).to.equal('asked\n');
    expect(exit).to.equal(0);
  });
});

describe('the time that a request takes', () => {
  afterEach(closeServers);

  it('is bounded, for a token as well', async () => {
    const server = await scriptedServer(() => null);
    const failure = await rejection(appAt(server.url, { requestTimeout: 100 }).installation(78).request(ISSUE, issue));
    expect(failure).to.include({ kind: 'passing', status: null });
    expect(failure)
      .to.have.property('message')
      .that.matches(/no token for it: .*took too long/);
  });

  it('ends when the caller gives up, and a write that is out is open', async () => {
    const giving = new AbortController();
    const { github, asked } = await trial(({ path }) => {
      if (path.endsWith('/comments')) giving.abort();
      return null;
    });
    const before = github.request(COMMENT, { ...issue, body: 'x' }, AbortSignal.abort());
    const read = github.request(ISSUE, issue, giving.signal);
    const write = github.request(COMMENT, { ...issue, body: 'x' }, giving.signal);
    const query = github.graphql('{ viewer }', {}, giving.signal);
    const failures = await Promise.all([before, read, write, query].map(rejection));
    const kinds = failures.map((failure) => (failure instanceof GitHubFailure ? failure.kind : failure));
    expect(kinds).to.deep.equal(['passing', 'passing', 'ambiguous', 'passing']);
    for (const failure of failures)
      expect(failure)
        .to.have.property('message')
        .that.matches(/it was given up$/);
    expect(asked().filter(({ method, path }) => method === 'POST' && path !== '/graphql')).to.have.length(1);
  });

  it('ends when the caller gives up while a token is asked for, and nothing goes out later', async () => {
    const giving = new AbortController();
    const waiting: (() => void)[] = [];
    const server = await scriptedServer(async ({ path }) => {
      if (!path.endsWith('/access_tokens')) return { status: 201, body: {} };
      giving.abort();
      await new Promise<void>((resolve) => waiting.push(resolve));
      return { status: 201, body: { token: `ghs_79_1_${canary}`, permissions: {} } };
    });
    const github = appAt(server.url).installation(79);
    const failure = await rejection(github.request(COMMENT, { ...issue, body: 'x' }, giving.signal));
    expect(failure).to.include({ kind: 'passing', status: null });
    for (const go of waiting) go();
    // It has its token now, and would send the comment before this.
    await github.request(ISSUE, issue);
    expect(server.seen.map(({ method, path }) => `${method} ${path}`)).to.deep.equal([
      'POST /app/installations/79/access_tokens',
      'GET /repos/asha/core/issues/7',
    ]);
  });

  it('of one installation is not that of another', async () => {
    const waiting: (() => void)[] = [];
    const { app } = await trial(async ({ headers }) => {
      if (token(headers['authorization'])?.[0] === 12) await new Promise<void>((resolve) => waiting.push(resolve));
      return { status: 200, body: {} };
    });
    const many = () => Array.from({ length: 30 }, () => app.installation(12).request(ISSUE, issue));
    const slow = many();
    for (let i = 0; i < 20; i++) await app.installation(13).request(COMMENT, { ...issue, body: 'x' });
    let most = 0;
    const freed = setInterval(() => {
      most = Math.max(most, waiting.length);
      // Some come while others wait, and some when nobody does.
      if (slow.length < 120) slow.push(...many());
      for (const go of waiting.splice(0)) go();
    }, 50);
    for (let at = 0; at < slow.length; at++) await slow[at];
    clearInterval(freed);
    expect(most).to.be.within(1, MAX_UNDER_WAY);
  });

  it('is not stretched when the clock is put back', async () => {
    const real = Date.now();
    mock.timers.enable({ apis: ['Date'], now: real + 3_600_000 });
    try {
      const { github, asked } = await trial(() => ({ status: 200, body: { data: {} } }));
      const ask = async () => {
        await github.request(COMMENT, { ...issue, body: 'x' });
        await github.graphql('{ viewer { login } }', {});
      };
      await ask();
      mock.timers.setTime(real);
      await ask();
      expect(asked()).to.have.length(4);
    } finally {
      mock.timers.reset();
    }
  });

  it('is not stretched by waiting between writes or queries, which is for the performer', async () => {
    const { github, asked } = await trial(() => ({ status: 200, body: { data: {} } }));
    const began = performance.now();
    for (let i = 0; i < 5; i++) {
      await github.request(COMMENT, { ...issue, body: 'x' });
      await github.graphql('{ viewer { login } }', {});
    }
    expect(asked()).to.have.length(10);
    // The plugin would take 5 × 3 s and 5 × 1 s.
    expect(performance.now() - began).to.be.below(15_000);
  });
});

describe('a limit of GitHub', () => {
  afterEach(closeServers);

  for (const [which, headers, limit] of [
    ['secondary', { 'retry-after': '1' }, 'secondary'],
    ['hourly', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' }, 'hourly'],
  ] as const) {
    it(`is told in the log, and nothing is repeated (${which})`, async () => {
      const told: unknown[] = [];
      const { github, asked } = await trial(
        () => ({ status: 403, headers, body: { message: `You have exceeded a ${which} rate limit` } }),
        { log: { warn: (fields: unknown) => told.push(fields) } },
      );
      for (const ask of [
        () => github.request(ISSUE, issue),
        () => github.request(COMMENT, { ...issue, body: 'x' }),
        () => github.graphql('{ viewer }', {}),
      ])
        expect(await rejection(ask())).to.include({ kind: 'passing', status: 403 });
      expect(asked()).to.have.length(3);
      expect(told).to.have.length(3);
      for (const line of told) expect(line).to.include({ limit, id: '4711/12' });
    });
  }
});

describe('no secret', () => {
  afterEach(closeServers);

  /** Everything a log or a person could get out of an error. */
  function shown(failure: unknown): string {
    const lines: string[] = [];
    const log = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
    log.error({ err: failure, failure }, String(failure));
    return [lines.join(), inspect(failure, { depth: 20, showHidden: true }), JSON.stringify(failure)].join();
  }

  /** GitHub, or who claims to be it, repeats all it was sent. */
  const echo =
    (status: number): Script =>
    ({ headers, path, body }) => ({
      status,
      headers: { 'x-echo': String(headers['authorization']) },
      body: {
        message: `Not with ${headers['authorization']}; nor access_token=${canary} or client_secret=${canary}`,
        errors: [{ message: JSON.stringify({ headers }) }, { body, path }],
      },
    });

  for (const status of [400, 403, 404, 422, 429, 500, 502]) {
    it(`is in a failure with status ${status}, even if GitHub repeats it`, async () => {
      const { app, github, server } = await trial(echo(status));
      const [code, place] = [`code-${canary}`, { delivery_id: 1 }];
      const failures = [
        await rejection(github.request(ISSUE, issue)),
        await rejection(github.request(COMMENT, { ...issue, note: 'nothing' })),
        await rejection(github.graphql('{ viewer }', {})),
        await rejection(app.app.request('GET /app/hook/deliveries/{delivery_id}', place)),
        await rejection(convertManifest({ apiUrl: server.url }, code)),
      ];
      for (const failure of failures) {
        expect(failure).to.be.instanceOf(GitHubFailure);
        expect(shown(failure))
          .not.to.include(canary)
          .and.not.match(/eyJ[\w-]{10}/);
        expect(shown(failure)).not.to.include(privateKey.split('\n')[1]);
      }
    });
  }

  it('is in a failure without an answer', async () => {
    for (const script of [
      () => null,
      (_seen: unknown, response: { socket: { destroy(): void } | null }) => {
        response.socket?.destroy();
        return null;
      },
    ] satisfies Script[]) {
      const { app, github } = await trial(script, { requestTimeout: 100 });
      for (const failure of [
        await rejection(github.request(COMMENT, { ...issue, body: 'x' })),
        await rejection(app.botLogin()),
      ]) {
        expect(failure).to.be.instanceOf(GitHubFailure);
        expect(shown(failure))
          .not.to.include(canary)
          .and.not.match(/eyJ[\w-]{10}/);
      }
    }
  });

  it('is in the log', async () => {
    const lines: string[] = [];
    const log = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
    const { app, github } = await trial(
      (seen, response) => {
        if (seen.path.includes('limited')) return echo(429)(seen, response);
        return {
          status: 200,
          headers: { deprecation: 'true', sunset: 'tomorrow', link: `<https://x/${canary}>; rel="deprecation"` },
          body: { slug: 'x' },
        };
      },
      { log },
    );
    await app.botLogin();
    await github.request(ISSUE, issue);
    await github.request(ISSUE, { ...issue, access_token: canary });
    await rejection(github.request(ISSUE, { ...issue, repo: 'limited' }));
    expect(lines.join())
      .to.include('deprecated')
      .and.not.include(`ghs_`)
      .and.not.match(/eyJ[\w-]{10}/);
    expect(lines.join()).not.to.match(new RegExp(`access_token=${canary}`));
  });
});
