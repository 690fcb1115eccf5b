// A rule on fewer events: without one of those it lists, or on the beginning alone where it is on every action.
import type { EventEntry } from '../../engine/language.ts';
import type { WrittenFile } from '../../engine/names.ts';
import type { Rule } from '../../engine/rule.ts';
import type { Mutant } from './mutant.ts';
import { placesIn } from './rule-places.ts';

/** What an event begins with; the others come to what is there already. */
const BEGINNINGS = ['opened', 'created', 'submitted'];

export function eventMutants(
  rules: readonly Rule[],
  files: readonly WrittenFile[],
  events: readonly EventEntry[],
): Mutant[] {
  return rules.flatMap((rule) => {
    const { id, on } = rule;
    const at = placesIn(rule, files);
    const place = (index: number) => at(on.length > 1 ? `on/${index}` : 'on');
    const mutant = (what: string, index: number, now: readonly string[]): Mutant => ({
      what,
      at: place(index),
      rules: new Map([[id, { ...rule, on: now }]]),
    });
    return on.flatMap((name, index) => {
      const entry = events.find(({ event }) => event === name);
      const beginning = entry?.actions.find((action) => BEGINNINGS.includes(action));
      const narrower = beginning === undefined ? [] : [`${name}.${beginning}`];
      return [
        ...(on.length > 1 ? [mutant(`\`${name}\` is left out of \`on\``, index, on.toSpliced(index, 1))] : []),
        ...narrower.map((only) => mutant(`\`on: ${name}\` → \`on: ${only}\``, index, on.with(index, only))),
      ];
    });
  });
}
