// `c4gt ledger` as a person uses it: a key, a head that is kept, a check that finds what was done, and a replay.
import { expect } from 'chai';
import { pullRequestStory } from '../../src/commands/pull-request-story.ts';
import { storyClock } from '../../src/commands/scene.ts';
import type { SignedHead } from '../../src/ledger/head.ts';
import { isSigned } from '../ledger/is-signed.ts';
import { tamper } from '../ledger/tampering.ts';
import { aCommit, anAward, newRepository } from '../store/samples.ts';
import { asha, mentor, sunbird } from '../support/cast.ts';
import { openTestPostgres, type TestDatabase } from '../support/database.ts';
import { type Environment, runCli, startServer } from '../support/server.ts';

describe('c4gt ledger', function () {
  this.timeout(120_000);
  let database: TestDatabase;
  let environment: Environment;

  before(async () => {
    database = await openTestPostgres();
    environment = { DATABASE_URL: database.url ?? '' };
  });
  after(() => database.close());

  it('verifies a ledger without lines', async () => {
    const { code, stdout, stderr } = await runCli(['ledger', 'verify'], environment);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(stdout)
      .to.match(/^0 lines, 0 points, 0 reversals: /)
      .and.match(new RegExp(`head ${'0'.repeat(64)}\n$`));
  });

  it('makes a key, signs a head with it, and later says whether anything up to it was changed', async () => {
    const repositoryId = newRepository();
    await database.store.commit(aCommit({ repositoryId, awards: [anAward('a', 1), anAward('a', 2)] }));
    await database.store.commit(aCommit({ repositoryId, version: 1, reversals: [{ effect: 'a', reason: 'No' }] }));

    const key = await runCli(['ledger', 'key']);
    expect(key.code).to.equal(0);
    const [name = '', ...value] = key.stdout.trim().split('=');
    expect(name).to.equal('LEDGER_SIGNING_KEY');
    expect(key.stderr)
      .to.match(/private key/)
      .and.not.include(value.join('='));

    const signing = { ...environment, LEDGER_SIGNING_KEY: value.join('=') };
    const head = JSON.parse((await runCli(['ledger', 'head', '--sign'], signing)).stdout) as SignedHead;
    expect(head).to.include({ lines: 4 });
    expect(isSigned(head)).to.equal(true);
    expect(key.stderr).to.include(head.public_key);
    const unsigned = JSON.parse((await runCli(['ledger', 'head'], environment)).stdout) as object;
    expect(unsigned).to.have.all.keys('lines', 'digest', 'at');

    await database.store.commit(aCommit({ awards: [anAward('a', 3)] }));
    const kept = await runCli(['ledger', 'verify', '--head', head.digest.toUpperCase()], environment);
    expect({ code: kept.code, stderr: kept.stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(kept.stdout)
      .to.match(/^5 lines, 10 points, 2 reversals: /)
      .and.match(/that of position 4: nothing up to it/);

    await tamper(database, 'update c4gt.ledger set points = 77 where id = 2');
    const found = await runCli(['ledger', 'verify', '--head', head.digest], environment);
    expect(found.code).to.equal(1);
    expect(found.stdout).to.match(/^line 2 was altered: it had 10 points; now it says 77 points/);
    expect(found.stdout).to.match(/problems; the chain fits as far as position 1\n$/);
    const told = JSON.parse((await runCli(['ledger', 'verify', '--format', 'json'], environment)).stdout) as {
      problems: readonly object[];
    };
    expect(told.problems[0]).to.include({ kind: 'altered', position: 2, line: 2 });
  });

  it('replays what a server has decided by the rules it had, and names what was changed since', async () => {
    const served = await openTestPostgres();
    const own = { DATABASE_URL: served.url ?? '' };
    const server = await startServer(own);
    const clock = storyClock();
    const pull = pullRequestStory(clock, sunbird, 13, {
      title: 'Export',
      body: '',
      author: asha,
      labels: ['C4GT Community'],
    });
    for (const told of [pull.opened(), pull.merged(mentor)]) expect((await server.deliver(told)).status).to.equal(202);
    await server.settled();
    await server.stop();

    const same = await runCli(['ledger', 'replay'], own);
    expect({ code: same.code, stderr: same.stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(same.stdout).to.match(/^2 deliveries decided again, by rules [0-9a-f]{12}: \d subjects, no difference\n$/);

    await tamper(served, 'update c4gt.ledger set points = 500; update c4gt.contributors set points = 500');
    const changed = await runCli(['ledger', 'replay'], own);
    expect(changed.code).to.equal(1);
    expect(changed.stdout).to.match(
      /^points of Sunbird\/core#13, rule c4gt-community\/\S+, contributor 101: recorded 500 \([0-9a-f-]{36}, pull_request.closed, rules [0-9a-f]{12}\), recomputed 10 \(/,
    );
    expect(changed.stdout).to.match(/\ntotal of contributor 101: recorded 500, recomputed 10\n/);
    await served.close();
  });

  it('says of what rules there is no record, when it cannot replay', async () => {
    await database.store.activateRules('none', 0, {});
    const { code, stderr } = await runCli(['ledger', 'replay'], environment);
    expect({ code, stderr }).to.deep.equal({
      code: 1,
      stderr: 'the files of rules none are not on record: nothing can be decided by them\n',
    });
  });

  it('is used wrongly without a key, with half a digest, and into a database that is not empty', async () => {
    const wrong: readonly [args: string[], said: RegExp][] = [
      [['head', '--sign'], /^--sign needs a key in LEDGER_SIGNING_KEY/],
      [['verify', '--head', 'abc'], /^--head is the digest/],
      [['verify', '--head', 'g'.repeat(64)], /^--head is the digest/],
      [['replay', '--into', 'mysql://h/d'], /^--into is the address of an empty Postgres/],
      [['replay', '--into', database.url ?? ''], /^--into: the database is not empty/],
    ];
    for (const [args, said] of wrong) {
      const { code, stdout, stderr } = await runCli(['ledger', ...args], environment);
      expect({ code, stdout }, args.join(' ')).to.deep.equal({ code: 2, stdout: '' });
      expect(stderr).to.match(said);
    }
  });
});
