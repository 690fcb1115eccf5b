// Bodies that were signed and yet can never be read.
import { expect } from 'chai';
import { parsePayload } from '../../src/consumers/payload.ts';
import { InvalidPayload } from '../../src/models/validate.ts';
import { cpuTime } from '../support/cpu-time.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const nested = (depth: number, open = '[', close = ']'): string => open.repeat(depth) + close.repeat(depth);

const good: readonly (readonly [note: string, body: string, value: unknown])[] = [
  ['an object', '{"action":"opened","n":[1,null,true]}', { action: 'opened', n: [1, null, true] }],
  ['100 levels', nested(100), JSON.parse(nested(100))],
  ['a whole surrogate pair', '{"title":"\\ud83d\\ude00"}', { title: '😀' }],
  ['the words for a NUL', '{"title":"\\\\u0000"}', { title: '\\u0000' }],
  ['other control characters', '{"title":"a\\u0001\\n"}', { title: 'a\u0001\n' }],
  ['a byte order mark', '\ufeff{}', {}],
  ['a bare value', '7', 7],
];

const bad: readonly (readonly [note: string, body: Uint8Array, sentence: string])[] = [
  ['nothing', bytes(''), 'the payload is not JSON'],
  ['half of it', bytes('{"action":"ope'), 'the payload is not JSON'],
  ['a form', bytes('payload=%7B%7D'), 'the payload is not JSON'],
  ['bytes that are no UTF-8', new Uint8Array([0x7b, 0xff, 0x7d]), 'the payload is not UTF-8'],
  ['half a character', new Uint8Array([0x22, 0xf0, 0x9f, 0x98, 0x22]), 'the payload is not UTF-8'],
  [
    'a NUL in a string',
    bytes('{"issue":{"labels":[{"name":"a\\u0000b"}]}}'),
    'issue.labels.0.name has a character U+0000',
  ],
  ['a NUL in a key', bytes('{"issue":{"a\\u0000b":1}}'), 'a key of issue has a character U+0000'],
  ['a NUL in a key at the top', bytes('{"a\\u0000b":1}'), 'a key of the payload has a character U+0000'],
  ['a lone surrogate', bytes('{"issue":{"title":"\\ud800"}}'), 'issue.title has half a surrogate pair'],
  ['a lone low surrogate', bytes('{"issue":{"title":"a\\udc00"}}'), 'issue.title has half a surrogate pair'],
  ['a lone surrogate in a key', bytes('{"\\ud800":1}'), 'a key of the payload has half a surrogate pair'],
  ['a bare poisoned string', bytes('"\\u0000"'), 'the payload has a character U+0000'],
  ['a key that forges log lines', bytes('{"a\\nERROR":"\\u0000"}'), 'a?ERROR has a character U+0000'],
  ['101 levels', bytes(nested(101)), 'the payload is nested deeper than 100 levels'],
  ['20,000 brackets', bytes(nested(20_000)), 'the payload is nested deeper than 100 levels'],
  [
    '20,000 objects',
    bytes(nested(20_000, '{"a":', '}').replace(':}', ':1}')),
    'the payload is nested deeper than 100 levels',
  ],
];

describe('parsing a payload', () => {
  for (const [note, body, value] of good) {
    it(`reads ${note}`, () => expect(parsePayload(bytes(body))).to.deep.equal(value));
  }

  for (const [note, body, sentence] of bad) {
    it(`refuses ${note}`, () => {
      expect(() => parsePayload(body))
        .to.throw(InvalidPayload)
        .with.property('message', sentence);
    });
  }

  it('refuses a million brackets within a second', () => {
    const took = cpuTime(() => expect(() => parsePayload(bytes(nested(1_000_000)))).to.throw(InvalidPayload));
    expect(took).to.be.below(1_000);
  });

  it('keeps a key named __proto__ as data', () => {
    const payload = parsePayload(bytes('{"__proto__":{"admin":true}}'));
    expect(Object.hasOwn(payload as object, '__proto__')).to.equal(true);
    expect(Object.hasOwn(Object.prototype, 'admin')).to.equal(false);
  });
});
