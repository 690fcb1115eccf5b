// The load: `load.ts <port> <connections> <seconds>` delivers as fast as answers come and prints `{ acknowledged, seconds }`.
import { once } from 'node:events';
import { connect } from 'node:net';
import { isWhole, nextRequest } from './delivery.ts';

// Bare sockets, not an HTTP client: what the generator saves on two shared cores, the servers get, all of them alike.

/** Delivers on one connection until `deadline`, one at a time. Returns how many were acknowledged. */
async function deliver(port: number, deadline: number): Promise<number> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let acknowledged = 0;
  let received = '';
  socket.setEncoding('latin1').on('error', reject);
  socket.on('close', () => reject(new Error('the server hung up')));
  socket.on('data', (data: string) => {
    received += data;
    if (!isWhole(received)) return;
    if (!/^HTTP\/1\.1 2\d\d /.test(received)) return reject(new Error(`refused: ${received}`));
    received = '';
    acknowledged += 1;
    if (performance.now() < deadline) socket.write(nextRequest());
    else resolve(acknowledged);
  });
  socket.write(nextRequest());
  return promise.finally(() => socket.destroy());
}

const [port, connections, seconds] = process.argv.slice(2).map(Number);
if (port === undefined || connections === undefined || seconds === undefined) throw new Error('see the first line');
const started = performance.now();
const counts = await Promise.all(Array.from({ length: connections }, () => deliver(port, started + seconds * 1_000)));
const acknowledged = counts.reduce((sum, count) => sum + count, 0);
console.log(JSON.stringify({ acknowledged, seconds: (performance.now() - started) / 1_000 }));
