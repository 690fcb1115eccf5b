// `.env` files with other values in them: what we write is what Node reads, and every other line stays as it is.
import { parseEnv } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { Unwritable, withVariables } from '../../src/setup/env-text.ts';

const set = { A: 'new', B: 'b=/+' };

describe('a .env file with other values', () => {
  const cases: readonly [note: string, before: string, after: string][] = [
    ['is begun', '', 'A=new\nB=b=/+\n'],
    ['keeps comments and other lines', '# A=1\n\nC=3 # see\n', '# A=1\n\nC=3 # see\nA=new\nB=b=/+\n'],
    ['has them where they were', 'B=1\nC=2\nA=3\n', 'B=b=/+\nC=2\nA=new\n'],
    ['ends its last line', 'C=2', 'C=2\nA=new\nB=b=/+\n'],
    ['keeps `export`', 'export A=1\n  export  B = "x"\n', 'export A=new\nexport  B=b=/+\n'],
    ['keeps the line breaks of Windows', 'A=1\r\nC=2\r\n', 'A=new\r\nC=2\r\nB=b=/+\r\n'],
    ['replaces values in quotation marks', 'A="1 # 2"\nB=\'x\'\n', 'A=new\nB=b=/+\n'],
    ['replaces values of several lines', 'A="-----BEGIN\nA=5\n-----END"\nC=1\nB=`\n`\n', 'A=new\nC=1\nB=b=/+\n'],
    ['leaves what is in others’ values', 'C="\nA=1\n"\nB=2\n', 'C="\nA=1\n"\nB=b=/+\nA=new\n'],
    ['has each once', 'A=1\nA=2\nB=3\nA=4\n', 'A=new\nB=b=/+\n'],
    ['tells names apart', 'AA=1\nA.B=2\n_A=3\n', 'AA=1\nA.B=2\n_A=3\nA=new\nB=b=/+\n'],
    ['takes an open quotation mark for a part of the value', 'A="1\nC=2\nB=3\n', 'A=new\nC=2\nB=b=/+\n'],
    ['leaves names that objects have', 'constructor=1\n__proto__=2\n', 'constructor=1\n__proto__=2\nA=new\nB=b=/+\n'],
    ['replaces empty values', 'A=\nB=""\n', 'A=new\nB=b=/+\n'],
  ];
  for (const [note, before, after] of cases) it(note, () => expect(withVariables(before, set)).to.equal(after));

  it('puts into quotation marks what needs them', () => {
    const values = { A: 'a b', B: "it's", C: 'a"b', D: '#', E: '`', F: '$HOME', G: '', H: '😀' };
    expect({ ...parseEnv(withVariables('', values)) }).to.deep.equal(values);
  });

  for (const value of ['a\nb', 'a\rb', '\u0000', 'a\\nb', '"\'`', '\u001b[2J'])
    it(`refuses what cannot be told: ${JSON.stringify(value)}`, () => {
      expect(() => withVariables('', { A: value })).to.throw(Unwritable, /^A has characters/);
    });

  it('refuses a file in which they would mean something else', () => {
    // Node takes the next line for the value of C.
    expect(parseEnv('C= \nA=1\n')).to.include({ C: 'A=1' });
    expect(() => withVariables('C= \nA=1\n', set)).to.throw(Unwritable, /quotation mark/);
  });

  it('means what was written, or is refused, whatever the file holds', () => {
    const piece = fc.constantFrom(
      ...['A', 'B', 'C', '=', ' ', '\n', '\r\n', '"', "'", '`', '#', '\\n', 'export ', 'x', '\t', '\ufeff', '$'],
    );
    const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));
    let written = 0;
    fc.assert(
      fc.property(text, fc.constantFrom('v', 'a b', 'x=y', '"', '#x'), (before, value) => {
        try {
          const after = { ...parseEnv(withVariables(before, { A: value })) };
          expect(after).to.deep.equal({ ...parseEnv(before), A: value });
          written += 1;
        } catch (error) {
          expect(error).to.be.instanceOf(Unwritable);
        }
      }),
      { numRuns: 2_000 },
    );
    expect(written).to.be.above(1_000);
  });
});
