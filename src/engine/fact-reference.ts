// The fact reference: the catalogue as a page of Markdown, and as text for a terminal.
import { Scalar } from 'yaml';
import type { FactEntry, FactType } from '../facts/fact.ts';
import { type FactSection, factSections, notesOf, SOURCES, withoutUserParts } from './fact-sections.ts';
import { inline } from './format-scalar.ts';
import { operators } from './operators.ts';
import { TYPES } from './schema-audience.ts';
import { bareTypeWord, factExample } from './schema-words.ts';

const code = (text: string): string => `\`${text}\``;
const codes = (texts: readonly string[]): string => texts.map(code).join(', ');

/** The whole page, docs/facts.md. */
export function factsPage(catalogue: readonly FactEntry[]): string {
  const sections = factSections(withoutUserParts(catalogue));
  const state = sections.filter(({ scope }) => scope === 'state');
  const moment = sections.filter(({ scope }) => scope === 'moment');
  return [
    PREFACE,
    operatorTable(),
    '## State',
    'True of an issue, a pull request or a contributor until something changes it. For `while` and for `when`.',
    ...state.map(sectionPage),
    '## Moment',
    'True of one event. For `when` alone.',
    ...moment.map(sectionPage),
  ].join('\n\n');
}

const PREFACE = `# Facts

What rules can speak of. \`npm run c4gt -- rules facts --write\` makes this page from the catalogue, \`src/facts/\`;
\`c4gt rules facts\` prints it, \`--event issues\` only what comes with an event. Editors show the same as one types.

- A fact that is missing or null makes every comparison false; only \`exists: false\` holds for it.
- A **user** has three facts besides: \`.login\` (text, without regard to case), \`.id\` (number; GitHub's number of the
  account, which survives renames) and \`.type\` (text: \`User\`, \`Bot\`, \`Organization\` or \`Mannequin\`):
  \`issue.author.login\`. By itself it compares by account number with another user, by login with a text.
- A **time** is written as \`2026-01-31T12:00:00Z\`.
- Facts that are **looked up** cost a question to the store, and only where a rule asks.`;

function operatorTable(): string {
  const rows = TYPES.map((type) => `| ${bareTypeWord(type)} | ${codes(operatorsOf(type))} |`);
  return ['## Operators', '', '| of a | operators |', '|---|---|', ...rows].join('\n');
}

function operatorsOf(type: FactType): string[] {
  return [...operators.values()].filter(({ types }) => types.includes(type)).map(({ name }) => name);
}

function sectionPage(section: FactSection): string {
  const { title, about, source, events, facts } = section;
  const hasNotes = facts.some((entry) => notesOf(entry, section).length > 0);
  const columns = ['fact', 'type', 'meaning', 'for example', ...(hasNotes ? ['besides'] : [])];
  const rows = facts.map((entry) => {
    const known = entry.values === undefined ? '' : ` One of ${codes(entry.values)}.`;
    const notes = notesOf(entry, section).join('; ');
    const cells = [code(entry.name), bareTypeWord(entry.type), `${entry.meaning}${known}`, exampleCell(entry)];
    return [...cells, ...(hasNotes ? [notes] : [])];
  });
  const lead = `${about} ${sentenceCase(SOURCES[source])}; with ${codes(events)}.`.trim();
  return [
    `### ${title}`,
    '',
    lead,
    '',
    tableRow(columns),
    `|${columns.map(() => '---').join('|')}|`,
    ...rows.map(tableRow),
  ].join('\n');
}

function tableRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function exampleCell(entry: FactEntry): string {
  const example = factExample(entry);
  return example === undefined ? '' : code(flow(example));
}

/** As one would write it in a rule. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'string') return inline(Object.assign(new Scalar(value), { type: 'PLAIN' }), 'flow');
  if (typeof value !== 'object' || value === null) return String(value);
  return `{ ${Object.entries(value)
    .map(([key, inner]) => `${key}: ${flow(inner)}`)
    .join(', ')} }`;
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Facts for a terminal, in columns below the names of their families. */
export function factsText(facts: readonly FactEntry[]): string {
  return factSections(facts).map(sectionText).join('\n');
}

function sectionText(section: FactSection): string {
  const { title, scope, source, events, facts } = section;
  const width = (texts: readonly string[]) => Math.max(...texts.map(({ length }) => length));
  const names = width(facts.map(({ name }) => name));
  const types = width(facts.map(({ type }) => bareTypeWord(type)));
  const rows = facts.map((entry) => {
    const known = entry.values === undefined ? [] : [`one of ${entry.values.join(', ')}`];
    const notes = [...known, ...notesOf(entry, section)];
    const besides = notes.length === 0 ? '' : ` (${notes.join('; ')})`;
    return `  ${entry.name.padEnd(names)}  ${bareTypeWord(entry.type).padEnd(types)}  ${entry.meaning}${besides}`;
  });
  return [`${title}: ${scope}, ${SOURCES[source]}, with ${events.join(', ')}`, ...rows, ''].join('\n');
}
