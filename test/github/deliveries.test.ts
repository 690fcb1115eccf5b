// GitHub's delivery log: read backwards as far as is wanted, and delivered again.
import { expect } from 'chai';
import { createGitHubApp } from '../../src/github/app.ts';
import { deliveriesSince, type LoggedDelivery, redeliver } from '../../src/github/deliveries.ts';
import type { GitHub } from '../../src/github/github.ts';
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import { closeServers, quiet, rejection, scriptedServer, trial } from './scripted-server.ts';

describe('the delivery log', () => {
  let fake: FakeGitHub;
  let app: GitHub;
  const noon = Math.floor(Date.now() / 1000) * 1000;

  beforeEach(async () => {
    fake = await startFakeGitHub();
    const { id: appId, privateKey } = fake.app;
    ({ app } = createGitHubApp({ appId, privateKey, apiUrl: fake.url, log: quiet }));
  });

  afterEach(async () => {
    await fake.stop();
    await closeServers();
  });

  async function since(until: number): Promise<LoggedDelivery[]> {
    const found: LoggedDelivery[] = [];
    for await (const page of deliveriesSince(app, new Date(until))) {
      expect(page).to.have.length.above(0);
      found.push(...page);
    }
    return found;
  }

  it('is read newest first, back to a time, and no further', async () => {
    const seconds = 330;
    for (let at = 0; at < seconds; at++)
      fake.delivered({ event: 'issues.opened', deliveredAt: noon - (seconds - at) * 1000 });
    const found = await since(noon - 150_000);
    expect(found).to.have.length(150);
    expect(found.map(({ id }) => id)).to.deep.equal(
      fake.world.deliveries
        .slice(-150)
        .reverse()
        .map(({ id }) => String(id)),
    );
    expect(fake.log).to.have.length(2);
    expect(await since(0)).to.have.length(seconds);
    expect(await since(noon)).to.deep.equal([]);
  });

  it('tells numbers exactly that are beyond those of JavaScript', async () => {
    const { id, guid } = fake.delivered({ event: 'issues.opened', statusCode: 503 });
    expect(id > BigInt(Number.MAX_SAFE_INTEGER)).to.equal(true);
    const [found] = await since(0);
    expect(found).to.include({ id: String(id), guid, event: 'issues', action: 'opened', status_code: 503 });
  });

  it('says where it happened, and through which installation', async () => {
    const { repository } = fake.issue(fake.repository('asha/core'), { title: 'Lost' });
    fake.delivered({ event: 'issues.opened', about: repository, statusCode: 0 });
    const [found] = await since(0);
    expect(found).to.include({
      repository_id: repository.id,
      installation_id: fake.installationOf(repository).id,
      status_code: 0,
    });
  });

  it('has GitHub deliver again, by the same GUID', async () => {
    const listener = await scriptedServer(() => ({ status: 202 }));
    fake.app.hookUrl = listener.url;
    const { id, guid } = fake.delivered({ event: 'issues.opened', statusCode: 502, deliveredAt: noon - 3_600_000 });
    await redeliver(app, String(id));
    await fake.redelivered();
    expect(listener.seen.map(({ headers }) => headers['x-github-delivery'])).to.deep.equal([guid]);
    expect(await since(0)).to.have.length(2);
    expect((await since(0))[0]).to.include({ guid, redelivery: true, status_code: 202 });
  });

  it('does not have what is forgotten', async () => {
    expect(await rejection(redeliver(app, '123'))).to.include({ kind: 'final', status: 404 });
  });

  it('is not believed when it is something else', async () => {
    const whole = { id: 1, guid: 'g', delivered_at: '2026-03-01T12:00:00Z', redelivery: false, status: 'OK' };
    const { app: other } = await trial(() => ({
      status: 200,
      body: [{ ...whole, status_code: 'none', event: 'issues' }],
    }));
    const reading = (async () => {
      for await (const page of deliveriesSince(other.app, new Date(0))) expect(page).to.equal('never');
    })();
    expect(await rejection(reading))
      .to.include({ kind: 'final' })
      .and.to.have.property('message')
      .that.matches(/deliveries: /);
  });
});
