// Lookups against the fake GitHub, whose descriptions every request is held to; and against answers that no GitHub gives.
import { validate } from '@octokit/graphql-schema';
import { expect } from 'chai';
import { createGitHubApp } from '../../src/github/app.ts';
import { type GitHub, GitHubFailure } from '../../src/github/github.ts';
import {
  CLOSING_ISSUES,
  closingIssues,
  filesOf,
  MAX_FILES,
  PERMISSIONS,
  permissionOf,
  reviewsOf,
} from '../../src/github/lookups.ts';
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import { closeServers, quiet, rejection, trial } from './scripted-server.ts';

const NONE = { all: [], linked: [] };

describe('a lookup', () => {
  let fake: FakeGitHub;
  let github: GitHub;

  beforeEach(async () => {
    fake = await startFakeGitHub();
    const { id: appId, privateKey } = fake.app;
    const app = createGitHubApp({ appId, privateKey, apiUrl: fake.url, log: quiet });
    fake.repository('asha/core');
    github = app.installation([...fake.world.installations.keys()][0] ?? 0);
  });

  afterEach(() => fake.stop());

  const core = () => [...fake.world.repositories.values()][0] ?? fake.repository('asha/core');

  describe('of the issues that a pull request closes', () => {
    it('finds those here and elsewhere, by number and repository', async () => {
      const elsewhere = fake.repository('ravi/other', { installed: false });
      const closes = [fake.issue(core()), fake.issue(elsewhere, { number: 44 })];
      const { number } = fake.pull(core(), { closes });
      expect(await closingIssues(github, 'asha', 'core', number)).to.deep.equal({
        all: [
          { repository: 'asha/core', repositoryId: core().id, isPrivate: false, number: 1 },
          { repository: 'ravi/other', repositoryId: elsewhere.id, isPrivate: false, number: 44 },
        ],
        linked: [],
      });
    });

    it('tells those that were linked by hand from the others, and which are private', async () => {
      const secret = fake.repository('asha/secret', { private: true });
      const [written, linked] = [fake.issue(core()), fake.issue(secret, { number: 7 })];
      const { number } = fake.pull(core(), { closes: [written], linked: [linked] });
      const found = await closingIssues(github, 'asha', 'core', number);
      expect(found.all.map((issue) => issue.number)).to.deep.equal([1, 7]);
      expect(found.linked).to.deep.equal([
        { repository: 'asha/secret', repositoryId: secret.id, isPrivate: true, number: 7 },
      ]);
    });

    it('finds none where there is none', async () => {
      const { number } = fake.pull(core());
      expect(await closingIssues(github, 'asha', 'core', number)).to.deep.equal(NONE);
    });

    it('finds all of many, in pages', async () => {
      const closes = Array.from({ length: 250 }, () => fake.issue(core()));
      const { number } = fake.pull(core(), { closes, linked: closes.slice(0, 150) });
      const found = await closingIssues(github, 'asha', 'core', number);
      expect(found.all.map((issue) => issue.number)).to.deep.equal(closes.map((issue) => issue.number));
      expect(found.linked).to.deep.equal(found.all.slice(0, 150));
      expect(fake.log.filter(({ path }) => path === '/graphql')).to.have.length(3);
    });

    it('finds them after the repository was renamed', async () => {
      const { number } = fake.pull(core(), { closes: [fake.issue(core())] });
      fake.rename(core(), 'kernel');
      expect((await closingIssues(github, 'asha', 'core', number)).all).to.have.length(1);
    });

    it('cannot work where there is no such pull request, or no such repository', async () => {
      for (const [name, number] of [
        ['core', 99],
        ['nothing', 1],
      ] as const) {
        const failure = await rejection(closingIssues(github, 'asha', name, number));
        expect(failure).to.be.instanceOf(GitHubFailure).and.to.include({ kind: 'final', status: 200 });
        expect(failure)
          .to.have.property('message')
          .that.matches(/Could not resolve to a/);
      }
    });
  });

  describe('of a permission', () => {
    for (const role of ['admin', 'maintain', 'write', 'triage', 'read'] as const) {
      it(`finds ${role}`, async () => {
        fake.repository('asha/other', { collaborators: { meera: role } });
        expect(await permissionOf(github, 'asha', 'other', 'meera')).to.equal(role);
      });
    }

    it('cannot work for nobody', async () => {
      const failure = await rejection(permissionOf(github, 'asha', 'core', 'no-such-person'));
      expect(failure).to.include({ kind: 'final', status: 404 });
    });
  });

  describe('of the files of a pull request', () => {
    const files = (count: number) =>
      Array.from({ length: count }, (_, at) => {
        return { filename: `src/ü ${at}.ts`, status: 'modified', additions: 1, deletions: 0 } as const;
      });

    for (const count of [0, 1, 250]) {
      it(`finds all ${count}`, async () => {
        const { number } = fake.pull(core(), { files: files(count) });
        const found = await filesOf(github, 'asha', 'core', number);
        expect(found).to.deep.equal(files(count).map(({ filename }) => filename));
      });
    }

    it('finds as many as GitHub tells', async () => {
      const { number } = fake.pull(core(), { files: files(MAX_FILES + 10) });
      expect(await filesOf(github, 'asha', 'core', number)).to.have.length(MAX_FILES);
    });
  });

  describe('of the reviews of a pull request', () => {
    it('finds them all, oldest first', async () => {
      const pull = fake.pull(core());
      for (let at = 0; at < 120; at++) fake.review(pull, `reviewer-${at % 7}`, at % 2 === 0 ? 'COMMENTED' : 'APPROVED');
      const reviews = await reviewsOf(github, 'asha', 'core', pull.number);
      expect(reviews).to.have.length(120);
      expect(reviews[1])
        .to.include({ state: 'APPROVED' })
        .and.to.have.property('user')
        .that.includes({ login: 'reviewer-1' });
      expect(reviews.map(({ id }) => id)).to.deep.equal(pull.pull.reviews.map(({ id }) => id));
    });
  });
});

