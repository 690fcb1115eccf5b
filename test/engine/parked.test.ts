// Effects that found no room under their rule's limit: parked, they wait to be decided again.
import { expect } from 'chai';
import type { RuleSet } from '../../src/engine/rule.ts';
import type { StoredEffect } from '../../src/store/store.ts';
import { award, decided, effects, facts, moment, ops, subject } from './deciding.ts';
import { rulesOf } from './rules.ts';

const limited = (clause: string, more = '') =>
  rulesOf(
    `  open: { on: issues, limits: { per_hour: 1 }, ${clause}: { issue.state: open }, ${more} then: ${award(10)} }`,
  );
const closed = { ...facts, 'issue.state': 'closed' };

/** What a first decision came to, none of which had room. */
async function parkedBy(rules: RuleSet): Promise<StoredEffect[]> {
  const first = await decided(rules, { moment: moment(), subject: subject() });
  return effects(first).map((effect) => ({ ...effect, state: 'parked' }));
}

describe('a parked effect of a `while`', () => {
  const rules = limited('while');

  it('is tried again as long as its rule holds, with its lines', async () => {
    const decision = await decided(rules, { moment: null, subject: subject({ effects: await parkedBy(rules) }) });
    expect(ops(decision)).to.deep.equal(['stand demo/open award_points']);
    expect(decision.changes[0]?.effect.state).to.equal('standing');
    expect(decision.changes[0]?.lines.awards).to.have.length(1);
  });

  it('is tried with what its rule wants by then', async () => {
    const dearer = rulesOf(`  open: { on: issues, while: { issue.state: open }, then: ${award(25)} }`);
    const decision = await decided(dearer, { moment: null, subject: subject({ effects: await parkedBy(rules) }) });
    expect(ops(decision)).to.deep.equal(['stand demo/open award_points']);
    expect(decision.changes[0]?.lines.awards?.[0]?.points).to.equal(25);
  });

  it('is withdrawn when its rule stops holding, and nothing is taken back, since nothing was given', async () => {
    const again = subject({ effects: await parkedBy(rules), facts: closed });
    const decision = await decided(rules, { moment: null, subject: again });
    expect(ops(decision)).to.deep.equal(['withdraw demo/open award_points']);
    expect(decision.changes[0]?.effect.state).to.equal('withdrawn');
    expect(decision.changes[0]?.lines).to.deep.equal({});
  });

  it('is withdrawn when its rule is no longer there', async () => {
    const again = subject({ effects: await parkedBy(rules) });
    expect(ops(await decided(rulesOf('  {}'), { moment: null, subject: again }))).to.deep.equal([
      'withdraw demo/open award_points',
    ]);
  });

  it('stays parked while its rule fails', async () => {
    const failing = rulesOf(
      `  open: { on: issues, while: { issue.state: open }, then: ${award('{ fact: issue.number }')} }`,
    );
    const again = subject({ effects: await parkedBy(rules), facts: { ...facts, 'issue.number': 5000 } });
    expect(ops(await decided(failing, { moment: null, subject: again }))).to.deep.equal([]);
  });

  it('stays parked while its rule is a shadow', async () => {
    const shadow = limited('while', 'mode: shadow,');
    const again = subject({ effects: await parkedBy(rules) });
    expect(ops(await decided(shadow, { moment: null, subject: again }))).to.deep.equal([]);
  });
});

describe('a parked effect of a `when`', () => {
  const rules = limited('when');

  it('happens when it is its turn, whether or not it would happen again', async () => {
    const parked = await parkedBy(rules);
    for (const now of [facts, closed]) {
      const decision = await decided(rules, { moment: null, subject: subject({ effects: parked, facts: now }) });
      expect(ops(decision)).to.deep.equal(['happen demo/open award_points']);
      expect(decision.changes[0]?.effect).to.deep.equal({ ...parked[0], state: 'happened' });
      expect(decision.changes[0]?.lines.awards).to.have.length(1);
      expect(decision.rules[0]).to.include({ id: 'demo/open', outcome: 'out of scope' });
    }
  });

  it('happens beside the next delivery, which has an effect of its own', async () => {
    const again = { moment: moment('issues.labeled', 'body-2'), subject: subject({ effects: await parkedBy(rules) }) };
    const decision = await decided(rules, again);
    expect(ops(decision)).to.deep.equal(['happen demo/open award_points', 'happen demo/open award_points']);
    expect(new Set(effects(decision).map(({ key }) => key)).size).to.equal(2);
  });

  it('happens once when the same is wanted again', async () => {
    const once = limited('when', 'once_per: subject,');
    const again = { moment: moment('issues.labeled', 'body-2'), subject: subject({ effects: await parkedBy(once) }) };
    expect(ops(await decided(once, again))).to.deep.equal(['happen demo/open award_points']);
  });

  it('waits on while its rule is a shadow', async () => {
    const shadow = limited('when', 'mode: shadow,');
    const decision = await decided(shadow, { moment: null, subject: subject({ effects: await parkedBy(rules) }) });
    expect(ops(decision)).to.deep.equal([]);
    expect(decision.rules[0]).to.include({ mode: 'shadow' });
  });

  it('is withdrawn when its rule is no longer there', async () => {
    const decision = await decided(rulesOf('  {}'), {
      moment: null,
      subject: subject({ effects: await parkedBy(rules) }),
    });
    expect(decision.changes.map(({ op, lines }) => [op, lines])).to.deep.equal([['withdraw', {}]]);
  });
});
