// The public list over HTTP: every filter, every order, and pages that neither overlap nor leave gaps.
import { expect } from 'chai';
import { TICKET_SORTS } from '../../src/web/query.ts';
import { aCommit, anEffect, aTicket } from '../store/samples.ts';
import { openTestPGlite, type TestDatabase } from '../support/database.ts';
import { expectProblem, expectSafeHeaders, type Serving, serve } from './serving.ts';

interface Ticket {
  readonly number: number;
  readonly [field: string]: unknown;
}

interface Page {
  readonly tickets: readonly Ticket[];
  readonly total: number;
  readonly next: string | null;
}

const COMPLEXITIES = ['Low', 'Medium', 'High', null];

/** Twenty-three tickets that share some values with one another, and none all of them. */
const tickets = Array.from({ length: 23 }, (_, index) => {
  const closed = index % 3 === 2;
  return aTicket({
    number: index + 1,
    repository: index % 2 === 0 ? 'Sunbird/core' : 'egovernments/digit',
    title: `${'CAB'[index % 3]} <script>alert(${index})</script> & 100% "map_${index}"`,
    organisation: index % 5 === 0 ? null : `Org ${index % 5}`,
    product: index % 2 === 0 ? 'Sunbird Ed' : 'DIGIT',
    domain: index % 4 === 0 ? 'Education, Health' : 'Urban',
    category: index % 4 === 1 ? ['Backend', 'AI'] : ['Frontend'],
    skills: index % 3 === 0 ? ['Node.js', 'C++'] : ['SQL'],
    complexity: COMPLEXITIES[index % 4] ?? null,
    points: index % 6 === 5 ? null : (index % 6) * 10,
    mentors: [`mentor-${index % 2}`],
    assignees: index % 3 === 1 ? ['asha'] : [],
    status: closed ? 'closed' : index % 3 === 1 ? 'assigned' : 'open',
    created_at: `2026-01-${String(1 + (index % 7)).padStart(2, '0')}T00:00:00Z`,
    closed_at: closed ? '2026-02-01T00:00:00Z' : null,
  });
});

