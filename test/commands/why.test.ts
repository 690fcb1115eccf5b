// `c4gt why` against a real server: what a contributor asks, and what they are told, in words.
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { issueStory, ticketBody } from '../../src/commands/issue-story.ts';
import { type PullRequestStory, pullRequestStory } from '../../src/commands/pull-request-story.ts';
import { type Person, storyClock, type Told } from '../../src/commands/scene.ts';
import { asha, bot, mentor, ravi, sunbird } from '../support/cast.ts';
import { type RunningServer, runCli, startServer, temporaryDirectory } from '../support/server.ts';
import { rulesDirectory } from '../support/shipped-rules.ts';

const form = ticketBody({
  ...{ product: 'Sunbird Ed', complexity: 'High', skills: 'SQL', category: 'Backend', mentor: '@mentor-devi' },
});
const programme = 'C4GT Community';
const elsewhere = { id: 777, fullName: 'somebody/else' };
const away = { id: 778, fullName: 'nobody/takes-part' };

/** Beside the rules that ship: one with a limit, one in shadow, and one for another repository. */
const more = `version: 1
program: more
rules:
  limited:
    on: pull_request
    limits: { per_day: 1 }
    while: { all: [{ pull_request.merged: true }, { pull_request.labels: { contains: limited } }] }
    then: [{ award_points: { to: { fact: pull_request.author }, points: 3 } }]
  shadowed:
    on: pull_request
    mode: shadow
    while: { all: [{ pull_request.merged: true }, { pull_request.labels: { contains: shadow } }] }
    then: [{ award_points: { to: { fact: pull_request.author }, points: 7 } }]
`;

const clock = storyClock();
const ticket = (number: number, labels: readonly string[]) =>
  issueStory(clock, sunbird, number, { title: 'Export', body: form, author: mentor, labels }).opened();

let number = 20;
interface Pull {
  readonly body?: string;
  readonly labels?: readonly string[];
  readonly author?: Person;
  readonly place?: typeof sunbird;
  readonly after?: (pull: PullRequestStory) => readonly Told[];
}

/** A pull request that somebody else merges, unless `after` tells otherwise, and what was delivered of it. */
function pull({ body = 'Fixes #1', labels = [], author = asha, place = sunbird, after }: Pull) {
  number += 1;
  const story = pullRequestStory(clock, place, number, { title: 'CSV', body, author, labels });
  const told = [story.opened(), ...(after ?? ((pull: PullRequestStory) => [pull.merged(mentor)]))(story)];
  return { subject: `${place.fullName}#${number}`, told };
}

const merged = 'c4gt-community/merged-pull-request';

const asked: readonly (readonly [question: string, Pull, rule: string, answer: RegExp])[] = [
  ['it is merged', {}, merged, /^✓[^✓✗]* UTC {2}awards 30 points to asha: Merged CSV \(High\)$/m],
  ['it is not merged', { after: () => [] }, merged, /^✗.*\n {2}it is not merged; the rule wants it to be/],
  [
    'the author merged it',
    { after: (pull) => [pull.merged(asha)] },
    merged,
    /asha merged it, who also wrote it; .*differ/,
  ],
  [
    'its ticket has no label',
    { body: 'Fixes #2' },
    merged,
    /wants one of `C4GT Community`.* or else: the ticket has no labels/,
  ],
  ['it names no ticket', { body: 'see #1' }, merged, /or else: no ticket that it closes is known/],
  [
    'a bot wrote it',
    { author: bot },
    merged,
    /kind of account that wrote it is `Bot`; the rule wants anything but `Bot`/,
  ],
  [
    'it is told twice',
    { after: (pull) => [pull.merged(mentor), pull.labeled('late')] },
    merged,
    /^✓[^\n]*\n {2}[\d: -]* UTC {2}awards 30 points to asha: Merged CSV \(High\)$/m,
  ],
  [
    'its label is taken off again',
    {
      ...{ body: '', labels: [programme] },
      after: (pull) => [pull.merged(mentor), pull.unlabeled(programme)],
    },
    merged,
    /no labels.*\n.*withdrawn: awards 10 points to asha: Merged CSV \(complexity unknown\)\n.*UTC {2}awards 10 points/,
  ],
  ['the rule has room', { labels: ['limited'] }, 'more/limited', /UTC {2}awards 3 points to asha$/m],
  [
    'the rule is at its limit',
    { author: ravi, labels: ['limited'], after: (pull) => [pull.merged(mentor), pull.labeled('late')] },
    'more/limited',
    /^✓[^\n]*\n[^\n]*waits for room under its rule’s limit: awards 3 points to ravi$(?![^✓✗]*waits)/m,
  ],
  [
    'the rule is in shadow',
    { labels: ['shadow'] },
    'more/shadowed',
    /in shadow\)\n.* in shadow, nothing is done: awards 7/,
  ],
  [
    'nobody reviewed it',
    {},
    'c4gt-community/reviewed-pull-request',
    /^✓.*\n {2}it holds, and comes to nothing: there is nobody/,
  ],
];

