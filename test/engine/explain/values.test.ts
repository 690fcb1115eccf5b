// Values in words, whatever a payload says.
import { expect } from 'chai';
import { plainly } from '../../../src/engine/explain/values.ts';

describe('a value in an explanation', () => {
  it('goes without backticks where it is plain words', () => {
    const plain = ['C4GT Community', 'v1.2', 'a (b) c', 'Sunbird/core#12', 'é 1'];
    expect(plain.map(plainly)).to.deep.equal(plain);
    for (const text of ['', ' a', 'a ', 'a  b', '(a)', 'a, b', 'a`b', 'a\nb', 'a'.repeat(73)])
      expect(plainly(text)).to.match(/^`/);
  });

  it('is shown at once, however long a word a contributor makes of it', () => {
    // What takes twice as long with every letter would not come to an end here.
    for (const text of [`${'a'.repeat(60)}!`, `${'a.'.repeat(30)}!`, 'abc '.repeat(16_000)])
      expect(plainly(text)).to.match(/^`[^`]{1,72}`$/);
  });
});
