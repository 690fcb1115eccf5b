// The server in front of everything: what one connection may have it do.
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { expect } from 'chai';
import { type OpenServer, openServer } from '../../src/http/open-server.ts';
import { until } from '../support/until.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

describe('a connection', () => {
  let server: OpenServer;
  let unanswered: ServerResponse[];
  let isAnswering: boolean;
  const connected = async () => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    await once(socket, 'connect');
    return socket.setEncoding('latin1');
  };
  beforeEach(async () => {
    unanswered = [];
    isAnswering = false;
    const answer = (_: unknown, response: ServerResponse) => {
      if (isAnswering) response.end('x');
      else unanswered.push(response);
    };
    server = await openServer({}, answer, { host: '127.0.0.1', port: 0 });
  });
  afterEach(async () => {
    for (const response of unanswered) response.end();
    await server.close();
  });

  it('is ended when it is sent thousands of requests without reading an answer, of which few are looked at', async () => {
    const socket = await connected();
    const ended = new Promise((resolve) => socket.on('error', () => undefined).on('close', resolve));
    socket.write(GET.repeat(5_000));
    await ended;
    expect(unanswered).to.have.length(64);
  });

  it('may be used as long as wanted, by who waits for answers', async () => {
    const socket = await connected();
    isAnswering = true;
    let answers = 0;
    socket.on('data', (text: string) => {
      answers += text.match(/HTTP\/1\.1 200/g)?.length ?? 0;
    });
    for (let round = 1; round <= 20; round += 1) {
      socket.write(GET.repeat(10));
      await until('they are answered', () => answers === round * 10);
    }
    expect(socket.destroyed).to.equal(false);
    socket.destroy();
  });
});
