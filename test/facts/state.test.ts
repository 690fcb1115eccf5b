// The state of a subject, from payloads that share a second, from reviews, and from what its repository tells.
import { expect } from 'chai';
import { example, setIn } from '../../src/commands/examples.ts';
import { issueStory } from '../../src/commands/issue-story.ts';
import { pullRequestStory } from '../../src/commands/pull-request-story.ts';
import { storyClock } from '../../src/commands/scene.ts';
import { consumerOf } from '../../src/consumers/registry.ts';
import type { Facts, FactValue } from '../../src/facts/fact.ts';
import { type Knowledge, learn } from '../../src/facts/knowledge.ts';
import type { LabelChange } from '../../src/facts/observation.ts';
import { approvedBy, stateFacts } from '../../src/facts/state.ts';
import type { Told } from '../../src/rule-tests/memory-programme.ts';
import { asha, bot, meera, mentor, ravi, sunbird } from '../support/cast.ts';

function known(history: readonly Told[], before: Knowledge | null = null): Knowledge {
  let knowledge = before;
  for (const { event, payload } of history) {
    const consumed = consumerOf(event)?.read(payload);
    if (consumed?.observation === undefined) throw new Error(`${event} tells of no subject`);
    knowledge = learn(knowledge, `${event}.${consumed.action}`, consumed.observation);
  }
  if (knowledge === null) throw new Error('nothing was told');
  return knowledge;
}

/** The state that the events come to, told in the order given and in the reverse. */
function inBothOrders(history: readonly Told[]): Facts {
  const [forwards, backwards] = [stateFacts(known(history), null), stateFacts(known(history.toReversed()), null)];
  expect(backwards).to.deep.equal(forwards);
  return forwards;
}

const first = { title: 'Export', body: null, author: mentor };
const sameSecond = () => storyClock(undefined, 0);
const issue = (labels: readonly string[], clock = sameSecond()) => issueStory(clock, sunbird, 12, { ...first, labels });
const pull = (clock = storyClock()) => pullRequestStory(clock, sunbird, 13, { ...first, author: asha });
const logins = (value: FactValue | undefined) => (value as readonly { login: string }[]).map(({ login }) => login);

describe('two events of one second', () => {
  it('that exchange a label for another leave the other', () => {
    const story = issue(['A']);
    const facts = inBothOrders([story.unlabeled('A'), story.labeled('B')]);
    expect(facts['issue.labels']).to.deep.equal(['B']);
    const added = issue(['A']);
    expect(inBothOrders([added.labeled('B'), added.unlabeled('A')])['issue.labels']).to.deep.equal(['B']);
  });

  it('that close and label an issue leave it closed, and labelled', () => {
    const story = issue([]);
    const facts = inBothOrders([story.labeled('A'), story.closed()]);
    expect(facts).to.deep.include({ 'issue.state': 'closed', 'issue.labels': ['A'] });
    const other = issue([]);
    const closed = other.closed();
    const facts2 = inBothOrders([closed, other.labeled('A')]);
    expect(facts2).to.deep.include({ 'issue.state': 'closed', 'issue.labels': ['A'] });
  });

  it('that merge a pull request and show it in a review leave it merged', () => {
    const story = pull(sameSecond());
    const facts = inBothOrders([story.opened(), story.reviewed(ravi, 'approved'), story.merged(mentor)]);
    expect(facts).to.deep.include({ 'pull_request.merged': true, 'pull_request.state': 'closed' });
    expect(facts['pull_request.merged_by']).to.include({ login: 'mentor-devi' });
  });
});

