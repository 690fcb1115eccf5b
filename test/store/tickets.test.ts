// The public list: who sees what, in which order, on which page.
import { expect } from 'chai';
import fc from 'fast-check';
import type { TicketQuery } from '../../src/store/reading.ts';
import type { TicketRow } from '../../src/store/store.ts';
import { eachTransport } from '../support/database.ts';
import { aCommit, aTicket, newRepository } from './samples.ts';

const TICKETS: Partial<TicketRow>[] = [
  {
    title: 'Add a map',
    organisation: 'Samagra',
    product: 'Maps',
    domain: 'Health, Education',
    category: ['Frontend'],
    skills: ['React', 'CSS'],
    complexity: 'High',
    points: 50,
    mentors: ['asha'],
    created_at: '2026-01-01T00:00:00Z',
  },
  {
    title: 'Fix 100% of_the login',
    organisation: 'EkStep',
    domain: 'Education',
    category: ['Backend', 'Frontend'],
    skills: ['Node.js'],
    complexity: 'Low',
    points: 10,
    status: 'assigned',
    assignees: ['ravi'],
    created_at: '2026-01-03T00:00:00Z',
  },
  {
    title: 'zebra crossing',
    organisation: 'samagra',
    complexity: 'Medium',
    points: 30,
    status: 'closed',
    created_at: '2026-01-02T00:00:00.250Z',
    closed_at: '2026-02-02T00:00:00Z',
  },
  { title: 'Write docs', created_at: '2026-01-04T00:00:00Z' },
];

eachTransport('the list of tickets', (database) => {
  const repositoryId = newRepository();
  before(async () => {
    for (const [index, ticket] of TICKETS.entries()) {
      const row = aTicket({ number: index, repository: 'Org/Repo', ...ticket });
      await database().store.commit(
        aCommit({ repositoryId, number: index + 1, listed: [row, { ...row, effect: 'z' }] }),
      );
    }
    const hidden = aTicket({ title: 'Secret', private: true });
    await database().store.commit(aCommit({ number: 8, listed: [hidden] }));
    await database().store.commit(aCommit({ number: 9, private: true, listed: [{ ...hidden, private: false }] }));
  });

  async function titles(query: Partial<TicketQuery>): Promise<unknown[]> {
    const { tickets } = await database().store.tickets({ limit: 50, offset: 0, ...query });
    return tickets.map((ticket) => Object(ticket).title);
  }
  const [map, login, zebra, docs] = TICKETS.map(({ title }) => title);

  it('shows each listed subject once, nothing private, the newest first', async () => {
    expect(await titles({})).to.deep.equal([docs, login, zebra, map]);
  });

  it('gives a ticket as it was listed', async () => {
    const { tickets, total } = await database().store.tickets({ limit: 1, offset: 2 });
    expect(total).to.equal(4);
    const { effect: _, private: __, ...row } = aTicket({ number: 2, repository: 'Org/Repo', ...TICKETS[2] });
    expect(tickets).to.deep.equal([row]);
  });

  const filters: [Partial<TicketQuery>, unknown[]][] = [
    [{ organisation: 'SAMAGRA' }, [zebra, map]],
    [{ repository: 'org/repo' }, [docs, login, zebra, map]],
    [{ repository: 'org/other' }, []],
    [{ domain: 'education' }, [login, map]],
    [{ domain: 'Health, Education' }, [map]],
    [{ domain: 'Heal' }, []],
    [{ skill: 'react' }, [map]],
    [{ category: 'frontend' }, [login, map]],
    [{ complexity: 'low' }, [login]],
    [{ status: 'closed' }, [zebra]],
    [{ min_points: 30 }, [zebra, map]],
    [{ min_points: 20, max_points: 40 }, [zebra]],
    [{ search: '  frontend   REACT ' }, [map]],
    [{ search: 'asha' }, [map]],
    [{ search: 'frontend nothing' }, []],
    [{ search: '100%' }, [login]],
    [{ search: 'of_the' }, [login]],
    [{ search: 'x%' }, []],
    [{ search: '_' }, [login]],
    [{ search: '\\' }, []],
    [{ search: ' ' }, [docs, login, zebra, map]],
    [{ sort: 'created_at' }, [map, zebra, login, docs]],
    [{ sort: '-closed_at' }, [zebra, map, login, docs]],
    [{ sort: 'points' }, [login, zebra, map, docs]],
    [{ sort: '-points' }, [map, zebra, login, docs]],
    [{ sort: 'title' }, [map, login, docs, zebra]],
    [{ sort: '-title' }, [zebra, docs, login, map]],
    [{ sort: 'complexity' }, [login, zebra, map, docs]],
    [{ sort: '-complexity' }, [map, zebra, login, docs]],
    [{ sort: 'organisation' }, [login, map, zebra, docs]],
    [{ sort: 'status' }, [login, zebra, map, docs]],
    [{ sort: 'private; drop table c4gt.tickets' }, [docs, login, zebra, map]],
  ];
  for (const [query, expected] of filters) {
    it(`answers ${JSON.stringify(query)}`, async () => {
      expect(await titles(query)).to.deep.equal(expected);
    });
  }

  it('takes any text for a filter, and is never broken by it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('search', 'sort', 'skill', 'domain', 'organisation'),
        fc.stringMatching(/^[%_\\'"*()[\]{}?+.$^ -]{1,8}$/),
        async (field, text) => {
          const found = await titles({ [field]: text });
          expect(found.length).to.be.at.most(4);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('gives pages that never overlap, whatever ties', async () => {
    const { store } = database();
    const repository = 'org/ties';
    for (let number = 1; number <= 7; number += 1) {
      await store.commit(aCommit({ number, listed: [aTicket({ repository, title: `Tie ${number}`, points: 5 })] }));
    }
    for (const sort of ['points', '-points', 'title', '-closed_at', 'complexity']) {
      const pages = [0, 3, 6, 9].map((offset) => titles({ repository, sort, limit: 3, offset }));
      expect(new Set((await Promise.all(pages)).flat()).size, sort).to.equal(7);
    }
  });

  it('lets tickets leave, change, and hide with their repository', async () => {
    const { store } = database();
    const next = { repositoryId: newRepository(), number: 1 };
    const repository = 'org/leaving';
    await store.commit(aCommit({ ...next, listed: [aTicket({ repository }), aTicket({ repository, effect: 'b' })] }));
    await store.commit(
      aCommit({
        ...next,
        version: 1,
        unlisted: ['list'],
        listed: [aTicket({ repository, effect: 'b', title: 'New' })],
      }),
    );
    expect(await titles({ repository })).to.deep.equal(['New']);
    await store.commit(aCommit({ ...next, version: 2, learns: false, private: true }));
    expect(await titles({ repository })).to.deep.equal([]);
    await store.commit(aCommit({ ...next, version: 2, learns: false, unlisted: ['b'] }));
    expect(await titles({ repository })).to.deep.equal([]);
  });
});
