// What conditions mean, and what their trace says.
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parse } from 'yaml';
import { evaluate } from '../../src/engine/evaluate.ts';
import type { Rule } from '../../src/engine/rule.ts';
import type { Facts } from '../../src/facts/fact.ts';
import { load, rulesOf } from './rules.ts';

interface Cases {
  readonly facts: Facts;
  readonly cases: readonly { readonly note: string; readonly if: object; readonly holds: boolean }[];
}

const { facts, cases } = parse(readFileSync(new URL('./cases/conditions.yaml', import.meta.url), 'utf8')) as Cases;
const now = '2026-06-01T09:00:00Z';
const noLookups = () => false;

function ruleThat(condition: object): Rule {
  const written = `on: issues
while: ${JSON.stringify(condition)}
then: [{ list_ticket: }]`;
  const [rule] = rulesOf(`  one:
${written.replace(/^/gm, '    ')}`).rules;
  if (rule === undefined) throw new Error('no rule');
  return rule;
}

describe('a fact that cannot be looked up', () => {
  const looksUp = (fact: string) => fact.startsWith('issue.milestone') || fact === 'issue.type';
  const impossible = { 'issue.milestone': 'GitHub says no (403)' };
  const outcomeOf = (condition: object) =>
    evaluate(ruleThat(condition), { 'issue.state': 'open' }, now, looksUp, impossible);

  it('is an error of the rule that needs it, with the reason, before anything else is looked up', async () => {
    const error = 'issue.milestone cannot be looked up: GitHub says no (403)';
    for (const condition of [
      { 'issue.milestone': 'v1' },
      { not: { 'issue.milestone': 'v1' } },
      { 'issue.title': { fact: 'issue.milestone' } },
      { 'issue.type': 'Bug', 'issue.milestone': 'v1' },
      { any: [{ 'issue.milestone': 'v1' }, { 'issue.state': 'closed' }] },
    ])
      expect(await outcomeOf(condition), JSON.stringify(condition)).to.deep.equal({ outcome: 'error', error });
  });

  it('is none of a rule that is decided without it', async () => {
    expect(await outcomeOf({ 'issue.state': 'open' })).to.include({ outcome: 'held' });
    expect(await outcomeOf({ 'issue.type': 'Bug' })).to.deep.equal({ outcome: 'needs', facts: ['issue.type'] });
  });
});

