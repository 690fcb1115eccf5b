// Faults that are ours: tried again, put aside after five tries, brought back by hand; and no rule's fault is another's.
import { expect } from 'chai';
import { issueStory } from '../../src/commands/issue-story.ts';
import { pullRequestStory } from '../../src/commands/pull-request-story.ts';
import { storyClock } from '../../src/commands/scene.ts';
import type { Store } from '../../src/store/store.ts';
import { rulesOf } from '../engine/rules.ts';
import { asha, mentor, sunbird } from '../support/cast.ts';
import { eachDatabase } from '../support/database.ts';
import { openProgramme, type Programme } from '../support/programme.ts';
import { shippedRules } from '../support/shipped-rules.ts';

const labels = ['C4GT Community'];

/** The store, failing on one subject in a way that trying again does not help, and postponing without delay. */
function failing({ store }: Programme, fault: { subject: string; healed: boolean; waits: number[] }): Store {
  return {
    ...store,
    commitAll: async (commits) => {
      if (commits.some(({ subject }) => subject.key === fault.subject) && !fault.healed)
        throw new Error('a fault of ours \0');
      return store.commitAll(commits);
    },
    postpone: (work, seconds, reason) => {
      fault.waits.push(seconds);
      return store.postpone(work, 0, reason);
    },
  };
}

const pull = (number: number) =>
  pullRequestStory(storyClock(), sunbird, number, { title: 'x', body: '', author: asha, labels });

eachDatabase('faults', (database) => {
  describe('work that fails', () => {
    it('is a dead letter after five tries with growing waits, is brought back, and keeps nobody waiting', async () => {
      await using programme = await openProgramme(database(), await shippedRules());
      const fault = { subject: '9001/13', healed: false, waits: [] as number[] };
      const [bad = '', good = ''] = await programme.receive(pull(13).merged(mentor), pull(14).merged(mentor));
      const worker = programme.start({ store: failing(programme, fault) });
      await programme.settled();
      expect(await programme.delivery(bad)).to.include({
        state: 'dead',
        attempts: 5,
        reason: 'a fault of ours \u{fffd}',
      });
      expect(fault.waits).to.deep.equal([2, 4, 8, 16]);
      expect(await programme.delivery(good)).to.include({ state: 'processed', attempts: 1 });
      expect((await programme.standing()).points).to.deep.equal({ asha: 10 });

      fault.healed = true;
      expect(await programme.store.retry(bad)).to.equal(1);
      worker.wake();
      await programme.settled();
      expect(await programme.delivery(bad)).to.include({ state: 'processed', attempts: 1, reason: null });
      expect((await programme.standing()).points).to.deep.equal({ asha: 20 });
    });

    it('passes when the fault does', async () => {
      await using programme = await openProgramme(database(), await shippedRules());
      const fault = { subject: '9001/13', healed: false, waits: [] as number[] };
      const store = failing(programme, fault);
      const [guid = ''] = await programme.receive(pull(13).merged(mentor));
      const postpone: Store['postpone'] = (...args) => {
        fault.healed = true;
        return store.postpone(...args);
      };
      programme.start({ store: { ...store, postpone } });
      await programme.settled();
      expect(await programme.delivery(guid)).to.include({ state: 'processed', attempts: 2, reason: null });
    });
  });

  /** Awards as many points as the issue has comments, which fails for none and for more than 1000. */
  const perComment = 'points: { fact: issue.comments }';
  const rules = (first: string) =>
    rulesOf(`  broken: { on: issues, while: { issue.state: open }, then: [
    { award_points: { to: { fact: issue.author }, ${first} } }] }
  broken-too: { on: issues.opened, when: { issue.state: open }, then: [
    { award_points: { to: { fact: sender }, ${perComment} } }] }
  sound: { on: issues, while: { issue.state: open }, then: [
    { award_points: { to: { fact: issue.author }, points: 3 } }] }`);

  describe('a rule that fails', () => {
    it('stops no other rule, says why, and changes nothing that stood before', async () => {
      await using programme = await openProgramme(database(), rules('points: 5'));
      const issue = issueStory(storyClock(), sunbird, 7, { title: 'x', body: null, author: asha });
      const { event, payload } = issue.opened();
      const silent = { event, payload: { ...payload, issue: { ...(payload['issue'] as object), comments: 0 } } };
      const [guid = ''] = await programme.receive(silent);
      await programme.play([]);
      expect(await programme.delivery(guid)).to.include({ state: 'processed', attempts: 1 });
      expect((await programme.standing()).points).to.deep.equal({ asha: 8 });

      await programme.exchangeRules(rules(perComment));
      await programme.play([silent]);
      expect((await programme.standing()).points).to.deep.equal({ asha: 8 });
      const [last] = (await programme.store.why('Sunbird/core', 7)) ?? [];
      const outcomes = (last as { rules: { id: string; outcome: string; error?: string }[] }).rules;
      expect(outcomes.map(({ id, outcome, error = '' }) => `${id}: ${outcome} ${error}`)).to.have.members([
        'demo/broken-too: error award_points.points must be from 1 to 1000, not 0',
        'demo/broken: error award_points.points must be from 1 to 1000, not 0',
        'demo/sound: held ',
      ]);
    });
  });
});
