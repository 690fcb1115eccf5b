// What a rule is about: which issues, pull requests and contributors it covers, and why not.
import { expect } from 'chai';
import { award, decided, effects, facts, moment, ops, type Subject, subject } from './deciding.ts';
import { load, rulesOf } from './rules.ts';

const pullRequest: Partial<Subject> = {
  key: '9/8',
  kind: 'pull_request',
  events: ['pull_request.opened'],
  facts: {
    'repository.full_name': 'Sunbird/core',
    'pull_request.state': 'open',
    'pull_request.author': facts['issue.author'],
  },
};

describe('a rule on `schedule.daily`', () => {
  const stale = rulesOf(`  stale: { on: schedule.daily, while: { issue.state: open }, then: ${award(1)} }`);

  it('covers every issue, whatever has happened to it', async () => {
    for (const events of [['issues.opened'], ['issue_comment.created'], []]) {
      const decision = await decided(stale, { moment: null, subject: subject({ events }) });
      expect(ops(decision)).to.deep.equal(['stand demo/stale award_points']);
    }
  });

  it('about issues says nothing of pull requests', async () => {
    const decision = await decided(stale, { moment: moment('schedule.daily'), subject: subject(pullRequest) });
    expect(decision.rules).to.deep.equal([]);
  });

  it('with another event covers as many', async () => {
    const both = rulesOf(
      `  stale: { on: [issues.labeled, schedule.daily], while: { issue.state: open }, then: ${award(1)} }`,
    );
    expect(ops(await decided(both, { moment: null, subject: subject({ events: [] }) }))).to.have.length(1);
  });

  const nudge = rulesOf(`  nudge: { on: schedule.daily, when: { issue.state: open }, then: ${award(1)} }`);

  it('under `when` happens once a day', async () => {
    const first = await decided(nudge, { moment: moment('schedule.daily', '2026-06-01'), subject: subject() });
    expect(ops(first)).to.deep.equal(['happen demo/nudge award_points']);
    const again = (day: string) => ({
      moment: moment('schedule.daily', day),
      subject: subject({ effects: effects(first) }),
    });
    expect(ops(await decided(nudge, again('2026-06-01')))).to.deep.equal([]);
    expect(ops(await decided(nudge, again('2026-06-02')))).to.deep.equal(['happen demo/nudge award_points']);
  });

  it('under `when` happens on its own kind of subject only', async () => {
    const onPullRequest = { moment: moment('schedule.daily', '2026-06-01'), subject: subject(pullRequest) };
    expect((await decided(nudge, onPullRequest)).rules).to.deep.equal([]);
  });

  it('asks how long ago something was: from that moment on it stands', async () => {
    const old = rulesOf(
      `  old: { on: schedule.daily, while: { issue.created_at: { olderThan: 7d } }, then: ${award(1)} }`,
    );
    const at = (created: string) => subject({ facts: { ...facts, 'issue.created_at': created } });
    expect(ops(await decided(old, { moment: null, subject: at('2026-05-25T09:00:00Z') }))).to.deep.equal([]);
    expect(ops(await decided(old, { moment: null, subject: at('2026-05-25T08:59:59Z') }))).to.deep.equal([
      'stand demo/old award_points',
    ]);
  });
});

