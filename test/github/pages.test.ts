// Lists: every page, one after the other, and an end to them.
import { Octokit } from '@octokit/rest';
import { expect } from 'chai';
import fc from 'fast-check';
import { gitHubOver, MAX_PAGES } from '../../src/github/client.ts';
import { doorTo } from '../../src/github/door.ts';
import type { GitHub } from '../../src/github/github.ts';
import { nextPage } from '../../src/github/next-page.ts';
import { closeServers, rejection, type Script, scriptedServer, trial } from './scripted-server.ts';

const ISSUES = 'GET /repos/{owner}/{repo}/issues';
const place = { owner: 'asha', repo: 'core' };

async function all(github: GitHub, route: string, parameters = {}, signal?: AbortSignal): Promise<unknown[]> {
  const things: unknown[] = [];
  for await (const page of github.pages(route, parameters, signal)) things.push(...page);
  return things;
}

/** `total` numbers in pages, as GitHub links them. */
function numbers(total: number, wrap: (list: number[]) => unknown = (list) => list): Script {
  return ({ path, headers }) => {
    const url = new URL(path, `http://${headers['host']}`);
    const [page, size] = [Number(url.searchParams.get('page') ?? 1), Number(url.searchParams.get('per_page') ?? 30)];
    const first = (page - 1) * size;
    const list = Array.from({ length: Math.max(0, Math.min(size, total - first)) }, (_, at) => first + at);
    url.searchParams.set('page', String(page + 1));
    const links = [`<${url.origin}${url.pathname}?page=1>; rel="first"`];
    if (first + size < total) links.unshift(`<${url.href}>; rel="next"`);
    return { status: 200, body: wrap(list), headers: { link: links.join(', ') } };
  };
}

const expected = (total: number) => Array.from({ length: total }, (_, at) => at);

