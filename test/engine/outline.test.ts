// Where the parts of a file stand: found by JSON pointer, whatever the file holds.
import { expect } from 'chai';
import fc from 'fast-check';
import { parse, parseDocument } from 'yaml';
import { outlineOf } from '../../src/engine/outline.ts';
import { escapePointer } from '../../src/engine/yaml-source.ts';

const key = fc.constantFrom('a', 'issue.labels', 'x/y', 'x~y', '~1', '', '10', '2', 'on');
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>('text', 7, true, null, ''),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(key, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

/** Every part of a value by its pointer. */
function partsOf(value: unknown, pointer = ''): [pointer: string, value: unknown][] {
  if (typeof value !== 'object' || value === null) return [[pointer, value]];
  const parts = Object.entries(value).flatMap(([name, part]) => partsOf(part, `${pointer}/${escapePointer(name)}`));
  return [[pointer, value], ...parts];
}

describe('the outline of a file', () => {
  it('has every part where it is written, and its key', () => {
    fc.assert(
      fc.property(tree, (written) => {
        const text = JSON.stringify(written, null, 1);
        const outline = outlineOf(parseDocument(text).contents);
        for (const [pointer, value] of partsOf(written)) {
          const found = outline.find(pointer);
          expect(found.isExact, pointer).to.equal(true);
          expect(parse(text.slice(...(found.value ?? [0, 0]))), pointer).to.deep.equal(value);
          if (found.key === null) continue;
          const name = pointer.slice(pointer.lastIndexOf('/') + 1);
          expect(escapePointer(String(parse(text.slice(...found.key)))), pointer).to.equal(name);
        }
      }),
    );
  });

  const text = 'rules:\n  one: { on: issues, then: [a, b], while: }\n';
  const outline = outlineOf(parseDocument(text).contents);
  const shown = (pointer: string) => {
    const { isExact, key: name, value } = outline.find(pointer);
    return [isExact, name && text.slice(...name), value && text.slice(...value)];
  };

  it('has the nearest part around one that is not there', () => {
    expect(shown('/rules/one/then/1')).to.deep.equal([true, null, 'b']);
    expect(shown('/rules/one/then/2')).to.deep.equal([false, 'then', '[a, b]']);
    expect(shown('/rules/one/on/x')).to.deep.equal([false, 'on', 'issues']);
    expect(shown('/rules/two')[1]).to.equal('rules');
    expect(shown('/tables/x')).to.deep.equal([false, null, text]);
  });

  it('has the key of what is not written', () => {
    expect(shown('/rules/one/while').slice(0, 2)).to.deep.equal([true, 'while']);
  });
});
