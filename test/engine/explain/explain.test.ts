// A decision explained: what each rule would change, why nothing changes, and why it was not asked at all.
import { expect } from 'chai';
import { actions } from '../../../src/actions/registry.ts';
import { decide, type Situation } from '../../../src/engine/decide.ts';
import { drawExplanation } from '../../../src/engine/explain/draw-explanation.ts';
import { type Explanation, explain, type RuleExplanation } from '../../../src/engine/explain/explain.ts';
import { lookingAtAll } from '../../../src/engine/explain/look-at-all.ts';
import type { RuleSet } from '../../../src/engine/rule.ts';
import type { StoredEffect } from '../../../src/store/store.ts';
import { rulesOf } from '../rules.ts';
import { asha, bob, now } from './traces.ts';

const facts = {
  'repository.full_name': 'Sunbird/core',
  'repository.html_url': 'https://github.com/Sunbird/core',
  'issue.number': 7,
  'issue.state': 'open',
  'issue.title': 'Export',
  'issue.author': asha,
  'issue.assignees': [],
  'issue.labels': ['C4GT Community'],
};

type Subject = NonNullable<Situation['subject']>;

const event: Explanation['event'] = {
  name: 'issues.labeled',
  repository: 'Sunbird/core',
  sender: 'bob',
  at: '2026-06-10T11:00:00Z',
};

function situation(changes: Partial<Subject> = {}, name = event.name): Situation & { subject: Subject } {
  const subject = { key: '9/7', kind: 'issue', events: ['issues.opened'], facts, gone: false, effects: [], ...changes };
  const moment = { ...subject.facts, 'sender.id': bob.id, 'label.name': 'bug' };
  return { moment: { event: name, occurrence: 'body-1', facts: moment }, subject };
}

async function explained(rules: RuleSet, given: Situation): Promise<Explanation> {
  const options = { rules: lookingAtAll(rules), actions, isLookup: () => false, now };
  return explain(options, event, given, await decide(options, given));
}

/** Explains the one rule there is, or the first. */
async function only(rules: RuleSet, given: Situation = situation()): Promise<RuleExplanation> {
  const [rule] = (await explained(rules, given)).rules;
  if (rule === undefined) throw new Error('there is no rule');
  return rule;
}

/** What the rules want, as the store keeps it once they are decided. */
async function kept(rules: RuleSet, given: Situation = situation()): Promise<StoredEffect[]> {
  return [...(await decide({ rules, actions, isLookup: () => false, now }, given)).wanted];
}

const award = (points: number, to = 'issue.author') => `{ award_points: { to: { fact: ${to} }, points: ${points} } }`;
const open = (points: number, more = '') =>
  rulesOf(`  open: { on: issues, ${more} while: { issue.state: open }, then: [${award(points)}] }`);
const closed = situation({ facts: { ...facts, 'issue.state': 'closed' } }).subject.facts;

