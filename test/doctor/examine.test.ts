// What the doctor finds when all is well, when nothing is there, and when GitHub is away: it always comes to an end.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { patience } from '../support/until.ts';
import { examining, webhookSecret } from './examining.ts';

const GITHUB = ['credentials', 'permissions', 'events', 'webhook', 'deliveries', 'installations'];

describe('the doctor', function () {
  this.timeout(30_000);
  const doctor = examining();

  it('finds nothing where all is well', async () => {
    const fake = await doctor.gitHub();
    const found = await doctor.examine(doctor.environment(fake, await doctor.service(fake)));
    expect(found.all.filter(({ verdict }) => verdict !== 'ok')).to.deep.equal([]);
    expect(new Set(found.all.map(({ check }) => check))).to.deep.equal(
      new Set(['configuration', 'rules', 'database', 'files', 'service', 'GitHub', 'clock', ...GITHUB]),
    );
    expect(found.said('credentials')).to.include(`the App ${fake.app.id} of code4govtech`);
    expect(found.said('database')).to.include('not made yet');
    expect(found.said('installations')).to.include('1 installation');
  });

  it('tells nobody a secret, and has advice for all that is wrong', async () => {
    const fake = await doctor.gitHub({ permissions: {}, events: [] });
    fake.delivered({ event: 'issues.opened', statusCode: 401 });
    const canaries = { DATABASE_URL: 'postgres://user:canary-password@127.0.0.1:1/db', GITHUB_CLIENT_SECRET: 'canary' };
    const found = await doctor.examine(doctor.environment(fake, 'http://127.0.0.1:1/', canaries));
    const text = JSON.stringify(found.all);
    for (const secret of ['canary', webhookSecret, fake.app.privateKey.split('\n')[1] ?? '', fake.app.clientSecret])
      expect(text).not.to.include(secret);
    expect(found.with('problem')).to.have.length.above(3);
    for (const { verdict, advice, what } of found.all) {
      if (verdict === 'problem' || verdict === 'warning') expect(advice, what).to.be.a('string').that.is.not.empty;
      expect(`${what}${advice}`).not.to.match(/undefined|\[object|NaN|\n/);
    }
  });

  it('finds every fault of the configuration, and looks at the rest', async () => {
    const fake = await doctor.gitHub();
    const environment = doctor.environment(fake, await doctor.service(fake), {
      ...{ PORT: 'x', LOG_LEVEL: 'loud', GITHUB_WEBHOOK_SECRET: '', GITHUB_CLIENT_ID: 'Iv1' },
    });
    const found = await doctor.examine(environment);
    expect(found.with('problem')).to.deep.equal(['configuration']);
    const said = found.of('configuration').map(({ what }) => what.split(' ')[0]);
    expect(said).to.have.members(['PORT', 'LOG_LEVEL', 'GITHUB_WEBHOOK_SECRET', 'GITHUB_CLIENT_SECRET']);
    expect(found.with('ok')).to.include.members(['rules', 'GitHub', ...GITHUB]);
  });

  it('asks no other GitHub, and no other database, than the one that is meant', async () => {
    const fake = await doctor.gitHub();
    const changed = { GITHUB_API_URL: 'http://git.example.org/api/v3', DATABASE_URL: 'mysql://x', HOST: '127.0.0.1' };
    const found = await doctor.examine(doctor.environment(fake, await doctor.service(fake), changed));
    expect(found.with('problem')).to.deep.equal(['configuration']);
    expect(found.with('skipped')).to.deep.equal(['database', 'GitHub']);
    expect(fake.log).to.deep.equal([]);
  });

  it('works without anything', async () => {
    const found = await doctor.examine({ GITHUB_API_URL: 'http://127.0.0.1:1', DATA_DIR: join(doctor.directory, 'd') });
    expect(found.said('configuration')).to.include('`c4gt setup`');
    expect(found.with('problem')).to.include('GitHub');
    expect(found.with('skipped')).to.have.members(['service', ...GITHUB]);
  });

  it('says what is missing without an App', async () => {
    const fake = await doctor.gitHub();
    const {
      GITHUB_APP_ID: _,
      GITHUB_PRIVATE_KEY: __,
      ...environment
    } = doctor.environment(fake, await doctor.service(null));
    const found = await doctor.examine(environment);
    expect(found.with('problem')).to.deep.equal([]);
    expect(found.with('warning')).to.deep.equal(['configuration']);
    expect(found.said('configuration')).to.include('`c4gt setup`').and.include('skipped');
    expect(found.with('skipped')).to.deep.equal(GITHUB);
    expect(fake.log.map(({ path }) => path)).to.deep.equal(['/rate_limit']);
  });

  it('waits for GitHub no longer than it says', async () => {
    const fake = await doctor.gitHub();
    const environment = doctor.environment(fake, await doctor.service(fake));
    fake.faults.add('GET /**', 'hang', { times: 100, where: ({ path }) => path !== '/rate_limit' && path !== '/app' });
    const began = performance.now();
    const found = await doctor.examine(environment, { timeout: 1_000, patience: 2_000 });
    expect(performance.now() - began).to.be.below(patience(10_000));
    expect(found.with('problem')).to.have.members(['webhook', 'deliveries', 'installations']);
    expect(found.with('ok')).to.include.members(['credentials', 'permissions', 'events']);
    expect(found.said('webhook')).to.include('could not be looked at').and.include('try again');
  });

  it('skips what it could ask GitHub when GitHub does not answer', async () => {
    const fake = await doctor.gitHub();
    const environment = doctor.environment(fake, await doctor.service(fake));
    fake.faults.add('GET /**', 'hang', { times: 100 });
    const found = await doctor.examine(environment, { timeout: 500, patience: 1_000 });
    expect(found.with('problem')).to.deep.equal(['GitHub']);
    expect(found.with('skipped')).to.deep.equal(GITHUB);
    expect(fake.log).to.have.length(1);
  });

  it('notices that something else answers in the place of GitHub', async () => {
    const fake = await doctor.gitHub();
    const elsewhere = await doctor.service(fake);
    const found = await doctor.examine(doctor.environment(fake, elsewhere, { GITHUB_API_URL: elsewhere }));
    expect(found.said('GitHub')).to.match(/^warning something answers/);
    expect(found.with('skipped')).to.deep.equal(GITHUB);
  });

  describe('looks at the rules:', () => {
    const rules = async (text: string) => {
      const fake = await doctor.gitHub();
      const directory = join(doctor.directory, 'rules');
      mkdirSync(directory);
      writeFileSync(join(directory, 'a.yaml'), text);
      const changed = { RULES_DIR: directory };
      return (await doctor.examine(doctor.environment(fake, await doctor.service(fake), changed))).said('rules');
    };

    it('a problem', async () =>
      expect(await rules('rules: [')).to.match(/^problem \d problems? in .*`c4gt rules check`/));
    it('a warning', async () => {
      const text = `version: 1
program: p
rules:
  a:
    description: x
    on: issues
    while:
      issue.labels: { contains: x }
    then:
      - award_points: { to: { fact: issue.author }, points: 5, reason: x }
`;
      expect(await rules(text)).to.match(/^warning 1 rule in 1 file can be used, with \d+ warnings?/);
    });
  });
});
