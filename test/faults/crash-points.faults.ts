// Promises 1, 3 and 4: a process is killed at every step of a delivery's way, at the very moment that step passes on the
// wire; what is there then is exactly what should be, and afterwards everything comes to the same end.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from 'chai';
import { webhooksPath } from '../../src/listener/limits.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { carriedOut, credentialsOf } from '../support/acting.ts';
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import type { PlainFault } from '../support/fake-github/faults.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import type { Environment, RunningServer } from '../support/server.ts';
import { patience, until } from '../support/until.ts';
import { startListener, startWorker } from './halves.ts';
import { createLoad, type Delivery, delivery, signedHeaders } from './load.ts';
import type { Point } from './points.ts';
import { createProgramme } from './programme.ts';
import { count } from './tally.ts';
import { expectNothingLostNorTwice } from './verdict.ts';
import { openWire, type Wire } from './wire.ts';

type State = 'not stored' | 'pending' | 'processed';

const killingListener: readonly [when: string, point: Pick<Point, 'step' | 'moment'>, then: State][] = [
  ['when it has read the body', { step: 'receive', moment: 'asked' }, 'not stored'],
  ['before the commit', { step: 'receive', moment: 'executed' }, 'not stored'],
  ['after the commit, before the reply', { step: 'receive', moment: 'answered' }, 'pending'],
];
const killingWorker: readonly [when: string, point: Pick<Point, 'step' | 'moment'>, then: State][] = [
  ['after claiming', { step: 'claim', moment: 'answered' }, 'pending'],
  ['when it has decided', { step: 'commit', moment: 'asked' }, 'pending'],
  ['before the commit', { step: 'commit', moment: 'executed' }, 'pending'],
  ['after the commit', { step: 'commit', moment: 'answered' }, 'processed'],
];
/** Each leaves what its installation was claimed for to whoever comes when that claim has ended; all of them together. */
const killingPerformer: readonly [
  when: string,
  point: Pick<Point, 'step' | 'moment'> | PlainFault,
  comments: number,
][] = [
  ['before it has announced its write', { step: 'announce', moment: 'asked' }, 0],
  ['when it has announced its write', { step: 'announce', moment: 'answered' }, 0],
  ['before GitHub has done it', 'hang', 0],
  ['after GitHub has done it', 'resetAfterCommit', 1],
  ['when it has the answer', { step: 'settle', moment: 'asked' }, 1],
  ['before it is on record', { step: 'settle', moment: 'executed' }, 1],
  ['when it is on record', { step: 'settle', moment: 'answered' }, 1],
];

describe('a process killed at a named point', function () {
  this.timeout(300_000);
  let postgres: PostgresServer;
  let fake: FakeGitHub;
  let wire: Wire;
  let url: string;
  let store: Store;
  let more: Environment;
  let listener: RunningServer;
  let worker: RunningServer;
  const load = createLoad();
  let programme: ReturnType<typeof createProgramme>;

  before(async () => {
    [postgres, fake] = await Promise.all([startPostgres({ fsync: true }), startFakeGitHub()]);
    url = await postgres.createDatabase('world');
    wire = await openWire(url);
    store = await openStore({ databaseUrl: url, dataDir: '' });
    more = credentialsOf(fake);
    programme = createProgramme(killingPerformer.length + 1, fake);
    listener = await startListener(wire.url('world'));
  });
  after(async () => {
    await Promise.all([listener?.kill(), worker?.kill()]);
    await store?.close();
    await wire?.stop();
    await fake?.stop();
    await postgres?.stop();
  });

  const stateOf = async ({ guid }: Delivery): Promise<string> => (await store.delivery(guid))?.state ?? 'not stored';
  const kill = ({ pid }: RunningServer) => {
    process.kill(pid, 'SIGKILL');
    count('killedAtPoints');
    return 'cut' as const;
  };

  describe('that listens', () => {
    const again = async (made: Delivery) => {
      await listener.kill();
      listener = await startListener(wire.url('world'));
      expect(await load.send(made, listener.url), 'delivered again').to.equal('acknowledged');
      expect(await stateOf(made)).to.equal('pending');
    };

    it('while it reads the body', async () => {
      const made = delivery(programme.next());
      const headers = { host: 'x', ...signedHeaders(made), 'content-length': String(made.body.length) };
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      const socket = connect(Number(new URL(listener.url).port), '127.0.0.1').on('error', () => undefined);
      socket.write(`POST ${webhooksPath} HTTP/1.1\r\n${lines.join('')}\r\n${String(made.body).slice(0, 1000)}`);
      // What came before this on another connection has been read by now.
      await listener.get('/healthz');
      kill(listener);
      await once(socket, 'close');
      expect(await stateOf(made)).to.equal('not stored');
      await again(made);
    });

    for (const [when, point, then] of killingListener) {
      it(when, async () => {
        const made = delivery(programme.next(), randomUUID());
        const reached = wire.at({ ...point, about: made.guid }, () => kill(listener));
        const [ending] = await Promise.all([load.send(made, listener.url), reached]);
        expect(ending).to.equal('unanswered');
        expect(await stateOf(made)).to.equal(then);
        await again(made);
      });
    }
  });

  describe('that decides', () => {
    before(async () => {
      // A worker without GitHub: what it is killed over is deciding alone.
      worker = await startWorker(wire.url('world'));
      await listener.settled();
    });

    for (const [when, point, then] of killingWorker) {
      it(when, async () => {
        const told = programme.opened();
        const made = delivery(told);
        const about = point.step === 'claim' ? made.guid : String(Object(told.payload['issue']).title);
        const reached = wire.at({ ...point, about }, () => kill(worker));
        expect(await load.send(made, listener.url)).to.equal('acknowledged');
        await reached;
        await worker.kill();
        expect(await stateOf(made)).to.equal(then);
        worker = await startWorker(wire.url('world'));
        expect(await listener.settled()).to.include({ dead: 0 });
        expect(await stateOf(made)).to.equal('processed');
      });
    }
  });

  describe('that writes to GitHub', () => {
    before(async () => {
      await worker.kill();
      worker = await startWorker(wire.url('world'), more);
      await carriedOut(listener, patience(60_000));
    });

    for (const [when, point, comments] of killingPerformer) {
      it(when, async () => {
        const { length: at } = programme.expected.greeted;
        const made = delivery(programme.opened(true));
        const { repository, number } = programme.expected.greeted[at] ?? { repository: '', number: 0 };
        const path = `/repos/${repository}/issues/${number}/comments`;
        const reached =
          typeof point === 'object'
            ? wire.at(point, () => kill(worker))
            : until('GitHub is asked', () => fake.log.some((each) => each.isWrite && each.path === path));
        if (typeof point === 'string') fake.faults.add(`POST ${path}`, point, { where: () => kill(worker) === 'cut' });
        expect(await load.send(made, listener.url)).to.equal('acknowledged');
        await reached;
        await worker.kill();
        expect(fake.commentsOn(repository, number).length, 'comments on GitHub').to.equal(comments);
        worker = await startWorker(wire.url('world'), more);
      });
    }
  });

  describe('and started again', () => {
    it('leaves nothing undone, and nothing done twice', async () => {
      await expectNothingLostNorTwice({ url, load, expected: programme.expected, fake }, patience(150_000));
      fake.assertPaced();
      for (const each of [listener, worker]) expect(await each.stop()).to.include({ code: 0, stderr: '' });
    });
  });
});
