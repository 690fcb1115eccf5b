// `c4gt effects`: what is to be seen on GitHub, what became of it, and once more for what failed, straight from the store.
import { actions } from '../actions/registry.ts';
import { summaryOf } from '../engine/explain/changes.ts';
import { printableLine } from '../printable.ts';
import { inertJson } from '../problem-formats/json.ts';
import type { EffectSummary } from '../store/outbox.ts';
import { limitOf, withStore } from './listing.ts';
import { UsageError } from './usage-error.ts';

export interface EffectsOptions {
  readonly state?: string;
  readonly subject?: string;
  readonly limit: string;
  readonly format: string;
}

export async function listEffects(options: EffectsOptions): Promise<void> {
  const limit = limitOf(options.limit);
  const { state, subject } = options;
  if (subject !== undefined && !/^([\w.-]+\/[\w.-]+#|\d+\/)\d{1,18}$/.test(subject))
    throw new UsageError(`--subject is an issue or pull request, owner/name#12, not ${printableLine(subject)}`);
  const query = { limit, ...(state === undefined ? {} : { state }), ...(subject === undefined ? {} : { subject }) };
  const found = await withStore((store) => store.effects(query));
  process.stdout.write(options.format === 'json' ? `${inertJson(found.map(previewed))}\n` : found.map(row).join(''));
}

export async function showEffect(written: string): Promise<void> {
  const id = numberOf(written);
  const [found] = await withStore((store) => store.effects({ id, limit: 1 }));
  if (found === undefined) throw new Error(`there is no effect ${id}`);
  const { params, preview, repository, number, ...summary } = previewed(found);
  const about = Object.entries({ effect: preview, where: `${repository}#${number}`, ...summary }).map(
    ([name, value]) => `${name}: ${printableLine(String(value ?? '-'))}\n`,
  );
  process.stdout.write(`${about.join('')}\n${inertJson(params)}\n`);
}

export async function retryEffects(written: string | undefined, dead: boolean): Promise<void> {
  if ((written === undefined) !== dead)
    throw new UsageError('name one effect by its number, or --dead for every dead one');
  const id = written === undefined ? null : numberOf(written);
  const count = await withStore(async (store) => {
    const again = await store.retryEffects(id);
    if (id === null || again > 0) return again;
    const [known] = await store.effects({ id, limit: 1 });
    throw new Error(
      known === undefined ? `there is no effect ${id}` : `effect ${id} is done: there it is as it is wanted`,
    );
  });
  process.stdout.write(`${count === 1 ? '1 effect' : `${count} effects`} will be tried again\n`);
}

/** @throws UsageError */
function numberOf(written: string): number {
  if (!/^[1-9]\d{0,14}$/.test(written)) throw new UsageError(`${printableLine(written)} is no number of an effect`);
  return Number(written);
}

function previewed(effect: EffectSummary) {
  return { preview: summaryOf(effect.action, effect.params, actions), ...effect };
}

/** One line, whatever titles, labels and reasons say. */
function row(effect: EffectSummary): string {
  const { id, at, state, wanted, repository, number, attempts, reason, due_at: due } = effect;
  const tries = attempts > 1 ? ` (${attempts} attempts)` : '';
  const why = reason === null ? '' : `: ${reason}`;
  const when = due === null || Date.parse(due) <= Date.now() ? '' : `; due ${due}`;
  const said = `${repository}#${number}  ${previewed(effect).preview}${tries}${why}${when}`;
  return `${at}  ${String(id).padStart(5)}  ${state.padEnd(7)}  ${wanted.padEnd(8)}  ${printableLine(said)}\n`;
}
