// What becomes of work when a worker dies, when the store fails it, and when it is told to stop.
import { setTimeout as moment } from 'node:timers/promises';
import { expect } from 'chai';
import { actions } from '../../src/actions/registry.ts';
import { example } from '../../src/commands/examples.ts';
import { issueStory } from '../../src/commands/issue-story.ts';
import { pullRequestStory } from '../../src/commands/pull-request-story.ts';
import { storyClock } from '../../src/commands/scene.ts';
import { type Store, StoreUnavailable } from '../../src/store/store.ts';
import { processDelivery } from '../../src/worker/process-delivery.ts';
import { asha, mentor, sunbird } from '../support/cast.ts';
import { eachDatabase } from '../support/database.ts';
import { openProgramme } from '../support/programme.ts';
import { shippedRules } from '../support/shipped-rules.ts';
import { until } from '../support/until.ts';

const work = { title: 'Export as CSV', body: '', author: asha, labels: ['C4GT Community'] };
const merged = pullRequestStory(storyClock(), sunbird, 13, work).merged(mentor);
const opened = (number: number) =>
  issueStory(storyClock(), sunbird, number, { title: 'x', body: null, author: mentor }).opened();

eachDatabase('retaking', (database) => {
  describe('the work of a worker that dies', () => {
    it('is hidden from others for the visibility timeout, and then retaken', async () => {
      await using programme = await openProgramme(database(), await shippedRules());
      const [guid = ''] = await programme.receive(merged);
      const dead = await programme.store.claim(50, 1);
      expect(dead).to.have.lengthOf(1);
      expect(await programme.store.claim(50, 1)).to.deep.equal([]);

      programme.start({ visibility: 1 });
      await programme.settled();
      expect(await programme.delivery(guid)).to.include({ state: 'processed', attempts: 2 });
      expect((await programme.standing()).points).to.deep.equal({ asha: 10 });
    });

    it('counts once when the dead worker turns out to have been slow', async () => {
      await using programme = await openProgramme(database(), await shippedRules());
      await programme.receive(merged);
      const [held] = await programme.store.claim(50, 0);
      await programme.play([]);
      if (held === undefined) throw new Error('nothing was claimed');
      const rules = await shippedRules();
      expect(await processDelivery({ store: programme.store, actions, rules: () => rules }, held)).to.equal(
        'processed',
      );
      await programme.play([]);
      expect((await programme.ledger()).map(({ points }) => points)).to.deep.equal([10]);
    });

    it('becomes a dead letter once it was begun five times, and what was only claimed with it is processed', async () => {
      await using programme = await openProgramme(database(), await shippedRules());
      const [guid = '', neighbour = ''] = await programme.receive(merged, example('issues.opened'));
      for (let deaths = 0; deaths < 10; deaths++) {
        const [first] = await programme.store.claim(50, 0);
        if (first !== undefined && deaths < 5) await programme.store.begin(first);
      }
      await programme.play([]);
      expect(await programme.delivery(guid)).to.include({
        state: 'dead',
        reason: 'tried 6 times and never finished',
      });
      expect(await programme.delivery(neighbour)).to.include({ state: 'processed' });
      expect(await programme.ledger()).to.deep.equal([]);
    });
  });

  describe('a store that fails in the middle', () => {
    it('leaves the work to be retaken, and nothing of it done', async () => {
      await using programme = await openProgramme(database(), await shippedRules());
      const [guid = ''] = await programme.receive(merged);
      let failures = 2;
      const store: Store = {
        ...programme.store,
        commitAll: async (commits) => {
          if (failures-- <= 0) return programme.store.commitAll(commits);
          expect(await programme.ledger()).to.deep.equal([]);
          throw new StoreUnavailable('the network went away');
        },
      };
      programme.start({ store, visibility: 1 });
      await programme.settled();
      expect(programme.logged).to.deep.equal(Array(2).fill('store unavailable; the work will be retaken'));
      expect(await programme.delivery(guid)).to.include({ state: 'processed', reason: null, attempts: 3 });
      expect((await programme.ledger()).map(({ points }) => points)).to.deep.equal([10]);
    });

    it('is asked again for work once it is back', async () => {
      await using programme = await openProgramme(database(), await shippedRules());
      let failures = 2;
      const store: Store = {
        ...programme.store,
        claim: async (...args) => {
          if (failures-- > 0) throw new StoreUnavailable('the network went away');
          return programme.store.claim(...args);
        },
      };
      programme.start({ store });
      const [guid = ''] = await programme.receive(merged);
      await programme.settled();
      expect(programme.logged).to.deep.equal(Array(2).fill('cannot claim work; trying again'));
      expect(await programme.delivery(guid)).to.include({ state: 'processed', attempts: 1 });
    });
  });

  describe('work that takes longer than its claim', () => {
    it('stays with whoever is at it', async () => {
      await using programme = await openProgramme(database(), await shippedRules());
      const [guid = ''] = await programme.receive(merged);
      const gate = Promise.withResolvers<void>();
      const reached = Promise.withResolvers<void>();
      const store: Store = {
        ...programme.store,
        commitAll: async (commits) => {
          reached.resolve();
          await gate.promise;
          return programme.store.commitAll(commits);
        },
      };
      const worker = programme.start({ store, visibility: 1 });
      await reached.promise;
      for (const until = performance.now() + 2_500; performance.now() < until; await moment(100))
        expect(await programme.store.claim(50, 60)).to.deep.equal([]);
      gate.resolve();
      await worker.stop();
      expect(await programme.delivery(guid)).to.include({ state: 'processed', attempts: 1 });
    });
  });

  describe('a worker that is stopped', () => {
    it('finishes all that it holds, and claims nothing more', async () => {
      await using programme = await openProgramme(database(), await shippedRules());
      const held = await programme.receive(opened(1), opened(2), opened(3));
      const reached = Promise.withResolvers<void>();
      const gate = Promise.withResolvers<void>();
      let claims = 0;
      const store: Store = {
        ...programme.store,
        claim: (...args) => {
          claims++;
          return programme.store.claim(...args);
        },
        commitAll: async (commits) => {
          reached.resolve();
          await gate.promise;
          return programme.store.commitAll(commits);
        },
      };
      const worker = programme.start({ store, concurrency: 3 });
      await reached.promise;
      const stopped = worker.stop();
      const [late = ''] = await programme.receive(opened(4));
      gate.resolve();
      await stopped;

      for (const guid of held) expect(await programme.delivery(guid)).to.include({ state: 'processed' });
      expect(await programme.delivery(late)).to.include({ state: 'pending', attempts: 0 });
      expect(claims).to.equal(1);
    });

    it('stops at once when it is idle, and when the store does not answer', async () => {
      await using programme = await openProgramme(database(), await shippedRules());
      const idle = programme.start();
      await idle.stop();
      let asked = 0;
      const claim = async () => {
        asked++;
        throw new StoreUnavailable('nobody there');
      };
      const waiting = programme.start({ store: { ...programme.store, claim } });
      await until('it has asked in vain', () => asked > 0);
      await waiting.stop();
    });
  });
});
