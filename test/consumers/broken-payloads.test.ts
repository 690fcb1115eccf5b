// Payloads that are not what their event promises, and the sentences that say so.
import { expect } from 'chai';
import { consumerOf } from '../../src/consumers/registry.ts';
import { InvalidPayload } from '../../src/models/validate.ts';
import { read } from './examples.ts';

const broken: readonly (readonly [name: string, changes: Record<string, unknown>, sentence: string])[] = [
  ['issues.opened', { action: undefined }, 'action is missing'],
  ['issues.opened', { action: null }, 'action must be string'],
  ['issues.opened', { repository: undefined }, 'repository is missing'],
  ['issues.opened', { issue: [] }, 'issue must be object'],
  ['issues.opened', { 'issue.title': 7 }, 'issue.title must be string'],
  ['issues.opened', { 'issue.number': 1.5 }, 'issue.number must be integer'],
  ['issues.opened', { 'issue.labels': [{ id: 1 }] }, 'issue.labels.0.name is missing'],
  ['issues.opened', { 'issue.user': { id: 1 } }, 'issue.user.login is missing'],
  ['issues.opened', { 'sender.id': 'x' }, 'sender.id must be integer'],
  ['pull_request.opened', { 'pull_request.base': undefined }, 'pull_request.base is missing'],
  ['pull_request_review.submitted', { 'review.state': undefined }, 'review.state is missing'],
  ['issue_comment.created', { comment: undefined }, 'comment is missing'],
  ['installation.created', { 'installation.id': undefined }, 'installation.id is missing'],
  ['installation_repositories.added', { repositories_added: undefined }, 'repositories_added is missing'],
  ['repository.created', { 'repository.updated_at': undefined }, 'repository.updated_at is missing'],
  ['label.created', { 'label.name': false }, 'label.name must be string'],
];

describe('payloads that do not fit their event', () => {
  for (const [name, changes, sentence] of broken) {
    it(`are refused: "${sentence}" of ${name}`, () => {
      expect(() => read(name, changes))
        .to.throw(InvalidPayload)
        .with.property('message', sentence);
    });
  }

  for (const time of ['yesterday', '2019-13-01T00:00:00Z', '2019-01-01', '2019-01-01T25:00:00Z']) {
    it(`are refused where "${time}" stands for a time`, () => {
      expect(() => read('issues.opened', { 'issue.updated_at': time })).to.throw(InvalidPayload, /^issue\.updated_at /);
    });
  }

  for (const payload of [null, 7, 'text', [], undefined]) {
    it(`are refused where ${JSON.stringify(payload)} stands for the payload`, () => {
      expect(() => consumerOf('issues')?.read(payload)).to.throw(InvalidPayload, 'the payload must be object');
      expect(() => consumerOf('ping')?.read(payload)).to.throw(InvalidPayload, 'the payload must be object');
    });
  }
});
