// The door opens to one host: not to another by route, redirect, list or payload; and what goes out is what was asked.
import { expect } from 'chai';
import { neverLeft } from '../../src/github/door.ts';
import { GitHubFailure } from '../../src/github/github.ts';
import { closeServers, rejection, type Script, scriptedServer, trial } from './scripted-server.ts';

const place = { owner: 'asha', repo: 'core' };
const ISSUES = 'GET /repos/{owner}/{repo}/issues';
const COMMENT = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';

/** A redirect; `from` alone is redirected, so that what follows can be seen. */
const redirect =
  (status: number, to: string, from = /^\/repos\//): Script =>
  ({ path }) =>
    from.test(path) ? { status, headers: { location: to } } : { status: 200, body: { path } };

function expectRefusal(failure: unknown, says: RegExp) {
  expect(failure).to.be.instanceOf(GitHubFailure);
  expect(failure).to.include({ kind: 'final', status: null });
  expect(failure).to.have.property('message').that.matches(says);
}

describe('the door', () => {
  afterEach(closeServers);

  const elsewhere = [
    'https://evil.example/steal',
    '//evil.example/steal',
    'http://127.0.0.1.evil.example/steal',
    'ftp://127.0.0.1/steal',
    'file:///etc/passwd',
    'http://',
    'nonsense://',
    '',
  ];
  for (const to of elsewhere) {
    for (const status of [301, 302, 307, 308]) {
      it(`does not follow ${status} to ${to || 'nowhere'}`, async () => {
        const { github, asked } = await trial(redirect(status, to));
        expectRefusal(
          await rejection(github.request(ISSUES, place)),
          /^GET .*: we do not ask this: it leads away from /,
        );
        expectRefusal(await rejection(github.request(COMMENT, { ...place, issue_number: 1, body: 'x' })), /leads away/);
        expect(asked()).to.have.length(2);
      });
    }
  }

  it('sends nothing to another host that listens, not even a token', async () => {
    const other = await scriptedServer(() => ({ status: 200, body: [] }));
    const { github, server } = await trial((seen) =>
      seen.path.includes('/issues')
        ? { status: 200, body: [], headers: { link: `<${other.url}/page2>; rel="next"` } }
        : { status: 302, headers: { location: `${other.url}/stolen` } },
    );
    const withName = server.url.replace('http://', 'http://user:password@');
    expectRefusal(await rejection(github.request('GET /repos/{owner}/{repo}', place)), /leads away from 127/);
    expectRefusal(await rejection(github.request(ISSUES, place)), /its next page leads away from 127/);
    expectRefusal(await rejection(github.request(`GET ${other.url}/direct`, {})), /leads away/);
    expectRefusal(await rejection(github.request(`POST ${other.url}/direct`, {})), /leads away/);
    expectRefusal(await rejection(github.request(`GET ${withName}/direct`, {})), /leads away/);
    expectRefusal(await rejection(github.graphql('{ viewer }', { baseUrl: `${other.url}/api/v3` })), /leads away/);
    expect(other.seen).to.deep.equal([]);
  });

  for (const status of [301, 302, 307, 308]) {
    it(`repeats a read and a write where ${status} leads on the same host, as they were`, async () => {
      const { github, asked } = await trial(redirect(status, '/repositories/1/comments?x=1'));
      expect((await github.request(ISSUES, place)).data).to.deep.equal({ path: '/repositories/1/comments?x=1' });
      await github.request(COMMENT, { ...place, issue_number: 1, body: 'hello' });
      expect(asked().map(({ method, path, body }) => [method, path, body])).to.deep.equal([
        ['GET', '/repos/asha/core/issues', ''],
        ['GET', '/repositories/1/comments?x=1', ''],
        ['POST', '/repos/asha/core/issues/1/comments', '{"body":"hello"}'],
        ['POST', '/repositories/1/comments?x=1', '{"body":"hello"}'],
      ]);
      expect(new Set(asked().map(({ headers }) => headers['authorization']))).to.have.length(1);
    });
  }

  it('takes no redirect that would make a read of a write', async () => {
    const { github, asked } = await trial(redirect(303, '/repositories/1/comments'));
    const failure = await rejection(github.request(COMMENT, { ...place, issue_number: 1, body: 'hello' }));
    expectRefusal(failure, /a redirect, 303/);
    expect(asked()).to.have.length(1);
  });

  it('does not go round in circles', async () => {
    const { github, asked } = await trial(redirect(302, '/repos/again'));
    expectRefusal(await rejection(github.request(ISSUES, place)), /again and again/);
    expect(asked()).to.have.length(4);
  });

  it('takes no write for sent that was redirected, and then not connected', async () => {
    const { github, server } = await trial((seen, response) => {
      response.writeHead(307, { location: '/elsewhere', connection: 'close' }).end();
      if (seen.path.startsWith('/repos/')) void server.close();
      return null;
    });
    const failure = await rejection(github.request(COMMENT, { ...place, issue_number: 1, body: 'x' }));
    expect(failure).to.include({ kind: 'passing' });
  });

  const holes: readonly [what: string, route: string, parameters: Record<string, unknown>][] = [
    ['a label without a name', 'DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}', { name: '' }],
    ['a label that is missing', 'DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}', {}],
    ['a null', 'GET /repos/{owner}/{repo}/issues/{issue_number}', { issue_number: null }],
    ['no number', 'GET /repos/{owner}/{repo}/issues/{issue_number}', { issue_number: Number.NaN }],
    ['a way up', 'GET /repos/{owner}/{repo}/issues', { owner: '..', repo: '..' }],
    ['a way nowhere', 'GET /repos/{owner}/{repo}/issues', { repo: '.' }],
  ];
  for (const [what, route, parameters] of holes) {
    it(`sends no request with ${what} in its path`, async () => {
      const { github, server } = await trial(() => ({ status: 200, body: [] }));
      const failure = await rejection(github.request(route, { ...place, issue_number: 1, ...parameters }));
      expectRefusal(failure, /is not given$/);
      expect(server.seen).to.deep.equal([]);
    });
  }

  it('keeps what a payload says inside its place in the path', async () => {
    const { github, asked } = await trial(() => ({ status: 200, body: {} }));
    const name = 'a/../../../app?x=1#y%2e{z}:w';
    await github.request('GET /repos/{owner}/{repo}/labels/{name}', { ...place, name });
    expect(asked()[0]?.path).to.equal(`/repos/asha/core/labels/${encodeURIComponent(name)}`);
  });

  it('tells GitHub who asks, and by which version of the API, the token too', async () => {
    const { github, server } = await trial(() => ({ status: 200, body: {} }));
    await github.request('GET /repos/{owner}/{repo}', place);
    await github.graphql('{ viewer { login } }', {}).catch(() => undefined);
    expect(server.seen).to.have.length(3);
    for (const { headers } of server.seen) {
      expect(headers['user-agent']).to.match(/^c4gt-community-support /);
      expect(headers['x-github-api-version']).to.equal('2022-11-28');
    }
  });

  describe('knows what never left', () => {
    const failed = (cause: unknown) => new TypeError('fetch failed', { cause });
    const coded = (fields: object) => Object.assign(new Error('x'), fields);
    const cases: readonly [what: string, error: unknown, never: boolean][] = [
      ['a refused connection', failed(coded({ code: 'ECONNREFUSED', syscall: 'connect' })), true],
      ['a connection that took too long', failed(coded({ code: 'ETIMEDOUT', syscall: 'connect' })), true],
      ['a connection that undici gave up', failed(coded({ code: 'UND_ERR_CONNECT_TIMEOUT' })), true],
      ['an unknown name', failed(coded({ code: 'ENOTFOUND', syscall: 'getaddrinfo' })), true],
      ['a name that cannot be asked for now', failed(coded({ code: 'EAI_AGAIN', syscall: 'getaddrinfo' })), true],
      ['a certificate of somebody else', failed(coded({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })), true],
      ['a certificate of the past', failed(coded({ code: 'CERT_HAS_EXPIRED' })), true],
      ['a certificate of its own', failed(coded({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })), true],
      ['a certificate of nobody', failed(coded({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' })), true],
      [
        'every address refusing',
        failed(new AggregateError([coded({ syscall: 'connect' }), coded({ syscall: 'connect' })])),
        true,
      ],
      [
        'one address refusing and one not',
        failed(new AggregateError([coded({ syscall: 'connect' }), coded({})])),
        false,
      ],
      ['no address at all', failed(new AggregateError([])), false],
      ['a reset while reading', failed(coded({ code: 'ECONNRESET', syscall: 'read' })), false],
      ['a broken pipe', failed(coded({ code: 'EPIPE', syscall: 'write' })), false],
      ['a socket closed by the other side', failed(coded({ code: 'UND_ERR_SOCKET' })), false],
      ['headers that took too long', failed(coded({ code: 'UND_ERR_HEADERS_TIMEOUT' })), false],
      ['a timeout of ours', new DOMException('x', 'TimeoutError'), false],
      ['something thrown', 'a string', false],
    ];
    for (const [what, error, never] of cases)
      it(`${what}: ${never ? 'never' : 'perhaps it did'}`, () => {
        expect(neverLeft(error)).to.equal(never);
      });
  });
});
