// What a decision comes to: what stands, what happens, what is withdrawn, and what a failing rule leaves alone.
import { expect } from 'chai';
import { award, decided, effects, facts, moment, ops, subject } from './deciding.ts';
import { rulesOf } from './rules.ts';

const standing = rulesOf(`  open: { on: issues, while: { issue.state: open }, then: ${award(10)} }`);

describe('a while rule', () => {
  it('makes its effects stand while it holds', async () => {
    const decision = await decided(standing, { moment: null, subject: subject() });
    expect(ops(decision)).to.deep.equal(['stand demo/open award_points']);
    expect(decision.changes[0]?.lines.awards?.[0]).to.include({ points: 10, rule: 'demo/open' });
  });

  it('changes nothing when they stand already', async () => {
    const first = await decided(standing, { moment: null, subject: subject() });
    expect(ops(await decided(standing, { moment: null, subject: subject({ effects: effects(first) }) }))).to.deep.equal(
      [],
    );
  });

  it('withdraws them when it stops holding, and makes them stand again', async () => {
    const stood = effects(await decided(standing, { moment: null, subject: subject() }));
    const closed = { ...facts, 'issue.state': 'closed' };
    const withdrawn = await decided(standing, { moment: null, subject: subject({ effects: stood, facts: closed }) });
    expect(ops(withdrawn)).to.deep.equal(['withdraw demo/open award_points']);
    expect(withdrawn.changes[0]?.lines.reversals).to.deep.equal([
      { effect: 'demo/open 9/7 award_points 1', reason: 'Withdrawn: demo/open no longer holds' },
    ]);
    const again = await decided(standing, { moment: null, subject: subject({ effects: effects(withdrawn) }) });
    expect(ops(again)).to.deep.equal(['stand demo/open award_points']);
  });

  it('replaces them when their parameters change: a reversal and a new award', async () => {
    const stood = effects(await decided(standing, { moment: null, subject: subject() }));
    const edited = rulesOf(`  open: { on: issues, while: { issue.state: open }, then: ${award(25)} }`);
    const decision = await decided(edited, { moment: null, subject: subject({ effects: stood }) });
    expect(ops(decision)).to.deep.equal(['replace demo/open award_points']);
    expect(decision.changes[0]?.lines.awards?.[0]?.points).to.equal(25);
    expect(decision.changes[0]?.lines.reversals?.[0]?.reason).to.equal('Corrected from 10 points');
  });

  it('covers a subject from the first event it names', async () => {
    const rules = rulesOf(`  labelled: { on: issues.labeled, while: { issue.state: open }, then: ${award(1)} }`);
    expect(ops(await decided(rules, { moment: null, subject: subject() }))).to.deep.equal([]);
    const seen = subject({ events: ['issues.edited', 'issues.labeled'] });
    expect(ops(await decided(rules, { moment: null, subject: seen }))).to.deep.equal([
      'stand demo/labelled award_points',
    ]);
  });

  it('holds nothing on a subject that is gone', async () => {
    const stood = effects(await decided(standing, { moment: null, subject: subject() }));
    const decision = await decided(standing, { moment: null, subject: subject({ effects: stood, gone: true }) });
    expect(ops(decision)).to.deep.equal(['withdraw demo/open award_points']);
  });

  it('that was removed from the rules has its effects withdrawn', async () => {
    const stood = effects(await decided(standing, { moment: null, subject: subject() }));
    const decision = await decided(rulesOf('  {}'), { moment: null, subject: subject({ effects: stood }) });
    expect(ops(decision)).to.deep.equal(['withdraw demo/open award_points']);
    expect(decision.rules[0]).to.include({ id: 'demo/open', outcome: 'out of scope' });
  });

  it('that is disabled is as if it were not there', async () => {
    const rules = rulesOf(`  open: { on: issues, enabled: false, while: { issue.state: open }, then: ${award(10)} }`);
    expect((await decided(rules, { moment: null, subject: subject() })).rules).to.deep.equal([]);
  });

  it('gives one person one award, however often it names them', async () => {
    const then = `[${award(3).slice(1, -1)}, ${award(4).slice(1, -1)}]`;
    const rules = rulesOf(`  twice: { on: issues, while: { issue.state: open }, then: ${then} }`);
    const decision = await decided(rules, { moment: null, subject: subject() });
    expect(decision.changes.map(({ lines }) => lines.awards?.[0]?.points)).to.deep.equal([3]);
  });

  it('gives nothing to a deleted account', async () => {
    const ghost = subject({ facts: { ...facts, 'issue.author': null } });
    expect(ops(await decided(standing, { moment: null, subject: ghost }))).to.deep.equal([]);
  });
});

