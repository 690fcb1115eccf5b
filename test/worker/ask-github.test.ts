// One piece of work asks GitHub each question once, and what comes of a fault is the same wherever it is asked.
import { expect } from 'chai';
import { type FailureKind, type GitHubApp, GitHubFailure } from '../../src/github/github.ts';
import type { Work } from '../../src/store/store.ts';
import { type Ask, Delayed, openAsking } from '../../src/worker/ask-github.ts';
import { rejection } from '../github/scripted-server.ts';

const body = new Uint8Array();
const workOn = (id: number, message = id): Work => ({
  ...{ message, attempt: 1, failures: 0, subject: null, occasion: null },
  delivery: { id, guid: '', event: 'issues', body },
});
const app = { installation: (id: number) => ({ id }), app: { id: 0 }, botLogin: async () => 'c4gt[bot]' };
const patient = new AbortController().signal;

describe('asking GitHub', () => {
  let now: number;
  let questions: number;
  let asking: ReturnType<typeof openAsking>;
  beforeEach(() => {
    now = Date.parse('2026-06-01T09:00:00Z');
    questions = 0;
    asking = openAsking(app as unknown as GitHubApp, { clock: () => new Date(now) });
  });

  const ask = (by: Ask, name: string, fault?: GitHubFailure, installation: number | 'App' = 1) =>
    by(installation, name, async () => {
      questions++;
      if (fault !== undefined) throw fault;
      return questions;
    });
  const failure = (kind: FailureKind, status: number | null = null, retryAt: Date | null = null) =>
    new GitHubFailure('it failed', kind, { status, retryAt });

  it('asks each question once for one piece of work, at the same moment too, and again for another', async () => {
    const by = asking.of(workOn(1), patient);
    expect(await Promise.all([ask(by, 'a'), ask(by, 'a')])).to.deep.equal([1, 1]);
    expect(await ask(by, 'b')).to.equal(2);
    expect(await ask(by, 'a', undefined, 2)).to.equal(3);
    expect(await ask(asking.of(workOn(2), patient), 'a')).to.equal(4);
  });

  it('asks once for a body where that is enough, under other GUIDs and once it is done too, for five minutes', async () => {
    const about = (id: number, text: string) => {
      const { delivery, ...rest } = workOn(id);
      const work = { ...rest, delivery: delivery && { ...delivery, body: Buffer.from(text) } };
      return asking.of(work, patient)(1, 'permission', async () => ++questions, 'for its body');
    };
    expect(await Promise.all([about(1, 'one'), about(2, 'one'), about(3, 'other')])).to.deep.equal([1, 1, 2]);
    asking.done(workOn(1));
    expect(await about(4, 'one')).to.equal(1);
    now += 301_000;
    expect(await about(5, 'one')).to.equal(3);
  });

  it('keeps answers while the work is postponed, under another message too, for five minutes, and until it is done', async () => {
    expect(await ask(asking.of(workOn(1), patient), 'a')).to.equal(1);
    now += 299_000;
    expect(await ask(asking.of(workOn(1, 77), patient), 'a')).to.equal(1);
    now += 2_000;
    expect(await ask(asking.of(workOn(1), patient), 'a')).to.equal(2);
    asking.done(workOn(1));
    expect(await ask(asking.of(workOn(1), patient), 'a')).to.equal(3);
  });

  it('delays work whose answer takes long, asks nothing more meanwhile, and has the answer when the work comes again', async () => {
    const patience = { waits: 5, back: 7, most: 1, mostByOne: 1 };
    asking = openAsking(app as unknown as GitHubApp, { clock: () => new Date(now), patience });
    const slow = Promise.withResolvers<string>();
    const question = () => asking.of(workOn(1), patient)(1, 'a', () => slow.promise);
    expect(await rejection(question()))
      .to.be.instanceOf(Delayed)
      .with.property('seconds', 7);
    const other = ask(asking.of(workOn(2), patient), 'b', undefined, 2);
    expect(await rejection(other))
      .to.be.instanceOf(Delayed)
      .with.property('message')
      .that.includes('takes its time');
    expect(questions).to.equal(0);
    slow.resolve('at last');
    expect(await question()).to.equal('at last');
    expect(await ask(asking.of(workOn(2), patient), 'b', undefined, 2)).to.equal(1);
  });

  it('goes on asking through others while one installation is slow', async () => {
    const patience = { waits: 5, back: 7, most: 3, mostByOne: 2 };
    asking = openAsking(app as unknown as GitHubApp, { clock: () => new Date(now), patience });
    for (const work of [1, 2, 3])
      expect(await rejection(asking.of(workOn(work), patient)(1, 'a', () => new Promise(() => undefined))))
        .to.be.instanceOf(Delayed)
        .with.property('seconds', 7);
    expect(await ask(asking.of(workOn(4), patient), 'b', undefined, 2)).to.equal(1);
    expect(await asking.of(workOn(5), patient).botLogin('c4gt[bot]')).to.equal('c4gt[bot]');
  });

  it('says who we are while an installation, and questions of the App itself, fail', async () => {
    for (const by of [1, 'App'] as const)
      await rejection(ask(asking.of(workOn(1), patient), 'a', failure('passing', 502), by));
    expect(await asking.of(workOn(2), patient).botLogin('c4gt[bot]')).to.equal('c4gt[bot]');
    expect(await ask(asking.of(workOn(2), patient), 'b', undefined, 2)).to.equal(3);
  });

  it('tells subjects that are decided again apart, by what happened to them too', async () => {
    const again = (subject: string, occasion: Work['occasion'] = null): Work => ({
      ...{ message: 1, attempt: 1, failures: 0, delivery: null, subject, occasion },
    });
    const day = { event: 'schedule.daily', occurrence: '2026-06-01' };
    for (const work of [again('1/1'), again('1/2'), again('1/1', day)]) await ask(asking.of(work, patient), 'a');
    expect(questions).to.equal(3);
  });

  it('remembers what never works', async () => {
    const by = asking.of(workOn(1), patient);
    for (let round = 0; round < 2; round++)
      expect(await rejection(ask(by, 'a', failure('final', 403)))).to.be.instanceOf(GitHubFailure);
    expect(questions).to.equal(1);
    expect(await ask(by, 'b')).to.equal(2);
  });

  for (const [what, fault, seconds] of [
    ['a fault that passes', () => failure('passing'), 5],
    ['no answer', () => failure('ambiguous'), 5],
    ['wrong credentials', () => failure('final', 401), 5],
    ['a token refused', () => new GitHubFailure('it failed', 'final', { status: 403, shutOut: true }), 5],
    ['a limit', () => failure('passing', 403, new Date(now + 60_000)), 60],
  ] as const) {
    it(`delays the work after ${what}, and asks nobody by that way until then`, async () => {
      const [one, other] = [asking.of(workOn(1), patient), asking.of(workOn(2), patient)];
      expect(await rejection(ask(one, 'a', fault())))
        .to.be.instanceOf(Delayed)
        .and.to.include({ seconds });
      expect(await rejection(ask(other, 'b')))
        .to.be.instanceOf(Delayed)
        .and.to.include({ message: 'it failed' });
      expect(questions).to.equal(1);
      expect(await ask(other, 'b', undefined, 2)).to.equal(2);
      now += seconds * 1000;
      expect(await ask(one, 'a')).to.equal(3);
      expect(await ask(other, 'b')).to.equal(4);
    });
  }

  it('delays work whose time is over for a second, and does not take that for a fault of GitHub', async () => {
    const over = new AbortController();
    const by = asking.of(workOn(1), over.signal);
    const hanging = by(1, 'a', async () => {
      over.abort();
      throw failure('passing');
    });
    expect(await rejection(hanging))
      .to.be.instanceOf(Delayed)
      .and.to.include({ seconds: 1 });
    expect(await rejection(ask(by, 'b')))
      .to.be.instanceOf(Delayed)
      .and.to.include({ seconds: 1 });
    expect(await ask(asking.of(workOn(2), patient), 'a')).to.equal(1);
  });
});