describe('pull_request.approved_by', () => {
  const approvals = (history: readonly Told[]) => logins(approvedBy(known(history), inBothOrders(history)));

  it('names who approved, by number of the account', () => {
    const story = pull();
    expect(approvals([story.reviewed(meera, 'approved'), story.reviewed(ravi, 'approved')])).to.deep.equal([
      'ravi',
      'meera',
    ]);
  });

  it('keeps an approval after which its author only commented', () => {
    const story = pull();
    expect(approvals([story.reviewed(ravi, 'approved'), story.reviewed(ravi, 'commented')])).to.deep.equal(['ravi']);
  });

  it('drops one after which its author asked for changes, until approving again', () => {
    const story = pull();
    const history = [story.reviewed(ravi, 'approved'), story.reviewed(ravi, 'changes_requested')];
    expect(approvals(history)).to.deep.equal([]);
    expect(approvals([...history, story.reviewed(ravi, 'approved')])).to.deep.equal(['ravi']);
  });

  it('drops one that was dismissed', () => {
    const approved = pull().reviewed(ravi, 'approved');
    const dismissed = { event: approved.event, payload: { ...approved.payload, action: 'dismissed' } };
    expect(approvals([approved, dismissed])).to.deep.equal([]);
  });

  it('leaves out machines, which approve what they are told to', () => {
    const story = pull();
    expect(approvals([story.reviewed(bot, 'approved'), story.reviewed(ravi, 'approved')])).to.deep.equal(['ravi']);
  });

  it('counts an account that was renamed or deleted meanwhile the same in any order', () => {
    const approved = pull().reviewed(ravi, 'approved');
    for (const user of [null, { ...ravi, login: 'ravi-renamed' }]) {
      const payload = structuredClone(approved.payload);
      setIn(payload, 'review.user', user);
      expect(
        approvals([approved, { event: approved.event, payload: { ...payload, action: 'edited' } }]),
      ).to.have.length(1);
    }
  });
});

describe("labels that changed in the issue's repository", () => {
  const numbers: Record<string, number> = {};
  const labelled = known([issue(['A', 'Z']).opened()]);
  for (const { id, name } of Object.values(labelled.snapshots['issues'] ?? {}).flatMap(({ labels }) => labels)) {
    numbers[name] = id;
  }
  const a = numbers['A'] ?? 0;
  const change = (was: string, name: string | null, id = a): LabelChange => ({ id, was, name });

  const cases: readonly [string, readonly LabelChange[], readonly string[]][] = [
    ['follow a rename', [change('A', 'B')], ['B', 'Z']],
    ['follow renames one after the other', [change('A', 'B'), change('B', 'C')], ['C', 'Z']],
    [
      'follow a name taken twice to where it went at last',
      [change('A', 'B'), change('B', 'A'), change('A', 'C')],
      ['C', 'Z'],
    ],
    ['stay put in a circle', [change('A', 'B'), change('B', 'A')], ['A', 'Z']],
    ['are gone when deleted, whatever they were called', [change('A', 'B'), change('B', null)], ['Z']],
    ['are not touched by a namesake of another number', [change('A', 'B', 1), change('A', null, 2)], ['A', 'Z']],
  ];

  for (const [what, changes, expected] of cases) {
    it(`${what}, in any order`, () => {
      for (const order of [changes, changes.toReversed()]) {
        const repository = order.reduce<Knowledge | null>((before, label) => {
          const subject = { kind: 'repository', repositoryId: sunbird.id, number: 0 } as const;
          return learn(before, 'label.edited', { subject, label });
        }, null);
        expect(stateFacts(labelled, repository)['issue.labels']).to.deep.equal(expected);
      }
    });
  }
});

describe("the repository's own word", () => {
  const named = (full_name: string, at: string): Told => {
    const { payload } = example('repository.renamed');
    const repository = { ...(payload['repository'] as object), id: sunbird.id, full_name, updated_at: at };
    return { event: 'repository', payload: { ...payload, repository } };
  };
  const nameIn = (at: string) => {
    const clock = storyClock('2026-06-01T09:00:00Z', 60);
    const told = issueStory(clock, sunbird, 12, first).opened();
    return stateFacts(known([told]), known([named('Sunbird/heart', at)]))['repository.full_name'];
  };

  it('counts when it is newer than the issue, or of the same second, and not when it is older', () => {
    expect(nameIn('2026-06-01T09:02:00Z')).to.equal('Sunbird/heart');
    expect(nameIn('2026-06-01T09:01:00Z')).to.equal('Sunbird/heart');
    expect(nameIn('2026-06-01T09:00:59Z')).to.equal('Sunbird/core');
  });
});
