// A rule as the demo and `why --conditions` draw it: why it came out so, and what it changed.
import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import { drawRule } from '../../src/commands/draw-rule.ts';

describe('a rule as it is drawn', () => {
  for (const [op, said] of [
    ['stand', 'stands: comments “Hello”'],
    ['replace', 'corrected: comments “Hello”'],
    ['withdraw', 'withdrawn: comments “Hello”'],
    ['happen', 'done: comments “Hello”'],
    ['park', 'waits for room under its limit: comments “Hello”'],
  ] as const) {
    it(`says of ${op}: ${said}`, () => {
      const changes = [{ op, action: 'comment', params: { body: 'Hello' } }];
      const drawn = stripVTControlCharacters(drawRule({ id: 'demo/one', outcome: 'held', changes }));
      expect(drawn).to.equal(`  demo/one held\n  → ${said}\n`);
    });
  }
});
