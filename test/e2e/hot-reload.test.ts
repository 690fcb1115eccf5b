// Rules edited while the server runs: what stands follows them, and a broken edit changes nothing.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { pullRequestStory } from '../../src/commands/pull-request-story.ts';
import { storyClock } from '../../src/commands/scene.ts';
import { asha, mentor, sunbird } from '../support/cast.ts';
import { type RunningServer, startServer, temporaryDirectory } from '../support/server.ts';
import { until } from '../support/until.ts';

const IN_FORCE = 'other rules are in force';
const REFUSED = 'the changed rules cannot be used; the old ones stay in force';

const rule = (name: string, points: number, program = 'demo') => `version: 1
program: ${program}
rules:
  ${name}:
    description: A merged pull request earns points.
    on: pull_request
    while: { pull_request.merged: true }
    then: [{ award_points: { to: { fact: pull_request.author }, points: ${points}, reason: Merged } }]
`;

interface Line {
  readonly id: number;
  readonly points: number;
  readonly rule: string;
  readonly reverses: number | null;
}

describe('the rules of a running server', function () {
  this.timeout(60_000);
  const directory = temporaryDirectory();
  const rules = join(directory, 'rules');
  const file = join(rules, 'demo.yaml');
  let server: RunningServer;

  const ledger = async () =>
    (await server.get('/api/contributors/asha')).json<{ points: number; ledger: Line[] }>().ledger;
  const points = async () => (await server.get('/api/contributors/asha')).json<{ points: number }>().points;
  const active = async () =>
    (await server.get('/api/status')).json<{ rules: { version: string; count: number; refused: string | null } }>()
      .rules;
  /** Makes an edit, and waits until the server has said what it makes of it. */
  const edited = async (edit: () => void, message = IN_FORCE) => {
    const from = server.log.length;
    edit();
    return server.logged(message, from);
  };
  const comesTo = (wanted: number) => until(`asha has ${wanted} points`, async () => (await points()) === wanted);

  before(async () => {
    mkdirSync(rules);
    writeFileSync(file, rule('merged', 10));
    server = await startServer({ DATA_DIR: join(directory, 'data'), RULES_DIR: rules });
    const pull = pullRequestStory(storyClock(), sunbird, 1, { title: 'Export', body: null, author: asha });
    for (const told of [pull.opened(), pull.merged(mentor)]) await server.deliver(told);
    await server.settled();
  });
  after(() => server?.kill());

  it('decide', async () => {
    expect(await points()).to.equal(10);
    expect(await active()).to.include({ count: 1 });
  });

  it('are exchanged when a file changes: what stood is reversed, and stands anew', async () => {
    await edited(() => writeFileSync(file, rule('merged', 20)));
    await comesTo(20);
    const lines = await ledger();
    expect(lines.map((line) => [line.points, line.reverses])).to.deep.equal([
      [20, null],
      [-10, lines[2]?.id],
      [10, null],
    ]);
  });

  it('stay when the file is broken, which is logged with its place', async () => {
    const before = await active();
    const { reason, level } = await edited(() => writeFileSync(file, `${rule('merged', 30)}rulez: 1\n`), REFUSED);
    expect(reason).to.include('rules/demo.yaml:9:1 error').and.include('9 | rulez: 1');
    expect(level).to.equal(50);
    const { refused, ...inForce } = await active();
    expect({ ...inForce, refused: null }).to.deep.equal(before);
    expect(refused).to.equal(reason);
    const pull = pullRequestStory(storyClock(), sunbird, 2, { title: 'Import', body: null, author: asha });
    await server.deliver(pull.merged(mentor));
    await server.settled();
    expect(await points()).to.equal(40);
  });

  it('take over once it is repaired', async () => {
    await edited(() => writeFileSync(file, rule('merged', 15)));
    await comesTo(30);
    expect((await active()).refused).to.equal(null);
  });

  it('follow an editor that writes another file and renames it, time after time', async () => {
    for (const worth of [11, 12, 13]) {
      await edited(() => {
        writeFileSync(`${file}.part`, rule('merged', worth));
        renameSync(`${file}.part`, file);
      });
      await comesTo(2 * worth);
    }
  });

  it('follow an editor that removes the file, and writes it bit by bit', async () => {
    const whole = rule('merged', 14);
    await edited(() => {
      rmSync(file);
      for (const half of [whole.slice(0, 100), whole]) writeFileSync(file, half);
    });
    await comesTo(28);
  });

  it('gain those of a new file, also in a new folder, and lose them with it', async () => {
    await edited(() => writeFileSync(join(rules, 'more.yml'), rule('more', 5, 'more')));
    await comesTo(38);
    await edited(() => {
      mkdirSync(join(rules, 'deep', 'er'), { recursive: true });
      writeFileSync(join(rules, 'deep', 'er', 'deep.yaml'), rule('deep', 1, 'deep'));
    });
    await comesTo(40);
    expect(await active()).to.include({ count: 3 });
    await edited(() => {
      rmSync(join(rules, 'deep'), { recursive: true });
      rmSync(join(rules, 'more.yml'));
    });
    await comesTo(28);
    expect((await ledger()).reduce((sum, line) => sum + line.points, 0)).to.equal(28);
  });

  it('are not exchanged for a change that changes nothing', async () => {
    const before = await active();
    const from = server.log.length;
    writeFileSync(file, readFileSync(file));
    writeFileSync(join(rules, 'notes.txt'), 'not a rule');
    writeFileSync(join(rules, 'demo.test.yaml'), 'not: [a, rule, file]');
    await edited(() => writeFileSync(file, rule('merged', 16)));
    await comesTo(32);
    expect(server.log.slice(from).map(({ msg }) => msg)).to.deep.equal([IN_FORCE]);
    expect((await active()).version).not.to.equal(before.version);
  });

  it('stay when every file is gone, and come back', async () => {
    const before = await active();
    const { reason } = await edited(() => rmSync(file), REFUSED);
    expect(reason).to.include(rules);
    expect(await active()).to.deep.equal({ ...before, refused: reason });
    await edited(() => writeFileSync(file, rule('merged', 17)));
    await comesTo(34);
  });

  it('are the same after a restart', async () => {
    const before = await active();
    expect(await server.stop()).to.include({ code: 0 });
    server = await startServer({ DATA_DIR: join(directory, 'data'), RULES_DIR: rules });
    await server.settled();
    expect(await active()).to.deep.equal(before);
    expect(await points()).to.equal(34);
  });
});
