// Tickets and points follow what happens to their repository and its labels, of which issues' own events tell nothing.
import { expect } from 'chai';
import { actions } from '../../src/actions/registry.ts';
import { issueStory, ticketBody } from '../../src/commands/issue-story.ts';
import { pullRequestStory } from '../../src/commands/pull-request-story.ts';
import { storyClock } from '../../src/commands/scene.ts';
import type { RuleSet } from '../../src/engine/rule.ts';
import { processDelivery } from '../../src/worker/process-delivery.ts';
import { rulesOf } from '../engine/rules.ts';
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
    expect(shown).to.have.nested.property('ledger[0].reason', 'Work in a repository that is not public');

    await programme.play([repositoryChanged('publicized', sunbird, clock.next())]);
    expect((await programme.standing()).tickets).to.deep.equal(listed);
  });

  it('vanish at once when their repository is made private, or deleted, though nothing in it is decided again', async () => {
    for (const [action, place] of [
      ['privatized', secret],
      ['deleted', sunbird],
    ] as const) {
      const { clock, history } = ticketAndWork();
      await using programme = await openProgramme(database(), rules);
      await programme.play(history);
      await programme.receive(repositoryChanged(action, place, clock.next()));
      const [work] = await programme.store.claim(1, 60);
      if (work === undefined) throw new Error('there is nothing to claim');
      await processDelivery({ store: programme.store, actions, rules: () => rules }, work);

      expect((await programme.standing()).tickets, action).to.deep.equal([]);
      for (const number of [12, 13]) {
        expect(await programme.store.why('Sunbird/core', number)).to.equal(null);
        expect(await programme.store.effectsOn('Sunbird/core', number)).to.equal(null);
      }
      const hidden = /Sunbird|CSV|Export|github\.com\/S/;
      expect(JSON.stringify(await programme.store.contributor('asha'))).to.not.match(hidden);
      for (const view of ['tickets', 'ccbp_tickets', 'ledger'])
        expect(JSON.stringify(await database().query(`select * from public.${view}`)), view).to.not.match(hidden);
      await programme.play([]);
      expect(JSON.stringify(await programme.store.contributor('asha'))).to.not.match(hidden);
    }
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

  for (const action of ['transferred', 'deleted'] as const) {
    it(`leave nothing of what they said where they were ${action}, but what each rule came to`, async () => {
      const { clock, issue } = ticketAndWork();
      const thanking = rulesOf(`
  listed:
    on: issues.opened
    when: { issue.title: { contains: Export } }
    then: [{ list_ticket: { points: 10 } }]
  thanks:
    on: issues
    while: { issue.title: { contains: Export } }
    then:
      - award_points: { to: { fact: issue.author }, points: 5, reason: 'Wrote {{ issue.title }}' }
      - comment: { body: 'Thank you for {{ issue.title }}' }
`);
      await using programme = await openProgramme(database(), thanking);
      await programme.play([issue.opened()]);
      const told = async () =>
        JSON.stringify([
          ...[await programme.store.why('Sunbird/core', 12), await programme.store.effectsOn('Sunbird/core', 12)],
          ...[await programme.store.contributor(mentor.login), await programme.standing()],
          await database().query('select v.* from public.ledger as v'),
          await database().query('select v.* from public.tickets as v'),
          await database().query('select v.* from public.ccbp_tickets as v'),
        ]);
      expect(await told()).to.match(/Export/);
      clock.next();
      await programme.play([as(action, issue.edited({ title: 'Farewell' }))]);
      expect(await told()).to.not.match(/Export|Farewell/);
      expect(await programme.store.why('Sunbird/core', 12))
        .to.be.an('array')
        .that.has.lengthOf(2);
      expect(await told()).to.include('Work on what was deleted or moved away');
      expect((await programme.standing()).tickets).to.deep.equal([]);
    });
  }

  it('leave the list with their repository', async () => {
    const { clock, history } = ticketAndWork();
    await using programme = await openProgramme(database(), rules);
    await programme.play([...history, repositoryChanged('deleted', sunbird, clock.next())]);
    expect(await programme.standing()).to.deep.equal({ points: { asha: 30 }, tickets: [] });
  });
});
