// What is not a delivery from GitHub is refused with a problem that says why, and nothing of it is stored.
import { createHmac, randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { webhooksPath } from '../../src/listener/limits.ts';
import { type Answer, headersFor, type Listening, listen, type Sending, send, sign } from './listening.ts';

const body = '{"action":"opened"}';
const signature = sign(body);
const guid = randomUUID();

const expectProblem = ({ status, headers, text }: Answer, expected: number): void => {
  expect(status).to.equal(expected);
  expect(headers['content-type']).to.equal('application/problem+json');
  const problem = JSON.parse(text);
  expect(problem).to.have.all.keys('type', 'title', 'status', 'detail');
  expect(problem).to.include({ type: 'about:blank', status: expected });
};

const withHeaders = (changed: Parameters<typeof headersFor>[1]): Sending => ({
  body,
  headers: headersFor(body, changed),
});

const refused: readonly [what: string, status: number, sending: Sending][] = [
  ['GET', 405, { method: 'GET', body: '' }],
  ['PUT', 405, { method: 'PUT', body }],
  ['DELETE', 405, { method: 'DELETE', body: '' }],
  ['no content type', 415, withHeaders({ 'content-type': undefined })],
  ['a form', 415, withHeaders({ 'content-type': 'application/x-www-form-urlencoded' })],
  ['a content type that only begins like JSON', 415, withHeaders({ 'content-type': 'application/jsonp' })],
  ['no event header', 400, withHeaders({ 'x-github-event': undefined })],
  ['an empty event header', 400, withHeaders({ 'x-github-event': '' })],
  ['an event header sent twice', 400, withHeaders({ 'x-github-event': ['issues', 'ping'] })],
  ['an event of 101 characters', 400, withHeaders({ 'x-github-event': 'a'.repeat(101) })],
  ['an event with a space', 400, withHeaders({ 'x-github-event': 'issues opened' })],
  ['an event with a letter outside ASCII', 400, withHeaders({ 'x-github-event': 'issu\u00e9s' })],
  ['no GUID', 400, withHeaders({ 'x-github-delivery': undefined })],
  ['a number as GUID', 400, withHeaders({ 'x-github-delivery': '12345' })],
  ['a GUID with a letter too many', 400, withHeaders({ 'x-github-delivery': `${guid}0` })],
  ['a GUID in braces', 400, withHeaders({ 'x-github-delivery': `{${guid}}` })],
  ['a GUID sent twice', 400, withHeaders({ 'x-github-delivery': [guid, guid] })],
  ['no signature', 401, withHeaders({ 'x-hub-signature-256': undefined })],
  ['an empty signature', 401, withHeaders({ 'x-hub-signature-256': '' })],
  [
    'a SHA-1 signature only',
    401,
    withHeaders({
      'x-hub-signature-256': undefined,
      'x-hub-signature': `sha1=${createHmac('sha1', 'the secret of today').update(body).digest('hex')}`,
    }),
  ],
  ['the signature of another body', 401, withHeaders({ 'x-hub-signature-256': sign('{}') })],
  ['the signature of another secret', 401, withHeaders({ 'x-hub-signature-256': sign(body, 'guess') })],
  ['a truncated signature', 401, withHeaders({ 'x-hub-signature-256': signature.slice(0, -1) })],
  ['a signature with more behind it', 401, withHeaders({ 'x-hub-signature-256': `${signature}00` })],
  ['a signature without its algorithm', 401, withHeaders({ 'x-hub-signature-256': signature.slice(7) })],
  ['a genuine signature sent twice', 401, withHeaders({ 'x-hub-signature-256': [signature, signature] })],
  ['a genuine and a wrong signature', 401, withHeaders({ 'x-hub-signature-256': [signature, sign('{}')] })],
];

describe('what the listener refuses', () => {
  let listening: Listening;
  before(async () => {
    listening = await listen();
  });
  after(() => listening.stop());

  for (const [what, status, sending] of refused) {
    it(`answers ${status} to ${what}`, async () => {
      expectProblem(await send(listening.port, sending), status);
      expect(listening.store.deliveries).to.deep.equal([]);
    });
  }

  it('says with 405 that POST is what it takes', async () => {
    expect((await send(listening.port, { method: 'GET', body: '' })).headers.allow).to.equal('POST');
  });

  it('checks the shape before the signature, so a stranger learns nothing about secrets from it', async () => {
    const neither = withHeaders({ 'x-github-event': undefined, 'x-hub-signature-256': undefined });
    expect((await send(listening.port, neither)).status).to.equal(400);
  });

  it('leaves other paths to others', async () => {
    for (const path of ['/', `${webhooksPath}/`, '/api/github']) {
      expect((await send(listening.port, { path })).status).to.equal(404);
    }
  });

  it('logs why, without the headers, the body or the secret', async () => {
    const sent = 'canary-in-a-body';
    const forged = sign(sent, 'guess');
    await send(listening.port, { body: sent, headers: headersFor(sent, { 'x-hub-signature-256': forged }) });
    const log = listening.logged.join('\n');
    expect(log).to.contain('"status":401').and.contain('X-Hub-Signature-256');
    for (const canary of [sent, forged, sign(sent), 'the secret of today']) expect(log).not.to.contain(canary);
  });
});
