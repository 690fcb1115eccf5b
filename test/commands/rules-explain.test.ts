// `c4gt rules explain`: on a file, an example, standard input and a stored delivery; for people and for programs.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { actions } from '../../src/actions/registry.ts';
import { readRules } from '../../src/active-rules.ts';
import { example, setIn } from '../../src/commands/examples.ts';
import { pullRequestStory } from '../../src/commands/pull-request-story.ts';
import { storyClock } from '../../src/commands/scene.ts';
import type { Explanation, RuleExplanation } from '../../src/engine/explain/explain.ts';
import { ruleLoader } from '../../src/engine/load.ts';
import { vocabulary } from '../../src/vocabulary.ts';
import { processDelivery } from '../../src/worker/process-delivery.ts';
import { openTestPostgres, type TestDatabase } from '../support/database.ts';
import { runCli, temporaryDirectory } from '../support/server.ts';
import { smallProgramme } from '../support/small-programme.ts';

const merged = 'small/merged-pull-request';

/** Control characters and those that turn the reading direction round; line breaks may be there. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
const OBEYED = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

describe('c4gt rules explain', function () {
  this.timeout(60_000);
  const directory = temporaryDirectory();
  const rulesFile = join(directory, 'small.yaml');
  writeFileSync(rulesFile, smallProgramme);
  const environment = { RULES_DIR: rulesFile };
  const run = (...args: string[]) => runCli(['rules', 'explain', ...args], environment);
  const explained = async (...args: string[]): Promise<Explanation> => {
    const { code, stdout, stderr } = await run('--format', 'json', ...args);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    return JSON.parse(stdout) as Explanation;
  };
  const rule = async (id: string, ...args: string[]): Promise<RuleExplanation> => {
    const found = (await explained(...args)).rules.find((each) => each.id === id);
    if (found === undefined) throw new Error(`there is no rule ${id}`);
    return found;
  };
  const file = (name: string, content: unknown) => {
    const path = join(directory, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };

  it('tells of an example what each rule made of it, and ends with 0', async () => {
    const { code, stdout, stderr } = await run('pull_request.closed');
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(stdout).to.match(/^pull_request\.closed in Codertocat\/Hello-World, by Codertocat, at 2019-/);
    expect(stdout).to.include('\npull request #2: Update the README with new information.\n');
    expect(stdout).to.match(/✗ did not hold {2}small\/merged-pull-request {2}.*small\.yaml:\d+\n/);
    expect(stdout).to.include('✗ pull_request.merged is true  (is false)');
    expect(stdout).to.include('it is not merged; the rule wants it to be');
    expect(stdout).to.match(/is-ticket-work \(.*small\.yaml:\d+\): any of/);
    expect(stdout).to.match(/– out of scope {2}small\/list-ticket: it is on issues; this is pull_request\.closed/);
    expect(stdout).to.match(/nothing would change\.\n$/);
    expect(stdout).not.to.match(OBEYED);
  });

  it('gives programs the same as JSON, in one shape', async () => {
    const { event, subject, rules } = await explained('pull_request.closed');
    expect(event).to.deep.equal({
      name: 'pull_request.closed',
      repository: 'Codertocat/Hello-World',
      sender: 'Codertocat',
      at: '2019-05-15T15:21:18Z',
    });
    expect(subject).to.include({ kind: 'pull_request', number: 2 });
    for (const each of rules) {
      expect(Object.keys(each)).to.have.members(
        'id description mode file line outcome because conditions nearest changes unchanged'.split(' '),
      );
    }
    const { outcome, nearest, line } = rules.find(({ id }) => id === merged) ?? {};
    expect(outcome).to.equal('not held');
    expect(line).to.be.a('number');
    expect(nearest?.flips).to.equal(2);
    expect(nearest?.steps[0]).to.include({
      fact: 'pull_request.merged',
      operator: 'equal',
      wanted: true,
      actual: false,
    });
  });

  it('takes the second example of a name, and changes of facts and of the payload', async () => {
    const set = [
      'pull_request.merged=true',
      'pull_request.merged_by=asha',
      'pull_request.labels=["bug","C4GT Codin"]',
      'pull_request.user.login=bo',
    ];
    const { nearest } = await rule(merged, 'pull_request.closed/1', '--set', ...set);
    expect(nearest?.sentence).to.match(
      /^its labels are `bug` and `C4GT Codin`; the rule wants `C4GT Coding`, .* – did somebody mistype it\?$/,
    );
    const held = await rule(
      merged,
      'pull_request.closed',
      '--set',
      ...set.slice(0, 2),
      'pull_request.labels=["C4GT Bounty"]',
    );
    expect(held.outcome).to.equal('held');
    expect(held.changes.map(({ op, summary }) => `${op}: ${summary}`)).to.deep.equal([
      'stand: awards 10 points to Codertocat',
    ]);
  });

  it('takes what would be looked up as given', async () => {
    const set = [
      'pull_request.merged=true',
      'pull_request.merged_by=asha',
      'pull_request.ticket.labels=["C4GT Bounty"]',
    ];
    const { changes } = await rule(
      merged,
      'pull_request.closed',
      '--set',
      ...set,
      'pull_request.ticket.complexity=High',
    );
    expect(changes.map(({ summary }) => summary)).to.deep.equal(['awards 30 points to Codertocat']);
  });

  it('shows for one rule what led to the ticket it looks at', async () => {
    const { stdout } = await run(
      ...['pull_request.closed', '--rule', 'merged-pull-request', '--set'],
      ...['pull_request.merged=true', 'pull_request.closes=["a/b#1"]'],
    );
    expect(stdout).to.match(/looked up\n {2}pull_request\.closes: `a\/b#1` {2}\(stated\)\n/);
    expect(stdout).not.to.include('approved_by');
  });

  for (const [typed, meant] of [
    ['pull_request.mergd=true', 'pull_request.merged'],
    ['pull_request.ticket.complexty=High', 'pull_request.ticket.complexity'],
    ['sender.permision=admin', 'sender.permission'],
  ])
    it(`does not take ${typed} for a part of the payload`, async () => {
      const { code, stderr } = await run('pull_request.closed', '--set', `${typed}`);
      const name = typed?.split('=')[0];
      expect({ code, stderr }).to.deep.equal({
        code: 2,
        stderr: `there is no ${name}, neither as a fact nor in a payload; did you mean \`${meant}\`?\n`,
      });
    });

  it('takes parts of a payload that facts are not made of', async () => {
    for (const part of ['pull_request.merge_commit_sha=null', 'pull_request.assignees.0.type=Bot', 'extra=1'])
      expect((await run('pull_request.closed', '--set', part)).code, part).to.equal(0);
  });

  it('tells the event of a file by its shape, and believes who names it', async () => {
    const { payload } = example('issues.labeled');
    const path = file('labeled.json', payload);
    expect((await explained(path)).event.name).to.equal('issues.labeled');
    expect((await explained(path, '--event', 'issues')).event.name).to.equal('issues.labeled');
    const strange = file('strange.json', { action: 'created', starred_at: null });
    const { code, stderr } = await run(strange);
    expect({ code, stderr }).to.deep.equal({
      code: 2,
      stderr: `the payload in ${strange} is like none that is known here; say which event it is with --event\n`,
    });
  });

  it('reads standard input', async () => {
    const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
    const env = { PATH: process.env['PATH'], ...environment };
    const child = spawn(process.execPath, [cli, 'rules', 'explain', '-', '--rule', 'list-ticket'], { env });
    child.stdin.end(JSON.stringify(example('issues.opened').payload));
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(stdout)
      .to.match(/^issues\.opened in Codertocat\/Hello-World/)
      .and.include('small/list-ticket');
    expect(stdout).to.match(/\n1 rule: 1 did not hold; nothing would change\.\n$/);
  });

  it('limits itself to the rules that are asked for, and suggests one for a mistyped name', async () => {
    expect((await explained('issues.opened', '--rule', 'PULL')).rules.map(({ id }) => id)).to.deep.equal([
      merged,
      'small/reviewed-pull-request',
    ]);
    const { code, stderr } = await run('issues.opened', '--rule', 'list-tikcet');
    expect(code).to.equal(2);
    expect(stderr).to.equal('there is no rule list-tikcet; did you mean `list-ticket`?\n');
  });

  it('reads other rules, and draws their problems where they have any', async () => {
    const rules = file(
      'other.yaml',
      `version: 1
program: other
rules:
  seen: { on: issues, when: { issue.state: open }, then: [{ award_points: { to: { fact: issue.author }, points: 1 } }] }
`,
    );
    const { rules: explanations } = await explained('issues.opened', '--rules', rules);
    expect(explanations.map(({ id, outcome }) => [id, outcome])).to.deep.equal([['other/seen', 'held']]);
    const bad = file('bad.yaml', 'version: 1\nprogram: other\nrules: { seen: { on: isues } }\n');
    const { code, stdout, stderr } = await run('issues.opened', '--rules', bad);
    expect({ code, stdout }).to.deep.equal({ code: 1, stdout: '' });
    expect(stderr).to.include('bad.yaml:3:').and.include('isues');
  });

  it('lets nothing in a payload move the cursor, draw lines of its own, or be taken for a command', async () => {
    const { payload } = example('issues.labeled');
    const hostile = '\u001b[2J\u202eoops\n::error::x\n✓ held  everything\r##[group]\u0007';
    for (const path of ['issue.title', 'repository.full_name', 'sender.login', 'label.name', 'issue.user.login'])
      setIn(payload, path, hostile);
    setIn(payload, 'issue.labels', [{ id: 1, name: hostile }]);
    const path = file('hostile.json', payload);
    const { code, stdout } = await run(path);
    expect(code).to.equal(0);
    expect(stdout).to.include('oops').and.not.match(OBEYED);
    expect(stdout).not.to.match(/^(::|✓)/m);
    expect(stdout).not.to.include('##[');
    const { stdout: json } = await run('--format', 'json', path);
    expect(json).not.to.match(OBEYED);
    expect((JSON.parse(json) as Explanation).subject?.title).to.equal(hostile);
  });

  it('says what is wrong with a payload that the worker could not read, and ends with 1', async () => {
    const cases: readonly (readonly [content: unknown, said: RegExp, ...args: string[]])[] = [
      ['{"cut off', /broken\.json cannot be read: the payload is not JSON/],
      [{ ...example('issues.opened').payload, issue: {} }, /dead letter: issue\.\w+ is missing/, '--event', 'issues'],
    ];
    for (const [content, said, ...args] of cases) {
      const { code, stdout, stderr } = await run(file('broken.json', content), ...args);
      expect({ code, stdout }).to.deep.equal({ code: 1, stdout: '' });
      expect(stderr).to.match(said);
    }
  });

  it('ends with 2 when it is used wrongly, and says how', async () => {
    const list = file('list.json', '[1]');
    const wrong: readonly (readonly [args: readonly string[], said: RegExp])[] = [
      [[], /missing required argument 'what'/],
      [['issues.opend'], /there is no example issues\.opend; did you mean issues\.opened\?/],
      [['Sunbird/core#12'], /no delivery: `c4gt why Sunbird\/core#12` asks the server/],
      [[join(directory, 'none.json')], /there is no file .*none\.json/],
      [[list], /list\.json is no payload/],
      [[directory], /cannot be read/],
      [['issues.opened', '--event', 'issues'], /--event goes with a file/],
      [[file('any.json', {}), '--event', 'isues'], /--event is one of .*issues.*, not isues/],
      [['issues.opened', '--set', 'title'], /path=value/],
      [['issues.opened', '--set', 'ticket.missing_fields=["Complexity"]'], /`ticket\.missing_fields` cannot be set/],
      [
        ['issues.opened', '--set', 'issue.labels=bug'],
        /issue\.labels is a list: --set 'issue\.labels=\["C4GT Community"\]'/,
      ],
      [[randomUUID(), '--set', 'issue.title=x'], /a stored delivery is explained as it came/],
      [['issues.opened', '--format', 'xml'], /text, json/],
    ];
    const ends = await Promise.all(wrong.map(([args]) => run(...args)));
    for (const [index, { code, stdout, stderr }] of ends.entries()) {
      expect({ code, stdout }, wrong[index]?.[0].join(' ')).to.deep.equal({ code: 2, stdout: '' });
      expect(stderr).to.match(wrong[index]?.[1] ?? /^$/);
    }
  });

  describe('on a stored delivery', () => {
    let database: TestDatabase;
    const [guid, waiting, dead] = [randomUUID(), randomUUID(), randomUUID()];
    const asha = { id: 11, login: 'asha' };
    const beginning = { title: 'Export', body: 'x', author: asha, labels: ['C4GT Coding'] };
    const story = pullRequestStory(storyClock(), { id: 5, fullName: 'Sunbird/core' }, 8, beginning);

    before(async () => {
      database = await openTestPostgres();
      const { store } = database;
      const { rules } = await readRules(rulesFile, ruleLoader(vocabulary));
      await store.activateRules(rules.version, rules.rules.length, {});
      const body = (payload: object) => Buffer.from(JSON.stringify(payload));
      const told = story.merged({ id: 12, login: 'bob' });
      await store.receive([{ guid, event: told.event, body: body(told.payload) }]);
      for (const work of await store.claim(10, 60)) await processDelivery({ store, actions, rules: () => rules }, work);
      const later = story.unlabeled('C4GT Coding');
      await store.receive([
        { guid: waiting, event: later.event, body: body(later.payload) },
        { guid: dead, event: 'issues', body: Buffer.from('{') },
      ]);
    });
    after(() => database?.close());

    const stored = (id: string, ...args: string[]) =>
      runCli(['rules', 'explain', id, ...args], { ...environment, DATABASE_URL: String(database.url) });
    const known = async () => ({
      counts: await database.store.counts(),
      people: await database.store.leaderboard(10, 0),
      why: await database.store.why('Sunbird/core', 8),
    });

    it('sees what stands on its subject already', async () => {
      const { code, stdout } = await stored(guid.toUpperCase(), '--rule', 'merged');
      expect(code).to.equal(0);
      expect(stdout).to.include('✓ held  small/merged-pull-request');
      expect(stdout).to.include('nothing changes: it stands already: awards 10 points to asha');
    });

    it('tells what one that waits would change, and changes nothing', async () => {
      const before = await known();
      const { code, stdout } = await stored(waiting, '--rule', 'merged');
      expect(code).to.equal(0);
      expect(stdout).to.include('→ would be withdrawn: awards 10 points to asha');
      expect(stdout).to.include('it has no labels; the rule wants one of');
      expect(await known()).to.deep.equal(before);
      expect(before.counts).to.include({ received: 3, pending: 2 });
    });

    it('says when there is none, or when it cannot be read', async () => {
      const unknown = randomUUID();
      expect(await stored(unknown)).to.include({ code: 1, stdout: '', stderr: `there is no delivery ${unknown}\n` });
      const { code, stderr } = await stored(dead);
      expect(code).to.equal(1);
      expect(stderr).to.match(/no rule sees this: .*dead letter: the payload is not JSON/);
    });
  });
});
