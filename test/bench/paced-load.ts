// A steady load: `paced-load.ts <port> <rate> <seconds>` delivers at a given rate, whatever becomes of the answers, and
// prints `{ acknowledged, p50, p99, most }` in milliseconds.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { isWhole, nextRequest } from './delivery.ts';

const [port, rate, seconds] = process.argv.slice(2).map(Number);
if (port === undefined || rate === undefined || seconds === undefined) throw new Error('see the first line');

const CONNECTIONS = 64;
/** Milliseconds at the beginning that do not count: connections and code are new. */
const WARM = 500;

const latencies: number[] = [];
const due: number[] = [];
const free: (() => void)[] = [];
const began = performance.now();

/** Sends whatever is due, each from when it was due: one that has to wait for a connection has waited. */
function sendDue(): void {
  while (due.length > 0 && free.length > 0) free.pop()?.();
}

function serve(socket: Socket): void {
  let sentAt = 0;
  let received = '';
  const send = (): void => {
    sentAt = due.shift() ?? performance.now();
    socket.write(nextRequest());
  };
  socket.setEncoding('latin1').on('data', (data: string) => {
    received += data;
    if (!isWhole(received)) return;
    if (!/^HTTP\/1\.1 2\d\d /.test(received)) throw new Error(`refused: ${received}`);
    received = '';
    if (sentAt > began + WARM) latencies.push(performance.now() - sentAt);
    free.push(send);
    sendDue();
  });
  free.push(send);
}

const sockets = Array.from({ length: CONNECTIONS }, () => connect({ port, host: '127.0.0.1', noDelay: true }));
await Promise.all(sockets.map((socket) => once(socket, 'connect')));
for (const socket of sockets) serve(socket);

let sent = 0;
for (let now = 0; now < seconds * 1_000; now = performance.now() - began) {
  for (; sent < (now * rate) / 1_000; sent += 1) due.push(began + (sent * 1_000) / rate);
  sendDue();
  await sleep(1);
}
// What is still under way has a second.
for (let left = 100; left > 0 && free.length < CONNECTIONS; left -= 1) await sleep(10);
for (const socket of sockets) socket.destroy();

const sorted = latencies.toSorted((a, b) => a - b);
const at = (share: number): number => Number((sorted[Math.floor(sorted.length * share)] ?? Number.NaN).toFixed(2));
console.log(JSON.stringify({ acknowledged: sorted.length, p50: at(0.5), p99: at(0.99), most: at(1 - 1e-9) }));
