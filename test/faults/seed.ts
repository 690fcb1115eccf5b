// Chance that can be repeated: one seed for a run, from which each part of it draws numbers of its own.
import { seededRandom } from '../support/fake-github/faults.ts';

const VARIABLE = 'FAULTS_SEED';

/** Of this run; drawn once, before mocha starts the processes that share it. */
export function openSeed(): number {
  const given = Number(process.env[VARIABLE] || Math.floor(Math.random() * 2 ** 31));
  if (!Number.isSafeInteger(given)) throw new Error(`${VARIABLE} must be a whole number`);
  process.env[VARIABLE] = String(given);
  return given;
}

/** Numbers from 0 up to 1, the same ones for the same seed and part, whatever else runs. */
export function chanceFor(part: string): () => number {
  const own = [...part].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), openSeed());
  return seededRandom(own);
}
