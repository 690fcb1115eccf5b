// The ticket that a pull request closes may be heard of late, change late, live elsewhere, or come at the same moment.
import { expect } from 'chai';
import { issueStory, ticketBody } from '../../src/commands/issue-story.ts';
import { pullRequestStory } from '../../src/commands/pull-request-story.ts';
import { storyClock } from '../../src/commands/scene.ts';
import type { RuleSet } from '../../src/engine/rule.ts';
import type { Store } from '../../src/store/store.ts';
import { asha, digit, mentor, sunbird } from '../support/cast.ts';
import { eachDatabase, openTestPostgres, type TestDatabase } from '../support/database.ts';
import { openProgramme } from '../support/programme.ts';
import { shippedRules } from '../support/shipped-rules.ts';

const label = 'C4GT Community';
const form = { product: 'Sunbird', skills: 'Node.js', category: 'Backend', mentor: '@mentor-devi' };
const bodyOf = (complexity: string) => ticketBody({ ...form, complexity });

function ticket(number = 12, clock = storyClock()) {
  return issueStory(clock, sunbird, number, {
    title: 'Export',
    body: bodyOf('High'),
    author: mentor,
    labels: [label],
  });
}

eachDatabase('points for a merged pull request', (database) => {
  let rules: RuleSet;
  before(async () => {
    rules = await shippedRules();
  });

  it('are corrected when its ticket is heard of only afterwards, and whenever the ticket changes', async () => {
    await using programme = await openProgramme(database(), rules);
    const issue = ticket();
    const work = { title: 'CSV', body: 'Fixes #12', author: asha, labels: [label] };
    const points = async () => (await programme.standing()).points;
    await programme.play([pullRequestStory(storyClock(), sunbird, 13, work).merged(mentor)]);
    expect(await points()).to.deep.equal({ asha: 10 });
    await programme.play([issue.opened()]);
    expect(await points()).to.deep.equal({ asha: 30 });
    await programme.play([issue.edited({ body: bodyOf('Medium') })]);
    expect(await points()).to.deep.equal({ asha: 20 });
    await programme.play([issue.edited({ body: 'nothing of the form is left' })]);
    expect(await points()).to.deep.equal({ asha: 10 });
    expect((await programme.ledger()).map((line) => line.points)).to.deep.equal([10, -10, 30, -30, 20, -20, 10]);
  });

  it('come and go with the label of the ticket', async () => {
    await using programme = await openProgramme(database(), rules);
    const issue = ticket();
    const pull = pullRequestStory(storyClock(), digit, 5, { title: 'x', body: `Closes SUNBIRD/Core#12`, author: asha });
    const points = async () => (await programme.standing()).points;
    await programme.play([pull.merged(mentor)]);
    expect(await points()).to.deep.equal({});
    await programme.play([issue.opened()]);
    expect(await points()).to.deep.equal({ asha: 30 });
    await programme.play([issue.unlabeled(label)]);
    expect(await points()).to.deep.equal({});
    await programme.play([issue.labeled('c4gt bounty')]);
    expect(await points()).to.deep.equal({ asha: 30 });
  });
});

/** Takes one piece of work at a time, so that what is queued together goes to different workers. */
function oneAtATime(store: Store): Store {
  return { ...store, claim: (_quantity, visibility) => store.claim(1, visibility) };
}

describe('a ticket and a pull request of another repository, each taken by a worker at the same moment (Postgres)', () => {
  let database: TestDatabase;
  before(async () => {
    database = await openTestPostgres();
  });
  after(() => database.close());

  it('always find one another', async () => {
    await using programme = await openProgramme(database, await shippedRules());
    const store = oneAtATime(programme.store);
    programme.start({ store });
    programme.start({ store });
    for (let round = 1; round <= 20; round++) {
      const author = { id: 1_000 + round, login: `author-${round}` };
      const work = { title: 'x', body: `Closes ${sunbird.fullName}#${round}`, author };
      const pull = pullRequestStory(storyClock(), digit, round, work).merged(mentor);
      await Promise.all([programme.receive(ticket(round).opened()), programme.receive(pull)]);
      await programme.settled();
      expect((await programme.standing()).points).to.have.property(author.login, 30);
    }
  });
});