describe('c4gt why', function () {
  this.timeout(60_000);
  const rules = join(temporaryDirectory(), 'rules');
  const dataDir = temporaryDirectory();
  let server: RunningServer;
  before(async () => {
    cpSync(rulesDirectory, rules, { recursive: true });
    writeFileSync(join(rules, 'more.yaml'), more);
    server = await startServer({ DATA_DIR: dataDir, RULES_DIR: rules, ORGANISATIONS: 'Sunbird,somebody' });
    for (const told of [ticket(1, [programme]), ticket(2, [])]) await server.deliver(told);
  });
  after(() => server?.kill());

  const why = (...args: readonly string[]) => runCli(['why', ...args, '--from', server.url]);
  const tell = async ({ subject, told }: ReturnType<typeof pull>) => {
    for (const each of told) {
      expect((await server.deliver(each)).status).to.equal(202);
      await server.settled();
    }
    return subject;
  };

  for (const [question, happened, rule, answer] of asked)
    it(`says what comes of it when ${question}`, async () => {
      const { code, stdout, stderr } = await why(await tell(pull(happened)));
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
      const [, ...rules] = stdout.split(/^(?=[✓✗!] )/m);
      expect(rules.find((each) => each.slice(2).startsWith(rule)) ?? stdout).to.match(answer);
    });

  it('says that no rule is about a repository that does not take part', async () => {
    const { code, stdout } = await why(await tell(pull({ place: away })));
    expect(code).to.equal(0);
    expect(stdout).to.match(/^nobody\/takes-part#\d+\n\nNo rule is about it: .*ORGANISATIONS/s);
  });

  it('takes the address of the page, draws every condition, and gives all of it to programs', async () => {
    const subject = await tell(pull({ place: elsewhere }));
    const [repository, number] = subject.split('#');
    const { stdout } = await why(`https://github.com/${repository}/pull/${number}`, '--conditions');
    expect(stdout).to.match(/^ {4}✗ is-ticket-work: any of\n {6}✗ pull_request\.labels has any of C4GT/m);
    const told = JSON.parse((await why(`${repository}/${number}`, '--format', 'json')).stdout) as object;
    expect(told).to.have.keys('answer', 'decisions', 'effects');
  });

  it('says what is wrong with the question, or with whom it was put to', async () => {
    for (const [args, wanted, said] of [
      [['sunbird'], 2, /^why is asked of an issue or pull request, owner\/name#12, not sunbird\n$/],
      [['Sunbird/core#99'], 1, /answered 404: We know of no such issue or pull request\.\n$/],
      [['Sunbird/core#1', '--from', 'example.org'], 2, /^--from must be an address such as/],
      [
        ['Sunbird/core#1', '--from', 'http://127.0.0.1:1'],
        1,
        /^nobody answers at http:\/\/127\.0\.0\.1:1; is the server/,
      ],
    ] as const) {
      const { code, stdout, stderr } = await runCli(['why', '--from', server.url, ...args]);
      expect({ code, stdout }, args.join(' ')).to.deep.equal({ code: wanted, stdout: '' });
      expect(stderr).to.match(said);
    }
  });

  it('is what other commands point to while the server has the embedded database', async () => {
    for (const command of ['effects list', 'ledger verify', 'ledger replay', 'deliveries list']) {
      const { code, stdout, stderr } = await runCli(command.split(' '), { DATA_DIR: dataDir });
      expect({ code, stdout }, command).to.deep.equal({ code: 1, stdout: '' });
      expect(stderr).to.match(
        / is in use by process \d+\. Stop it first, .*\nWhile it runs, `c4gt why owner\/name#12` asks/,
      );
    }
  });
});
