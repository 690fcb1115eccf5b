// Replaying what was looked up: GitHub is not asked again, and what it said then decides again.
import { expect } from 'chai';
import { actions } from '../../src/actions/registry.ts';
import { ticketBody } from '../../src/commands/issue-story.ts';
import type { RuleSet } from '../../src/engine/rule.ts';
import { replayLedger } from '../../src/ledger/replay.ts';
import { openScratch } from '../../src/store/scratch.ts';
import type { Store } from '../../src/store/store.ts';
import { rulesOf } from '../engine/rules.ts';
import { openTestPGlite, type TestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { openLooking } from '../worker/looking.ts';

const rules = rulesOf(`  work:
    on: [pull_request, pull_request_review]
    while: { pull_request.merged: true, pull_request.ticket.labels: { contains: C4GT Community } }
    then:
      - award_points:
          to: { fact: pull_request.author }
          points: { table: points, key: { fact: pull_request.ticket.complexity }, default: 1 }
  approved:
    on: pull_request
    while: { pull_request.merged: true, pull_request.approved_by: { length: { greaterThan: 0 } } }
    then: [{ award_points: { to: { fact: pull_request.approved_by }, points: 5 } }]
  docs:
    on: pull_request
    while: { pull_request.files: { contains: docs/guide.md } }
    then: [{ award_points: { to: { fact: pull_request.author }, points: 3 } }]
  trusted:
    on: pull_request.labeled
    when: { sender.permission: { in: [write, maintain, admin] } }
    then: [{ award_points: { to: { fact: sender }, points: 1 } }]
tables: { points: { Low: 10, Medium: 20, High: 30 } }`);

const form = { product: 'Sunbird', skills: 'Node.js', category: 'Backend', mentor: '@devi' };
const ticket = (complexity: string) => ({ body: ticketBody({ ...form, complexity }), labels: ['C4GT Community'] });

describe('replaying what was looked up', function () {
  this.timeout(120_000);
  let database: TestDatabase;

  before(async () => {
    database = await openTestPGlite();
  });
  after(() => database.close());

  async function replayed(recorded: Store) {
    const scratch = await openScratch(null);
    try {
      return await replayLedger({ recorded, scratch, actions, rulesOf: async (): Promise<RuleSet> => rules });
    } finally {
      await scratch.store.close();
    }
  }

  it('comes to the same without asking GitHub, our own doings left aside', async () => {
    await using looking = await openLooking(database, rules);
    const { fake, core, programme, told, merged } = looking;
    const linked = fake.issue(core, ticket('High'));
    const elsewhere = fake.issue(fake.repository('asha/other'), ticket('Medium'));
    const first = fake.pull(core, {
      author: 'ravi',
      linked: [linked],
      files: [{ filename: 'docs/guide.md', status: 'modified', additions: 1, deletions: 0 }],
    });
    const second = fake.pull(core, { author: 'ravi', body: 'Fixes asha/other#1', closes: [elsewhere] });
    fake.review(first, 'meera', 'APPROVED');
    const history = [told('opened', linked), told('opened', first), merged(first), merged(second)];
    for (const each of history) await programme.play([each]);
    await programme.play([told('labeled', first, 'meera'), told('labeled', first, 'C4GT[bot]')]);
    Object.assign(linked, { body: ticket('Low').body });
    await programme.play([told('edited', linked)]);
    // A question may have come to nothing, on a slow machine, and is asked again.
    const worker = programme.start();
    await until('everything is decided', async () => (await programme.store.counts()).pending === 0);
    await worker.stop();
    expect(await looking.points()).to.deep.equal({ meera: 6, ravi: 33 });
    looking.asked();

    const { differences, incomparable } = await replayed(programme.store);
    expect({ differences, incomparable }).to.deep.equal({ differences: [], incomparable: [] });
    expect(looking.asked()).to.deep.equal([]);

    const forgotten = await replayed({
      ...programme.store,
      lookupsOf: async () => ({}),
      storedDeliveries: async (after, quantity) =>
        (await programme.store.storedDeliveries(after, quantity)).map((each) => ({ ...each, lookups: null })),
    });
    expect(forgotten.differences.map(({ rule }) => rule)).to.include.members([
      'demo/approved',
      'demo/docs',
      'demo/trusted',
      'demo/work',
    ]);
  });
});