describe('conditions', () => {
  for (const { note, if: condition, holds } of cases) {
    it(`${note}: ${JSON.stringify(condition)} ${holds ? 'holds' : 'does not hold'}`, async () => {
      const evaluation = await evaluate(ruleThat(condition), facts, now, noLookups);
      expect(evaluation.outcome).to.equal(holds ? 'held' : 'not held');
    });
  }

  it('trace every condition with fact, operator, expected, actual and result', async () => {
    const rule = ruleThat({ all: [{ 'issue.state': 'open' }, { not: { 'issue.labels': { contains: 'Backend' } } }] });
    const labels = {
      fact: 'issue.labels',
      operator: 'contains',
      expected: 'Backend',
      actual: ['C4GT Community', 'Backend'],
    };
    expect(await evaluate(rule, facts, now, noLookups)).to.deep.equal({
      outcome: 'not held',
      trace: {
        all: [
          { fact: 'issue.state', operator: 'equal', expected: 'open', actual: 'open', result: true, line: 6 },
          { not: { ...labels, result: true, line: 6 }, result: false, line: 6 },
        ],
        result: false,
        line: 6,
      },
    });
  });

  it('cannot be slowed down by a pattern', async () => {
    const rule = ruleThat({ 'issue.title': { matches: '(a+)+$' } });
    const hostile = { 'issue.title': `${'a'.repeat(50_000)}!` };
    const times: number[] = [];
    for (let run = 0; run < 5; run++) {
      const started = process.cpuUsage();
      expect((await evaluate(rule, hostile, now, noLookups)).outcome).to.equal('not held');
      const { user, system } = process.cpuUsage(started);
      times.push((user + system) / 1000);
    }
    expect(Math.min(...times)).to.be.below(50);
  });

  it('cannot be slowed down by one that repeats what is repeated, which no rule may have', () => {
    for (const pattern of ['((a?){30}(b?){30}){10}$', '(x{0,30}){0,33}', String.raw`\p{L}{1,1000}`])
      expect(() => ruleThat({ 'issue.title': { matches: pattern } }), pattern).to.throw('repeated too often');
    for (const pattern of [String.raw`^[\w.-]{1,100}/[\w.-]{1,100}$`, String.raw`^https?://\S{1,500}`, '^.{20,300}$'])
      expect(ruleThat({ 'issue.title': { matches: pattern } }).condition.kind).to.equal('test');
  });

  it('ask for a lookup only when the facts at hand leave the matter open', async () => {
    const [rule] = rulesOf(`  one:
    on: pull_request
    while: { all: [{ pull_request.ticket.complexity: Low }, { pull_request.merged: true }] }
    then: [{ award_points: { to: { fact: pull_request.author }, points: 1 } }]`).rules;
    const isLookup = (fact: string) => fact.startsWith('pull_request.ticket');
    const ask = (merged: boolean) => rule && evaluate(rule, { 'pull_request.merged': merged }, now, isLookup);
    expect((await ask(false))?.outcome).to.equal('not held');
    expect(await ask(true)).to.deep.equal({ outcome: 'needs', facts: ['pull_request.ticket.complexity'] });
  });

  it('ask for nothing in a group that another condition makes idle, wherever it stands', async () => {
    const [rule] = rulesOf(`  one:
    on: pull_request
    while:
      all:
        - any: [{ pull_request.draft: true }, { not: { pull_request.ticket.complexity: Low } }]
        - pull_request.merged: true
    then: [{ award_points: { to: { fact: pull_request.author }, points: 1 } }]`).rules;
    const isLookup = (fact: string) => fact.startsWith('pull_request.ticket');
    const known = { 'pull_request.draft': false, 'pull_request.merged': false };
    expect((rule && (await evaluate(rule, known, now, isLookup)))?.outcome).to.equal('not held');
  });

  it('ask for all that is needed at once', async () => {
    const [rule] = rulesOf(`  one:
    on: pull_request
    while:
      all:
        - pull_request.merged: true
        - any: [{ pull_request.ticket.complexity: Low }, { pull_request.ticket.labels: { contains: a } }]
        - any: [{ pull_request.state: closed }, { pull_request.approved_by: { contains: asha } }]
    then: [{ award_points: { to: { fact: pull_request.author }, points: 1 } }]`).rules;
    const known = { 'pull_request.merged': true, 'pull_request.state': 'closed' };
    const isLookup = (fact: string) => /ticket|approved/.test(fact);
    expect(rule && (await evaluate(rule, known, now, isLookup))).to.deep.equal({
      outcome: 'needs',
      facts: ['pull_request.ticket.complexity', 'pull_request.ticket.labels'],
    });
  });

  it('trace what did not need to be looked at as neither', async () => {
    const [rule] = rulesOf(`  one:
    on: pull_request
    while: { any: [{ pull_request.merged: true }, { pull_request.ticket.complexity: Low }] }
    then: [{ award_points: { to: { fact: pull_request.author }, points: 1 } }]`).rules;
    const evaluation = rule && (await evaluate(rule, { 'pull_request.merged': true }, now, () => true));
    expect(evaluation).to.deep.include({ outcome: 'held' });
    expect(evaluation?.outcome === 'held' && evaluation.trace).to.deep.nested.include({ 'any[1].result': null });
  });

  it('trace groups of one, and named conditions, as they are written', async () => {
    const { rules } = load([
      { path: 'a.yaml', text: 'version: 1\nprogram: a\nconditions: { open: { issue.state: open } }\n' },
      {
        path: 'b.yaml',
        text: `version: 1
program: b
rules:
  one: { on: issues, while: { any: [{ not: { condition: open } }] }, then: [{ list_ticket: }] }
`,
      },
    ]);
    const rule = rules?.rules[0];
    const state = { fact: 'issue.state', operator: 'equal', expected: 'open', actual: 'open', result: true, line: 3 };
    expect(rule && (await evaluate(rule, facts, now, noLookups))).to.deep.equal({
      outcome: 'not held',
      trace: {
        any: [
          {
            not: { all: [state], result: true, line: 4, condition: 'open', file: 'a.yaml' },
            result: false,
            line: 4,
          },
        ],
        result: false,
        line: 4,
      },
    });
  });

  it('that cannot be run fail alone, and leave the engines fit for others', async () => {
    const sound = ruleThat({ 'issue.number': 7 });
    const { condition } = sound;
    const broken: Rule = { ...sound, condition: { ...condition, evaluator: 'no such operator' } as Rule['condition'] };
    for (let run = 0; run < 3; run++) {
      const [bad, good] = await Promise.all([
        evaluate(broken, facts, now, noLookups),
        evaluate(sound, facts, now, noLookups),
      ]);
      expect(bad).to.deep.equal({ outcome: 'error', error: 'Unknown operator: no such operator' });
      expect(good.outcome).to.equal('held');
    }
  });

  it('do not disturb one another when they are evaluated at once', async () => {
    const rule = ruleThat({ 'issue.number': { greaterThan: 500 } });
    const outcomes = await Promise.all(
      Array.from({ length: 1000 }, (_, number) => evaluate(rule, { 'issue.number': number }, now, noLookups)),
    );
    expect(outcomes.filter(({ outcome }) => outcome === 'held')).to.have.length(499);
  });
});