describe('what a rule would change', () => {
  it('is what it comes to, in words and as it would be stored', async () => {
    const { outcome, changes, unchanged, nearest } = await only(open(10));
    expect(outcome).to.equal('held');
    expect(changes).to.have.length(1);
    expect(changes[0]).to.include({ op: 'stand', action: 'award_points', summary: 'awards 10 points to asha' });
    expect(changes[0]?.params).to.include({ points: 10 });
    expect({ unchanged, nearest }).to.deep.equal({ unchanged: [], nearest: null });
  });

  it('is nothing where it stands already', async () => {
    const { changes, unchanged } = await only(open(10), situation({ effects: await kept(open(10)) }));
    expect(changes).to.deep.equal([]);
    expect(unchanged).to.deep.equal(['it stands already: awards 10 points to asha']);
  });

  it('is a replacement, of what, where it has to be another', async () => {
    const { changes, unchanged } = await only(open(20), situation({ effects: await kept(open(10)) }));
    expect(changes[0]).to.include({
      op: 'replace',
      summary: 'awards 20 points to asha',
      instead: 'awards 10 points to asha',
    });
    expect(unchanged).to.deep.equal([]);
  });

  it('is a withdrawal where it does not hold any more', async () => {
    const given = situation({ effects: await kept(open(10)), facts: closed });
    const { outcome, changes, unchanged } = await only(open(10), given);
    expect(outcome).to.equal('not held');
    expect(changes[0]).to.include({ op: 'withdraw', summary: 'awards 10 points to asha' });
    expect(unchanged).to.deep.equal([]);
  });

  it('is nothing where it does not hold and nothing of it stands', async () => {
    const { changes, unchanged, nearest } = await only(open(10), situation({ facts: closed }));
    expect(changes).to.deep.equal([]);
    expect(unchanged).to.deep.equal(['the rule does not hold, and nothing of it stands']);
    expect(nearest?.sentence).to.equal('its state is `closed`; the rule wants `open`');
  });

  it('is what would happen, once', async () => {
    const rules = rulesOf(`  seen: { on: issues.labeled, when: { label.name: bug }, then: [${award(1)}] }`);
    expect((await only(rules)).changes[0]).to.include({ op: 'happen', summary: 'awards 1 point to asha' });
    const again = await only(rules, situation({ effects: await kept(rules) }));
    expect(again.changes).to.deep.equal([]);
    expect(again.unchanged).to.deep.equal(['it happened already: awards 1 point to asha']);
    const other = rulesOf(`  seen: { on: issues.labeled, when: { label.name: docs }, then: [${award(1)}] }`);
    expect((await only(other)).unchanged).to.deep.equal(['the rule does not hold']);
  });

  it('is, of what happens once for each contributor, said with reserve', async () => {
    const rules = rulesOf(
      `  hello: { on: issues, when: { issue.state: open }, once_per: contributor, then: [${award(1)}] }`,
    );
    expect((await only(rules)).changes[0]).to.include({
      op: 'happen',
      unless: 'unless it has happened for them before',
    });
  });

  it('is, of a rule with limits, said with reserve; and what is parked waits', async () => {
    const rules = open(10, 'limits: { per_hour: 5, per_day: 20 },');
    const reserve = 'unless its limit of 5 an hour and 20 a day is reached; then it waits';
    expect((await only(rules)).changes[0]).to.include({ op: 'stand', unless: reserve });
    const parked = (await kept(rules)).map((effect): StoredEffect => ({ ...effect, state: 'parked' }));
    const { changes, unchanged } = await only(rules, situation({ effects: parked }));
    expect(changes).to.deep.equal([]);
    expect(unchanged).to.deep.equal([
      'it is parked, and waits until its limit of 5 an hour and 20 a day has room: awards 10 points to asha',
    ]);
  });

  it('is, of a shadow, what it would be were it live', async () => {
    const { mode, changes, unchanged } = await only(open(10, 'mode: shadow,'));
    expect(mode).to.equal('shadow');
    expect(changes[0]).to.include({ op: 'stand', summary: 'awards 10 points to asha' });
    expect(unchanged).to.deep.equal(['the rule is in shadow: it is decided and recorded, and nothing is done']);
  });

  it('is, of a shadow of which something stands from before, told and not done', async () => {
    const stood = await kept(open(10));
    const shadow = (points: number) => only(open(points, 'mode: shadow,'), situation({ effects: stood }));
    const other = await shadow(20);
    expect(other.changes.map(({ op, summary }) => `${op}: ${summary}`)).to.deep.equal([
      'replace: awards 20 points to asha',
    ]);
    expect(other.unchanged).to.have.length(1);
    expect((await shadow(10)).unchanged[0]).to.equal('it stands already: awards 10 points to asha');
  });

  it('is nothing where an action comes to nothing, and says of which value', async () => {
    const rules = rulesOf(
      `  open: { on: issues, while: { issue.state: open }, then: [${award(3, 'issue.assignees')}] }`,
    );
    const { outcome, changes, unchanged } = await only(rules);
    expect({ outcome, changes }).to.deep.equal({ outcome: 'held', changes: [] });
    expect(unchanged).to.deep.equal([
      'award_points comes to nothing: `to` is empty, nobody is known to be assigned to it',
    ]);
  });

  it('is, of two awards to one person in one rule, the first', async () => {
    const rules = rulesOf(`  open: { on: issues, while: { issue.state: open }, then: [${award(3)}, ${award(4)}] }`);
    const { changes, unchanged } = await only(rules);
    expect(changes.map(({ summary }) => summary)).to.deep.equal(['awards 3 points to asha']);
    expect(unchanged).to.deep.equal([
      'of two that are the same, the first counts: not that it awards 4 points to asha',
    ]);
  });

  it('is nothing where it fails, and what stands stays', async () => {
    const points = '{ award_points: { to: { fact: issue.author }, points: { fact: issue.number } } }';
    const rules = rulesOf(`  bad: { on: issues, while: { issue.state: open }, then: [${points}] }`);
    const failing = { ...facts, 'issue.number': 5000 };
    const bare = await only(rules, situation({ facts: failing }));
    expect(bare).to.include({ outcome: 'error', because: 'award_points.points must be from 1 to 1000, not 5000' });
    expect(bare.unchanged).to.deep.equal(['a rule that fails changes nothing']);
    const { unchanged } = await only(rules, situation({ facts: failing, effects: await kept(rules) }));
    expect(unchanged).to.deep.equal([
      'a rule that fails changes nothing; what stands stays: it awards 7 points to asha',
    ]);
  });
});

