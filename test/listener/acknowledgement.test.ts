// A delivery is acknowledged when it is stored: not before, and not otherwise.
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import { webhooksPath } from '../../src/listener/limits.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import { answerOf, headersFor, type Listening, listen, send } from './listening.ts';

describe('the acknowledgement', () => {
  let listening: Listening;
  let rung = 0;
  beforeEach(async () => {
    rung = 0;
    const onStored = (): void => {
      rung += 1;
    };
    listening = await listen({ onStored, bounds: { answerWithin: 300 } });
  });
  afterEach(() => listening.stop());

  it('is 202, and what was stored is what was sent', async () => {
    const body = '{"action":"opened"}';
    const guid = randomUUID();
    const headers = headersFor(body, { 'x-github-delivery': guid, 'content-type': 'application/json; charset=utf-8' });
    expect((await send(listening.port, { body, headers })).status).to.equal(202);
    expect(listening.store.deliveries).to.deep.equal([{ guid, event: 'issues', body: Buffer.from(body) }]);
    expect(rung).to.equal(1);
  });

  it('waits for the commit', async () => {
    const commit = Promise.withResolvers<void>();
    listening.store.before = () => commit.promise;
    let answered = false;
    const answer = send(listening.port).finally(() => {
      answered = true;
    });
    await setTimeout(150);
    expect([answered, rung]).to.deep.equal([false, 0]);
    commit.resolve();
    expect((await answer).status).to.equal(202);
  });

  const failures: readonly [what: string, error: Error][] = [
    ['is unavailable', new StoreUnavailable('no route to canary-host')],
    ['fails in a way nobody foresaw', new Error('canary: value out of range')],
  ];
  for (const [what, error] of failures) {
    it(`is refused with 503, and asked for again, when the store ${what}`, async () => {
      listening.store.before = () => Promise.reject(error);
      const { status, headers, text } = await send(listening.port);
      expect(status).to.equal(503);
      expect(Number(headers['retry-after'])).to.be.greaterThan(0);
      expect(headers['content-type']).to.equal('application/problem+json');
      expect(text).not.to.contain('canary');
      expect(listening.logged.join()).to.contain(error.message);
      expect(rung).to.equal(0);
    });
  }

  it('comes again once the store is back', async () => {
    listening.store.before = () => Promise.reject(new StoreUnavailable('restarting'));
    expect((await send(listening.port)).status).to.equal(503);
    listening.store.before = () => undefined;
    expect((await send(listening.port)).status).to.equal(202);
  });

  it('is a 503 when the commit is so late that GitHub would give up, and the commit may still succeed', async () => {
    const commit = Promise.withResolvers<void>();
    listening.store.before = () => commit.promise;
    const started = performance.now();
    expect((await send(listening.port)).status).to.equal(503);
    expect(performance.now() - started).to.be.within(250, 5_000);
    commit.resolve();
    await setTimeout(20);
    expect([listening.store.deliveries.length, rung]).to.deep.equal([1, 1]);
    expect((await send(listening.port)).status).to.equal(202);
  });

  it('leaves what was stored alone, whatever comes next on the same connection', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const bodies = ['a', 'b', 'c'].map((letter) => JSON.stringify(letter.repeat(20_000)));
    for (const body of bodies) {
      const outgoing = request({
        ...{ port: listening.port, host: '127.0.0.1', method: 'POST', path: webhooksPath, agent },
        headers: { ...headersFor(body), 'content-length': body.length },
      });
      outgoing.end(body);
      expect((await answerOf(outgoing)).status).to.equal(202);
    }
    agent.destroy();
    expect(listening.store.deliveries.map(({ body }) => String(body))).to.deep.equal(bodies);
  });

  it('is given on whichever address names the path, with a query or as to a proxy', async () => {
    const address = `http://community.example.org${webhooksPath}`;
    for (const path of [`${webhooksPath}?source=github`, address, `${address}?a=b`])
      expect((await send(listening.port, { path })).status, path).to.equal(202);
    expect((await send(listening.port, { path: 'http://[' })).status).to.equal(404);
  });

  it("of who did not wait for it is in nobody's way, also when it is a refusal", async () => {
    const commit = Promise.withResolvers<void>();
    listening.store.before = () => commit.promise;
    for (const signature of [undefined, 'sha256=wrong']) {
      const socket = connect(listening.port, '127.0.0.1').on('error', () => undefined);
      const headers = {
        host: 'x',
        'content-length': '2',
        ...headersFor('{}'),
        ...(signature && { 'x-hub-signature-256': signature }),
      };
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`POST ${webhooksPath} HTTP/1.1\r\n${lines.join('')}\r\n{}`);
      if (signature === undefined) await setTimeout(50);
      socket.resetAndDestroy();
    }
    await setTimeout(50);
    commit.resolve();
    await setTimeout(50);
    expect(listening.store.deliveries).to.have.length(1);
    listening.store.before = () => undefined;
    expect((await send(listening.port)).status).to.equal(202);
  });

  const events = ['ping', '__proto__', 'constructor', 'pull_request_review', 'an-event.of_tomorrow'];
  for (const event of events) {
    it(`is the same for the event ${event}`, async () => {
      const headers = headersFor('{}', { 'x-github-event': event });
      expect((await send(listening.port, { headers })).status).to.equal(202);
      expect(listening.store.deliveries.map((delivery) => delivery.event)).to.deep.equal([event]);
    });
  }

  it('takes a GUID of any version, and writes it one way', async () => {
    const guids = ['72D3162E-cc78-11e3-81ab-4c9367dc0958', randomUUID(), '019535d9-3df7-79fb-b466-fa907fa17f9e'];
    for (const guid of guids) {
      const headers = headersFor('{}', { 'x-github-delivery': guid });
      expect((await send(listening.port, { headers })).status).to.equal(202);
    }
    expect(listening.store.deliveries.map(({ guid }) => guid)).to.deep.equal(guids.map((guid) => guid.toLowerCase()));
  });
});
