// `mode: shadow`: a rule is decided and recorded, and nothing changes by it.
import { expect } from 'chai';
import { award, decided, effects, facts, moment, ops, subject } from './deciding.ts';
import { rulesOf } from './rules.ts';

const open = (more = '', points = 10) =>
  rulesOf(`  open: { on: issues, ${more} while: { issue.state: open }, then: ${award(points)} }`);
const shadow = open('mode: shadow,');
const closed = { ...facts, 'issue.state': 'closed' };

describe('a shadow rule', () => {
  it('says what would change, with its conditions, and changes nothing', async () => {
    const decision = await decided(shadow, { moment: null, subject: subject() });
    expect(ops(decision)).to.deep.equal([]);
    const [outcome] = decision.rules;
    expect(outcome).to.include({ id: 'demo/open', outcome: 'held', mode: 'shadow' });
    expect(outcome?.conditions).to.deep.include({ fact: 'issue.state', actual: 'open', result: true });
    expect(outcome?.changes.map(({ op, action }) => `${op} ${action}`)).to.deep.equal(['stand award_points']);
    expect(decision.wanted.map(({ key }) => key)).to.deep.equal(['demo/open 9/7 award_points 1']);
  });

  it('is not marked when it is live', async () => {
    const { rules } = await decided(open(), { moment: null, subject: subject() });
    expect(rules[0]).to.not.have.property('mode');
  });

  it('under `when` says what would happen, and nothing happens', async () => {
    const rules = rulesOf(`  seen: { on: issues, mode: shadow, when: { issue.state: open }, then: ${award(5)} }`);
    const decision = await decided(rules, { moment: moment(), subject: subject() });
    expect(ops(decision)).to.deep.equal([]);
    expect(decision.rules[0]?.changes.map(({ op }) => op)).to.deep.equal(['happen']);
  });

  it('that fails is said to have failed', async () => {
    const rules = rulesOf(
      `  open: { on: issues, mode: shadow, while: { issue.state: open }, then: ${award('{ fact: issue.number }')} }`,
    );
    const tooMany = subject({ facts: { ...facts, 'issue.number': 5000 } });
    const { rules: outcomes } = await decided(rules, { moment: null, subject: tooMany });
    expect(outcomes[0]).to.include({ outcome: 'error', mode: 'shadow' });
  });

  it('lets live rules beside it change what they change', async () => {
    const both = rulesOf(`  quiet: { on: issues, mode: shadow, while: { issue.state: open }, then: ${award(1)} }
  loud: { on: issues, while: { issue.state: open }, then: ${award(2)} }`);
    expect(ops(await decided(both, { moment: null, subject: subject() }))).to.deep.equal([
      'stand demo/loud award_points',
    ]);
  });
});

describe('a rule turned shadow leaves what stands as it is', () => {
  const stood = async () => effects(await decided(open(), { moment: null, subject: subject() }));
  const would = async (rules: typeof shadow, now: typeof facts) => {
    const decision = await decided(rules, { moment: null, subject: subject({ effects: await stood(), facts: now }) });
    expect(ops(decision)).to.deep.equal([]);
    return decision.rules.flatMap(({ changes }) => changes.map(({ op }) => op));
  };

  it('while it holds', async () => {
    expect(await would(shadow, facts)).to.deep.equal([]);
  });

  it('when it stops holding: it would be withdrawn', async () => {
    expect(await would(shadow, closed)).to.deep.equal(['withdraw']);
  });

  it('when it wants something else: it would be replaced', async () => {
    expect(await would(open('mode: shadow,', 25), facts)).to.deep.equal(['replace']);
  });

  it('when it is now about another kind of subject', async () => {
    const elsewhere = rulesOf(`  open:
    on: pull_request
    mode: shadow
    while: { pull_request.state: open }
    then: [{ award_points: { to: { fact: pull_request.author }, points: 10 } }]`);
    const decision = await decided(elsewhere, { moment: null, subject: subject({ effects: await stood() }) });
    expect(ops(decision)).to.deep.equal([]);
    expect(decision.rules).to.have.length(1);
    expect(decision.rules[0]).to.include({ id: 'demo/open', outcome: 'out of scope', mode: 'shadow' });
  });

  it('until it is live again, when it is put right', async () => {
    const again = subject({ effects: await stood(), facts: closed });
    expect(ops(await decided(open(), { moment: null, subject: again }))).to.deep.equal([
      'withdraw demo/open award_points',
    ]);
  });
});