describe('repositories of a file', () => {
  it('keep its rules to those that fit a glob, and withdraw elsewhere', async () => {
    const { load } = await import('./rules.ts');
    const text = (glob: string) =>
      `version: 1\nprogram: demo\nrepositories: ["${glob}"]\nrules:\n  open: { on: issues, while: { issue.state: open }, then: ${award(10)} }\n`;
    const rules = (glob: string) => load([{ path: 'x.yaml', text: text(glob) }]).rules ?? standing;
    const stood = await decided(rules('sunbird/*'), { moment: null, subject: subject() });
    expect(ops(stood)).to.deep.equal(['stand demo/open award_points']);
    const elsewhere = await decided(rules('other/*'), { moment: null, subject: subject({ effects: effects(stood) }) });
    expect(ops(elsewhere)).to.deep.equal(['withdraw demo/open award_points']);
  });
});

describe('a when rule', () => {
  const on = (more: string) =>
    rulesOf(`  seen: { on: issues.labeled, when: { issue.state: open }, ${more} then: ${award(5)} }`);

  it('happens at its event and not at others', async () => {
    expect(ops(await decided(on(''), { moment: moment(), subject: subject() }))).to.deep.equal([
      'happen demo/seen award_points',
    ]);
    expect(ops(await decided(on(''), { moment: moment('issues.edited'), subject: subject() }))).to.deep.equal([]);
    expect(ops(await decided(on(''), { moment: null, subject: subject() }))).to.deep.equal([]);
  });

  it('happens once per body, whatever the headers around it say', async () => {
    const first = effects(await decided(on(''), { moment: moment(), subject: subject() }));
    const again = { moment: moment(), subject: subject({ effects: first }) };
    expect(ops(await decided(on(''), again))).to.deep.equal([]);
    const other = { moment: moment('issues.labeled', 'body-2'), subject: subject({ effects: first }) };
    expect(ops(await decided(on(''), other))).to.deep.equal(['happen demo/seen award_points']);
  });

  it('happens once per subject when it says so', async () => {
    const rules = on('once_per: subject,');
    const first = effects(await decided(rules, { moment: moment(), subject: subject() }));
    const other = { moment: moment('issues.labeled', 'body-2'), subject: subject({ effects: first }) };
    expect(ops(await decided(rules, other))).to.deep.equal([]);
  });

  it('happens once per contributor when it says so: the same key on every subject', async () => {
    const rules = on('once_per: contributor,');
    const [one] = effects(await decided(rules, { moment: moment(), subject: subject() }));
    const [other] = effects(
      await decided(rules, { moment: moment('issues.labeled', 'x'), subject: subject({ key: '9/8' }) }),
    );
    expect(one?.key).to.equal(other?.key);
  });

  it('is never withdrawn', async () => {
    const happened = effects(await decided(on(''), { moment: moment(), subject: subject() }));
    expect(
      ops(await decided(rulesOf('  {}'), { moment: null, subject: subject({ effects: happened }) })),
    ).to.deep.equal([]);
  });
});

describe('a rule that changes between when and while', () => {
  const happens = rulesOf(`  seen: { on: issues, when: { issue.state: open }, once_per: subject, then: ${award(5)} }`);
  const stands = rulesOf(`  seen: { on: issues, while: { issue.state: open }, then: ${award(5)} }`);

  it('takes what happened for what stands, and can withdraw it from then on', async () => {
    const happened = effects(await decided(happens, { moment: moment(), subject: subject() }));
    const taken = await decided(stands, { moment: null, subject: subject({ effects: happened }) });
    expect(taken.changes.map(({ op, lines }) => [op, lines])).to.deep.equal([['stand', {}]]);
    const closed = subject({ effects: effects(taken), facts: { ...facts, 'issue.state': 'closed' } });
    expect(ops(await decided(stands, { moment: null, subject: closed }))).to.deep.equal([
      'withdraw demo/seen award_points',
    ]);
  });

  it('does not do again what stands', async () => {
    const stood = effects(await decided(stands, { moment: null, subject: subject() }));
    const decision = await decided(happens, { moment: moment(), subject: subject({ effects: stood }) });
    expect(decision.changes.map(({ op, lines }) => [op, lines])).to.deep.equal([['happen', {}]]);
  });
});

