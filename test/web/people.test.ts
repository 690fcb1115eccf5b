// The leaderboard, contributors and reasons over HTTP, and that nothing of a private repository is told.
import { expect } from 'chai';
import { aCommit, anAward, anEffect, aTicket } from '../store/samples.ts';
import { openTestPGlite, type TestDatabase } from '../support/database.ts';
import { expectProblem, expectSafeHeaders, type Serving, serve } from './serving.ts';

interface Board {
  readonly entries: readonly { rank: number; login: string; points: number; badges: string[] }[];
  readonly total: number;
  readonly next: string | null;
}

describe('people and reasons', () => {
  let database: TestDatabase;
  let serving: Serving;
  const SECRET = 'canary';

  before(async () => {
    database = await openTestPGlite();
    serving = await serve(database.store);
    const effects = [anEffect('award')];
    const commits = [
      ...Array.from({ length: 11 }, (_, index) =>
        aCommit({ effects, awards: [anAward('award', index + 1, 10 * (1 + (index % 5)), `User-${index + 1}`)] }),
      ),
      aCommit({ effects, awards: [anAward('award', 99, 5, 'renovate[bot]')] }),
      aCommit({
        repositoryId: 77,
        number: 3,
        repository: `${SECRET}/repository`,
        private: true,
        event: 'pull_request.closed',
        trace: [{ id: SECRET, outcome: 'held', conditions: null, changes: [] }],
        effects: [anEffect('award'), anEffect('list')],
        awards: [{ ...anAward('award', 1, 7, 'User-1'), reason: SECRET, url: `https://github.com/${SECRET}` }],
        listed: [aTicket({ effect: 'list', title: SECRET, repository: `${SECRET}/repository`, private: true })],
      }),
      aCommit({
        repository: 'Open/repo',
        number: 8,
        trace: [{ id: 'demo/one', outcome: 'held', conditions: null, changes: [] }],
      }),
    ];
    for (const commit of commits) expect(await database.store.commit(commit)).to.equal('committed');
  });
  after(async () => {
    await serving?.stop();
    await database?.close();
  });

  it('come in order of points, equal ones with equal rank, page by page without overlap or gap', async () => {
    const entries: Board['entries'][number][] = [];
    for (let next: string | null = '/api/leaderboard?limit=4'; next !== null; ) {
      const answer = await serving.ask(next);
      expectSafeHeaders(answer.headers);
      const board: Board = answer.json<Board>();
      expect(board.total).to.equal(12);
      entries.push(...board.entries);
      next = board.next;
    }
    expect(new Set(entries.map(({ login }) => login)).size).to.equal(12);
    expect(entries.map(({ points }) => points)).to.deep.equal([50, 50, 40, 40, 30, 30, 20, 20, 17, 10, 10, 5]);
    expect(entries.map(({ rank }) => rank)).to.deep.equal([1, 1, 3, 3, 5, 5, 7, 7, 9, 10, 10, 12]);
    expect(entries.every(({ badges }) => badges.length === 0)).to.equal(true);
  });

  it('are refused pages that make no sense', async () => {
    for (const query of ['limit=0', 'limit=201', 'offset=-1', 'limit=1&limit=1', 'page=1', 'sort=points', 'limit=x'])
      expectProblem(await serving.ask(`/api/leaderboard?${query}`), 400);
  });

  it('are found by login, in any case, bots too', async () => {
    for (const [asked, login] of [
      ['user-2', 'User-2'],
      ['USER-2', 'User-2'],
      ['renovate%5Bbot%5D', 'renovate[bot]'],
      ['renovate[bot]', 'renovate[bot]'],
    ]) {
      const shown = (await serving.ask(`/api/contributors/${asked}`)).json<Record<string, unknown>>();
      expect(shown).to.have.all.keys('login', 'points', 'rank', 'badges', 'ledger');
      expect(shown['login']).to.equal(login);
    }
  });

  it('are unknown when nobody has the name, whatever the name is', async () => {
    const names = [
      'nobody',
      'user',
      'User-2%00',
      '..',
      '%2e%2e%2f',
      'user_2',
      'user%25',
      'a'.repeat(5000),
      "'--",
      '%F0%9F%98%80',
    ];
    for (const name of names) {
      const answer = await serving.ask(`/api/contributors/${name}`);
      expectProblem(answer, 404);
    }
  });

  it('cannot be asked for by what is not an address', async () => {
    for (const path of ['/api/contributors/%E0%A4%A', '/api/contributors/%', '/api/why/%zz/repo/1'])
      expect((await serving.ask(path)).status, path).to.be.oneOf([400, 404]);
    expect(serving.logged).to.deep.equal([]);
  });

  it('are told apart by repository and number', async () => {
    const { decisions } = (await serving.ask('/api/why/OPEN/Repo/8')).json<{ decisions: Record<string, unknown>[] }>();
    expect(decisions).to.have.length(1);
    expect(decisions[0]).to.have.all.keys('delivery', 'pruned', 'event', 'at', 'rules_version', 'rules', 'lookups');
    const paths = [
      'Open/repo/9',
      'Open/repo/08',
      'Open/repo/-8',
      'Open/repo/8.0',
      'Open/repo/99999999999',
      'Open/repo/2147483648',
      'Open/re%2Fpo/8',
      'Open/repo/8%00',
    ];
    for (const path of paths) expectProblem(await serving.ask(`/api/why/${path}`), 404);
  });

  it('tell nothing of a private repository, but that there was work', async () => {
    const asked = [
      '/api/tickets',
      `/api/tickets?search=${SECRET}`,
      `/api/tickets?repository=${SECRET}/repository`,
      `/api/why/${SECRET}/repository/3`,
      '/api/contributors/user-1',
      '/api/leaderboard',
      '/metrics',
    ];
    for (const path of asked) {
      const { text } = await serving.ask(path);
      const asks = path.includes(SECRET) ? text.replaceAll(path, '') : text;
      expect(asks, path).not.to.include(SECRET);
    }
    expectProblem(await serving.ask(`/api/why/${SECRET}/repository/3`), 404);
    expect((await serving.ask('/api/tickets')).json()).to.deep.equal({ tickets: [], total: 0, next: null });
    const { points, ledger } = (await serving.ask('/api/contributors/user-1')).json<{
      points: number;
      ledger: { points: number; reason: string; url: string | null }[];
    }>();
    expect(points).to.equal(17);
    expect(ledger[0]).to.include({ points: 7, reason: 'Work in a repository that is not public', url: null });
  });

  it('tell nothing more once a repository has become private', async () => {
    const before = aCommit({
      repositoryId: 88,
      number: 1,
      repository: 'Once/open',
      effects: [anEffect('list')],
      listed: [aTicket({ effect: 'list', title: 'was public' })],
    });
    expect(await database.store.commit(before)).to.equal('committed');
    expect((await serving.ask('/api/tickets')).text).to.include('was public');
    const after = aCommit({ repositoryId: 88, number: 1, repository: 'Once/open', version: 1, private: true });
    expect(await database.store.commit(after)).to.equal('committed');
    expect((await serving.ask('/api/tickets')).text).not.to.include('was public');
    expectProblem(await serving.ask('/api/why/once/open/1'), 404);
  });
});
