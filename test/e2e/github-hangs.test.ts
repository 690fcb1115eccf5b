// A GitHub that accepts everything and answers nothing: deliveries are acknowledged and decided as fast as before, and
// once it answers again every effect is carried out, exactly once.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { credentialsOf } from '../support/acting.ts';
import { openTestPostgres, type TestDatabase } from '../support/database.ts';
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import { drawn, type Hung, hangingRules, whileGitHubHangs } from '../support/hanging-github.ts';
import { type RunningServer, startServer, temporaryDirectory } from '../support/server.ts';
import { patience } from '../support/until.ts';

describe('a GitHub that hangs, with 1,000 deliveries queued', function () {
  this.timeout(600_000);
  const directory = temporaryDirectory();
  let database: TestDatabase;
  let fake: FakeGitHub;
  let server: RunningServer;
  let story: Hung;

  before(async () => {
    const rules = join(directory, 'rules');
    mkdirSync(rules);
    writeFileSync(join(rules, 'hanging.yaml'), hangingRules);
    [database, fake] = await Promise.all([openTestPostgres(), startFakeGitHub()]);
    server = await startServer({ ...credentialsOf(fake), DATABASE_URL: String(database.url), RULES_DIR: rules });
    story = await whileGitHubHangs({
      ...{ fake, server, repositories: 100, before: 400, queued: 1_000, onePullIn: 10 },
      ...{ lasting: 25_000, every: 250, within: patience(180_000) },
    });
    const [before, burst] = [drawn(story.before), drawn(story.burst)];
    process.stdout.write(`\n  before: ${before}\n  hanging: ${burst}\n`);
    const decided = story.decidedAfter === null ? 'never' : `after ${(story.decidedAfter / 1000).toFixed(0)} s`;
    const done = (story.carriedOutAfter / 1000).toFixed(0);
    process.stdout.write(`  all issues decided ${decided}; all carried out ${done} s after it answered again\n`);
  });
  after(async () => {
    await server?.kill();
    await fake?.stop();
    await database?.close();
  });

  it('was asked, and hung', () => {
    expect(story.hung).to.be.greaterThan(3);
    expect(story.atItsEnd.effects.pending, 'effects that waited for it').to.be.greaterThan(900);
  });

  it('does not slow acknowledgements', () => {
    // Usually faster than before, when the fake of this process has its work with answering; the rest is for a machine
    // that is busy with other things just then.
    expect(story.burst.p50 / story.before.p50).to.be.below(3);
    expect(story.burst.p99).to.be.below(patience(1_000));
    expect(story.steady.p99).to.be.below(patience(1_000));
  });

  it('leaves health and status to be asked for', () => {
    expect(story.probes.count).to.be.greaterThan(20);
    expect(story.probes.most).to.be.below(patience(1_000));
  });

  it('holds up no decision that does not need it', () => {
    expect(story.decidedAfter, 'all issues were decided while it hung').to.be.a('number');
    expect(story.points).to.equal(story.pointsWanted);
  });

  it('loses nothing: once it answers, each comment is there once, and each decision that waited is made', () => {
    expect(story.wrong).to.deep.equal([]);
    expect(story.mergePoints).to.equal(story.mergePointsWanted).and.be.greaterThan(0);
    expect(story.afterwards).to.include({ dead: 0, pending: 0 });
    expect(story.afterwards.effects).to.deep.equal({ pending: 0, dead: 0, parked: 0, skipped: 0 });
  });

  it('was asked no faster for that, and for nothing that GitHub does not allow', () => {
    fake.assertPaced();
    fake.assertValid();
  });
});
