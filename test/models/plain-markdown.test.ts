// The short way through the Markdown parser, for plain lines and headings, comes to the same as the long way.
import { expect } from 'chai';
import fc from 'fast-check';
import { parseMarkdown } from '../../src/models/markdown.ts';

/** The tree without the places of its parts. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => key !== 'position');
  return Object.fromEntries(kept.map(([key, part]) => [key, shape(part)]));
}

/** What the parser makes of a piece of which it is told more: then the short way is not taken. */
function parsed(piece: string): unknown {
  const [first] = parseMarkdown(`${piece}\n\n*.*`).children;
  return shape(first);
}

const WORDS = ['Product', 'C#', '.NET', 'CI/CD', 'v1.', '2)', '1.', '#', '-', '+', '=', '--', '===', '(a, b)', "it's"];
const RISKY = [
  'www.a.org',
  'https://a.org',
  'a@b.org',
  '@asha',
  '*',
  '_a_',
  '`x`',
  '&amp;',
  '[a](b)',
  '<b>',
  '~a~',
  '|',
];
const word = fc.oneof(
  fc.constantFrom(...WORDS, ...RISKY),
  fc.string({ unit: 'grapheme-ascii', maxLength: 6 }),
  fc.string({ maxLength: 3 }),
);

describe('plain Markdown', () => {
  it('reads the same whether or not there is more to read, in headings too', () => {
    const piece = fc
      .tuple(fc.constantFrom('', '# ', '### ', '####### ', '###'), fc.array(word, { minLength: 1, maxLength: 5 }))
      .map(([mark, words]) => `${mark}${words.join(' ')}`.trim())
      .filter((text) => text !== '' && !/[\n\r]/.test(text));
    fc.assert(
      fc.property(piece, (text) => {
        const [first] = parseMarkdown(text).children;
        expect(shape(first)).to.deep.equal(parsed(text));
      }),
      { numRuns: 3_000 },
    );
  });

  for (const text of ['Sunbird', '### Product Name', 'Node.js, C#, CI/CD', 'C++ (17)', 'Asha Rao'])
    it(`takes the short way with ${text}`, () => {
      const [first] = parseMarkdown(text).children;
      expect(first).to.have.property('type', text.startsWith('#') ? 'heading' : 'paragraph');
      expect(first).not.to.have.property('position');
    });
});