describe('a list', () => {
  afterEach(closeServers);

  for (const total of [0, 1, 100, 101, 250]) {
    it(`of ${total} is had whole, 100 at a time`, async () => {
      const { github, asked } = await trial(numbers(total));
      expect(await all(github, ISSUES, { ...place, state: 'open' })).to.deep.equal(expected(total));
      expect(asked()).to.have.length(Math.max(1, Math.ceil(total / 100)));
      for (const { path } of asked())
        expect(path)
          .to.match(/[?&]per_page=100\b/)
          .and.to.include('state=open');
    });
  }

  it('can come beside its count', async () => {
    const wrap = (list: number[]) => ({ total_count: 150, repository_selection: 'all', repositories: list });
    const { github } = await trial(numbers(150, wrap));
    expect(await all(github, 'GET /installation/repositories')).to.deep.equal(expected(150));
  });

  it('can come in smaller pages, and be left before its end', async () => {
    const { github, asked } = await trial(numbers(100));
    for await (const page of github.pages(ISSUES, { ...place, per_page: 10 })) {
      expect(page).to.deep.equal(expected(10));
      break;
    }
    expect(asked()).to.have.length(1);
  });

  it('can be gone on with where it was left, by the address of its next page', async () => {
    const { github } = await trial(numbers(30));
    const { next } = await github.request(ISSUES, { ...place, per_page: 20 });
    expect(await all(github, `GET ${next}`)).to.deep.equal(expected(30).slice(20));
    expect((await github.request(`GET ${next}`, {})).next).to.equal(null);
  });

  it('goes on where a repository was moved to', async () => {
    const moved = numbers(150);
    const { github } = await trial((seen, response) =>
      seen.path.startsWith('/repos/')
        ? { status: 301, headers: { location: seen.path.replace('/repos/asha/core', '/repositories/7') } }
        : moved(seen, response),
    );
    expect(await all(github, ISSUES, place)).to.have.length(150);
  });

  it('has cursors of any kind', async () => {
    const cursor = 'v1_{a}:b=/+&é" :name';
    const { github, asked } = await trial(({ path, headers }) => ({
      ...{ status: 200, body: [path.length] },
      headers: path.includes('after')
        ? {}
        : { link: `<http://${headers['host']}/x?after=${encodeURIComponent(cursor)}&raw={z}:y>; rel="next"` },
    }));
    expect(await all(github, 'GET /x')).to.have.length(2);
    const query = new URL(asked()[1]?.path ?? '', 'http://x').searchParams;
    expect(Object.fromEntries(query)).to.deep.equal({ after: cursor, raw: '{z}:y' });
  });

  it('of which a page fails fails', async () => {
    const { github } = await trial((seen, response) =>
      seen.path.includes('page=2') ? { status: 502 } : numbers(300)(seen, response),
    );
    expect(await rejection(all(github, ISSUES, place))).to.include({ kind: 'passing', status: 502 });
  });

  it('is given up between two pages', async () => {
    const { github, asked } = await trial(numbers(300));
    const giving = new AbortController();
    const reading = (async () => {
      for await (const page of github.pages(ISSUES, place, giving.signal)) if (page.includes(150)) giving.abort();
    })();
    expect(await rejection(reading)).to.include({ kind: 'passing' });
    expect(asked()).to.have.length(2);
  });

  it('that goes round in a circle ends', async () => {
    const { github, asked } = await trial(({ headers }) => ({
      ...{ status: 200, body: [] },
      headers: { link: `<http://${headers['host']}/x?page=2>; rel="next"` },
    }));
    const failure = await rejection(all(github, ISSUES, place));
    expect(failure)
      .to.include({ kind: 'final' })
      .and.to.have.property('message')
      .that.matches(/circle$/);
    expect(asked()).to.have.length(2);
  });

  it('that has no end ends', async function () {
    this.slow(10_000);
    const { url: apiUrl, seen } = await scriptedServer(numbers(Number.POSITIVE_INFINITY));
    // Without auth-app and throttling, which cost ten milliseconds each time.
    const octokit = new Octokit({ baseUrl: apiUrl });
    const github = gitHubOver({ octokit, apiUrl, door: doorTo(apiUrl, 5_000), clock: () => new Date() });
    const failure = await rejection(all(github, ISSUES, { ...place, per_page: 1 }));
    expect(failure)
      .to.include({ kind: 'final' })
      .and.to.have.property('message')
      .that.matches(/more than 1000 pages$/);
    expect(seen).to.have.length(MAX_PAGES);
  });

  for (const [what, body] of [
    ['an object', { id: 1 }],
    ['two lists', { a: [], b: [] }],
    ['null', null],
    ['a number', 5],
    ['a text', '"text"'],
  ] as const) {
    it(`is none when it is ${what}`, async () => {
      const { github } = await trial(() => ({ status: 200, body: JSON.stringify(body) }));
      const failure = await rejection(all(github, ISSUES, place));
      expect(failure)
        .to.include({ kind: 'final' })
        .and.to.have.property('message')
        .that.matches(/no list$/);
    });
  }
});

describe('the Link header', () => {
  const api = 'https://api.github.com';
  const cases: readonly [link: string | undefined, next: string | null][] = [
    [undefined, null],
    ['', null],
    ['nonsense', null],
    [`<${api}/x?page=1>; rel="prev"`, null],
    [`<${api}/x?page=1>; rel="nextish"`, null],
    [`<${api}/x?page=2>; rel="next"`, `${api}/x?page=2`],
    [`<${api}/x?page=2>; rel=next`, `${api}/x?page=2`],
    [`<${api}/x?page=1>; rel="prev", <${api}/x?page=3>; rel="next", <${api}/x?page=9>; rel="last"`, `${api}/x?page=3`],
    [`<${api}/x?since=10:00:00Z&a={b}>;rel="next"`, `${api}/x?since=10%3A00%3A00Z&a=%7Bb%7D`],
    ['</repositories/1/x?page=2>; rel="next"', `${api}/repositories/1/x?page=2`],
  ];
  for (const [link, next] of cases)
    it(`${link ?? 'of nothing'} → ${next ?? 'the end'}`, () => {
      expect(nextPage(link, api)).to.equal(next);
    });

  it('never leads away, whatever it says', () => {
    fc.assert(
      fc.property(fc.oneof(fc.webUrl(), fc.string()), (address) => {
        let next: string | null;
        try {
          next = nextPage(`<${address}>; rel="next"`, api);
        } catch {
          return;
        }
        if (next !== null) expect(next.startsWith(`${api}/`)).to.equal(true);
      }),
    );
  });
});
