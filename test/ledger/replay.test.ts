// Replaying: everything decided again in an empty database comes to the same, and what does not is named.
import { expect } from 'chai';
import { actions } from '../../src/actions/registry.ts';
import { issueStory, ticketBody } from '../../src/commands/issue-story.ts';
import { pullRequestStory } from '../../src/commands/pull-request-story.ts';
import { storyClock } from '../../src/commands/scene.ts';
import type { RuleSet } from '../../src/engine/rule.ts';
import { type Replayed, replayLedger } from '../../src/ledger/replay.ts';
import { verifyLedger } from '../../src/ledger/verify.ts';
import type { Told } from '../../src/rule-tests/memory-programme.ts';
import { readRuleFiles } from '../../src/rules-directory.ts';
import type { Json } from '../../src/store/json.ts';
import { openScratch } from '../../src/store/scratch.ts';
import { load, said } from '../engine/rules.ts';
import { asha, meera, mentor, ravi, sunbird } from '../support/cast.ts';
import { eachDatabase, type TestDatabase } from '../support/database.ts';
import { openProgramme } from '../support/programme.ts';
import { rulesDirectory } from '../support/shipped-rules.ts';
import { tamper } from './tampering.ts';

const more = (points: number) => `version: 1
program: more
rules:
  bonus:
    on: pull_request
    while: { pull_request.merged: true }
    then: [{ award_points: { to: { fact: pull_request.author }, points: ${points} } }]
  welcome:
    on: pull_request.closed
    when: { pull_request.merged: true }
    once_per: contributor
    then: [{ award_points: { to: { fact: pull_request.author }, points: ${points} } }]
  first-look:
    on: pull_request.opened
    when: { pull_request.merged: false }
    then: [{ award_points: { to: { fact: pull_request.author }, points: ${points} } }]
  old-work:
    on: schedule.daily
    when: { pull_request.merged: true, pull_request.merged_at: { olderThan: 1d } }
    once_per: subject
    then: [{ award_points: { to: { fact: pull_request.author }, points: 2 } }]
  crown:
    on: contributor
    while: { contributor.badges: { contains: Enthusiast }, contributor.points: { greaterThan: 60 } }
    then: [{ grant_badge: { to: { fact: contributor }, badge: Crown } }]
`;

const rationed = `version: 1
program: more
rules:
  rationed:
    on: pull_request
    while: { pull_request.merged: true }
    limits: { per_hour: 1 }
    then: [{ award_points: { to: { fact: pull_request.author }, points: 3 } }]
`;

async function rulesWith(text: string): Promise<RuleSet> {
  const shipped = await readRuleFiles(rulesDirectory);
  const { rules, problems } = load([...shipped, { path: 'more.yaml', text }]);
  if (rules === null) throw new Error(problems.map(said).join('\n'));
  return rules;
}

const CAUSE = ['delivery', 'event', 'rulesVersion', 'at'];

const form = { product: 'Sunbird', skills: 'Node.js', category: 'Backend', mentor: '@mentor-devi' };

function histories(): { first: Told[]; second: Told[] } {
  const clock = storyClock();
  const beginning = { title: 'Export', body: ticketBody({ ...form, complexity: 'Low' }), author: mentor };
  const issue = issueStory(clock, sunbird, 12, beginning);
  const labelled = { body: '', labels: ['C4GT Community'] };
  const one = pullRequestStory(clock, sunbird, 13, { title: 'Export as CSV', body: 'Fixes #12', author: asha });
  const two = pullRequestStory(clock, sunbird, 14, { title: 'Export as PDF', body: 'Fixes #12', author: asha });
  const three = pullRequestStory(clock, sunbird, 15, { title: 'Import', ...labelled, author: meera });
  const first = [
    issue.opened(),
    issue.labeled('C4GT Community'),
    one.opened(),
    one.reviewed(ravi, 'approved'),
    one.merged(mentor),
    two.opened(),
  ];
  const second = [
    issue.edited({ body: ticketBody({ ...form, complexity: 'High' }) }),
    two.merged(mentor),
    three.opened(),
    three.merged(mentor),
    three.unlabeled('C4GT Community'),
    issue.closed(),
  ];
  return { first, second };
}

