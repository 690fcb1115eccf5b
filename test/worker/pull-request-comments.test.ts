// Comments on pull requests, which GitHub tells as comments on issues: each belongs to its own pull request.
import { expect } from 'chai';
import { issueStory } from '../../src/commands/issue-story.ts';
import { pullRequestStory } from '../../src/commands/pull-request-story.ts';
import { storyClock } from '../../src/commands/scene.ts';
import type { RuleSet } from '../../src/engine/rule.ts';
import type { Told } from '../../src/rule-tests/memory-programme.ts';
import { rulesOf } from '../engine/rules.ts';
import { asha, mentor, ravi, sunbird } from '../support/cast.ts';
import { eachDatabase } from '../support/database.ts';
import { openProgramme } from '../support/programme.ts';
import { labelRenamed, repositoryChanged } from './repository-story.ts';

const secret = { ...sunbird, private: true };

/** Somebody's comment on a pull request. */
function commented(number: number, place = sunbird): Told {
  const first = { title: 'x', body: null, author: mentor };
  const { event, payload } = issueStory(storyClock(), place, number, first).commented(asha, 'Done!');
  return { event, payload: { ...payload, issue: { ...(payload['issue'] as object), pull_request: {} } } };
}

const helped: RuleSet = rulesOf(`  helped:
    on: issue_comment.created
    when: { issue.is_pull_request: true }
    once_per: subject
    then: [{ award_points: { to: { fact: comment.author }, points: 2, reason: "Helped with {{ issue.title }}" } }]`);

eachDatabase('a comment on a pull request', (database) => {
  it('is about that pull request, so a rule that is once per subject counts each', async () => {
    await using programme = await openProgramme(database(), helped);
    await programme.play([commented(5), commented(6), commented(5)]);
    expect((await programme.ledger()).map(({ subject }) => subject)).to.have.members(['9001/5', '9001/6']);
  });

  it('tells nothing of the pull request that its own events would not', async () => {
    const merged = pullRequestStory(storyClock(), sunbird, 5, { title: 'Fix', body: '', author: ravi }).merged(mentor);
    const rules = rulesOf(`  merged: { on: pull_request, while: { pull_request.merged: true }, then: [
      { award_points: { to: { fact: pull_request.author }, points: 7 } }] }`);
    for (const history of [
      [commented(5), merged, commented(5)],
      [merged, commented(5)],
    ]) {
      await using programme = await openProgramme(database(), rules);
      await programme.play(history);
      expect((await programme.standing()).points).to.deep.equal({ ravi: 7 });
    }
  });

  it('in a private repository gives its points without a word about it, whatever else was heard of there', async () => {
    await using programme = await openProgramme(database(), helped);
    await programme.play([labelRenamed(secret, 'Old', 'New'), commented(5, secret)]);
    expect(await programme.store.contributor('asha'))
      .to.have.property('ledger')
      .that.has.lengthOf(1);
    expect(JSON.stringify(await programme.store.contributor('asha'))).to.not.match(/Sunbird|Helped/);
  });

  it('keeps its place when the rules are exchanged, and its secret when the repository becomes private', async () => {
    await using programme = await openProgramme(database(), helped);
    await programme.play([commented(5)]);
    await programme.exchangeRules(
      rulesOf('  x: { on: issues, while: { issue.state: open }, then: [list_ticket: {}] }'),
    );
    expect(JSON.stringify(await programme.store.contributor('asha'))).to.include('Sunbird/core#5');
    await programme.play([repositoryChanged('privatized', secret, '2026-07-01T00:00:00Z')]);
    expect(JSON.stringify(await programme.store.contributor('asha'))).to.not.match(/Sunbird|Helped/);
    expect((await programme.standing()).points).to.deep.equal({ asha: 2 });
  });
});