describe('a rule on `contributor`', () => {
  const badge = (repositories = '') => {
    const text = `version: 1
program: demo
${repositories}
rules:
  star:
    on: contributor
    while: { contributor.points: { greaterThanInclusive: 100 } }
    then: [{ grant_badge: { to: { fact: contributor }, badge: Rising Star } }]
`;
    const { rules } = load([{ path: 'demo.yaml', text }]);
    if (rules === null) throw new Error('the rule should load');
    return rules;
  };
  const contributor = (points: number, more: Partial<Subject> = {}) =>
    subject({
      key: '0/1',
      kind: 'contributor',
      events: ['contributor'],
      facts: { contributor: { id: 1, login: 'asha' }, 'contributor.points': points },
      ...more,
    });

  it('grants a badge while their points are enough, and takes it back when they are not', async () => {
    const granted = await decided(badge(), { moment: null, subject: contributor(100) });
    expect(granted.changes[0]?.lines.badges).to.deep.equal([
      { effect: 'demo/star 0/1 grant_badge 1', contributor: { id: 1, login: 'asha' }, badge: 'Rising Star' },
    ]);
    const fewer = contributor(99, { effects: effects(granted) });
    const taken = await decided(badge(), { moment: null, subject: fewer });
    expect(taken.changes.map(({ op, lines }) => [op, lines.unbadged])).to.deep.equal([
      ['withdraw', ['demo/star 0/1 grant_badge 1']],
    ]);
  });

  it('is about every contributor, whatever repositories its file is for: they are in none', async () => {
    const elsewhere = badge('repositories: ["Code4GovTech/*"]');
    expect(ops(await decided(elsewhere, { moment: null, subject: contributor(100) }))).to.deep.equal([
      'stand demo/star grant_badge',
    ]);
  });

  it('says nothing of issues', async () => {
    expect((await decided(badge(), { moment: null, subject: subject() })).rules).to.deep.equal([]);
  });
});

describe('a rule that is out of scope says why', () => {
  const rules = (repositories: string, on = 'issues') => {
    const rule = `  open: { on: ${on}, while: { issue.state: open }, then: ${award(1)} }`;
    const { rules: set } = load([
      { path: 'demo.yaml', text: `version: 1\nprogram: demo\nrepositories: ${repositories}\nrules:\n${rule}\n` },
    ]);
    if (set === null) throw new Error('the rule should load');
    return set;
  };
  const nowhere = { 'issue.state': 'open' };

  for (const [says, set, about, because] of [
    ['the subject is gone', rules('["**"]'), { gone: true }, 'it is gone: deleted, or moved away'],
    [
      'none of its events has happened',
      rules('["**"]', '[issues.labeled, issues.closed]'),
      {},
      'nothing of issues.labeled, issues.closed has happened to it',
    ],
    [
      'it is for other repositories',
      rules('["other/*", "sunbird/app"]'),
      {},
      'it applies to other/*, sunbird/app; this is Sunbird/core',
    ],
    [
      'there is no repository',
      rules('["other/*"]'),
      { facts: nowhere },
      'it applies to other/*; this is in no repository',
    ],
  ] as const) {
    it(`when ${says}: ${because}`, async () => {
      const decision = await decided(set, { moment: null, subject: subject(about) });
      expect(decision.rules).to.deep.equal([{ id: 'demo/open', outcome: 'out of scope', because, changes: [] }]);
    });
  }

  it('and tells its contributors that it no longer applies', async () => {
    const stood = effects(await decided(rules('["sunbird/*"]'), { moment: null, subject: subject() }));
    const moved = await decided(rules('["other/*"]'), { moment: null, subject: subject({ effects: stood }) });
    expect(moved.changes[0]?.lines.reversals?.[0]?.reason).to.equal('Withdrawn: demo/open no longer applies here');
  });
});

describe('what is withdrawn says why', () => {
  const open = rulesOf(`  open: { on: issues, while: { issue.state: open }, then: ${award(10)} }`);
  const reason = async (rules: typeof open, now: Record<string, unknown>) => {
    const stood = effects(await decided(open, { moment: null, subject: subject() }));
    const again = subject({ effects: stood, facts: { ...facts, ...now } as typeof facts });
    return (await decided(rules, { moment: null, subject: again })).changes[0]?.lines.reversals?.[0]?.reason;
  };

  it('when its rule stops holding', async () => {
    expect(await reason(open, { 'issue.state': 'closed' })).to.equal('Withdrawn: demo/open no longer holds');
  });

  it('when its rule holds and comes to something else, such as nobody to give it to', async () => {
    expect(await reason(open, { 'issue.author': null })).to.equal(
      'Withdrawn: demo/open holds, but no longer comes to this',
    );
  });

  it('when its rule is no longer there', async () => {
    expect(await reason(rulesOf('  {}'), {})).to.equal('Withdrawn: the rule demo/open is no longer in force');
  });
});
