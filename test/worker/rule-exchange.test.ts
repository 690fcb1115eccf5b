// Other rules: a worker that lacks the active ones stands by, and what stood is made to follow the new ones.
import { expect } from 'chai';
import { pullRequestStory } from '../../src/commands/pull-request-story.ts';
import { storyClock } from '../../src/commands/scene.ts';
import type { RuleSet } from '../../src/engine/rule.ts';
import type { Told } from '../../src/rule-tests/memory-programme.ts';
import type { Store } from '../../src/store/store.ts';
import { rulesOf } from '../engine/rules.ts';
import { asha, mentor, ravi, sunbird } from '../support/cast.ts';
import { eachDatabase } from '../support/database.ts';
import { openProgramme } from '../support/programme.ts';
import { until } from '../support/until.ts';

const merged = (points: number) =>
  `  merged: { on: pull_request, while: { pull_request.merged: true }, then: [
    { award_points: { to: { fact: pull_request.author }, points: ${points} } }] }\n`;
const other = `  other: { on: issues, while: { issue.state: open }, then: [list_ticket: {}] }\n`;
const once = `  merged: { on: pull_request, when: { pull_request.merged: true }, once_per: subject, then: [
    { award_points: { to: { fact: pull_request.author }, points: 10 } }] }\n`;
const ten: RuleSet = rulesOf(merged(10));
const none: RuleSet = rulesOf(other);

const pull = (number: number, author = asha): Told =>
  pullRequestStory(storyClock(), sunbird, number, { title: 'x', body: '', author }).merged(mentor);

eachDatabase('other rules', (database) => {
  describe('a worker whose rules are not the active ones', () => {
    it('commits nothing and claims nothing more until they are again', async () => {
      await using programme = await openProgramme(database(), ten);
      await programme.store.activateRules(none.version, 1, {});
      let [claims, looks] = [0, 0];
      const store: Store = {
        ...programme.store,
        claim: (...args) => {
          claims++;
          return programme.store.claim(...args);
        },
        activeRules: () => {
          looks++;
          return programme.store.activeRules();
        },
      };
      const [first = ''] = await programme.receive(pull(13));
      const worker = programme.start({ store, concurrency: 1 });
      await until('it stands by', () => looks > 0);
      const claimed = claims;
      const [second = ''] = await programme.receive(pull(14));
      for (const before = looks; looks < before + 3; ) {
        const seen = looks;
        worker.wake();
        await until('it has looked again', () => looks > seen);
      }
      expect(claims).to.equal(claimed);
      expect(programme.logged).to.deep.equal(['other rules are active than those of this process; standing by']);
      expect(await programme.delivery(first)).to.include({ state: 'pending', attempts: 0 });
      expect(await programme.delivery(second)).to.include({ state: 'pending', attempts: 0 });
      expect(await programme.ledger()).to.deep.equal([]);
      expect(await programme.store.why('Sunbird/core', 13)).to.equal(null);

      await programme.store.activateRules(ten.version, 1, {});
      await until('what waited is done', async () => (await programme.store.counts()).processed === 2);
      expect((await programme.standing()).points).to.deep.equal({ asha: 20 });
    });
  });

  describe('exchanged rules', () => {
    const lines = async ({ ledger }: Pick<Awaited<ReturnType<typeof openProgramme>>, 'ledger'>) =>
      (await ledger()).map(({ login, points }) => `${login} ${points}`).sort();

    it('correct every award by a reversal and a new line', async () => {
      await using programme = await openProgramme(database(), ten);
      await programme.play([pull(13), pull(14), pull(15, ravi)]);
      await programme.exchangeRules(rulesOf(merged(20)));
      const each = ['asha -10', 'asha 10', 'asha 20'];
      expect(await lines(programme)).to.deep.equal([...each, ...each, 'ravi -10', 'ravi 10', 'ravi 20'].sort());
      expect((await programme.standing()).points).to.deep.equal({ asha: 40, ravi: 20 });
    });

    it('change nothing where they say the same in other words', async () => {
      await using programme = await openProgramme(database(), ten);
      await programme.play([pull(13)]);
      await programme.exchangeRules(rulesOf(other + merged(10)));
      expect(await lines(programme)).to.deep.equal(['asha 10']);
    });

    it('withdraw what a removed rule awarded, and restore it when the rule is back', async () => {
      await using programme = await openProgramme(database(), ten);
      await programme.play([pull(13)]);
      for (const round of [1, 2]) {
        await programme.exchangeRules(none);
        expect((await programme.standing()).points, `removed, round ${round}`).to.deep.equal({});
        await programme.exchangeRules(ten);
        expect((await programme.standing()).points, `back, round ${round}`).to.deep.equal({ asha: 10 });
      }
      const expected = ['asha -10', 'asha -10', 'asha 10', 'asha 10', 'asha 10'];
      expect(await lines(programme)).to.deep.equal(expected);
    });

    it('hold for what was delivered before them and is processed after', async () => {
      await using programme = await openProgramme(database(), ten);
      await programme.play([pull(13)]);
      await programme.receive(pull(13), pull(14));
      await programme.exchangeRules(rulesOf(merged(20)));
      expect((await programme.standing()).points).to.deep.equal({ asha: 40 });
    });

    it('leave the points alone where a rule that awarded once becomes one that awards while it holds', async () => {
      await using programme = await openProgramme(database(), rulesOf(once));
      await programme.play([pull(13)]);
      await programme.exchangeRules(ten);
      expect((await programme.standing()).points).to.deep.equal({ asha: 10 });
      expect((await programme.store.counts()).dead).to.equal(0);
    });
  });
});
