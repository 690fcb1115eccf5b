// Promises 1, 2 and 9: the network between the processes and Postgres goes silent, holds everything up, is slow, and
// breaks at the worst moments.
import { expect } from 'chai';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import type { RunningServer } from '../support/server.ts';
import { until } from '../support/until.ts';
import { startListener, startWorker } from './halves.ts';
import { createLoad, delivery, GITHUB_WAITS, type Load, startSending } from './load.ts';
import type { Moment, Step } from './points.ts';
import { createProgramme, type Programme } from './programme.ts';
import { count } from './tally.ts';
import { expectNothingLostNorTwice } from './verdict.ts';
import { type After, openWire, type Wire } from './wire.ts';

/** The longest that a statement may go without an answer before its connection is given up, and some room. */
const GIVEN_UP_WITHIN = 45_000;

interface Net {
  readonly name: string;
  readonly url: string;
  readonly wire: Wire;
  readonly listener: RunningServer;
  readonly worker: RunningServer;
  readonly load: Load;
  readonly programme: Programme;
}

const cuts: readonly (readonly [step: Step, moment: Moment, after: After])[] = [
  ['receive', 'asked', 'cut'],
  ['receive', 'executed', 'cut'],
  ['receive', 'answered', 'cut'],
  ['receive', 'answered', 'half'],
  ['claim', 'asked', 'cut'],
  ['claim', 'executed', 'cut'],
  ['claim', 'answered', 'half'],
  ['commit', 'asked', 'cut'],
  ['commit', 'executed', 'cut'],
  ['commit', 'answered', 'cut'],
  ['commit', 'answered', 'half'],
];

describe('a network that', function () {
  this.timeout(200_000);
  let postgres: PostgresServer;
  const nets: Net[] = [];
  /** The two that take their time, beside one another. */
  let silent: Promise<void>;
  let heldUp: Promise<void>;

  const open = async (name: string): Promise<Net> => {
    const url = await postgres.createDatabase(name);
    const wire = await openWire(url);
    const listener = await startListener(wire.url(name));
    const worker = await startWorker(wire.url(name));
    const net = { name, url, wire, listener, worker, load: createLoad(), programme: createProgramme() };
    nets.push(net);
    return net;
  };
  before(async () => {
    postgres = await startPostgres({ fsync: true });
    silent = goSilent(await open('silent'));
    heldUp = holdUp(await open('held_up'));
    for (const each of [silent, heldUp]) each.catch(() => undefined);
  });
  after(async () => {
    await Promise.all(nets.flatMap(({ listener, worker }) => [listener.kill(), worker.kill()]));
    await Promise.all(nets.map(({ wire }) => wire.stop()));
    await postgres?.stop();
  });

  it('breaks before, in and after every step, costs no delivery', async () => {
    const net = await open('cut');
    const { load, listener, wire } = net;
    for (const [step, moment, after] of cuts) {
      const reached = wire.at({ step, moment }, () => after);
      const ending = await load.send(delivery(net.programme.next()), listener.url);
      await reached;
      count('cut');
      expect(ending, `${step} ${moment}`).to.equal(step === 'receive' ? 'refused' : 'acknowledged');
    }
    await finish(net);
  });

  it('is slow, is only slow', async () => {
    const net = await open('slow');
    const { load, listener, programme, wire } = net;
    wire.delay(150);
    count('slowed');
    const send = () => load.send(delivery(programme.next()), listener.url);
    const endings = await Promise.all(Array.from({ length: 40 }, send));
    expect(new Set(endings)).to.deep.equal(new Set(['acknowledged']));
    await finish(net);
  });

  it('holds everything up, makes nothing late happen twice', () => heldUp);
  it('goes silent, is known by it within the time that GitHub gives us, and left behind', () => silent);
});

/** What was refused may have been stored all the same, late: delivered again, it is known. */
async function holdUp(net: Net): Promise<void> {
  const { load, listener, programme, wire } = net;
  const steady = startSending(load, sending(net));
  await until('deliveries are acknowledged', () => load.acknowledged.size > 20);
  wire.hold();
  count('stalls');
  const send = () => load.send(delivery(programme.next()), listener.url);
  const endings = await Promise.all(Array.from({ length: 20 }, send));
  expect(new Set(endings)).to.deep.equal(new Set(['refused']));
  wire.release();
  await expectRecovery(net, GITHUB_WAITS);
  await steady();
  await finish(net);
}

async function goSilent(net: Net): Promise<void> {
  const { load, listener, programme, wire } = net;
  const steady = startSending(load, sending(net));
  await until('deliveries are acknowledged', () => load.acknowledged.size > 20);
  wire.silence();
  count('blackHoles');
  const began = performance.now();
  const send = () => load.send(delivery(programme.next()), listener.url);
  const endings = await Promise.all(Array.from({ length: 20 }, send));
  expect(new Set(endings)).to.deep.equal(new Set(['refused']));
  expect((await listener.get('/healthz')).status, 'the process itself is well').to.equal(200);
  wire.speak();
  await expectRecovery(net, GIVEN_UP_WITHIN - (performance.now() - began));
  await steady();
  await finish(net);
}

const sending = ({ listener, programme }: Net) => ({
  ...{ senders: 3, pause: 50, to: () => listener.url },
  next: () => delivery(programme.next()),
});

async function expectRecovery({ load }: Net, within: number): Promise<void> {
  const before = load.acknowledged.size;
  await until('deliveries are acknowledged again', () => load.acknowledged.size > before, within);
}

async function finish({ url, load, listener, worker, programme }: Net): Promise<void> {
  await load.sendAgain(() => listener.url);
  const counts = await expectNothingLostNorTwice({ url, load, expected: programme.expected }, 90_000);
  expect(counts.received).to.equal(load.acknowledged.size);
  expect(load.counts.unanswered, 'left without an answer').to.equal(0);
  expect(load.slowest).to.be.lessThan(GITHUB_WAITS);
  for (const each of [listener, worker]) expect(await each.stop()).to.include({ code: 0, stderr: '' });
}