describe('a rule that is out of scope', () => {
  const on = (event: string, condition: string, to = 'pull_request.author') =>
    rulesOf(`  rule: { on: ${event}, ${condition}, then: [${award(1, to)}] }`);
  const cases: readonly (readonly [name: string, rules: RuleSet, given: Situation, because: string])[] = [
    [
      'is on another event',
      on('pull_request', 'while: { pull_request.merged: true }'),
      situation(),
      'it is on pull_request; this is issues.labeled',
    ],
    [
      'is on other actions of the event',
      on('[issues.opened, issues.closed]', 'when: { issue.state: open }', 'issue.author'),
      situation(),
      'it is on issues.opened or issues.closed; this is issues.labeled',
    ],
    [
      'waits for another event about the subject',
      on('issues.closed', 'while: { issue.state: open }', 'issue.author'),
      situation(),
      'nothing of issues.closed has happened to it',
    ],
    [
      'is about something that is gone',
      on('issues', 'while: { issue.state: open }', 'issue.author'),
      situation({ gone: true }),
      'it is gone: deleted, or moved away',
    ],
    [
      'is about another kind of thing',
      on('schedule.daily', 'when: { pull_request.draft: true }'),
      situation({}, 'schedule.daily'),
      'it is about a pull request; this is an issue',
    ],
    [
      'is asked about nothing',
      on('issues', 'while: { issue.state: open }', 'issue.author'),
      { moment: { event: 'ping', occurrence: '', facts: {} }, subject: null },
      'it is on issues; this is ping',
    ],
  ];
  for (const [name, rules, given, because] of cases) {
    it(`${name}: ${because}`, async () => {
      expect(await only(rules, given)).to.include({
        outcome: 'out of scope',
        because,
        conditions: null,
        nearest: null,
      });
    });
  }

  it('applies to other repositories, and says to which, and which this is', async () => {
    const [given] = open(1).rules;
    const rules = lookingAtAll({ ...open(1), rules: given ? [{ ...given, repositories: ['Code4GovTech/*'] }] : [] });
    expect((await only(rules)).because).to.equal('it applies to Code4GovTech/*; this is Sunbird/core');
  });

  it('is in no file any more, and what stood by it goes', async () => {
    const { rules } = await explained(rulesOf('  {}'), situation({ effects: await kept(open(10)) }));
    expect(rules).to.have.length(1);
    expect(rules[0]).to.include({
      id: 'demo/open',
      outcome: 'out of scope',
      because: 'no rule of this id is in the rule files',
      file: null,
      line: null,
    });
    expect(rules[0]?.changes[0]).to.include({ op: 'withdraw', summary: 'awards 10 points to asha' });
  });
});