describe('the query for closed issues', () => {
  it('is one of GitHub’s public schema', () => {
    expect(validate(CLOSING_ISSUES)).to.deep.equal([]);
  });
});

describe('a lookup that is answered oddly', () => {
  afterEach(closeServers);

  const node = { number: 5, repository: { databaseId: null, nameWithOwner: 'a/b', isPrivate: false } };
  const answer = (nodes: unknown, pageInfo: object = { hasNextPage: false, endCursor: null }) => ({
    repository: { pullRequest: { all: { pageInfo, nodes }, linked: null } },
  });
  const hidden = (step: string | number, type = 'FORBIDDEN') => ({
    ...{ type, message: 'Resource not accessible by integration' },
    path: ['repository', 'pullRequest', 'all', 'nodes', step].slice(typeof step === 'string' ? 4 : 0),
  });

  it('passes over issues that the App may not see', async () => {
    for (const type of ['FORBIDDEN', 'NOT_FOUND']) {
      const body = { data: answer([null, node]), errors: [hidden(0, type)] };
      const { github } = await trial(() => ({ status: 200, body }));
      expect((await closingIssues(github, 'asha', 'core', 1)).all).to.deep.equal([
        { repository: 'a/b', repositoryId: null, isPrivate: false, number: 5 },
      ]);
    }
  });

  it('fails when more is hidden than issues', async () => {
    for (const body of [
      { data: answer([node]), errors: [hidden(0), hidden('repository')] },
      { data: answer([node]), errors: [hidden(0, 'SOMETHING_ELSE')] },
      { data: null, errors: [hidden(0)] },
      { data: { repository: null }, errors: [hidden('repository', 'NOT_FOUND')] },
    ]) {
      const { github } = await trial(() => ({ status: 200, body }));
      expect(await rejection(closingIssues(github, 'asha', 'core', 1))).to.include({ kind: 'final', status: 200 });
    }
  });

  it('takes nothing for no issues', async () => {
    for (const data of [answer(null), { repository: null }, { repository: { pullRequest: null } }]) {
      const { github } = await trial(() => ({ status: 200, body: { data } }));
      expect(await closingIssues(github, 'asha', 'core', 1)).to.deep.equal(NONE);
    }
  });

  it('ends with pages that have no end', async () => {
    const body = { data: answer([node], { hasNextPage: true, endCursor: 'again' }) };
    const { github, asked } = await trial(() => ({ status: 200, body }));
    expect((await closingIssues(github, 'asha', 'core', 1)).all).to.have.length(1);
    expect(asked()).to.have.length(10);
  });

  it('takes no more files than GitHub promises to tell', async () => {
    const body = Array.from({ length: 70 }, (_, at) => ({ filename: `${at}` }));
    const { github, asked } = await trial(({ path, headers }) => {
      const page = Number(/page=(\d+)$/.exec(path)?.[1] ?? 1);
      return { status: 200, body, headers: { link: `<http://${headers['host']}/files?page=${page + 1}>; rel="next"` } };
    });
    expect(await filesOf(github, 'a', 'b', 1)).to.have.length(MAX_FILES);
    expect(asked()).to.have.length(Math.ceil(MAX_FILES / 70));
  });

  it('names what is not as promised', async () => {
    const asks: readonly [body: unknown, ask: (github: GitHub) => Promise<unknown>, says: RegExp][] = [
      [
        { data: { repository: 5 } },
        (github) => closingIssues(github, 'a', 'b', 1),
        /ClosingIssues: .*repository must be/,
      ],
      [{ data: answer([{ number: 'x' }]) }, (github) => closingIssues(github, 'a', 'b', 1), /nodes\.0/],
      [{ role_name: 'read' }, (github) => permissionOf(github, 'a', 'b', 'c'), /permission is missing/],
      [{ permission: 'king' }, (github) => permissionOf(github, 'a', 'b', 'c'), /a permission that we do not know/],
      [[{ name: 'x' }], (github) => filesOf(github, 'a', 'b', 1), /filename is missing/],
      [[{ id: 1 }], (github) => reviewsOf(github, 'a', 'b', 1), /is missing/],
    ];
    for (const [body, ask, says] of asks) {
      const { github } = await trial(() => ({ status: 200, body }));
      const failure = await rejection(ask(github));
      expect(failure).to.be.instanceOf(GitHubFailure).and.to.include({ kind: 'final' });
      expect(failure).to.have.property('message').that.matches(says);
    }
  });

  it('takes an organisation’s own role for what it is built upon', async () => {
    const { github } = await trial(() => ({
      status: 200,
      body: { permission: 'write', role_name: 'Release manager' },
    }));
    expect(await permissionOf(github, 'a', 'b', 'c')).to.equal('write');
    expect(PERMISSIONS).to.include('write');
  });
});
