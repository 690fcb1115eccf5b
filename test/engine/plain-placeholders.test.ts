// Texts that are written out without Liquid come to what Liquid makes of them.
import { expect } from 'chai';
import fc from 'fast-check';
import { plainPlaceholders } from '../../src/engine/plain-placeholders.ts';
import { parseTemplate, type Template } from '../../src/engine/template.ts';
import { shownAs } from '../../src/engine/template-values.ts';
import type { Facts, FactValue } from '../../src/facts/fact.ts';

const asha = { id: 1, login: 'asha', type: 'User' };
const names = [
  'issue.title',
  'issue.number',
  'contributor',
  'issue.author',
  'issue.author.login',
  'issue.labels',
  'issue.html_url',
];

const value: fc.Arbitrary<FactValue> = fc.oneof(
  fc.constantFrom<FactValue>(null, 7, 0, true, asha, 'https://github.com/a/b/issues/1', 'asha', '@everyone', '{{ x }}'),
  fc.array(fc.constantFrom('a', '#1', ''), { maxLength: 2 }),
  fc.constantFrom<FactValue>([asha], []),
  fc.string({ maxLength: 12 }),
);
const facts: fc.Arbitrary<Facts> = fc.dictionary(fc.constantFrom(...names), value);
const piece = fc.oneof(
  fc.constantFrom(...names).map((name) => `{{ ${name} }}`),
  fc.constantFrom(...names).map((name) => `{{${name}}}`),
  fc.constantFrom('By ', '@', ' {', '} ', '\n', '{ {', '}}', '%', '"', '#'),
);
const text = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(''));

/** Null for what is no template, such as `{{{ issue.title }}`. */
function templateOf(...[source, flavour]: Parameters<typeof parseTemplate>): Template | null {
  try {
    return parseTemplate(source, flavour);
  } catch {
    return null;
  }
}

describe('plain placeholders', () => {
  it('come to what Liquid makes of them', () => {
    fc.assert(
      fc.property(text, facts, fc.constantFrom('plain', 'github', 'discord'), (source, given, flavour) => {
        // With an empty comment before it, the same text is left to Liquid.
        const byLiquid = templateOf(`{% comment %}{% endcomment %}${source}`, flavour);
        fc.pre(byLiquid !== null);
        const template = templateOf(source, flavour);
        expect(template?.render(given)).to.equal(byLiquid?.render(given));
        expect(template?.facts).to.have.members(byLiquid?.facts ?? []);
        expect(template?.mentions).to.have.deep.members(byLiquid?.mentions ?? []);
      }),
      { numRuns: 2000 },
    );
  });

  for (const [source, isPlain] of [
    ['Merged {{ issue.title }} by {{issue.author.login}}', true],
    ['No placeholder', true],
    ['A { brace } or two }}', true],
    ['{{ issue.title | upcase }}', false],
    ['{{- issue.title }}', false],
    ['{{ issue.labels.first }}', false],
    ['{{ issue.labels[0] }}', false],
    ['{{ true }}', false],
    ['{{ issue.labels.size }}', false],
    ['{{ blank.x }}', false],
    ['{{{ issue.title }}', false],
    ['{{ issue.title', false],
    ['{% if issue.title %}x{% endif %}', false],
    ['{{ issue.author }} is {{ issue.author.login }}', false],
  ] as const) {
    it(`${isPlain ? 'are all of' : 'are not all of'} ${source}`, () => {
      expect(plainPlaceholders(source, shownAs) !== null).to.equal(isPlain);
    });
  }

  it('are empty where a fact is missing, and no name from a prototype is one', () => {
    expect(parseTemplate('<{{ issue.title }}{{ issue.constructor }}>').render({})).to.equal('<>');
  });
});
