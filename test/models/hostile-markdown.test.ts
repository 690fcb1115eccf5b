// Bodies written to slow us down or to bring us down: 65,536 characters, which is GitHub's limit.
import { expect } from 'chai';
import fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { toString as textOf } from 'mdast-util-to-string';
import { closingReferences } from '../../src/models/closing-references.ts';
import { sectionsOf } from '../../src/models/sections.ts';
import { parseTicket } from '../../src/models/ticket.ts';
import { cpuTime } from '../support/cpu-time.ts';

const LIMIT = 65_536;
const MILLISECONDS = 300;
const FIELDS = [
  'Product',
  'Organisation',
  'Domain',
  'Skills',
  'Mentors',
  'Angel Mentor',
  'Complexity',
  'Category',
  'Sub Category',
];

const patterns = [
  ...[
    '> ',
    '>',
    '- ',
    '> - ',
    '- > ',
    '1. ',
    '1) a\n',
    '- a\n  - b\n',
    '- [x] a\n',
    '# a\n',
    'a\n=\n',
    '| a | b |\n|---|---|\n',
  ],
  ...['[', ']', '![', '[a](', '[a](b)', '[![a](b)](c)', '[a]: b\n', '[^a]: b\n', '[^a]', '](b)'],
  ...[
    '`',
    '`` ` ',
    '```\n',
    '> ```\n',
    '~',
    '*a ',
    '**a*',
    '_a__b ',
    '*[_`<',
    '<',
    '<!--',
    '<!-- ',
    '<a ',
    '<?',
    '<pre>\n',
    '<![CDATA[',
  ],
  ...[
    '&',
    '&amp;',
    '\\',
    '\n',
    ' \n',
    '\t',
    '\r',
    ' ',
    ',',
    '(',
    ')',
    '((,',
    '@a',
    '@',
    'a@',
    'www.',
    'github.com/',
    'http://a ',
  ],
  ...[
    'fixes #1 ',
    'fixes ',
    'closes:',
    'fixes a/',
    'a.b-',
    '#',
    'fixes https://a/',
    'a and ',
    '😀',
    '\u0300',
    '\u202e',
  ],
];

const bodies: readonly (readonly [note: string, wrap: (pattern: string) => string])[] = [
  ['on its own', (pattern) => fill(pattern, LIMIT)],
  ['in one field', (pattern) => `### Mentor(s)\n\n${fill(pattern, LIMIT - 20)}`],
  ['in every field', (pattern) => FIELDS.map((field) => `### ${field}\n\n${fill(pattern, 7_000)}`).join('\n\n')],
  ['in one field again and again', (pattern) => `### Domain\n\n${fill(pattern, 190)}\n`.repeat(320)],
  ['after a closing keyword', (pattern) => `fixes #1 ${fill(pattern, 2_100)}\n\n`.repeat(31)],
];

const fill = (pattern: string, length: number): string =>
  pattern.repeat(Math.ceil(length / pattern.length)).slice(0, length);

describe('hostile Markdown', () => {
  before(() => {
    for (let i = 0; i < 20; i++) parseTicket(`${bodies[2]?.[1]('a, b ')}`);
  });

  for (const [note, wrap] of bodies) {
    it(`is read in ${MILLISECONDS} ms ${note}`, () => {
      for (const pattern of patterns) {
        const body = wrap(pattern);
        const first = time(body);
        // A pause of the machine is not ours; a slow parser is slow again.
        const took = first < MILLISECONDS ? first : Math.min(time(body), time(body));
        expect(took, JSON.stringify(pattern)).to.be.below(MILLISECONDS);
      }
    });
  }

  it('never throws', () => {
    const piece = fc.oneof(
      fc.constantFrom(...patterns, '### Mentors\n', '## Complexity: ', '\n\n'),
      fc.string({ unit: 'grapheme' }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        parseTicket(pieces.join(''));
        closingReferences(pieces.join(''), { full_name: 'o/r' });
      }),
      { numRuns: 500 },
    );
  });
});

function time(body: string): number {
  return cpuTime(() => {
    parseTicket(body);
    closingReferences(body, { full_name: 'octo/app' });
  });
}

describe('cutting a body at its headings', () => {
  const blocks = [
    ...[
      '# One',
      '## Two *b*',
      '### Three ###',
      '####### Seven',
      '#Four',
      ' # Indented',
      'Five\n===',
      'Six\n---',
      'a\nb',
      '---',
    ],
    ...[
      '```\n# no\n```',
      '~~~ js\n# no\n\n## no\n~~~',
      '````\n```\n# no\n````',
      '- ```\n  x\n  ```',
      '    # code',
      '> # quoted',
    ],
    ...[
      '<!-- # no -->',
      '<!--\n# no\n\n# no\n-->',
      '<pre>\n# no\n</pre>',
      '- item',
      '1. one\n2. two',
      '- [ ] task',
      '`# no`',
      '| a |\n|---|\n| b |',
    ],
  ];

  it('finds the headings that the parser finds', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...blocks), { maxLength: 12 }), (chosen) => {
        const body = chosen.join('\n\n');
        const parsed = fromMarkdown(body).children.filter((node) => node.type === 'heading');
        expect(sectionsOf(body).map((section) => section.heading)).to.deep.equal(parsed.map((node) => textOf(node)));
      }),
      { numRuns: 1_000 },
    );
  });
});
