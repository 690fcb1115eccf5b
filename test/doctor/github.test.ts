// What the doctor says of the App on GitHub: its key, its clock, what it may do and hear, and who has accepted that.
import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { checkReach } from '../../src/doctor/github.ts';
import { appEvents, appPermissions } from '../../src/github/app-manifest.ts';
import { examining } from './examining.ts';

describe('the doctor asks GitHub', function () {
  this.timeout(30_000);
  const doctor = examining();

  it('whether there is such an App', async () => {
    const fake = await doctor.gitHub();
    const found = await doctor.examine(
      doctor.environment(fake, await doctor.service(fake), { GITHUB_APP_ID: '99999' }),
    );
    expect(found.said('credentials')).to.match(/^problem there is no App 99999 .*→ correct GITHUB_APP_ID/);
    expect(found.with('skipped')).to.deep.equal(['permissions', 'events', 'webhook', 'deliveries', 'installations']);
  });

  it('whether the key is that of the App', async () => {
    const fake = await doctor.gitHub();
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const environment = doctor.environment(fake, await doctor.service(fake), { GITHUB_PRIVATE_KEY: privateKey });
    expect((await doctor.examine(environment)).said('credentials')).to.match(
      /^problem GitHub does not take the key .*make a new private key/,
    );
  });

  for (const [seconds, verdict] of [
    [0, 'ok'],
    [29, 'ok'],
    [33, 'warning'],
    [58, 'warning'],
    [65, 'problem'],
    [7_200, 'problem'],
  ] as const) {
    for (const sign of [1, -1])
      it(`what time it is: ${sign * seconds} s away is ${verdict}`, async () => {
        const now = Date.parse('2026-11-23T12:00:00.700Z');
        const theirs = new Date(Math.floor((now - sign * seconds * 1000) / 1000) * 1000);
        const greet = async () => ({ isGitHub: true, date: theirs });
        const { found, isThere } = await checkReach('https://api.github.com', greet, () => new Date(now));
        expect(isThere).to.equal(true);
        const [, clock] = found;
        expect(clock).to.include({ check: 'clock', verdict });
        if (verdict !== 'ok') expect(clock?.what).to.include(sign === 1 ? 'ahead of' : 'behind');
      });
  }

  it('what it may do, and says which rules cannot be carried out', async () => {
    const { checks: _, ...others } = appPermissions;
    const permissions = { ...others, issues: 'read' as const };
    const fake = await doctor.gitHub({ permissions });
    const found = await doctor.examine(doctor.environment(fake, await doctor.service(fake)));
    expect(found.said('permissions')).to.match(/^problem the App lacks .*issues: write/);
    expect(found.said('permissions')).to.include('checks: write').and.include('the rules need it for comment');
    expect(found.said('permissions')).to.include('/organizations/code4govtech/settings/apps/c4gt/permissions');
  });

  it('what it may do that no rule needs now', async () => {
    const { checks: _, ...permissions } = appPermissions;
    const fake = await doctor.gitHub({ permissions });
    const found = await doctor.examine(doctor.environment(fake, await doctor.service(fake)));
    expect(found.said('permissions')).to.match(/^warning the App lacks checks: write; no rule needs it now/);
    expect(found.with('problem')).to.deep.equal([]);
  });

  it('what it hears', async () => {
    const fake = await doctor.gitHub({ events: appEvents.filter((event) => event !== 'issues' && event !== 'label') });
    const found = await doctor.examine(doctor.environment(fake, await doctor.service(fake)));
    expect(found.said('events')).to.match(/^problem the App does not hear issues, label; rules wait for issues/);
    const deaf = await doctor.gitHub({ events: appEvents.filter((event) => event !== 'label') });
    const heard = await doctor.examine(doctor.environment(deaf, await doctor.service(deaf)));
    expect(heard.said('events')).to.match(/^warning the App does not hear label; no rule waits for it now/);
  });

  it('who has accepted that, and who has not', async () => {
    const fake = await doctor.gitHub();
    const behind = fake.install('late');
    behind.permissions = { metadata: 'read', issues: 'read' };
    behind.events = ['issues'];
    fake.install('asleep').suspendedAt = Date.now();
    const found = await doctor.examine(doctor.environment(fake, await doctor.service(fake)));
    const said = found.said('installations');
    expect(said).to.include('ok 3 installations').and.include('warning suspended: asleep');
    expect(said).to.match(
      /warning late has not accepted .*issues: write.*label.*→ have an owner of it accept that: https:/,
    );
    expect(said).not.to.include('warning asha');
  });

  it('who has not accepted, of very many', async () => {
    const fake = await doctor.gitHub();
    for (let nth = 0; nth < 120; nth++) fake.install(`late-${nth}`).permissions = {};
    const found = await doctor.examine(doctor.environment(fake, await doctor.service(fake)));
    expect(found.of('installations')).to.have.length(7);
    expect(found.said('installations')).to.include('ok 121 installations').and.include('115 more have not accepted');
  });

  it('where it is installed, when that is nowhere', async () => {
    const fake = await doctor.gitHub();
    for (const installation of [...fake.world.installations.values()]) fake.uninstall(installation);
    fake.world.deliveries.splice(0);
    const found = await doctor.examine(doctor.environment(fake, await doctor.service(fake)));
    expect(found.said('installations')).to.match(
      /^warning .*→ install it: https:\/\/github\.com\/apps\/c4gt\/installations\/new/,
    );
    expect(found.said('deliveries')).to.match(/^skipped/);
  });
});