describe('an explanation as text', () => {
  const rules = rulesOf(`  open:
    description: An open issue earns points.
    on: issues
    mode: shadow
    while: { issue.state: open }
    then: [${award(10)}]
  ticket:
    description: A ticket earns points.
    on: issues
    while:
      all:
        - issue.labels: { containsAny: [C4GT Community, C4GT Coding] }
        - any: [{ issue.state: closed }, { issue.title: { matches: "^C4GT" } }]
        - not: { issue.author.type: User }
    then: [${award(30)}]
  grown:
    on: issues
    while: { issue.state: open }
    then: [${award(20)}, ${award(5, 'issue.assignees')}]
  bad:
    on: issues
    while: { issue.state: open }
    then: [{ award_points: { to: { fact: issue.author }, points: { table: none, key: Low } } }]
  merged: { on: pull_request, while: { pull_request.merged: true }, then: [${award(1, 'pull_request.author')}] }
tables: { none: { High: 1 } }`);

  it('says what happened, what each rule made of it, and what comes of all of them', async () => {
    const stood = (await kept(open(10))).map((effect) => ({
      ...effect,
      key: effect.key.replace('open', 'grown'),
      rule: 'demo/grown',
    }));
    const given = situation({
      facts: { ...facts, 'issue.labels': ['bug', 'C4GT-Coding'], 'issue.author.type': 'User' },
      effects: stood,
    });
    expect(drawExplanation(await explained(rules, given))).to.equal(`\
issues.labeled in Sunbird/core, by bob, at 2026-06-10T11:00:00Z
issue #7: Export

✓ held  demo/open  (in shadow)  demo.yaml:4
  An open issue earns points.
  ✓ issue.state is open
  → would stand: awards 10 points to asha
  nothing changes: the rule is in shadow: it is decided and recorded, and nothing is done

✗ did not hold  demo/ticket  demo.yaml:10
  A ticket earns points.
  ✗ all of
    ✗ issue.labels has any of C4GT Community, C4GT Coding  (is bug, C4GT-Coding)
    ✗ any of
      ✗ issue.state is closed  (is open)
      ✗ issue.title matches \`^C4GT\`  (is Export)
    ✗ not: issue.author.type is User
  nearest miss: 3 things would have to be otherwise
    · its labels are \`bug\` and \`C4GT-Coding\`; the rule wants \`C4GT Coding\`, or another – they differ only by spaces or punctuation; did somebody mistype it?
    · its title is \`Export\`; the rule wants one that matches \`^C4GT\` – or else: its state is \`open\`; the rule wants \`closed\`
    · the kind of account that wrote it is \`User\`; the rule wants anything but \`User\`
  nothing changes: the rule does not hold, and nothing of it stands

✓ held  demo/grown  demo.yaml:19
  ✓ issue.state is open
  → would be replaced: awards 10 points to asha → awards 20 points to asha
  besides: award_points comes to nothing: \`to\` is empty, nobody is known to be assigned to it

! error  demo/bad  demo.yaml:23
  it failed: the table none has no Low, and no default is given
  nothing changes: a rule that fails changes nothing

– out of scope  demo/merged: it is on pull_request; this is issues.labeled

5 rules: 2 held, 1 did not hold, 1 failed, 1 out of scope; 1 thing would change.
`);
  });

  it('paints what came out well, and what did not, and nothing of what a payload says', async () => {
    const painted = drawExplanation(
      await explained(open(10), situation({ facts: closed })),
      (part, text) => `<${part} ${text}>`,
    );
    expect(painted).to.include('<bad ✗ did not hold>  <strong demo/open>');
    expect(painted).to.include('<bad ✗> issue.state is open<faint   (is closed)>');
  });
});
