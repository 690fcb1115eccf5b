// Liquid, cut down to what a sentence needs, and to what gives the same text from the same facts at any time and place.
import { Liquid } from 'liquidjs';
import { type Flavour, neutralised } from './neutralise.ts';
import { Given, shownAs } from './template-values.ts';

/** UTF-16 units of one text; it bounds the parser's work. */
export const MAX_SOURCE = 10_000;

/** Tags a sentence can need. `include`, `render`, `layout` read files; `assign`, `increment`, `capture` hold state. */
export const TAGS: ReadonlySet<string> = new Set(['if', 'unless', 'case', 'for', 'comment', 'raw']);

/** `raw` would leave a payload as it is, those with `_exp` run a text as code, and `sample` picks by chance. */
const NO_FILTER = /^raw$|_exp$|^sample$/;

const liquids = { plain: liquid(null), github: liquid('github'), discord: liquid('discord') };

export function liquidFor(flavour: 'plain' | Flavour): Liquid {
  return liquids[flavour];
}

function liquid(flavour: Flavour | null): Liquid {
  const made = new Liquid({
    ownPropertyOnly: true,
    strictFilters: true,
    strictVariables: false,
    parseLimit: MAX_SOURCE,
    // Milliseconds, by the clock: a process that waits for its turn on a crowded machine must not fail over a sentence.
    renderLimit: 2_000,
    memoryLimit: 1_000_000,
    templates: {},
    timezoneOffset: 0,
    locale: 'en-GB',
    ...(flavour === null ? {} : { outputEscape: (value: unknown) => put(value, flavour) }),
  });
  for (const tag of Object.keys(made.tags)) if (!TAGS.has(tag)) delete made.tags[tag];
  for (const filter of Object.keys(made.filters)) if (NO_FILTER.test(filter)) delete made.filters[filter];
  for (const [name, filter] of Object.entries(made.filters)) {
    if (!name.startsWith('date') || typeof filter !== 'function') continue;
    made.filters[name] = function (value: unknown, ...args: unknown[]) {
      if (value === 'now' || value === 'today') throw new Error('a text cannot tell the time: it is made again later');
      return filter.call(this, value, ...args);
    };
  }
  return made;
}

/** How a placeholder without filters is written into a text. */
export function putInto(flavour: 'plain' | Flavour): (value: unknown) => string {
  return flavour === 'plain' ? shownAs : (value) => put(value, flavour);
}

/** What a placeholder comes to, in the author's Markdown. */
function put(value: unknown, flavour: Flavour): string {
  const isGiven = typeof value === 'number' || (value instanceof Given && value.isInForm());
  return isGiven ? String(value) : neutralised(shownAs(value), flavour);
}
