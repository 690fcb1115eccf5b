// The fake GitHub delivers to the App under test: signed, logged with what was answered, and again when it is asked to.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhooks } from '@octokit/webhooks';
import { expect } from 'chai';
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import type { Delivery, Issue } from '../support/fake-github/state.ts';
import { octokitOfApp } from './octokits.ts';

interface Received {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

describe('a delivery of the fake GitHub', () => {
  let fake: FakeGitHub;
  let issue: Issue;
  let listener: Server;
  let status: number;
  let received: Received[];

  beforeEach(async () => {
    [status, received] = [202, []];
    listener = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      received.push({ headers: request.headers, text: Buffer.concat(chunks).toString() });
      response.writeHead(status).end();
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    fake = await startFakeGitHub();
    issue = fake.issue(fake.repository('sunbird/portal'), { title: 'Ünïcode' });
    fake.app.hookUrl = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/hook`;
  });

  afterEach(async () => {
    await fake.stop();
    listener.closeAllConnections();
    await new Promise((resolve) => listener.close(resolve));
  });

  const deliver = (): Promise<Delivery> =>
    fake.deliver({ event: 'issues.opened', about: issue.repository, payload: fake.payload('opened', issue) });
  const redeliver = async ({ id }: Delivery): Promise<Delivery | undefined> => {
    const route = 'POST /app/hook/deliveries/{delivery_id}/attempts';
    await octokitOfApp(fake).request(route, { delivery_id: String(id) as never });
    await fake.redelivered();
    return fake.world.deliveries.at(-1);
  };

  it('is signed as GitHub signs it, and says what it is about', async () => {
    expect(await deliver()).to.include({ statusCode: 202, status: 'OK', event: 'issues', action: 'opened' });
    const [{ headers, text } = { headers: {}, text: '' }] = received;
    const webhooks = new Webhooks({ secret: fake.app.webhookSecret });
    expect(await webhooks.verify(text, String(headers['x-hub-signature-256']))).to.equal(true);
    expect(headers).to.include({ 'x-github-event': 'issues', 'content-type': 'application/json' });
    const payload = JSON.parse(text);
    expect(payload.issue).to.include({ number: 1, title: 'Ünïcode' });
    expect(payload.installation.id).to.equal(fake.installationOf(issue.repository).id);
  });

  it('that failed is sent again under its GUID, as a new line of the log', async () => {
    status = 503;
    const failed = await deliver();
    expect(failed).to.include({ statusCode: 503, redelivery: false });
    status = 202;
    const again = await redeliver(failed);
    expect(again).to.include({ guid: failed.guid, statusCode: 202, redelivery: true, action: 'opened' });
    expect(again?.id).not.to.equal(failed.id);
    expect(received.map(({ headers }) => headers['x-github-delivery'])).to.deep.equal([failed.guid, failed.guid]);
    expect(received[1]?.text).to.equal(received[0]?.text);
  });

  it('that was lost reaches the App when it is asked for', async () => {
    const lost = fake.delivered({ event: 'ping', statusCode: 0, payload: { zen: 'Keep it logically awesome.' } });
    expect(received).to.deep.equal([]);
    expect(await redeliver(lost)).to.include({ statusCode: 202, event: 'ping' });
    expect(received).to.have.length(1);
  });

  it('nobody takes is logged as that', async () => {
    listener.closeAllConnections();
    await new Promise((resolve) => listener.close(resolve));
    expect(await deliver()).to.include({ statusCode: 0, status: 'failed to connect to host' });
  });
});
