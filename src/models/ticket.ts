// A ticket: what an issue says of itself when it is written with the programme's issue form.
import Type, { type Static } from 'typebox';
import { MAX_PIECE, parseMarkdown } from './markdown.ts';
import { mentorsIn } from './mentors.ts';
import { Nullable } from './nullable.ts';
import { sectionsOf } from './sections.ts';
import { meaningOf, type TicketField } from './ticket-form.ts';
import { linesIn, manyValues, oneValue, textsIn } from './ticket-values.ts';

/** What complexity can be, from easy to hard; the last two are of the oldest forms. */
export const COMPLEXITIES = ['Beginner', 'Low', 'Medium', 'High', 'Foundational', 'Advanced'] as const;

/** What a ticket must have to be listed, in the words of the form. */
export const REQUIRED_FIELDS = ['Product Name', 'Complexity', 'Category', 'Mentor(s)', 'Tech Skills Needed'] as const;

/** How often we look for a value where a heading comes again and again, and how much of a body we parse in all. */
const MAX_TIMES = 5;
const MAX_PARSED = 6_000;

const Texts = Type.Array(Type.String());

export const Ticket = Type.Object({
  product: Nullable(Type.String()),
  organisation: Nullable(Type.String()),
  domain: Nullable(Type.String()),
  skills: Texts,
  /** Logins where they were given, else names. */
  mentors: Texts,
  angel_mentors: Texts,
  complexity: Nullable(Type.Enum([...COMPLEXITIES])),
  category: Texts,
  sub_category: Texts,
  /** Of the required fields, those without a value that we understand. */
  missing_fields: Type.Array(Type.Enum([...REQUIRED_FIELDS])),
});

export type Ticket = Static<typeof Ticket>;

/** Reads the ticket form in an issue's body. Where a heading comes twice, the first that has a value counts. */
export function parseTicket(body: string | null): Ticket {
  const written: Partial<Record<TicketField, string[]>> = {};
  const times = new Map<string, number>();
  let parsed = 0;
  for (const { heading, content } of sectionsOf(body ?? '')) {
    const { meaning, beside } = headed(heading);
    if (meaning === undefined) continue;
    const time = (times.get(meaning) ?? 0) + 1;
    times.set(meaning, time);
    if (meaning === 'milestone' || meaning === 'other') continue;
    if (time > MAX_TIMES || parsed > MAX_PARSED || (written[meaning] ?? []).length > 0) continue;
    const markdown = `${beside}\n\n${content}`.trim().slice(0, MAX_PIECE);
    parsed += markdown.length;
    written[meaning] = READ[meaning](markdown);
  }

  const values = {
    product: written.product?.[0] ?? null,
    organisation: written.organisation?.[0] ?? null,
    domain: written.domain?.[0] ?? null,
    skills: written.skills ?? [],
    mentors: written.mentors ?? [],
    angel_mentors: written.angel_mentors ?? [],
    complexity: COMPLEXITIES.find((known) => known === written.complexity?.[0]) ?? null,
    category: written.category ?? [],
    sub_category: written.sub_category ?? [],
  };
  // The mentoring programme's form, told by its mid-point milestone, does not ask for complexity.
  const asksComplexity = times.has('complexity') || !times.has('milestone');
  const has: Readonly<Record<(typeof REQUIRED_FIELDS)[number], boolean>> = {
    'Product Name': values.product !== null,
    Complexity: values.complexity !== null || !asksComplexity,
    Category: values.category.length > 0,
    'Mentor(s)': values.mentors.length > 0 || values.angel_mentors.length > 0,
    'Tech Skills Needed': values.skills.length > 0,
  };
  return { ...values, missing_fields: REQUIRED_FIELDS.filter((field) => !has[field]) };
}

/** What a heading means; some write the value beside it: `### Complexity: High`. */
function headed(heading: string): { meaning: ReturnType<typeof meaningOf>; beside: string } {
  const colon = heading.indexOf(':');
  const beside = colon < 0 ? '' : heading.slice(colon + 1).trim();
  return beside === ''
    ? { meaning: meaningOf(heading), beside }
    : { meaning: meaningOf(heading.slice(0, colon)), beside };
}

const one = (markdown: string): string[] => {
  const value = oneValue(textsIn(parseMarkdown(markdown)));
  return value === null ? [] : [value];
};
const many = (markdown: string): string[] => manyValues(linesIn(parseMarkdown(markdown)));
const people = (markdown: string): string[] => mentorsIn(parseMarkdown(markdown));

const READ: Readonly<Record<TicketField, (markdown: string) => string[]>> = {
  product: one,
  organisation: one,
  domain: one,
  skills: many,
  mentors: people,
  angel_mentors: people,
  complexity: (markdown) => complexities(linesIn(parseMarkdown(markdown)).join(' ')),
  category: many,
  sub_category: many,
};

/** The one known value that the text names; several are a hint left unfilled, or a choice not made. */
function complexities(text: string): string[] {
  const words = new Set(text.toLowerCase().split(/[^\p{L}\p{N}]+/u));
  const named = COMPLEXITIES.filter((known) => words.has(known.toLowerCase()));
  return named.length === 1 ? named : [];
}