describe('a rule that fails', () => {
  const rules = rulesOf(`  bad: { on: issues, while: { issue.state: open }, then: ${award('{ fact: issue.number }')} }
  good: { on: issues, while: { issue.state: open }, then: ${award(2)} }`);

  it('is said to have failed, and stops no other', async () => {
    const situation = subject({ facts: { ...facts, 'issue.number': 5000 } });
    const decision = await decided(rules, { moment: null, subject: situation });
    expect(decision.rules.map(({ id, outcome, error }) => [id, outcome, error])).to.deep.equal([
      ['demo/bad', 'error', 'award_points.points must be from 1 to 1000, not 5000'],
      ['demo/good', 'held', undefined],
    ]);
    expect(ops(decision)).to.deep.equal(['stand demo/good award_points']);
  });

  it('leaves its effects as they stood', async () => {
    const stood = effects(await decided(rules, { moment: null, subject: subject() }));
    const failing = subject({ effects: stood, facts: { ...facts, 'issue.number': 5000 } });
    expect(ops(await decided(rules, { moment: null, subject: failing }))).to.deep.equal([]);
  });
});

describe('a rule for certain repositories', () => {
  const text = `version: 1
program: demo
repositories: ["Sunbird/*", "digit/core"]
tables: { sizes: { High: 30 } }
rules:
  ticket-work:
    on: pull_request
    while: { pull_request.ticket.labels: { contains: C4GT } }
    then: [{ add_labels: { labels: [ticket work] } }]
  work:
    on: pull_request
    while: { pull_request.merged: true }
    then:
      - award_points:
          to: { fact: pull_request.author }
          points: { table: sizes, key: { fact: pull_request.ticket.complexity }, default: 5 }
`;
  const work = (home: string) => ({
    ...subject({ kind: 'pull_request', events: ['pull_request.closed'] }),
    facts: {
      'repository.full_name': 'Sunbird/core',
      'pull_request.merged': true,
      'pull_request.author': facts['issue.author'],
      'pull_request.ticket.repository': home,
      'pull_request.ticket.labels': ['C4GT'],
      'pull_request.ticket.complexity': 'High',
    },
  });

  it("takes nothing from a ticket that lies elsewhere, such as in the author's own", async () => {
    const { load } = await import('./rules.ts');
    const { rules } = load([{ path: 'x.yaml', text }]);
    const pointsFrom = async (home: string) => {
      const { changes } = await decided(rules ?? standing, { moment: null, subject: work(home) });
      return changes.map(({ effect, lines }) => lines.awards?.[0]?.points ?? effect.action);
    };
    expect(await pointsFrom('asha/farm')).to.deep.equal([5]);
    for (const home of ['sunbird/Other', 'digit/core'])
      expect(await pointsFrom(home)).to.deep.equal(['add_labels', 30]);
  });
});

describe('points from a table', () => {
  const file = (then: string) => `version: 1
program: demo
tables: { sizes: { Export: 20 } }
rules:
  open: { on: issues, while: { issue.state: open }, then: [{ award_points: { to: { fact: issue.author }, points: ${then} } }] }
`;
  const cases: [string, string, number | string][] = [
    ['are those of the key', '{ table: sizes, key: { fact: issue.title } }', 20],
    ['are the default for a key it lacks', '{ table: sizes, key: Import, default: 7 }', 7],
    [
      'are an error without either',
      '{ table: sizes, key: Import }',
      'the table sizes has no Import, and no default is given',
    ],
    ['do not come from a prototype', '{ table: sizes, key: constructor, default: 7 }', 7],
  ];
  for (const [name, then, wanted] of cases) {
    it(name, async () => {
      const { load } = await import('./rules.ts');
      const { rules } = load([{ path: 'x.yaml', text: file(then) }]);
      const decision = await decided(rules ?? standing, { moment: null, subject: subject() });
      const [change] = decision.changes;
      expect(change?.lines.awards?.[0]?.points ?? decision.rules[0]?.error).to.equal(wanted);
    });
  }
});