async function replayed({ store }: TestDatabase, ...rules: readonly RuleSet[]): Promise<Replayed> {
  const scratch = await openScratch(null);
  try {
    const rulesOf = async (version: string) => {
      const found = rules.find((each) => each.version === version);
      if (found === undefined) throw new Error(`no rules ${version}`);
      return found;
    };
    const found = await replayLedger({ recorded: store, scratch, actions, rulesOf });
    expect((await verifyLedger(scratch.store)).problems).to.deep.equal([]);
    return found;
  } finally {
    await scratch.store.close();
  }
}

eachDatabase('replaying', (database) => {
  let earlier: RuleSet;
  let later: RuleSet;

  /** Two rule sets, a day, and every delivery twice, by as many workers as a database takes. */
  async function play(): Promise<void> {
    const { first, second } = histories();
    const workers = database().url === null ? 1 : 3;
    await using programme = await openProgramme(database(), earlier);
    await programme.play([...first, ...first], workers);
    await database().store.beginDay(new Date().toISOString().slice(0, 10));
    await programme.play([], workers);
    await programme.exchangeRules(later);
    await programme.play([...second, ...second], workers);
    const { points } = await programme.standing();
    expect(points).to.have.keys('asha', 'meera', 'ravi');
  }

  before(async () => {
    earlier = await rulesWith(more(3));
    later = await rulesWith(more(4));
  });

  it('comes to the same, with rules that were exchanged and a day that began in between', async () => {
    await play();
    const { differences, incomparable, deliveries, rules } = await replayed(database(), earlier, later);
    expect({ differences, incomparable, deliveries, rules }).to.deep.equal({
      differences: [],
      incomparable: [],
      deliveries: 24,
      rules: later.version,
    });
  });

  const crimes: readonly [what: string, sql: string, differences: readonly object[]][] = [
    [
      'points that nobody earned',
      `update c4gt.ledger set points = points + 100 where rule = 'more/bonus' and subject = '9001/13' and points = 4;
       update c4gt.contributors set points = points + 100 where id = 101`,
      [
        {
          what: 'points',
          subject: 'Sunbird/core#13',
          rule: 'more/bonus',
          contributor: 101,
          recorded: 104,
          recomputed: 4,
        },
        { what: 'total', subject: 'contributor 101' },
      ],
    ],
    [
      'a ticket that was taken off the list',
      'delete from c4gt.tickets',
      [{ what: 'ticket', subject: 'Sunbird/core#12', recorded: null }],
    ],
    [
      'a badge that nobody granted',
      `update c4gt.badges set badge = 'King' where contributor = 101 and badge = 'Enthusiast'`,
      [
        { what: 'badge', subject: 'contributor 101', recorded: 'King', recomputed: null },
        { what: 'badge', subject: 'contributor 101', recorded: null, recomputed: 'Enthusiast' },
      ],
    ],
    [
      'a total that is not that of its lines',
      'update c4gt.contributors set points = points - 1 where id = 102',
      [{ what: 'total', subject: 'contributor 102' }],
    ],
    [
      'a delivery whose body was forged',
      `update c4gt.deliveries as d set batch = o.batch, start = o.start, size = o.size from c4gt.deliveries as o
       where d.event = 'pull_request' and o.id = (select min(i.id) from c4gt.deliveries as i where i.event = 'issues')
         and (d.batch, d.start) in (
           select f.batch, f.start
           from c4gt.decisions as m join c4gt.deliveries as f on f.id = m.delivery
           where m.subject = '9001/15'
         )`,
      [{ what: 'points', subject: 'Sunbird/core#15', rule: 'more/first-look', recorded: 4, recomputed: null }],
    ],
  ];
  it('names what was changed behind its back, with the delivery and the rules that led to it', async () => {
    await play();
    for (const [, sql] of crimes) await tamper(database(), sql);
    const { differences } = await replayed(database(), earlier, later);
    for (const [what, , wanted] of crimes)
      for (const difference of wanted)
        expect(
          differences.some((found) =>
            Object.entries(difference).every(([key, value]) => Reflect.get(found, key) === value),
          ),
          `${what}: ${JSON.stringify(difference)} among ${JSON.stringify(differences)}`,
        ).to.equal(true);
    for (const { what, because } of differences)
      if (what !== 'total') expect(because.recorded ?? because.recomputed).to.have.keys(...CAUSE);
  });

  /** Lets the first batch grow old, and prunes it. */
  async function pruneTheFirst(): Promise<void> {
    const [early] = await database().query('select min(id) as id from c4gt.batches');
    await database().query(
      `update c4gt.batches set received_at = now() - interval '91 days' where id = ${early?.['id']}`,
    );
    expect(await database().store.prune({ days: 90, batches: 10 })).to.include({ deliveries: 12 });
  }

  it('finds nothing amiss where a part was pruned, and names what happened at that', async () => {
    await play();
    await pruneTheFirst();
    const { differences, incomparable } = await replayed(database(), earlier, later);
    expect(differences).to.deep.equal([]);
    expect(incomparable.slice(0, 2)).to.deep.equal([
      'what is known of subjects whose deliveries are pruned was taken as it is on record: 3',
      'deliveries that are pruned were not decided: 12',
    ]);
    const happened = incomparable.filter((what) => /lost their bodies$/.test(what)).map((what) => what.split(':')[0]);
    expect(happened).to.include('more/first-look on Sunbird/core#13');
    expect(
      happened.filter((what) => !/^more\/(first-look|welcome|old-work) (on Sunbird\/core#1[34]|of )/.test(what ?? '')),
    ).to.deep.equal([]);
    expect(incomparable.some((what) => /^the total on contributor 101: .*cannot be compared$/.test(what))).to.equal(
      true,
    );
  });

  const underPruned: readonly [what: string, sql: string, difference: object][] = [
    [
      'points that nobody earned',
      `update c4gt.ledger set points = points + 100 where rule = 'more/bonus' and subject = '9001/13' and points = 4`,
      { what: 'points', subject: 'Sunbird/core#13', rule: 'more/bonus', recorded: 104, recomputed: 4 },
    ],
    [
      'points by a rule that there never was',
      `insert into c4gt.ledger (subject, effect, contributor, points, rule, rules_version, reason, url, delivery, decision)
       select subject, 'x', contributor, 50, 'more/gift', rules_version, reason, url, delivery, decision
       from c4gt.ledger where rule = 'more/first-look' and subject = '9001/13'`,
      { what: 'points', subject: 'Sunbird/core#13', rule: 'more/gift', recorded: 50, recomputed: null },
    ],
    [
      'a ticket that was taken off the list',
      'delete from c4gt.tickets',
      { what: 'ticket', subject: 'Sunbird/core#12' },
    ],
  ];
  for (const [what, sql, difference] of underPruned) {
    it(`still finds ${what}, where all deliveries about it are pruned`, async () => {
      await play();
      await pruneTheFirst();
      await tamper(database(), sql);
      const { differences } = await replayed(database(), earlier, later);
      expect(differences).to.have.length(1);
      expect(differences[0]).to.include(difference);
    });
  }

  it('still finds what happened elsewhere in a repository of which deliveries are pruned', async () => {
    await using programme = await openProgramme(database(), later);
    const { first, second } = histories();
    const { repository, sender } = Object(first[0]?.payload) as Readonly<Record<string, Json>>;
    const renamed = {
      action: 'edited',
      label: { id: 7, name: 'defect', color: 'ff0000', default: false },
      changes: { name: { from: 'bug' } },
      ...{ repository, sender },
    };
    await programme.play([{ event: 'label', payload: renamed }]);
    await database().query(`update c4gt.batches set received_at = now() - interval '91 days'`);
    expect(await database().store.prune({ days: 90, batches: 10 })).to.include({ deliveries: 1 });
    await programme.play([...first, ...second]);
    expect((await replayed(database(), later)).differences).to.deep.equal([]);

    await tamper(
      database(),
      `update c4gt.ledger set points = 104 where rule = 'more/first-look' and subject = '9001/15'`,
    );
    const { differences } = await replayed(database(), later);
    expect(differences.map(({ subject, rule, recorded }) => ({ subject, rule, recorded }))).to.deep.include({
      ...{ subject: 'Sunbird/core#15', rule: 'more/first-look', recorded: 104 },
    });
  });

  it('says what cannot be compared: what waits for room under a limit, what died, and what was pruned', async () => {
    const limited = await rulesWith(rationed);
    const { first, second } = histories();
    await using programme = await openProgramme(database(), limited);
    const dead = { event: 'issues', payload: { action: 'opened', issue: 7 } };
    await programme.play([...first, ...second, dead]);
    const { differences, incomparable } = await replayed(database(), limited);
    expect(differences).to.deep.equal([]);
    expect(incomparable.filter((what) => what.startsWith('deliveries'))).to.deep.equal([
      'deliveries that are dead were not decided: 1',
    ]);
    expect(incomparable.filter((what) => /more\/rationed on .*waits for room/.test(what))).to.have.length(2);
  });
});
