// One connection for everybody: who acknowledges goes first, and nobody waits for ever.
import { expect } from 'chai';
import * as fc from 'fast-check';
import { oneAtATime } from '../../src/store/one-at-a-time.ts';
import { openTestPGlite } from '../support/database.ts';
import { aDelivery } from './samples.ts';

describe('calls of one connection', () => {
  it('are made one at a time, all of them, each kind in its order, and an urgent one is the next but one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ isUrgent: fc.boolean(), fails: fc.boolean() })), async (wanted) => {
        const inTurn = oneAtATime();
        const made: number[] = [];
        let atOnce = 0;
        const results = wanted.map(({ isUrgent, fails }, number) =>
          inTurn(async () => {
            atOnce += 1;
            expect(atOnce).to.equal(1);
            made.push(number);
            await new Promise((resolve) => setImmediate(resolve));
            atOnce -= 1;
            if (fails) throw new Error(String(number));
            return number;
          }, isUrgent),
        );
        const settled = await Promise.allSettled(results);
        settled.forEach((result, number) => {
          if (wanted[number]?.fails) expect(result).to.have.nested.property('reason.message', String(number));
          else expect(result).to.have.property('value', number);
        });
        const isUrgent = (number: number) => wanted[number]?.isUrgent === true;
        for (const kind of [true, false]) {
          const ofKind = made.filter((number) => isUrgent(number) === kind);
          expect(ofKind).to.deep.equal(ofKind.toSorted((a, b) => a - b));
        }
        // The first is made at once, before the others are there.
        const urgent = wanted.flatMap((_, number) => (number > 0 && isUrgent(number) ? [number] : []));
        const waiting = made.slice(1);
        for (const [place, number] of urgent.entries()) expect(waiting.indexOf(number)).to.be.at.most(2 * place + 1);
      }),
    );
  });

  it('of the embedded database: a delivery is stored before the reads that were asked for before it', async () => {
    const { store, close } = await openTestPGlite();
    const done: string[] = [];
    const reads = Array.from({ length: 20 }, () =>
      store.tickets({ limit: 1, offset: 0 }).then(() => done.push('read')),
    );
    const stored = store.receive([aDelivery()]).then(() => done.push('stored'));
    await Promise.all([stored, ...reads]);
    // Packing the delivery takes a moment, in which some are read.
    expect(done).to.have.length(21);
    expect(done.indexOf('stored')).to.be.below(20);
    await close();
  });
});
