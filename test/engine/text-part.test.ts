// Finding a piece of a text again in the file, however YAML wrote the text down.
import { expect } from 'chai';
import fc from 'fast-check';
import { isScalar, parseDocument, stringify } from 'yaml';
import { findPart, partAt } from '../../src/engine/text-part.ts';

/** The scalar as it is written, and the text it stands for. */
function scalar(written: string): { source: string; text: string } {
  const { contents } = parseDocument(written);
  if (!isScalar(contents) || contents.range == null) throw new Error(`${written} is no scalar`);
  return { source: written.slice(contents.range[0], contents.range[1]), text: String(contents.value) };
}

function found(written: string, offset: number, length: number): string | null {
  const { source, text } = scalar(written);
  const at = findPart(source, partAt(text, offset, length));
  return at === null ? null : source.slice(0, at);
}

describe('a piece of a text', () => {
  const cases: [string, string, string | null][] = [
    ['plain', 'by ab and ab', 'by ab and '],
    ['in single quotes', "'it''s ab and ab'", "'it''s ab and "],
    ['in double quotes', '"\\tab\\nab"', '"\\tab\\n'],
    ['in a block of lines', '|\n  ab\n\n  then ab\n', '|\n  ab\n\n  then '],
    ['in a folded block', '>-\n  ab\n  then\n  ab\n', '>-\n  ab\n  then\n  '],
    ['in folded quotes', '"ab\n  then\n  ab"', '"ab\n  then\n  '],
    ['where an escape hides it', '"ab \\x61b"', null],
    ['where it is folded in the middle', '"ab a\\\n  b"', null],
    ['where a comment beside the block says the same', '| # ab\n  ab\n  ab\n', null],
  ];
  for (const [name, written, before] of cases) {
    it(`is ${before === null ? 'not ' : ''}found ${name}`, () =>
      expect(found(written, scalar(written).text.lastIndexOf('ab'), 2)).to.equal(before));
  }

  it('is found in every style in which YAML may write the text, or is not found at all', () => {
    const text = fc
      .array(fc.constantFrom('ab', 'a', 'b', ' ', '\n', '"', "'", '\\', '#', ': ', '- ', 'é', '\t', '{{ ', ' }}'), {
        maxLength: 30,
      })
      .map((pieces) => pieces.join(''));
    const style = fc.constantFrom('PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED');
    fc.assert(
      fc.property(text, style, fc.constantFrom(20, 80), (value, defaultStringType, lineWidth) => {
        const written = stringify(value, { defaultStringType, lineWidth });
        const parsed = scalar(written);
        // Not every text can be written in every style.
        fc.pre(parsed.text === value);
        for (const match of value.matchAll(/ab/g)) {
          const at = findPart(parsed.source, partAt(value, match.index, 2));
          if (at === null) continue;
          expect(parsed.source.slice(at, at + 2)).to.equal('ab');
          const earlier = (whole: string, offset: number) => whole.slice(0, offset).replace(/[^a]|a(?!b)/g, '').length;
          expect(earlier(parsed.source, at)).to.equal(earlier(value, match.index));
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
