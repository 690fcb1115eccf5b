// The shipped rules, as the programme describes itself: what is listed, who earns what, and what earns nothing.
import { expect } from 'chai';
import { issueStory, ticketBody } from '../../src/commands/issue-story.ts';
import { pullRequestStory } from '../../src/commands/pull-request-story.ts';
import { type Person, storyClock } from '../../src/commands/scene.ts';
import type { RuleSet } from '../../src/engine/rule.ts';
import { memoryProgramme, type Standing, type Told } from '../../src/rule-tests/memory-programme.ts';
import { asha, bot, meera, mentor, ravi, sunbird } from '../support/cast.ts';
import { shippedRules } from '../support/shipped-rules.ts';

const form = {
  product: 'Sunbird',
  complexity: 'Medium',
  skills: 'Node.js, C#',
  category: 'Backend',
  mentor: '@mentor-devi',
};

describe('the rules of the C4GT community', () => {
  let rules: RuleSet;
  before(async () => {
    rules = await shippedRules();
  });

  async function standingAfter(history: readonly Told[]): Promise<Standing> {
    const programme = memoryProgramme(rules);
    for (const told of history) await programme.tell(told);
    return programme.standing();
  }

  const ticket = (changes: Partial<typeof form> & { labels?: string[]; body?: string }) => {
    const { labels = ['C4GT Community'], body, ...more } = changes;
    const filled = body ?? ticketBody({ ...form, ...more });
    return issueStory(storyClock(), sunbird, 12, { title: 'Export', body: filled, author: mentor, labels });
  };

  describe('list a ticket', () => {
    for (const [complexity, points] of [
      ['Beginner', 5],
      ['Low', 10],
      ['Medium', 20],
      ['High', 30],
      ['_No response_', 10],
    ] as const) {
      it(`of complexity ${complexity} for ${points} points`, async () => {
        const { tickets } = await standingAfter([ticket({ complexity }).opened()]);
        expect(tickets).to.deep.equal([`Sunbird/core#12 open ${points}`]);
      });
    }

    for (const label of ['C4GT Community', 'C4GT Bounty', 'C4GT Coding', 'DMP 2026', 'c4gt community']) {
      it(`with the label ${label}`, async () => {
        expect((await standingAfter([ticket({ labels: [label] }).opened()])).tickets).to.have.length(1);
      });
    }

    for (const [name, changes] of [
      ['without a programme label', { labels: ['bug'] }],
      ['without a product', { product: '_No response_' }],
      ['without a category', { category: '_No response_' }],
      ['without a mentor', { mentor: '_No response_' }],
      ['without skills', { skills: '_No response_' }],
      ['that is not written with the form', { body: 'Please fix the login.' }],
    ] as const) {
      it(`but none ${name}`, async () => {
        expect((await standingAfter([ticket(changes as object).opened()])).tickets).to.deep.equal([]);
      });
    }

    it('once it is completed, and no longer once it is not', async () => {
      const issue = ticket({ product: '_No response_' });
      const history = [issue.opened(), issue.edited({ body: ticketBody(form) })];
      expect((await standingAfter(history)).tickets).to.deep.equal(['Sunbird/core#12 open 20']);
      expect((await standingAfter([...history, issue.edited({ body: 'Never mind.' })])).tickets).to.deep.equal([]);
    });

    it('as assigned, once, when two people are assigned', async () => {
      const issue = ticket({});
      expect((await standingAfter([issue.opened(), issue.assigned(asha), issue.assigned(ravi)])).tickets).to.deep.equal(
        ['Sunbird/core#12 assigned 20'],
      );
    });

    it("that loses another label than the programme's", async () => {
      const issue = ticket({ labels: ['C4GT Community', 'help wanted'] });
      expect((await standingAfter([issue.opened(), issue.unlabeled('help wanted')])).tickets).to.have.length(1);
    });

    it('no longer when it is deleted', async () => {
      const issue = ticket({});
      expect((await standingAfter([issue.opened(), issue.deleted()])).tickets).to.deep.equal([]);
    });
  });

  describe('award work on a ticket', () => {
    interface Work {
      readonly author?: Person;
      readonly merger?: Person;
      readonly labels?: string[];
      readonly body?: string;
      readonly reviews?: readonly (readonly [Person, 'approved' | 'changes_requested' | 'commented'])[];
    }

    async function earned({ author = asha, merger = mentor, labels = [], body = 'Fixes #12', reviews = [] }: Work) {
      const issue = ticket({});
      const pull = pullRequestStory(storyClock('2026-07-01T00:00:00Z'), sunbird, 13, {
        title: 'Export',
        body,
        author,
        labels,
      });
      const reviewed = reviews.map(([person, verdict]) => pull.reviewed(person, verdict));
      return (await standingAfter([issue.opened(), pull.opened(), ...reviewed, pull.merged(merger)])).points;
    }

    const cases: [string, Work, Record<string, number>][] = [
      ["that a merged pull request closes, with the ticket's points", {}, { asha: 20 }],
      ['by its own label, with the default of 10', { body: 'No ticket.', labels: ['C4GT Community'] }, { asha: 10 }],
      ['by neither label nor ticket: nothing', { body: 'No ticket.', labels: ['bug'] }, {}],
      ['that only mentions the ticket: nothing', { body: 'See #12' }, {}],
      ['that its author merged: nothing', { merger: asha }, {}],
      ['by a bot: nothing', { author: bot }, {}],
      ['that was approved: the reviewer earns the same', { reviews: [[ravi, 'approved']] }, { asha: 20, ravi: 20 }],
      [
        'that was reviewed twice by one and once by another: each once',
        {
          reviews: [
            [ravi, 'changes_requested'],
            [ravi, 'approved'],
            [meera, 'approved'],
          ],
        },
        { asha: 20, ravi: 20, meera: 20 },
      ],
      ['that was commented on only: the author alone', { reviews: [[ravi, 'commented']] }, { asha: 20 }],
      [
        'whose changes are still requested: the author alone',
        {
          reviews: [
            [ravi, 'approved'],
            [ravi, 'changes_requested'],
          ],
        },
        { asha: 20 },
      ],
    ];
    for (const [name, work, points] of cases) {
      it(name, async () => expect(await earned(work)).to.deep.equal(points));
    }

    it('that a stranger to the repository approved: the author alone', async () => {
      const pull = pullRequestStory(storyClock(), sunbird, 13, {
        title: 'x',
        body: '',
        author: asha,
        labels: ['C4GT Community'],
      });
      const history = [pull.opened(), pull.reviewed(ravi, 'approved', 'NONE'), pull.merged(mentor)];
      expect((await standingAfter(history)).points).to.deep.equal({ asha: 10 });
    });

    it('that was approved only after the merge: the author alone', async () => {
      const pull = pullRequestStory(storyClock(), sunbird, 13, {
        title: 'x',
        body: '',
        author: asha,
        labels: ['C4GT Community'],
      });
      const history = [pull.opened(), pull.merged(mentor), pull.reviewed(ravi, 'approved')];
      expect((await standingAfter(history)).points).to.deep.equal({ asha: 10 });
    });

    it('that a merged pull request is edited to close only afterwards: nothing', async () => {
      const issue = ticket({ complexity: 'High' });
      const pull = pullRequestStory(storyClock('2026-07-01T00:00:00Z'), sunbird, 13, {
        title: 'Typo',
        body: '',
        author: asha,
      });
      const history = [issue.opened(), pull.opened(), pull.merged(mentor), pull.edited({ body: 'Fixes #12' })];
      expect((await standingAfter(history)).points).to.deep.equal({});
      const late = [issue.opened(), history[3], history[1], history[2]].filter((told) => told !== undefined);
      expect((await standingAfter(late)).points).to.deep.equal({});
    });

    it('only when it is merged', async () => {
      const issue = ticket({});
      const pull = pullRequestStory(storyClock(), sunbird, 13, { title: 'Export', body: 'Fixes #12', author: asha });
      expect((await standingAfter([issue.opened(), pull.opened(), pull.closed()])).points).to.deep.equal({});
    });

    it('no longer when the ticket loses its label, and again when it is put back', async () => {
      const clock = storyClock();
      const issue = issueStory(clock, sunbird, 12, {
        title: 'Export',
        body: ticketBody(form),
        author: mentor,
        labels: ['C4GT Community'],
      });
      const pull = pullRequestStory(clock, sunbird, 13, { title: 'Export', body: 'Fixes #12', author: asha });
      const history = [issue.opened(), pull.opened(), pull.merged(mentor), issue.unlabeled('C4GT Community')];
      expect((await standingAfter(history)).points).to.deep.equal({});
      expect((await standingAfter([...history, issue.labeled('C4GT Community')])).points).to.deep.equal({ asha: 20 });
    });

    it('once, however often the ticket is closed', async () => {
      const clock = storyClock();
      const issue = issueStory(clock, sunbird, 12, {
        title: 'Export',
        body: ticketBody(form),
        author: mentor,
        labels: ['C4GT Community'],
      });
      const pull = pullRequestStory(clock, sunbird, 13, { title: 'Export', body: 'Fixes #12', author: asha });
      const again = [issue.closed(), issue.reopened(), issue.closed(), issue.reopened(), issue.closed()];
      const standing = await standingAfter([issue.opened(), pull.opened(), pull.merged(mentor), ...again]);
      expect(standing).to.deep.equal({ points: { asha: 20 }, tickets: ['Sunbird/core#12 closed 20'] });
    });
  });
});
