// comment: exactly one of ours with the newest text, and none when it is withdrawn, whatever the network does.
import { expect } from 'chai';
import fc from 'fast-check';
import { actions } from '../../src/actions/registry.ts';
import { openTestPGlite, type TestDatabase } from '../support/database.ts';
import { type Fault, US } from './github-in-memory.ts';
import { setStage } from './performing.ts';

describe('performing a comment', () => {
  let database: TestDatabase;
  before(async () => {
    database = await openTestPGlite();
  });
  after(() => database.close());

  const shown = (bodies: readonly string[]) => bodies.map((body) => body.split('\n\n<!--')[0]);

  it('posts it, edits it in place, and deletes it', async () => {
    const stage = await setStage(database, 'comment');
    const { github } = stage;
    await stage.want('standing', { body: 'one' });
    expect(await stage.rest()).to.deep.equal(['done']);
    expect(github.commentsBy(US)).to.have.length(1);
    expect(github.commentsBy(US)[0]).to.match(/^one\n\n<!-- c4gt:[\w-]{22} -->$/);
    const [{ id } = { id: 0 }] = github.comments;

    await stage.want('standing', { body: 'two' });
    expect(await stage.rest()).to.deep.equal(['done']);
    expect(shown(github.commentsBy(US))).to.deep.equal(['two']);
    expect(github.comments[0]?.id).to.equal(id);

    await stage.want('withdrawn', { body: 'two' });
    expect(await stage.rest()).to.deep.equal(['done']);
    expect(github.comments).to.deep.equal([]);
    expect(github.asked, 'nothing but what the action says').to.deep.equal(
      actions.comment.outward.calls.map(({ route }) => route),
    );
  });

  it('posts another one, in place of one that somebody has deleted', async () => {
    const stage = await setStage(database, 'comment');
    const { github } = stage;
    await stage.want('standing', { body: 'one' });
    await stage.rest();
    github.comments.length = 0;
    await stage.want('standing', { body: 'two' });
    expect(await stage.rest()).to.deep.equal(['pending', 'done']);
    expect(shown(github.commentsBy(US))).to.deep.equal(['two']);
  });

  it('is content when what it is to delete is gone already, or the whole issue is', async () => {
    for (const isGone of [false, true]) {
      const stage = await setStage(database, 'comment');
      await stage.want('standing', { body: 'one' });
      await stage.rest();
      stage.github.comments.length = 0;
      stage.github.isGone = isGone;
      await stage.want('withdrawn', { body: 'one' });
      expect(await stage.rest()).to.deep.equal(['done']);
    }
  });

  it('is dead where there is nothing to comment on, with the reason', async () => {
    const stage = await setStage(database, 'comment');
    stage.github.isGone = true;
    await stage.want('standing', { body: 'one' });
    expect(await stage.rest()).to.deep.equal(['dead']);
    expect((await stage.states())['a']).to.match(/^dead: GET .*GitHub says no \(410\)$/);
  });

  it('finds what an attempt left behind of which nobody knows the end', async () => {
    for (const fault of ['lost', 'killed after'] as const) {
      const stage = await setStage(database, 'comment');
      const { github } = stage;
      await stage.want('standing', { body: 'one' });
      github.script.push(null, fault);
      await stage.rest();
      expect(github.writes, fault).to.have.length(1);
      expect(shown(github.commentsBy(US))).to.deep.equal(['one']);
    }
  });

  it('waits until a write without an answer is over before it looks', async () => {
    const stage = await setStage(database, 'comment');
    await stage.want('standing', { body: 'one' });
    stage.github.script.push(null, 'lost');
    await stage.attempt();
    await stage.pass(14);
    expect(await stage.attempt()).to.equal(null);
    await stage.pass(2);
    expect(await stage.attempt()).to.deep.include({ settled: 'settled' });
  });

  it('believes no mark but its own: not in what others wrote, nor quoted in what we wrote', async () => {
    const stage = await setStage(database, 'comment');
    const { github } = stage;
    await stage.want('standing', { body: 'one' });
    await stage.rest();
    const [{ body: original } = { body: '' }] = github.comments;
    github.comments.length = 0;
    const mark = original.split('\n').at(-1);
    github.say('mallory', original);
    github.say(US, `They say: ${mark} and more`);
    github.say(US, `one\n\n<!-- c4gt:${'x'.repeat(22)} -->`);
    await stage.want('standing', { body: 'two' });
    await stage.rest();
    expect(shown(github.commentsBy('mallory'))).to.deep.equal(['one']);
    expect(shown(github.commentsBy(US)))
      .to.have.length(3)
      .and.include('two');
    await stage.want('withdrawn', { body: 'two' });
    await stage.rest();
    expect(shown(github.commentsBy('mallory'))).to.deep.equal(['one']);
    expect(shown(github.commentsBy(US)))
      .to.have.length(2)
      .and.not.include('two');
  });

  it('keeps the oldest of several, and removes the others one by one', async () => {
    const stage = await setStage(database, 'comment');
    const { github } = stage;
    await stage.want('standing', { body: 'one' });
    await stage.rest();
    const [{ body } = { body: '' }] = github.comments;
    github.comments.length = 0;
    for (let twins = 0; twins < 3; twins++) github.say(US, body.replaceAll('\n', '\r\n'));
    await database.query('update c4gt.outbox set performed = null');
    await stage.want('standing', { body: 'two' });
    const [oldest] = github.comments;
    expect(await stage.rest()).to.deep.equal(['pending', 'pending', 'done']);
    expect(github.comments).to.deep.equal([oldest]);
    expect(shown(github.commentsBy(US))).to.deep.equal(['two']);
  });

  it('drops what was superseded while it waited, even at the last moment', async () => {
    const stage = await setStage(database, 'comment');
    const { github } = stage;
    await stage.want('standing', { body: 'old' });
    github.meanwhile = () => stage.want('standing', { body: 'new' });
    expect(await stage.attempt()).to.deep.include({ settled: 'superseded' });
    expect(github.writes).to.deep.equal([]);
    await stage.rest();
    expect(github.writes).to.have.length(1);
    expect(shown(github.commentsBy(US))).to.deep.equal(['new']);
  });

  it('leaves exactly one with the newest text, or none, after 200 random sequences of faults', async function () {
    this.timeout(240_000);
    const fault = fc.constantFrom<Fault | null>(
      ...([null, 'refused', 'limited', 'unheard', 'unheard', 'lost', 'lost', 'killed before', 'killed after'] as const),
    );
    const text = fc.constantFrom('one', 'two', 'three', null);
    const step = fc.record({
      want: fc.option(text, { nil: undefined }),
      faults: fc.array(fault, { minLength: 1, maxLength: 3 }),
      meanwhile: fc.option(text, { nil: undefined, freq: 3 }),
      seconds: fc.constantFrom(1, 16, 61),
    });
    const history = fc.array(step, { minLength: 2, maxLength: 5 });
    const property = fc.asyncProperty(history, fc.boolean(), async (steps, forged) => {
      const stage = await setStage(database, 'comment');
      const { github } = stage;
      let newest: string | null = null;
      const want = async (body: string | null) => {
        await stage.want(body === null ? 'withdrawn' : 'standing', { body: body ?? newest ?? '' });
        newest = body;
      };
      await want('first');
      if (forged) github.say('mallory', 'Hello');
      for (const { want: wanted, faults, meanwhile, seconds } of steps) {
        if (wanted !== undefined) await want(wanted);
        github.script.splice(0, Number.POSITIVE_INFINITY, ...faults);
        github.meanwhile = meanwhile === undefined ? null : () => want(meanwhile);
        await stage.attempt();
        await stage.pass(seconds);
      }
      github.script.length = 0;
      github.meanwhile = null;
      await stage.rest();
      expect(shown(github.commentsBy(US))).to.deep.equal(newest === null ? [] : [newest]);
      expect(github.commentsBy('mallory')).to.have.length(forged ? 1 : 0);
    });
    await fc.assert(property, { numRuns: 200 });
  });
});