describe('the list of tickets', () => {
  let database: TestDatabase;
  let serving: Serving;
  before(async () => {
    database = await openTestPGlite();
    serving = await serve(database.store);
    for (const listed of tickets) {
      const { repository, number } = listed;
      const commit = aCommit({ repository, number, effects: [anEffect('list')], listed: [listed] });
      expect(await database.store.commit(commit)).to.equal('committed');
    }
  });
  after(async () => {
    await serving?.stop();
    await database?.close();
  });

  const page = async (query: string): Promise<Page> => {
    const answer = await serving.ask(`/api/tickets${query}`);
    expect(answer.status, answer.text).to.equal(200);
    return answer.json<Page>();
  };
  const numbers = ({ tickets: found }: { tickets: readonly Ticket[] }) =>
    found.map(({ number }) => number).sort((a, b) => a - b);
  const expected = (holds: (ticket: (typeof tickets)[number]) => boolean) =>
    tickets.filter(holds).map(({ number }) => number);
  const within = (points: number | null, from: number, to: number) => points !== null && points >= from && points <= to;

  const filters: readonly [query: string, holds: (ticket: (typeof tickets)[number]) => boolean][] = [
    ['organisation=Org 1', ({ organisation }) => organisation === 'Org 1'],
    ['organisation=ORG 1', ({ organisation }) => organisation === 'Org 1'],
    ['organisation=Org', () => false],
    ['organisation=', () => true],
    ['repository=sunbird/CORE', ({ repository }) => repository === 'Sunbird/core'],
    ['domain=health', ({ domain }) => domain === 'Education, Health'],
    ['domain=Education, Health', ({ domain }) => domain === 'Education, Health'],
    ['skill=c%2B%2B', ({ skills }) => skills.includes('C++')],
    ['skill=C', () => false],
    ['category=ai', ({ category }) => category.includes('AI')],
    ['complexity=low', ({ complexity }) => complexity === 'Low'],
    ['status=assigned', ({ status }) => status === 'assigned'],
    ['points=20', ({ points }) => points === 20],
    ['points=0', ({ points }) => points === 0],
    ['min_points=30', ({ points }) => within(points, 30, 1000)],
    ['max_points=10', ({ points }) => within(points, 0, 10)],
    ['min_points=10&max_points=20', ({ points }) => within(points, 10, 20)],
    ['min_points=20&max_points=10', () => false],
    ['search=sunbird ed', ({ product }) => product === 'Sunbird Ed'],
    ['search=  BACKEND   c%2B%2B ', ({ category, skills }) => category.includes('Backend') && skills.includes('C++')],
    ['search=mentor-1', ({ mentors }) => mentors.includes('mentor-1')],
    ['search=%25', () => true],
    ['search=map_1', ({ number }) => [2, ...[11, 12, 13, 14, 15, 16, 17, 18, 19, 20]].includes(number)],
    ['search=%25core', () => false],
    ["search=' or 1=1 --", () => false],
    ['status=open&complexity=High&skill=node.js', (t) => t.status === 'open' && t.complexity === 'High'],
  ];
  for (const [query, holds] of filters) {
    it(`is filtered by ${query}`, async () => {
      const found = await page(`?${query}`);
      expect(numbers(found)).to.deep.equal(expected(holds));
      expect(found.total).to.equal(found.tickets.length);
    });
  }

  const orders: Readonly<Record<string, (ticket: Ticket) => unknown>> = {
    complexity: ({ complexity }) => ({ Low: 0, Medium: 1, High: 2 })[String(complexity)] ?? null,
    title: ({ title }) => String(title).toLowerCase(),
    organisation: ({ organisation }) => (organisation === null ? null : String(organisation).toLowerCase()),
  };
  for (const sort of TICKET_SORTS.flatMap((name) => [name, `-${name}`])) {
    it(`is sorted by ${sort}, what is not set last, page by page to the end`, async () => {
      const name = sort.replace('-', '');
      const all: Ticket[] = [];
      for (let next: string | null = `/api/tickets?limit=5&sort=${sort}`; next !== null; ) {
        const found: Page = (await serving.ask(next)).json<Page>();
        expect(found.total).to.equal(tickets.length);
        expect(found.tickets.length).to.be.within(1, 5);
        all.push(...found.tickets);
        next = found.next;
      }
      expect(all).to.deep.equal((await page(`?sort=${sort}`)).tickets);
      expect(numbers({ tickets: all })).to.deep.equal(expected(() => true));
      const keys = all.map(orders[name] ?? ((ticket) => ticket[name]));
      const set = keys.filter((key) => key !== null) as (string | number)[];
      expect(keys.slice(set.length).every((key) => key === null)).to.equal(true);
      const descending = sort.startsWith('-');
      for (const [index, key] of set.slice(1).entries()) {
        const before = set[index] as string | number;
        expect(descending ? before >= key : before <= key, `${before} then ${key}`).to.equal(true);
      }
    });
  }

  it('keeps the filters, and says nothing else, in the address of the next page', async () => {
    const { next } = await page('?status=open&search=%26+100%25&limit=1&offset=1&sort=-points');
    expect(next).to.equal('/api/tickets?status=open&search=%26+100%25&limit=1&offset=2&sort=-points');
  });

  it('begins with the newest, fifty of them', async () => {
    expect((await page('')).tickets).to.deep.equal((await page('?sort=-created_at&limit=50&offset=0')).tickets);
  });

  it('ends beyond its end', async () => {
    expect(await page('?offset=1000000')).to.deep.equal({ tickets: [], total: 23, next: null });
    expect((await page('?limit=23')).next).to.equal(null);
    expect((await page('?limit=22')).next).to.equal('/api/tickets?limit=22&offset=22');
  });

  it('gives a title as it is, as JSON that no browser takes for a page', async () => {
    const { headers, json } = await serving.ask('/api/tickets?search=map_0');
    expect(headers.get('content-type')).to.equal('application/json; charset=utf-8');
    expectSafeHeaders(headers);
    expect(json<Page>().tickets[0]?.['title']).to.equal('C <script>alert(0)</script> & 100% "map_0"');
  });

  const refused: readonly [query: string, detail: RegExp][] = [
    ['page=2', /no parameter "page".*limit, offset/],
    ['Status=open', /no parameter "Status"/],
    ['__proto__=1', /no parameter "__proto__"/],
    ['status[]=open', /no parameter/],
    ['status=open&status=closed', /"status" must be given once/],
    ['limit=1&limit=2', /"limit" must be given once/],
    ['search=a&search=a', /"search" must be given once/],
    ['status=pending', /"status" must be one of open, assigned, closed/],
    ['sort=number', /"sort" must be one of created_at/],
    ['sort=--points', /"sort"/],
    ['sort=points desc', /"sort"/],
    ['limit=0', /"limit" must be a whole number from 1 to 200/],
    ['limit=201', /"limit"/],
    ['limit=-1', /"limit"/],
    ['limit=1.5', /"limit"/],
    ['limit=1e1', /"limit"/],
    ['limit=ten', /"limit"/],
    ['offset=-1', /"offset"/],
    ['offset=1000001', /"offset"/],
    ['offset=99999999999999999999', /"offset"/],
    ['points=1001', /"points"/],
    ['min_points=-1', /"min_points"/],
    ['max_points=x', /"max_points"/],
    ['points=10&min_points=x', /"min_points"/],
    ['points=10&max_points=20', /"points".*"max_points"|"max_points".*"points"/],
    [`search=${'x'.repeat(201)}`, /"search" must be at most 200 characters/],
    ['search=%00', /"search"/],
    [`${'x'.repeat(500)}=1`, /no parameter "x{1,50}"/],
  ];
  for (const [query, detail] of refused) {
    it(`refuses ?${query.slice(0, 40)}`, async () => {
      expectProblem(await serving.ask(`/api/tickets?${query}`), 400, detail);
    });
  }
});
