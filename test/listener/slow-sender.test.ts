// Who sends slowly, or stops half way, is in nobody's way.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import { serverLimits, webhooksPath } from '../../src/listener/limits.ts';
import { headersFor, type Listening, listen, send } from './listening.ts';

const head = (contentLength: number): string => {
  const headers = { host: 'x', ...headersFor('{}'), 'content-length': String(contentLength) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${webhooksPath} HTTP/1.1\r\n${lines.join('')}\r\n`;
};

describe('a slow sender', () => {
  let listening: Listening;
  const sockets: Socket[] = [];
  const open = async (): Promise<Socket> => {
    const socket = connect(listening.port, '127.0.0.1').on('error', () => undefined);
    sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  };
  beforeEach(async () => {
    listening = await listen();
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await listening.stop();
  });

  it('stores nothing when it hangs up in the middle of the body', async () => {
    const socket = await open();
    socket.write(`${head(100)}{"action":`);
    await setTimeout(50);
    socket.destroy();
    await setTimeout(50);
    expect(listening.store.deliveries).to.deep.equal([]);
    expect((await send(listening.port)).status).to.equal(202);
  });

  it('stores nothing when it closes its half in the middle of the body, though what came is signed', async () => {
    const socket = await open();
    socket.end(`${head(100)}{}`);
    await once(socket.resume(), 'close');
    expect(listening.store.deliveries).to.deep.equal([]);
  });

  it('does not slow a valid delivery beyond a second, were there 500 of it', async () => {
    const all = await Promise.all(Array.from({ length: 500 }, open));
    const headers = head(1_000);
    const drips = setInterval(() => {
      for (const socket of all) socket.write('x');
    }, 50);
    for (const [index, socket] of all.entries()) socket.write(index % 2 === 0 ? headers : headers.slice(0, 60));
    try {
      for (let i = 0; i < 10; i += 1) {
        const started = performance.now();
        expect((await send(listening.port)).status).to.equal(202);
        expect(performance.now() - started).to.be.lessThan(1_000);
        await setTimeout(50);
      }
    } finally {
      clearInterval(drips);
    }
    expect(listening.store.deliveries.length).to.equal(10);
  });

  it('is cut off before GitHub itself would give up', () => {
    expect(serverLimits.headersTimeout).to.be.lessThan(10_000);
    expect(serverLimits.requestTimeout).to.be.at.most(10_000);
    expect(serverLimits.connectionsCheckingInterval).to.be.at.most(1_000);
  });
});
