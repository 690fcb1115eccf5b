// Every action on GitHub: what it does, what it leaves alone, what it takes back, and what becomes of it when GitHub
// says no.
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Action } from '../../src/actions/action.ts';
import { actions } from '../../src/actions/registry.ts';
import type { Json } from '../../src/store/store.ts';
import { openTestPGlite, type TestDatabase } from '../support/database.ts';
import type { Fault, GitHubInMemory } from './github-in-memory.ts';
import { type Stage, setStage } from './performing.ts';

const asha = { id: 1, login: 'asha' };
const bug = { label: 'bug' };
/** Every GitHub that a test below was played on, with the action. */
const played: { readonly action: string; readonly github: GitHubInMemory }[] = [];

describe('performing', () => {
  let database: TestDatabase;
  let stage: Stage;
  let github: GitHubInMemory;
  const on = async (action: keyof typeof actions) => {
    stage = await setStage(database, action);
    github = stage.github;
    played.push({ action, github });
  };
  /** Decides so, and performs it. */
  const make = async (state: 'standing' | 'happened' | 'withdrawn', params: Json, key?: string) => {
    await stage.want(state, params, key);
    return await stage.rest();
  };

  before(async () => {
    database = await openTestPGlite();
  });
  after(() => database.close());

  describe('add_labels', () => {
    beforeEach(() => on('add_labels'));

    it('adds a label, and removes it again', async () => {
      await make('standing', bug);
      expect([...github.labels]).to.deep.equal(['bug']);
      await make('withdrawn', bug);
      expect([...github.labels]).to.deep.equal([]);
      expect(github.writes).to.have.length(2);
    });

    it('leaves alone a label that was there, in whatever case', async () => {
      github.labels.add('Bug');
      await make('standing', bug);
      await make('withdrawn', bug);
      expect([...github.labels]).to.deep.equal(['Bug']);
      expect(github.writes).to.deep.equal([]);
    });

    it('is content when the label was taken off already', async () => {
      await make('standing', bug);
      github.labels.clear();
      expect(await make('withdrawn', bug)).to.deep.equal(['done']);
    });

    it('takes for its own what an attempt of its own added, though nobody knew', async () => {
      for (const fault of ['lost', 'killed after'] as const) {
        await on('add_labels');
        await stage.want('standing', bug);
        github.script.push(null, fault);
        await stage.rest();
        expect(github.writes, fault).to.have.length(1);
        await make('withdrawn', bug);
        expect([...github.labels]).to.deep.equal([]);
      }
    });

    it('takes nothing for its own that GitHub refused, and somebody else added then', async () => {
      await stage.want('standing', bug);
      github.script.push(null, 'refused');
      await stage.attempt();
      github.labels.add('bug');
      await stage.rest();
      await make('withdrawn', bug);
      expect([...github.labels]).to.deep.equal(['bug']);
    });

    it('leaves a label while another rule wants it', async () => {
      await make('standing', bug, 'a');
      await make('standing', { label: 'Bug' }, 'b');
      await make('withdrawn', bug, 'a');
      expect([...github.labels]).to.deep.equal(['bug']);
      await make('withdrawn', { label: 'Bug' }, 'b');
      expect([...github.labels]).to.deep.equal([]);
    });

    it('is right for every label after 200 random sequences of faults', async function () {
      this.timeout(240_000);
      const fault = fc.constantFrom<Fault | null>(
        ...([null, 'refused', 'unheard', 'lost', 'lost', 'killed before', 'killed after'] as const),
      );
      const step = fc.record({
        rule: fc.constantFrom('a', 'b'),
        wants: fc.boolean(),
        faults: fc.array(fault, { maxLength: 3 }),
        seconds: fc.constantFrom(1, 16, 61),
      });
      const history = fc.array(step, { minLength: 2, maxLength: 6 });
      const property = fc.asyncProperty(history, fc.boolean(), async (steps, wasThere) => {
        await on('add_labels');
        if (wasThere) github.labels.add('BUG');
        const wanting = new Set<string>();
        for (const { rule, wants, faults, seconds } of steps) {
          if (wants !== wanting.has(rule)) {
            await stage.want(wants ? 'standing' : 'withdrawn', bug, rule);
            if (wants) wanting.add(rule);
            else wanting.delete(rule);
          }
          github.script.splice(0, Number.POSITIVE_INFINITY, ...faults);
          await stage.attempt();
          await stage.pass(seconds);
        }
        github.script.length = 0;
        await stage.rest();
        expect([...github.labels]).to.deep.equal(wasThere ? ['BUG'] : wanting.size > 0 ? ['bug'] : []);
      });
      await fc.assert(property, { numRuns: 200 });
    });
  });

  describe('remove_labels', () => {
    beforeEach(() => on('remove_labels'));

    it('takes a label off, and does not mind when it is not there', async () => {
      github.labels.add('Bug');
      await make('happened', bug);
      expect([...github.labels]).to.deep.equal([]);
      expect(await make('happened', bug, 'b')).to.deep.equal(['done']);
    });
  });

  describe('assign', () => {
    beforeEach(async () => {
      await on('assign');
      github.people.set('asha', asha);
    });

    it('assigns somebody, and takes it back', async () => {
      await make('standing', { user: asha });
      expect([...github.assignees]).to.deep.equal([asha]);
      await make('withdrawn', { user: asha });
      expect([...github.assignees]).to.deep.equal([]);
    });

    it('leaves alone who was assigned, under whatever name', async () => {
      github.assignees.add({ ...asha, login: 'asha-rao' });
      await make('standing', { user: asha });
      await make('withdrawn', { user: asha });
      expect(github.assignees.size).to.equal(1);
      expect(github.writes).to.deep.equal([]);
    });

    it('leaves somebody assigned while another rule wants it', async () => {
      await make('standing', { user: asha }, 'a');
      await make('standing', { user: asha }, 'b');
      await make('withdrawn', { user: asha }, 'a');
      expect([...github.assignees]).to.deep.equal([asha]);
      await make('withdrawn', { user: asha }, 'b');
      expect([...github.assignees]).to.deep.equal([]);
    });

    it('says so when GitHub does not let somebody be assigned', async () => {
      expect(await make('standing', { user: { id: 2, login: 'ravi' } })).to.deep.equal(['dead']);
      expect(await stage.states()).to.deep.equal({ a: 'dead: GitHub does not assign ravi' });
    });
  });

  describe('request_review', () => {
    beforeEach(async () => {
      await on('request_review');
      github.people.set('asha', asha);
    });

    it('asks, once', async () => {
      await make('happened', { user: asha });
      await make('happened', { user: asha }, 'b');
      expect([...github.reviewers]).to.deep.equal([asha]);
      expect(github.writes).to.have.length(1);
    });

    it('is dead when GitHub finds it invalid', async () => {
      expect(await make('happened', { user: { id: 2, login: 'ravi' } })).to.deep.equal(['dead']);
    });
  });

  describe('close and reopen', () => {
    it('close it for a reason, and open it again', async () => {
      await on('close');
      await make('happened', { reason: 'not_planned' });
      expect([github.state, github.stateReason]).to.deep.equal(['closed', 'not_planned']);
      await make('happened', { reason: null }, 'b');
      expect(github.writes, 'it was closed already').to.have.length(1);

      await on('reopen');
      github.state = 'closed';
      await make('happened', {});
      expect(github.state).to.equal('open');
      await make('happened', {}, 'b');
      expect(github.writes).to.have.length(1);
    });

    it('leave a merged pull request merged', async () => {
      await on('reopen');
      Object.assign(github, { state: 'closed', mergedAt: '2026-11-23T10:00:00Z' });
      expect(await make('happened', {})).to.deep.equal(['done']);
      expect(github.writes).to.deep.equal([]);
    });

    it('are not taken back', async () => {
      await on('close');
      await make('standing', { reason: null });
      expect(await make('withdrawn', { reason: null })).to.deep.equal([]);
      expect(github.state).to.equal('closed');
    });
  });

  describe('react', () => {
    it('reacts to the comment, or to the issue', async () => {
      await on('react');
      await make('happened', { content: 'heart', comment: 99 });
      await make('happened', { content: '+1', comment: null }, 'b');
      expect(github.reactions).to.deep.equal(['99 heart', '+1']);
    });
  });

  describe('set_check', () => {
    const check = { name: 'Ticket', sha: 'c0ffee', conclusion: 'failure', title: 'No ticket', summary: 'Add one.' };
    beforeEach(() => on('set_check'));

    const checks = () => github.checks.map(({ sha, conclusion, title }) => `${sha} ${conclusion}: ${title}`);

    it('sets it, changes it, sets it on the next commit, and makes it neutral', async () => {
      await make('standing', check);
      expect(checks()).to.deep.equal(['c0ffee failure: No ticket']);
      await make('standing', { ...check, conclusion: 'success', title: 'Ticket' });
      expect(checks()).to.deep.equal(['c0ffee success: Ticket']);
      await make('standing', { ...check, sha: 'beef' });
      expect(checks()).to.deep.equal(['c0ffee success: Ticket', 'beef failure: No ticket']);
      await make('withdrawn', { ...check, sha: 'beef' });
      expect(checks()).to.deep.equal(['c0ffee success: Ticket', 'beef neutral: Withdrawn']);
    });

    it('makes no second run on a commit, though nobody knew of the first', async () => {
      for (const fault of ['lost', 'killed after', 'unheard', 'killed before'] as const) {
        await on('set_check');
        await stage.want('standing', check);
        github.script.push(null, fault);
        await stage.rest();
        expect(checks(), fault).to.deep.equal(['c0ffee failure: No ticket']);
      }
    });

    it('is neutral on the commit of which nobody knew, when it is withdrawn then', async () => {
      await make('standing', check);
      await stage.want('standing', { ...check, sha: 'beef' });
      github.script.push(null, 'lost');
      await stage.attempt();
      await make('withdrawn', { ...check, sha: 'beef' });
      expect(checks()).to.deep.equal(['c0ffee failure: No ticket', 'beef neutral: Withdrawn']);
    });
  });

  describe('any action', () => {
    beforeEach(() => on('react'));
    const params = { content: 'heart', comment: null };

    it('is tried again after a fault that passes, and pauses as long as GitHub says', async () => {
      await stage.want('happened', params);
      github.script.push('refused', 'limited');
      const attempts = [await stage.attempt()];
      await stage.pass(5);
      attempts.push(await stage.attempt());
      await stage.pass(85);
      expect(await stage.attempt(), '90 seconds were asked for').to.equal(null);
      await stage.pass(6);
      attempts.push(await stage.attempt());
      expect(attempts.map((attempt) => (attempt === 'killed' ? null : attempt?.outcome.state))).to.deep.equal([
        ...['pending', 'pending', 'done'],
      ]);
      expect(github.reactions).to.deep.equal(['heart']);
    });

    it('is dead when it is forbidden, and done when it is retried after that was mended', async () => {
      await stage.want('happened', params);
      github.script.push('forbidden');
      expect(await stage.rest()).to.deep.equal(['dead']);
      const [dead] = await database.store.effects({ state: 'dead', limit: 1 });
      await database.store.retryEffects(dead?.id ?? 0);
      expect(await stage.rest()).to.deep.equal(['done']);
      expect(github.reactions).to.deep.equal(['heart']);
    });

    it('is dead after five faults of our own, with the reason', async () => {
      await stage.want('happened', { content: 7 });
      const ends = await stage.rest();
      expect(ends).to.deep.equal(['pending', 'pending', 'pending', 'pending', 'dead']);
      expect((await stage.states())['a']).to.match(/^dead: the kept react/);
    });
  });

  describe('all of them', () => {
    it('ask GitHub for nothing but what the actions say, and the documentation shows', () => {
      const said = Object.values<Action>(actions).flatMap(({ name, outward }) =>
        outward?.medium === 'github' ? outward.calls.map((call) => ({ name, ...call })) : [],
      );
      const routes = said.filter(({ name }) => name !== 'comment').map(({ name, route }) => `${name} ${route}`);
      const asked = played.flatMap(({ action, github }) => github.asked.map((route) => `${action} ${route}`));
      expect([...new Set(asked)].sort()).to.deep.equal(routes.sort());
      const documented = readFileSync(new URL('../../docs/actions.md', import.meta.url), 'utf8')
        .split('\n')
        .filter((line) => /^\| `\w+` \| `(?:GET|POST|PATCH|DELETE) /.test(line));
      const lines = said.map(({ name, route, permission }) => `| \`${name}\` | \`${route}\` | ${permission} |`);
      expect(documented).to.deep.equal(lines);
    });
  });
});
