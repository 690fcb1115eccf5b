// A message that is too long ends within its bound, says that it was cut, and says it where people see it.
import { expect } from 'chai';
import fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { toString as textOf } from 'mdast-util-to-string';
import { cutMarkdown, cutToBytes } from '../../src/engine/cut-markdown.ts';

const NOTICE = '… (cut here: the message was too long)';

describe('a message that is too long', () => {
  it('is left alone while it fits', () => {
    expect(cutMarkdown('x'.repeat(65_000), 65_000)).to.equal('x'.repeat(65_000));
  });

  it('is cut between words, and says so on a line of its own', () => {
    expect(cutMarkdown('one two three four five six seven eight nine ten', 47)).to.equal(`one two\n\n${NOTICE}`);
    expect(cutMarkdown(`${'word '.repeat(20_000)}`, 65_000)).to.match(/ word\n\n… \(cut here: [^\n]*\)$/);
  });

  for (const [name, text] of [
    ['an entity', `${'x'.repeat(300)}&#x26;${'x'.repeat(99)}`],
    ['a named entity', `${'x'.repeat(300)}&quot;${'x'.repeat(99)}`],
    ['an escape', `${'x'.repeat(300)}\\*${'x'.repeat(99)}`],
    ['a character', `${'x'.repeat(300)}😀${'x'.repeat(99)}`],
  ] as const) {
    it(`is not cut within ${name}`, () => {
      for (let most = 300; most < 400; most++) {
        const kept = cutMarkdown(text, most).replace(NOTICE, '').trimEnd();
        expect(kept, String(most)).to.match(/^x*(?:&#x26;x*|&quot;x*|\\\*x*|😀x*)?$/u);
      }
    });
  }

  for (const [name, opening] of [
    ['code', '```js\n'],
    ['code in a list', '- one\n\n  ~~~\n'],
    ['a comment', '<!-- hidden\n'],
    ['a quotation', '> '],
    ['a list', '- one\n- '],
    ['a table', '| a | b |\n|---|---|\n| '],
    ['emphasis', '**'],
    ['a link', '[x](https://example.org/'],
    ['details', '<details>\n<summary>x</summary>\n\n'],
  ] as const) {
    it(`shows the notice though it was cut within ${name}`, () => {
      const cut = cutMarkdown(`Hello\n\n${opening}${'code '.repeat(200)}`, 500);
      expect(cut.length).to.be.at.most(500);
      expect(textOf(fromMarkdown(cut).children.at(-1))).to.equal(NOTICE);
      expect(fromMarkdown(cut).children.at(-1)?.type).to.equal('paragraph');
    });
  }

  it('never passes its bound', () => {
    const text = fc.array(fc.constantFrom('word ', '\n', '```\n', '<!--', '&amp;', '\\', '😀', 'x'.repeat(300)), {
      maxLength: 80,
    });
    fc.assert(
      fc.property(text, fc.integer({ min: 60, max: 2_000 }), (pieces, most) => {
        const cut = cutMarkdown(pieces.join(''), most);
        expect(cut.length).to.be.at.most(most);
        expect(cut.isWellFormed()).to.equal(true);
        expect(cut.endsWith(NOTICE)).to.equal(pieces.join('').length > most);
      }),
      { numRuns: 1_000 },
    );
  });

  it('never passes its bound in bytes, where those are counted', () => {
    const text = fc.array(fc.constantFrom('word ', '\n', '```\n', 'शब्द ', '&amp;', '😀', 'é', 'क'.repeat(300)), {
      maxLength: 80,
    });
    fc.assert(
      fc.property(text, fc.integer({ min: 200, max: 2_000 }), (pieces, most) => {
        const whole = pieces.join('');
        const cut = cutToBytes(whole, most);
        expect(Buffer.byteLength(cut)).to.be.at.most(most);
        expect(cut.isWellFormed()).to.equal(true);
        expect(cut === whole).to.equal(Buffer.byteLength(whole) <= most);
      }),
      { numRuns: 1_000 },
    );
  });
});
