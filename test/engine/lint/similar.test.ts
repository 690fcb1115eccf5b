// Names that people cannot tell apart, and names that they can.
import { expect } from 'chai';
import { difference, likenessKeys } from '../../../src/engine/lint/similar.ts';

const alike: readonly (readonly [string, string, string])[] = [
  ['C4GT Community', 'c4gt community', 'case'],
  ['good first issue', 'Good-First_Issue', 'spaces or punctuation'],
  ['type: bug', 'type/bug', 'spaces or punctuation'],
  ['Node.js', 'nodejs', 'spaces or punctuation'],
  ['DMP 2026', 'DMP\u00a02026', 'spaces or punctuation'],
  ['v2.0', 'v2-0', 'spaces or punctuation'],
  ['Bug', 'Вug', 'letters that look alike: В is U+0412'],
  ['help', 'h\u0435lр', 'letters that look alike: е is U+0435, р is U+0440'],
  ['Idle', 'ldle', 'letters that look alike'],
  ['Level I', 'Level 1', 'letters that look alike'],
  ['Ｂug', 'Bug', 'letters that look alike: Ｂ is U+FF22'],
  ['B\u200bug', 'Bug', 'letters that look alike: \u200b is U+200B'],
];

const different: readonly (readonly [string, string])[] = [
  ['C', 'C#'],
  ['C#', 'C++'],
  ['v2.0', 'v20'],
  ['Level 1', 'Level 2'],
  ['Bug', 'Bugs'],
  ['Low', 'High'],
  ['DMP 2025', 'DMP 2026'],
  ['🐛', '🚀'],
  ['-', '_'],
];

const areAlike = (a: string, b: string) => likenessKeys(a).some((key) => likenessKeys(b).includes(key));

describe('names that are alike', () => {
  for (const [one, other, how] of alike) {
    it(`${one} and ${other} differ by ${how}`, () => {
      expect(areAlike(one, other)).to.equal(true);
      expect(difference(other, one) === how || difference(one, other) === how, difference(other, one)).to.equal(true);
    });
  }

  for (const [one, other] of different) {
    it(`${one} and ${other} are two names`, () => expect(areAlike(one, other)).to.equal(false));
  }
});
