// A body over 25 MB is refused by its header or as it streams, and however much is sent, little memory is used.
import { once } from 'node:events';
import { type ClientRequest, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import { maxBody, webhooksPath } from '../../src/listener/limits.ts';
import { answerOf, headersFor, type Listening, listen, send } from './listening.ts';

const MB = 1024 * 1024;

describe('a large body', () => {
  let listening: Listening;
  beforeEach(async () => {
    listening = await listen();
  });
  afterEach(() => listening.stop());

  const open = (headers: Record<string, string>): ClientRequest =>
    request({
      port: listening.port,
      host: '127.0.0.1',
      method: 'POST',
      path: webhooksPath,
      headers: { ...headersFor(''), ...headers },
      agent: false,
    });

  /** A connection that has sent the headers of a chunked body, and reads no answer by itself. */
  const openChunked = (): Socket => {
    const socket = connect(listening.port, '127.0.0.1').on('error', () => undefined);
    const head = Object.entries(headersFor('')).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`POST ${webhooksPath} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n${head.join('')}\r\n`);
    return socket;
  };

  it('is stored at exactly 25 MiB', async () => {
    const body = Buffer.alloc(maxBody, 'x');
    expect((await send(listening.port, { body })).status).to.equal(202);
    expect(listening.store.deliveries.map((delivery) => body.equals(delivery.body))).to.deep.equal([true]);
  });

  it('is refused by its header before a byte of it is sent, and the connection closed', async () => {
    const outgoing = open({ 'content-length': String(maxBody + 1) });
    outgoing.flushHeaders();
    const { status, headers, text } = await answerOf(outgoing);
    expect([status, headers.connection]).to.deep.equal([413, 'close']);
    expect(JSON.parse(text)).to.include({ status: 413, title: 'Payload Too Large' });
    outgoing.destroy();
  });

  it('is refused as it streams, with bounded memory, and the connection closed on who streams on', async () => {
    const socket = openChunked();
    const closed = new AbortController();
    let answer = '';
    socket.on('data', (data) => {
      answer += data;
    });
    socket.on('close', () => closed.abort());
    const piece = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(MB, 'x'), Buffer.from('\r\n')]);
    const before = process.memoryUsage().arrayBuffers;
    let [sent, peak] = [0, 0];
    while (!closed.signal.aborted) {
      sent += piece.length;
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
      if (!socket.write(piece)) await once(socket, 'drain', { signal: closed.signal }).catch(() => undefined);
    }
    expect(answer)
      .to.match(/^HTTP\/1.1 413 .*"status":413/s)
      .and.match(/connection: close/i);
    expect(sent).to.be.greaterThan(maxBody);
    // The body so far, twice while its room grows, and what the sockets of both sides and the collector still hold.
    expect(peak).to.be.lessThan(5 * maxBody);
    expect(listening.store.deliveries).to.deep.equal([]);
  });

  it('does not cost more memory for coming in chunks of one byte', async () => {
    const chunks = Buffer.from('1\r\nx\r\n'.repeat(100_000));
    const socket = openChunked();
    const before = process.memoryUsage();
    for (let i = 0; i < 10; i += 1) if (!socket.write(chunks)) await once(socket, 'drain');
    socket.write('0\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).to.match(/^HTTP\/1.1 401 /);
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    expect(heapUsed + arrayBuffers - before.heapUsed - before.arrayBuffers).to.be.lessThan(100 * MB);
    socket.destroy();
  });

  it('is refused with 503 while too much is being read from others, and taken when they are gone', async () => {
    await listening.stop();
    listening = await listen({ bounds: { maxReading: 300_000 } });
    const half = open({ 'content-length': '300000' });
    half.on('error', () => undefined).write(Buffer.alloc(200_000));
    await setTimeout(100);
    const body = Buffer.alloc(200_000);
    const { status, headers } = await send(listening.port, { body });
    expect([status, headers['retry-after']]).to.deep.equal([503, '5']);
    expect((await send(listening.port, { body: '{}' })).status).to.equal(202);
    half.destroy();
    await setTimeout(50);
    expect((await send(listening.port, { body })).status).to.equal(202);
  });
});
