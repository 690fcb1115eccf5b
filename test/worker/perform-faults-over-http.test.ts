// Promise 4 over HTTP: the real client and a GitHub that commits and then resets, answers 502 or hangs, in any sequence,
// while decisions change and workers die: exactly one comment with the newest text, or none.
import { expect } from 'chai';
import fc from 'fast-check';
import type { GitHubApp } from '../../src/github/github.ts';
import { emptyOutbox } from '../store/outbox-samples.ts';
import { shown } from '../support/acting.ts';
import { openTestPGlite, type TestDatabase } from '../support/database.ts';
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import type { Fault, PlainFault } from '../support/fake-github/faults.ts';
import type { Comment } from '../support/fake-github/state.ts';
import { appOf, type HttpStage, type Kill, setHttpStage } from './performing-over-http.ts';

type Befalls = Fault | PlainFault | null;

const isOurs = ({ author }: Comment) => author.login === 'c4gt[bot]';

/** A hang costs the whole patience of the client, so it is rarer than the rest. */
const fault: fc.Arbitrary<Befalls> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(null) },
  { weight: 4, arbitrary: fc.constantFrom<Befalls>('resetAfterCommit', { kind: 'badGateway', committed: true }) },
  { weight: 4, arbitrary: fc.constantFrom<Befalls>('resetBefore', 'badGateway', 'truncatedJson') },
  { weight: 2, arbitrary: fc.constantFrom<Befalls>('secondaryLimit', 'bare429', 'primaryLimit') },
  { weight: 1, arbitrary: fc.constantFrom<Befalls>('hang', { kind: 'hang', committed: true }) },
);
const kill = fc.constantFrom<Kill | null>(null, null, null, 'before its write', 'after its write');
const seconds = fc.constantFrom(1, 16, 61);

describe('performing over HTTP, through any sequence of faults,', () => {
  let database: TestDatabase;
  let fake: FakeGitHub;
  let app: GitHubApp;
  before(async () => {
    [database, fake] = [await openTestPGlite(), await startFakeGitHub()];
    app = appOf(fake, 200);
  });
  after(async () => {
    await fake.stop();
    await database.close();
  });

  /** What befalls the next requests about this repository, one after the other. */
  const befall = ({ name }: HttpStage, faults: readonly Befalls[]) => {
    fake.faults.clear();
    for (const [index, each] of faults.entries())
      if (each !== null) fake.faults.add(`* /repos/${name}/**`, each, { nth: index + 1, times: 1 });
  };

  it('leaves exactly one comment with the newest text, or none, after 200 of them', async function () {
    this.timeout(400_000);
    const text = fc.constantFrom('one', 'two', 'three', null);
    const step = fc.record({
      ...{ want: fc.option(text, { nil: undefined }), faults: fc.array(fault, { minLength: 1, maxLength: 3 }) },
      ...{ meanwhile: fc.option(text, { nil: undefined, freq: 3 }), kill, seconds },
    });
    const history = fc.array(step, { minLength: 2, maxLength: 5 });
    const property = fc.asyncProperty(history, fc.boolean(), async (steps, copied) => {
      await emptyOutbox(database);
      const stage = await setHttpStage(database, fake, app);
      const copies: Comment[] = [];
      let newest: string | null = null;
      const want = async (body: string | null) => {
        await stage.want('comment', { params: { body: body ?? newest ?? '' }, state: body ? 'standing' : 'withdrawn' });
        newest = body;
      };
      await want('first');
      for (const { want: wanted, faults, meanwhile, kill: dies, seconds: later } of steps) {
        if (wanted !== undefined) await want(wanted);
        befall(stage, faults);
        const attempt = stage.attempt(dies);
        if (meanwhile !== undefined) await want(meanwhile);
        await attempt;
        const ours = stage.issue.comments.find(isOurs);
        if (copied && ours !== undefined) copies.push(fake.comment(stage.issue, ours.body, 'mallory'));
        await stage.pass(later);
      }
      befall(stage, []);
      await stage.rest();
      const { comments } = stage.issue;
      expect(comments.filter(isOurs).map(shown)).to.deep.equal(newest === null ? [] : [newest]);
      expect(comments.filter((comment) => !isOurs(comment))).to.deep.equal(copies);
      // What was withdrawn before it was ever there leaves nothing.
      expect((await stage.states()).filter((state) => state !== 'comment done')).to.deep.equal([]);
    });
    await fc.assert(property, { numRuns: 200 });
  });

  it('leaves each label and each check right, after 60 of them', async function () {
    this.timeout(300_000);
    const wants = fc.record({ label: fc.boolean(), check: fc.constantFrom('success', 'failure', null) });
    const step = fc.record({ wants, faults: fc.array(fault, { maxLength: 4 }), kill, seconds });
    const property = fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 6 }), async (steps) => {
      await emptyOutbox(database);
      const stage = await setHttpStage(database, fake, app);
      const check = { name: 'Ticket', sha: stage.pull.pull.headSha, title: 'Ticket', summary: 'There is one.' };
      let standing = { label: false, check: null as string | null };
      for (const { wants: wanted, faults, kill: dies, seconds: later } of steps) {
        if (wanted.label !== standing.label) {
          const state = wanted.label ? 'standing' : 'withdrawn';
          await stage.want('add_labels', { number: 2, params: { label: 'triage' }, state });
        }
        if (wanted.check !== standing.check) {
          const conclusion = wanted.check ?? standing.check ?? '';
          const state = wanted.check === null ? 'withdrawn' : 'standing';
          await stage.want('set_check', { number: 2, params: { ...check, conclusion }, state });
        }
        standing = wanted;
        befall(stage, faults);
        await stage.attempt(dies);
        await stage.pass(later);
      }
      befall(stage, []);
      await stage.rest();
      expect(fake.labelsOn(stage.name, 2)).to.deep.equal(standing.label ? ['triage'] : []);
      const checks = fake.checksOn(stage.name, 2).map(({ conclusion }) => conclusion);
      if (standing.check === null) expect(checks.filter((each) => each !== 'neutral')).to.deep.equal([]);
      else expect(checks).to.deep.equal([standing.check]);
      expect(checks).to.have.length.at.most(1);
    });
    await fc.assert(property, { numRuns: 60 });
  });
});
