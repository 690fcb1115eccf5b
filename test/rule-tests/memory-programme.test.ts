// The programme in memory does what the database does: contributors, badges, limits, days, and what only happens once.
import { expect } from 'chai';
import { issueStory } from '../../src/commands/issue-story.ts';
import { storyClock } from '../../src/commands/scene.ts';
import { memoryProgramme } from '../../src/rule-tests/memory-programme.ts';
import { rulesOf } from '../engine/rules.ts';
import { asha, ravi, sunbird } from '../support/cast.ts';
import { differences, tested, type WrittenStep } from './testing.ts';

const set = (facts: object) => ({ set: facts });
const issue = (number: number, author: string, at?: string): WrittenStep => ({
  'issues.opened': { ...set({ 'issue.number': number, 'issue.author': author }), ...(at === undefined ? {} : { at }) },
});
const award = `
  work:
    on: issues
    while: { issue.state: open }
    then: [{ award_points: { to: { fact: issue.author }, points: 10 } }]`;

describe('contributors', () => {
  const badges = `${award}
  enthusiast:
    on: contributor
    while: { contributor.points: { greaterThanInclusive: 10 } }
    then: [{ grant_badge: { to: { fact: contributor }, badge: Enthusiast } }]
  star:
    on: contributor
    while: { all: [{ contributor.points: { greaterThanInclusive: 20 } }, { contributor.registered: true }] }
    then: [{ grant_badge: { to: { fact: contributor }, badge: Star } }]
  first:
    on: contributor
    when: { contributor.points: { greaterThan: 0 } }
    once_per: subject
    then: [{ notify_discord: { channel: all, message: "{{ contributor.login }} has {{ contributor.points }}" } }]`;

  it('are decided when their points change, and lose what they no longer earn', async () => {
    const history = [issue(7, 'asha'), issue(8, 'asha'), issue(9, 'ravi')];
    const once = { badges: { asha: ['Enthusiast'], ravi: ['Enthusiast'] }, points: { asha: 20, ravi: 10 } };
    expect(await differences(badges, { history, expect: once })).to.deep.equal([]);
    const closed = [...history, { 'issues.closed': set({ 'issue.number': 9 }) }];
    expect(await differences(badges, { history: closed, expect: { badges: { asha: ['Enthusiast'] } } })).to.deep.equal(
      [],
    );
  });

  it('are decided when they register, and when they no longer are', async () => {
    const registers = (registered: boolean) => ({
      contributor: set({ contributor: 'asha', 'contributor.registered': registered }),
    });
    const history = [issue(7, 'asha'), issue(8, 'asha'), registers(true)];
    const both = { badges: { asha: ['Star', 'Enthusiast'] } };
    expect(await differences(badges, { history, expect: both })).to.deep.equal([]);
    expect(
      await differences(badges, { history: [registers(true), ...history.slice(0, 2)], expect: both }),
    ).to.deep.equal([]);
    const left = [...history, registers(false)];
    expect(await differences(badges, { history: left, expect: { badges: { asha: ['Enthusiast'] } } })).to.deep.equal(
      [],
    );
  });

  it('may have points from elsewhere', async () => {
    const history = [{ contributor: set({ contributor: 'asha', 'contributor.points': 12 }) }, issue(7, 'asha')];
    expect(await differences(badges, { history, expect: { points: { asha: 22 } } })).to.deep.equal([]);
  });

  it('are told of once per subject where a rule says so', async () => {
    const history = [issue(7, 'asha'), issue(8, 'asha')];
    expect(await differences(badges, { history, expect: { notifications: ['asha has 10'] } })).to.deep.equal([]);
  });

  it('are decided again when their badges change', async () => {
    const rules = `${badges}
  proud:
    on: contributor
    while: { contributor.badges: { contains: Enthusiast } }
    then: [{ grant_badge: { to: { fact: contributor }, badge: Proud } }]`;
    const expected = { badges: { asha: ['Enthusiast', 'Proud'] } };
    expect(await differences(rules, { history: [issue(7, 'asha')], expect: expected })).to.deep.equal([]);
  });

  it('whose rules chase one another make the test fail, and not run for ever', async () => {
    const rules = `${award}
  flip:
    on: contributor
    while: { not: { contributor.badges: { contains: Flip } } }
    then: [{ grant_badge: { to: { fact: contributor }, badge: Flip } }]`;
    expect(await differences(rules, { history: [issue(7, 'asha')], expect: { points: {} } })).to.deep.equal([
      'the rules never come to rest: what one does makes another, or itself, decide otherwise',
    ]);
  });
});

