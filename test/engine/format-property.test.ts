// Whatever a file holds and however it is written, formatting it once is enough, loses no comment and changes no meaning.
import { expect } from 'chai';
import fc from 'fast-check';
import { parse } from 'yaml';
import { format } from '../../src/engine/format.ts';
import { rulesLayout } from '../../src/engine/format-layout.ts';
import { commentsIn } from '../../src/engine/yaml-comments.ts';
import { readYaml } from '../../src/engine/yaml-source.ts';
import { type Json, ruleFileOf } from './rule-files.ts';
import { sprinkled, written } from './written-yaml.ts';

const formatted = (text: string): string => {
  const { text: result, problems } = format({ path: 'x.yaml', text }, rulesLayout);
  expect(problems, text).to.deep.equal([]);
  return result;
};
const comments = (text: string) => commentsIn(text).map(({ comment }) => comment);

const shuffled = (value: Json): fc.Arbitrary<Json> =>
  fc.infiniteStream(fc.nat()).map((dice) => {
    const shuffle = (part: Json): Json => {
      if (Array.isArray(part)) return part.map(shuffle);
      if (typeof part !== 'object' || part === null) return part;
      const keyed = Object.entries(part).map(([key, inner]) => ({ key, inner: shuffle(inner), at: dice.next().value }));
      return Object.fromEntries(keyed.sort((a, b) => a.at - b.at).map(({ key, inner }) => [key, inner]));
    };
    return shuffle(value);
  });

/** Any mapping at all: what is no rule file is formatted too. */
const mappings = fc
  .dictionary(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
    fc.jsonValue({ maxDepth: 3, stringUnit: 'grapheme' }),
    { minKeys: 1, maxKeys: 4 },
  )
  .map((value) => value as Record<string, Json>);
const files: fc.Arbitrary<Json> = fc.oneof({ weight: 3, arbitrary: ruleFileOf(6) }, { weight: 1, arbitrary: mappings });
const orderly = ruleFileOf(6).map((file) => parse(formatted(JSON.stringify(file))) as Json);
/** yaml puts empty brackets below their key without an indent at times, which is none of YAML. */
const isRead = (text: string) => readYaml({ path: 'x.yaml', text }).problems.length === 0;
const commented = (file: fc.Arbitrary<Json>) => file.chain(written).filter(isRead).chain(sprinkled);

/** Each takes some 20 ms, most of it to find places for comments. */
const RUNS = 200;

describe('formatting any file', () => {
  it('is done once and for all, changes no value and keeps every comment', () => {
    fc.assert(
      fc.property(commented(files.chain(shuffled)), (text) => {
        const once = formatted(text);
        expect(formatted(once), text).to.equal(once);
        expect(parse(once)).to.deep.equal(parse(text));
        expect(comments(once).sort()).to.deep.equal(comments(text).sort());
        expect(once).to.match(/[^\n]\n$/);
        expect(once).not.to.match(/\n\n\n/);
      }),
      { numRuns: RUNS },
    );
  });

  it('keeps comments in their order where the keys are in theirs', () => {
    fc.assert(
      fc.property(commented(orderly), (text) => {
        expect(comments(formatted(text))).to.deep.equal(comments(text));
      }),
      { numRuns: RUNS },
    );
  });
});
