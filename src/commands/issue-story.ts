// The story of one issue, told in deliveries made from GitHub's own example payloads.
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

export interface IssueStory extends Moves {
  assigned(person: Person): Told;
  deleted(): Told;
  commented(by: Person, body: string): Told;
}

export function issueStory(clock: StoryClock, place: Place, number: number, first: Beginning): IssueStory {
  const state = begin(first);
  const tell = (action: string, extra: Payload = {}, event = 'issues'): Told => {
    const at = pass(state, action, clock);
    const { payload } = example(event === 'issues' ? 'issues.opened' : 'issue_comment.created');
    const issue = {
      ...(payload['issue'] as Payload),
      ...about(place, 'issues', number, state, first.author, at),
      id: place.id * 1000 + number,
      assignee: state.assignees[0] === undefined ? null : account(state.assignees[0]),
    };
    return { event, payload: { ...payload, ...around(place, first.author), action, issue, ...extra } };
  };
  return {
    ...moves(state, tell),
    assigned: (person) => {
      state.assignees = [...state.assignees, person];
      return tell('assigned', { assignee: account(person) });
    },
    deleted: () => tell('deleted'),
    commented: (by, body) => {
      const { payload } = example('issue_comment.created');
      const comment = { ...(payload['comment'] as Payload), body, user: account(by) };
      return tell('created', { comment, sender: account(by) }, 'issue_comment');
    },
  };
}

/** An issue's body as the programme's form makes it. */
export function ticketBody(form: {
  product?: string;
  organisation?: string;
  domain?: string;
  complexity?: string;
  skills?: string;
  category?: string;
  mentor?: string;
}): string {
  const fields: [string, string | undefined][] = [
    ['Goals', 'Make it work, then make it good.'],
    ['Product Name', form.product],
    ['Organisation Name', form.organisation],
    ['Domain', form.domain],
    ['Tech Skills Needed', form.skills],
    ['Organizational Mentor', form.mentor],
    ['Complexity', form.complexity],
    ['Category', form.category],
  ];
  return fields.map(([heading, value]) => `### ${heading}\n\n${value ?? '_No response_'}\n`).join('\n');
}
