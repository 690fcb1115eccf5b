// What the list is read from stays what the tickets are: after whatever is listed, taken off, hidden and shown again, it
// is what the public view makes of the tickets themselves.
import { expect } from 'chai';
import fc from 'fast-check';
import { eachDatabase } from '../support/database.ts';
import { setInstallation, tellInstalled } from './outbox-samples.ts';
import { aCommit, aTicket } from './samples.ts';

const REPOSITORIES = [71, 72];
const installationOf = (repositoryId: number) => repositoryId * 10;

const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      what: fc.constant('decide' as const),
      repositoryId: fc.constantFrom(...REPOSITORIES),
      number: fc.integer({ min: 1, max: 3 }),
      listed: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 2 }),
      unlisted: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 2 }),
      secret: fc.boolean(),
      private: fc.boolean(),
      points: fc.option(fc.integer({ min: 0, max: 3 })),
      complexity: fc.constantFrom(null, 'High', 'low', 'odd'),
    }),
  },
  fc.record({
    what: fc.constant('installation' as const),
    repositoryId: fc.constantFrom(...REPOSITORIES),
    state: fc.constantFrom('active' as const, 'suspended' as const),
  }),
);

eachDatabase('the list of tickets', (database) => {
  it('is always that of the tickets', async () => {
    const { store, query } = database();
    for (const repositoryId of REPOSITORIES) await tellInstalled(store, repositoryId, installationOf(repositoryId));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 15 }), async (steps) => {
        for (const each of steps) {
          if (each.what === 'installation') {
            await setInstallation(query, installationOf(each.repositoryId), each.state);
            continue;
          }
          const { repositoryId, number, listed, unlisted, secret, points, complexity } = each;
          const [stored] = await store.subjects([`${repositoryId}/${number}`]);
          const ticket = { number, points, complexity, private: secret, title: `${repositoryId}/${number}` };
          await store.commit(
            aCommit({
              ...{ repositoryId, number, private: each.private, version: stored?.version ?? 0 },
              listed: listed.map((effect) => aTicket({ ...ticket, effect, url: `https://github.com/${effect}` })),
              unlisted: unlisted.filter((effect) => !listed.includes(effect)),
            }),
          );
        }
        const shown = await query('select title, url, points, complexity from public.tickets order by title');
        const { tickets, total } = await store.tickets({ sort: 'title', limit: 50, offset: 0 });
        const told = tickets.map((ticket) => {
          const { title, url, points, complexity } = Object(ticket);
          return { title, url, points, complexity };
        });
        expect(told).to.deep.equal(shown);
        expect(total).to.equal(shown.length);
      }),
      { numRuns: 40 },
    );
  });
});
