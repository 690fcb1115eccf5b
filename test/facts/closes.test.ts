// What a pull request closes, by what GitHub answers and by what we have, before and after it was merged.
import { expect } from 'chai';
import { type Closing, closesByGitHub, closesByText, shownTo } from '../../src/facts/closes.ts';
import type { Facts } from '../../src/facts/fact.ts';
import type { KeptLookups, Reference } from '../../src/facts/looked-up.ts';

const facts: Facts = {
  'repository.id': 9,
  'repository.full_name': 'asha/core',
  'pull_request.title': 'A change',
  'pull_request.body': 'Fixes #1',
};
const here = (number: number): Reference => ({ address: `asha/core#${number}`, key: `9/${number}` });
const there: Reference = { address: 'ravi/other#4', key: '7/4' };
const answer = (all: readonly Reference[], linked: readonly Reference[] = []): Closing => ({ all, linked });
const merged = (body: string, at = '2026-06-01T09:00:00Z') => ({ at, title: 'A change', body });
const addresses = (references: readonly Reference[]) => references.map(({ address }) => address);

/** What is closed by one answer after the other, each with what was kept of those before. */
function closed(...asked: readonly (readonly [Closing, ReturnType<typeof merged> | null])[]): string[][] {
  let kept: KeptLookups = {};
  return asked.map(([told, text]) => {
    const { closes, kept: more } = closesByGitHub(told, facts, text, kept);
    kept = { ...kept, ...more };
    return addresses(closes);
  });
}

describe('what a pull request closes', () => {
  it('is all that GitHub tells, until it is merged', () => {
    expect(closed([answer([here(1), there], [there]), null])).to.deep.equal([['asha/core#1', 'ravi/other#4']]);
  });

  it('is then what its own text names of that, and what was linked by hand', () => {
    const told = answer([here(1), here(2), there, here(3)], [here(3)]);
    expect(closed([told, merged('Fixes #1, fixes RAVI/Other#4')])).to.deep.equal([
      ['asha/core#1', 'ravi/other#4', 'asha/core#3'],
    ]);
  });

  it('stays so, whatever is edited into the description or out of it', () => {
    const text = merged('Fixes #1');
    for (const later of [answer([here(2)]), answer([here(1), here(2)]), answer([])])
      expect(closed([answer([here(1)]), text], [later, text])).to.deep.equal([['asha/core#1'], ['asha/core#1']]);
  });

  it('follows the links that whoever may triage makes and takes away', () => {
    const text = merged('Fixes #1');
    const told = closed(
      [answer([here(1)]), text],
      [answer([here(1), here(2)], [here(2)]), text],
      [answer([here(1)]), text],
    );
    expect(told).to.deep.equal([['asha/core#1'], ['asha/core#1', 'asha/core#2'], ['asha/core#1']]);
  });

  it('is settled anew when an older text turns out to be the one that was merged', () => {
    const edited = merged('Fixes #2', '2026-06-01T09:05:00Z');
    const told = closed([answer([here(1), here(2)]), edited], [answer([here(1), here(2)]), merged('Fixes #1')]);
    expect(told).to.deep.equal([['asha/core#2'], ['asha/core#1']]);
  });

  it('is nothing that GitHub does not take for closed, though the text says so', () => {
    expect(closed([answer([]), merged('Fixes #1')])).to.deep.equal([[]]);
  });

  it('names an issue once, however it is closed', () => {
    expect(closed([answer([here(1)], [here(1)]), merged('Fixes #1')])).to.deep.equal([['asha/core#1']]);
  });
});

describe('what a pull request closes, when GitHub cannot be asked', () => {
  it('is what its text names, of today or as it was merged, and the links that were last told of', () => {
    expect(addresses(closesByText(facts, null, {}))).to.deep.equal(['asha/core#1']);
    expect(addresses(closesByText(facts, merged('Fixes #2'), {}))).to.deep.equal(['asha/core#2']);
    const kept = { closes: { all: null, linked: [there] } };
    expect(addresses(closesByText(facts, null, kept))).to.deep.equal(['asha/core#1', 'ravi/other#4']);
  });

  it('is what was settled by the text it was merged with', () => {
    const { kept } = closesByGitHub(answer([]), facts, merged('Fixes #1'), {});
    expect(closesByText(facts, merged('Fixes #1'), kept)).to.deep.equal([]);
    expect(addresses(closesByText(facts, merged('Fixes #2'), kept))).to.deep.equal(['asha/core#2']);
  });
});

describe('a private issue that a pull request closes', () => {
  const secret: Reference = { address: 'asha/secret#1', key: '8/1', isPrivate: true };

  it('is not named where everybody may read it', () => {
    expect(shownTo(facts, [here(1), secret])).to.deep.equal([here(1)]);
    expect(shownTo({ ...facts, 'repository.private': true }, [here(1), secret])).to.deep.equal([here(1), secret]);
  });
});
