// Around all fault tests: the seed is told, the tallies of all processes are added up, and the table is printed.
import { openSeed } from './seed.ts';
import { collectTally, leaveTally, openTally, rows, type Tally } from './tally.ts';

export function mochaGlobalSetup(): void {
  openTally();
  process.stdout.write(`FAULTS_SEED=${openSeed()}\n`);
}

export const mochaHooks = { afterAll: leaveTally };

/** Each test asserts for itself that nothing was lost; the sum is asserted here, so that the table cannot lie. */
export function mochaGlobalTeardown(): void {
  const tally = collectTally();
  process.stdout.write(`${drawn(tally)}\nFAULTS_SEED=${openSeed()}\n\n`);
  if ((tally.lost ?? 0) + (tally.twice ?? 0) > 0) throw new Error('something was lost, or is there twice');
}

function drawn(tally: Tally): string {
  const sections = Object.entries(rows).map(([title, part]) => {
    const lines = Object.entries(part).map(
      ([what, words]) => `  ${String(tally[what as keyof Tally] ?? 0).padStart(8)}  ${words}`,
    );
    return `  ${title}\n${lines.join('\n')}`;
  });
  return `\n${sections.join('\n\n')}\n`;
}
