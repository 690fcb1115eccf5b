// A delivery is acknowledged when it is stored: not before, and not otherwise.
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import { StoreUnavailable } from '../../src/store/store.ts';
import { headersFor, type Listening, listen, send } from './listening.ts';

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
    expect(performance.now() - started).to.be.within(250, 1_000);
    commit.resolve();
    await setTimeout(20);
    expect([listening.store.deliveries.length, rung]).to.deep.equal([1, 1]);
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
