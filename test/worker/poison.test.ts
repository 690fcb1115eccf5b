// Poison never blocks: what can never be processed is put aside with the reason, and its neighbours are not delayed.
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { example, setIn } from '../../src/commands/examples.ts';
import { eachDatabase } from '../support/database.ts';
import { openProgramme } from '../support/programme.ts';
import { shippedRules } from '../support/shipped-rules.ts';

function issue(path: string, value: unknown): string {
  const { payload } = example('issues.labeled');
  setIn(payload, path, value);
  return JSON.stringify(payload);
}

const deep = (levels: number): string => `{"action":"opened","issue":${'['.repeat(levels)}${']'.repeat(levels)}}`;
const wellKnown = JSON.stringify(example('issues.opened').payload);

const poison: readonly [what: string, body: string | Uint8Array, reason: RegExp, event?: string][] = [
  ['a title with U+0000', issue('issue.title', 'a\0b'), /^issue\.title has a character U\+0000$/],
  ['a body that is little else', '{"action":"opened","x":"\\u0000"}', /^x has a character U\+0000$/],
  ['half a surrogate pair in a title', issue('issue.title', '\ud800'), /^issue\.title has half a surrogate pair$/],
  ['half a surrogate pair in a label', issue('label.name', 'C4GT \ud800'), /^label\.name has half a surrogate pair$/],
  ['half a surrogate pair in a label of the issue', issue('issue.labels.0.name', '\udc00'), /labels\.0\.name has half/],
  ['a key with U+0000', '{"action":"opened","a\\u0000":1}', /^a key of the payload has a character U\+0000$/],
  ['JSON of 20,000 levels', deep(20_000), /nested deeper than 100 levels/],
  ['malformed JSON', wellKnown.slice(0, -1), /^the payload is not JSON$/],
  ['invalid UTF-8', Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]), /not UTF-8/],
  ['nothing at all', '', /^the payload is not JSON$/],
  ['a number', '42', /^the payload must be object$/],
  ['null', 'null', /^the payload must be object$/],
  ['a list', '[]', /^the payload must be object$/],
  ['an issue under the name of another event', wellKnown, /^pull_request is missing$/, 'pull_request'],
  ['a prototype for a payload', '{"__proto__":{"action":"opened"}}', /is missing$/],
  ['an id that is a text', issue('issue.number', '7'), /^issue\.number must be integer$/],
  ['a time that is none', issue('issue.updated_at', 'yesterday'), /^issue\.updated_at must match pattern/],
];

eachDatabase('poison', (database) => {
  it('becomes a dead letter that names the trouble at its first try, and its neighbours are processed', async () => {
    await using programme = await openProgramme(database(), await shippedRules());
    const poisoned = poison.map(([what, body, reason, event = 'issues']) => {
      return { what, reason, delivery: { guid: randomUUID(), event, body: Buffer.from(body) } };
    });
    const neighbours = poison.map(() => ({ guid: randomUUID(), event: 'issues', body: Buffer.from(wellKnown) }));
    await programme.store.receive(poisoned.flatMap(({ delivery }, at) => [delivery, neighbours[at] ?? delivery]));
    await programme.play([]);

    for (const { what, reason, delivery } of poisoned) {
      const end = await programme.delivery(delivery.guid);
      expect(end, what).to.include({ state: 'dead', attempts: 1 });
      expect(end.reason, what).to.match(reason);
    }
    for (const { guid } of neighbours) expect(await programme.delivery(guid)).to.include({ state: 'processed' });
  });

  it('under an event name that JavaScript knows is ignored like any stranger', async () => {
    await using programme = await openProgramme(database(), await shippedRules());
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', "issues'; --"];
    const deliveries = names.map((event) => ({ guid: randomUUID(), event, body: Buffer.from(wellKnown) }));
    await programme.store.receive(deliveries);
    await programme.play([]);
    for (const { guid, event } of deliveries) {
      expect(await programme.delivery(guid)).to.include({ state: 'ignored', reason: `no consumer for ${event}` });
    }
  });

  it('in the words of an error can be stored as a reason', async () => {
    await using programme = await openProgramme(database(), await shippedRules());
    const [guid = ''] = await programme.receive({ event: 'issues', payload: example('issues.opened').payload });
    const [work] = await programme.store.claim(1, 60);
    expect(work?.delivery?.guid).to.equal(guid);
    if (work !== undefined) await programme.store.bury(work, 'a\0b \ud800');
    expect(await programme.delivery(guid)).to.include({ state: 'dead', reason: 'a\u{fffd}b \u{fffd}' });
  });
});