describe('limits', () => {
  const limited = award.replace('while:', 'limits: { per_hour: 2, per_day: 3 }\n    while:');
  const at = (time: string) => `2026-01-01T${time}Z`;
  const crowd = [1, 2, 3, 4].map((number) => issue(number, `c${number}`, at(`10:0${number}:00`)));

  it('park what goes over, until there is room', async () => {
    const parked = ['awards 10 points to c3', 'awards 10 points to c4'];
    expect(
      await differences(limited, { history: crowd, expect: { points: { c1: 10, c2: 10 }, parked } }),
    ).to.deep.equal([]);
    const later = [...crowd, { 'issues.edited': { at: at('11:05:00') } }];
    expect(
      await differences(limited, {
        history: later,
        expect: { points: { c1: 10, c2: 10, c3: 10 }, parked: parked.slice(1) },
      }),
    ).to.deep.equal([]);
    const nextDay = [...crowd, { 'schedule.daily': { at: '2026-01-02T10:30:00Z' } }];
    const all = { points: { c1: 10, c2: 10, c3: 10, c4: 10 }, parked: [] };
    expect(await differences(limited, { history: nextDay, expect: all })).to.deep.equal([]);
  });

  it('forget what is no longer wanted', async () => {
    const closed = [...crowd, { 'issues.closed': set({ 'issue.number': 3 }) }];
    expect(
      await differences(limited, { history: closed, expect: { parked: ['awards 10 points to c4'] } }),
    ).to.deep.equal([]);
  });

  it('count what comes, and not what is only corrected or withdrawn', async () => {
    const history = [
      issue(1, 'c1'),
      { 'issues.closed': null },
      { 'issues.reopened': null },
      { 'issues.edited': null },
      issue(2, 'c2'),
    ];
    expect(await differences(limited, { history, expect: { parked: ['awards 10 points to c2'] } })).to.deep.equal([]);
  });

  it('let what happened happen later, though it would not happen again', async () => {
    const rules = `
  hello:
    on: issues.opened
    when: { issue.state: open }
    limits: { per_hour: 1 }
    then: [{ comment: { body: "Hello {{ issue.author }}" } }]`;
    const history = [issue(1, 'asha', at('10:00:00')), issue(2, 'ravi', at('10:01:00'))];
    expect(await differences(rules, { history, expect: { comments: ['Hello asha'] } })).to.deep.equal([]);
    const later = [...history, { 'issues.closed': { at: at('11:30:00') } }];
    expect(
      await differences(rules, { history: later, expect: { comments: ['Hello asha', 'Hello ravi'], parked: [] } }),
    ).to.deep.equal([]);
  });
});

describe('a day', () => {
  const stale = `
  stale:
    on: schedule.daily
    when: { all: [{ issue.state: open }, { issue.updated_at: { olderThan: 7d } }] }
    once_per: subject
    then: [{ comment: { body: Still there? } }]
  fresh:
    on: issues
    while: { issue.created_at: { newerThan: 3d } }
    then: [{ add_labels: { labels: [new] } }]`;
  const days = (count: number) => Array.from({ length: count }, () => ({ 'schedule.daily': null }));

  it('comes to every subject, and to what is old by then', async () => {
    const history = [issue(1, 'asha'), issue(2, 'ravi'), { 'pull_request.opened': null }];
    expect(
      await differences(stale, { history: [...history, ...days(2)], expect: { comments: [], labels: ['new'] } }),
    ).to.deep.equal([]);
    expect(
      await differences(stale, { history: [...history, ...days(6)], expect: { comments: [], labels: [] } }),
    ).to.deep.equal([]);
    const reminded = { comments: ['Still there?', 'Still there?'], labels: [] };
    expect(await differences(stale, { history: [...history, ...days(9)], expect: reminded })).to.deep.equal([]);
  });

  it('comes at a time of its own', async () => {
    const history = [issue(1, 'asha'), { 'schedule.daily': { at: '2026-01-08T09:00:00Z' } }];
    expect(await differences(stale, { history, expect: { comments: [] } })).to.deep.equal([]);
    const later = [issue(1, 'asha'), { 'schedule.daily': { at: '2026-01-08T09:00:01Z' } }];
    expect(await differences(stale, { history: later, expect: { comments: ['Still there?'] } })).to.deep.equal([]);
  });
});

describe('what happens once', () => {
  it('per contributor happens on no other subject', async () => {
    const rules = `
  welcome:
    on: issues.opened
    when: { issue.state: open }
    once_per: contributor
    then: [{ award_points: { to: { fact: issue.author }, points: 5 } }]`;
    const history = [issue(1, 'asha'), issue(2, 'asha'), issue(3, 'ravi')];
    expect(await differences(rules, { history, expect: { points: { asha: 5, ravi: 5 } } })).to.deep.equal([]);
  });

  it('per delivery happens again with every body, and once with the same', async () => {
    const rules = `
  hello:
    on: issues.labeled
    when: { issue.state: open }
    then: [{ comment: { body: Hello } }]`;
    const again = { 'issues.labeled': { at: '2026-01-01T10:00:00Z' } };
    expect(await differences(rules, { history: [again, again], expect: { comments: ['Hello'] } })).to.deep.equal([]);
    expect(
      await differences(rules, {
        history: [again, { 'issues.labeled': null }],
        expect: { comments: ['Hello', 'Hello'] },
      }),
    ).to.deep.equal([]);
  });
});

describe('other rules', () => {
  it('decide everything again, contributors too', async () => {
    const badge = (points: number) =>
      rulesOf(`${award}
  star:
    on: contributor
    while: { contributor.points: { greaterThanInclusive: ${points} } }
    then: [{ grant_badge: { to: { fact: contributor }, badge: Star } }]`);
    const programme = memoryProgramme(badge(20));
    const clock = storyClock();
    for (const [number, author] of [
      [1, asha],
      [2, ravi],
    ] as const)
      await programme.tell(issueStory(clock, sunbird, number, { title: 'x', body: null, author }).opened());
    const badges = () => programme.contributors().map((each) => each.badges);
    expect(badges()).to.deep.equal([[], []]);
    await programme.exchangeRules(badge(10));
    expect(badges()).to.deep.equal([['Star'], ['Star']]);
    await programme.exchangeRules(badge(11));
    expect(badges()).to.deep.equal([[], []]);
  });
});

describe('the index', () => {
  it('makes no difference to what stands', async () => {
    const rules = Array.from({ length: 40 }, (_, index) =>
      award.replace('work:', `work-${index}:`).replace('open', index < 2 ? 'open' : 'closed'),
    ).join('');
    const test = { history: [issue(1, 'asha')], expect: { points: { asha: 20 } } };
    for (const choice of [{}, { coverage: true }])
      expect((await tested(rules, [test], choice)).results.map(({ failure }) => failure)).to.deep.equal([null]);
  });
});
