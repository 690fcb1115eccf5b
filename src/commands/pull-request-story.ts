// The story of one pull request, told in deliveries made from GitHub's own example payloads.
import { example, type Payload } from './examples.ts';
import {
  about,
  account,
  around,
  type Beginning,
  begin,
  type Moves,
  moves,
  type Person,
  type Place,
  pass,
  type StoryClock,
  type Told,
} from './scene.ts';

export interface PullRequestStory extends Moves {
  synchronized(): Told;
  /** A review by somebody of the repository, unless `association` says otherwise. */
  reviewed(by: Person, verdict: 'approved' | 'changes_requested' | 'commented', association?: string): Told;
  merged(by: Person): Told;
}

export function pullRequestStory(clock: StoryClock, place: Place, number: number, first: Beginning): PullRequestStory {
  const state = begin(first);
  let merged: { by: Person; at: string } | null = null;
  let reviews = 0;
  const tell = (action: string, extra: Payload = {}, mergedBy?: Person): Told => {
    const at = pass(state, action, clock);
    if (mergedBy !== undefined) merged = { by: mergedBy, at };
    const { payload } = example('pull_request.opened');
    const pullRequest = {
      ...(payload['pull_request'] as Payload),
      ...about(place, 'pull', number, state, first.author, at),
      id: place.id * 1000 + number,
      merged: merged !== null,
      merged_at: merged?.at ?? null,
      merged_by: merged === null ? null : account(merged.by),
    };
    return {
      event: 'pull_request',
      payload: { ...payload, ...around(place, first.author), action, number, pull_request: pullRequest, ...extra },
    };
  };
  return {
    ...moves(state, tell),
    synchronized: () => tell('synchronize'),
    reviewed: (by, verdict, association = 'COLLABORATOR') => {
      const { payload } = example('pull_request_review.submitted');
      const whole = tell('submitted').payload['pull_request'] as Payload;
      const shown = Object.keys(payload['pull_request'] as Payload).map((key) => [key, whole[key]]);
      const review = {
        ...(payload['review'] as Payload),
        id: place.id * 1_000_000 + number * 1000 + ++reviews,
        user: account(by),
        state: verdict,
        author_association: association,
        submitted_at: whole['updated_at'],
      };
      const told = { ...payload, ...around(place, by), action: 'submitted', review };
      return { event: 'pull_request_review', payload: { ...told, pull_request: Object.fromEntries(shown) } };
    },
    merged: (by) => tell('closed', { sender: account(by) }, by),
  };
}
