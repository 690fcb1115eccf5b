// `c4gt rules facts`: every fact that rules can speak of, by its family; and docs/facts.md, which is made from the same.
import { fileURLToPath } from 'node:url';
import { didYouMean } from '../engine/closest.ts';
import { factsPage, factsText } from '../engine/fact-reference.ts';
import { operators } from '../engine/operators.ts';
import type { FactEntry } from '../facts/fact.ts';
import { vocabulary } from '../vocabulary.ts';
import { writeGenerated } from './generated-file.ts';
import { UsageError } from './usage-error.ts';

export interface FactsOptions {
  /** Only facts that come with this event. */
  readonly event?: string;
  readonly format: 'text' | 'json' | 'markdown';
  /** Write docs/facts.md. */
  readonly write?: boolean;
  /** Only compare it. */
  readonly check?: boolean;
}

const PAGE = fileURLToPath(new URL('../../docs/facts.md', import.meta.url));

/**
 * Prints the facts that have each of these words in their name, meaning or values; sets exit code 1 when there is none.
 *
 * @throws UsageError for an unknown event, or for words and events of a page that holds all facts
 */
export async function rulesFacts(words: readonly string[], options: FactsOptions): Promise<void> {
  const { event, format, write, check } = options;
  if (write === true || check === true) {
    if (words.length > 0 || event !== undefined) throw new UsageError('docs/facts.md holds every fact: name none');
    const page = { path: PAGE, text: `${factsPage(vocabulary.facts)}\n` };
    return writeGenerated([page], 'npm run c4gt -- rules facts --write', check === true);
  }
  const found = vocabulary.facts.filter((entry) => comesWith(entry, event) && hasWords(entry, words));
  if (found.length === 0) {
    process.stderr.write(`${nothing(words, event)}\n`);
    process.exitCode = 1;
    return;
  }
  process.stdout.write(FORMATS[format](found));
}

const FORMATS = {
  text: factsText,
  markdown: (facts) => `${factsPage(facts)}\n`,
  json: (facts) => `${JSON.stringify(facts.map(withOperators), null, 2)}\n`,
} satisfies Record<FactsOptions['format'], (facts: readonly FactEntry[]) => string>;

function withOperators(entry: FactEntry) {
  const own = [...operators.values()].filter(({ types }) => types.includes(entry.type));
  return { ...entry, operators: own.map(({ name }) => name) };
}

function comesWith({ events }: FactEntry, event: string | undefined): boolean {
  if (event === undefined) return true;
  const known = vocabulary.events.map((entry) => entry.event);
  const [family = event] = event.split('.');
  if (known.includes(family)) return events.includes(family);
  throw new UsageError([`there is no event ${event}`, didYouMean(event, known)].filter(Boolean).join('; '));
}

function hasWords({ name, meaning, values = [] }: FactEntry, words: readonly string[]): boolean {
  const text = [name, meaning, ...values].join(' ').toLowerCase();
  return words.every((word) => text.includes(word.toLowerCase()));
}

function nothing(words: readonly string[], event: string | undefined): string {
  const names = vocabulary.facts.map(({ name }) => name);
  const what = [
    'there is no fact',
    ...(words.length === 0 ? [] : [`with ${words.join(' ')}`]),
    ...(event === undefined ? [] : [`that comes with ${event}`]),
  ].join(' ');
  return [what, didYouMean(words.join('.'), names)].filter(Boolean).join('; ');
}
