// What a decision rests on is named at the version that was read first, so that no change in between goes unnoticed.
import { expect } from 'chai';
import { actions } from '../../src/actions/registry.ts';
import { pullRequestStory } from '../../src/commands/pull-request-story.ts';
import { storyClock } from '../../src/commands/scene.ts';
import { type Commit, UNKNOWN, type Work } from '../../src/store/store.ts';
import { type DecidingStore, processDelivery } from '../../src/worker/process-delivery.ts';
import { rulesOf } from '../engine/rules.ts';
import { asha, mentor, sunbird } from '../support/cast.ts';
import { delivered } from '../support/programme.ts';

const rules = rulesOf(`  merged:
    on: pull_request
    while: { pull_request.ticket.number: 12 }
    then: [{ award_points: { to: { fact: pull_request.author }, points: 1 } }]`);

describe('a decision whose repository changes while it looks up a ticket', () => {
  it('names the version that the labels were read at, which the store will refuse', async () => {
    const pull = pullRequestStory(storyClock(), sunbird, 13, { title: 'x', body: 'Fixes #12', author: asha });
    const told = delivered(pull.merged(mentor));
    const work: Work = {
      message: 1,
      attempt: 1,
      failures: 0,
      delivery: { id: 1, ...told },
      subject: null,
      occasion: null,
    };
    const issue = { kind: 'issue', repositoryId: sunbird.id, number: 12 } as const;
    const knowledge = { subject: issue, events: [], snapshots: {}, merged: null, reviews: {}, labels: {}, gone: false };
    let changes = 0;
    const commits: Commit[] = [];
    const store: DecidingStore = {
      subjects: async (keys) =>
        keys.map((key) => {
          const version = key === '9001/0' ? ++changes : 1;
          return { ...UNKNOWN, key, version, knowledge: key === '9001/12' ? knowledge : null };
        }),
      commit: async (commit) => {
        commits.push(commit);
        return 'committed';
      },
      finish: async () => undefined,
      receive: async () => undefined,
      noteInstallation: async () => undefined,
    };
    expect(await processDelivery({ store, actions, rules: () => rules }, work)).to.equal('processed');
    expect(changes).to.be.greaterThan(1);
    expect(commits[0]?.consulted).to.have.deep.members([
      { key: '9001/0', version: 1 },
      { key: '9001/12', version: 1 },
    ]);
  });
});
