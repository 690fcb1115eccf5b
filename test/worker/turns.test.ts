// Waiting for one's turn: one after the other under a name, at the same time under different ones.
import { expect } from 'chai';
import { createTurns } from '../../src/worker/turns.ts';

describe('turns', () => {
  it('come one after the other for the same name, in order, whatever becomes of those before', async () => {
    const inTurn = createTurns();
    const told: string[] = [];
    const slow = Promise.withResolvers<void>();
    const first = inTurn('a', async () => {
      await slow.promise;
      told.push('first');
      throw new Error('failed');
    });
    const second = inTurn('a', async () => told.push('second'));
    const other = inTurn('b', async () => told.push('other'));
    await other;
    slow.resolve();
    expect(await first.catch((error: Error) => error.message)).to.equal('failed');
    await second;
    expect(told).to.deep.equal(['other', 'first', 'second']);
  });
});
