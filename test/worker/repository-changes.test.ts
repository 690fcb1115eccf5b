// Tickets and points follow what happens to their repository and its labels, of which issues' own events tell nothing.
import { expect } from 'chai';
import { issueStory, ticketBody } from '../../src/commands/issue-story.ts';
import { pullRequestStory } from '../../src/commands/pull-request-story.ts';
import { storyClock } from '../../src/commands/scene.ts';
import type { RuleSet } from '../../src/engine/rule.ts';
import { asha, digit, mentor, sunbird } from '../support/cast.ts';
import { eachDatabase } from '../support/database.ts';
import { openProgramme } from '../support/programme.ts';
import { shippedRules } from '../support/shipped-rules.ts';
import { as, labelDeleted, labelRenamed, repositoryChanged } from './repository-story.ts';

const form = { product: 'Sunbird', complexity: 'High', skills: 'Node.js', category: 'Backend', mentor: '@mentor-devi' };
const label = 'C4GT Community';
const listed = ['Sunbird/core#12 open 30'];
const renamed = { ...sunbird, fullName: 'Sunbird/heart' };
const secret = { ...sunbird, private: true };

/** A ticket on the list, and the pull request that was merged for it. */
function ticketAndWork() {
  const clock = storyClock();
  const first = { title: 'Export', body: ticketBody(form), author: mentor, labels: [label] };
  const issue = issueStory(clock, sunbird, 12, first);
  const pull = pullRequestStory(clock, sunbird, 13, { title: 'CSV', body: 'Fixes #12', author: asha });
  return { clock, issue, history: [issue.opened(), pull.merged(mentor)] };
}

eachDatabase('tickets', (database) => {
  let rules: RuleSet;
  before(async () => {
    rules = await shippedRules();
  });

  it('leave the list when their label is renamed to another, and come back with its name', async () => {
    await using programme = await openProgramme(database(), rules);
    await programme.play(ticketAndWork().history);
    expect(await programme.standing()).to.deep.equal({ points: { asha: 30 }, tickets: listed });
    await programme.play([labelRenamed(sunbird, label, 'Something else')]);
    expect(await programme.standing()).to.deep.equal({ points: {}, tickets: [] });
    const back = labelRenamed(sunbird, label, 'C4GT Bounty').payload;
    await programme.play([
      { event: 'label', payload: { ...back, changes: { name: { from: 'Something else' } } } },
      labelRenamed(digit, label, 'Elsewhere'),
    ]);
    expect(await programme.standing()).to.deep.equal({ points: { asha: 30 }, tickets: listed });
  });

  it('leave the list when their label is deleted, whichever is heard of first', async () => {
    const { history } = ticketAndWork();
    for (const told of [
      [...history, labelDeleted(sunbird, label)],
      [labelDeleted(sunbird, label), ...history],
    ]) {
      await using programme = await openProgramme(database(), rules);
      for (const each of told) await programme.play([each]);
      expect(await programme.standing()).to.deep.equal({ points: {}, tickets: [] });
    }
  });

  it('carry the new name of their repository, under which they are then found', async () => {
    const { clock, history } = ticketAndWork();
    await using programme = await openProgramme(database(), rules);
    await programme.play(history);
    await programme.play([repositoryChanged('renamed', renamed, clock.next())]);
    const after = { points: { asha: 30 }, tickets: ['Sunbird/heart#12 open 30'] };
    expect(await programme.standing()).to.deep.equal(after);
    expect(await programme.store.why('sunbird/HEART', 12))
      .to.be.an('array')
      .that.has.lengthOf.above(0);
    expect(await programme.store.why('Sunbird/core', 12)).to.equal(null);

    const pull = pullRequestStory(clock, digit, 5, { title: 'x', body: 'Closes Sunbird/heart#12', author: asha });
    await programme.play([pull.merged(mentor), ...history]);
    expect(await programme.standing()).to.deep.equal({ points: { asha: 60 }, tickets: after.tickets });
  });

  it('vanish with all their reasons when their repository is made private, and points stay without a word', async () => {
    const { clock, history } = ticketAndWork();
    await using programme = await openProgramme(database(), rules);
    await programme.play(history);
    expect(JSON.stringify(await programme.store.contributor('asha'))).to.include('Sunbird/core');
    await programme.play([repositoryChanged('privatized', secret, clock.next())]);
    expect(await programme.standing()).to.deep.equal({ points: { asha: 30 }, tickets: [] });
    expect(await programme.store.why('Sunbird/core', 12)).to.equal(null);
    expect(await programme.store.why('Sunbird/core', 13)).to.equal(null);
    const shown = await programme.store.contributor('asha');
    expect(JSON.stringify(shown)).to.not.match(/Sunbird|CSV|github\.com/);
    expect(shown).to.have.nested.property('ledger[0].reason', 'Work in a private repository');

    await programme.play([repositoryChanged('publicized', sunbird, clock.next())]);
    expect((await programme.standing()).tickets).to.deep.equal(listed);
  });

  it('vanish though the repository was made private in the second of their own last change', async () => {
    const { history } = ticketAndWork();
    const issue = history[0]?.payload['issue'] as { updated_at: string };
    const privatized = repositoryChanged('privatized', secret, issue.updated_at);
    for (const told of [
      [history.slice(0, 1), [privatized]],
      [[privatized], history.slice(0, 1)],
    ]) {
      await using programme = await openProgramme(database(), rules);
      for (const each of told) await programme.play(each);
      expect((await programme.standing()).tickets).to.deep.equal([]);
      expect(await programme.store.why('Sunbird/core', 12)).to.equal(null);
    }
  });

  for (const action of ['transferred', 'deleted'] as const) {
    it(`leave the list when the issue is ${action}, in any order, and points for work done stay`, async () => {
      const { issue, history } = ticketAndWork();
      const last = as(action, issue.edited({ title: 'Farewell' }));
      for (const told of [
        [...history, last],
        [last, ...history],
      ]) {
        await using programme = await openProgramme(database(), rules);
        for (const each of told) await programme.play([each]);
        expect(await programme.standing()).to.deep.equal({ points: { asha: 30 }, tickets: [] });
      }
    });
  }

  it('leave the list with their repository', async () => {
    const { clock, history } = ticketAndWork();
    await using programme = await openProgramme(database(), rules);
    await programme.play([...history, repositoryChanged('deleted', sunbird, clock.next())]);
    expect(await programme.standing()).to.deep.equal({ points: { asha: 30 }, tickets: [] });
  });
});
