// The ticket form in an issue's body, one section at a time: what is set is changed or added, all others stay.
import { linesOf } from '../models/markdown.ts';
import { meaningOf, type TicketField } from '../models/ticket-form.ts';
import type { Written } from './written-test.ts';

/** The headings of today's form. */
const HEADINGS: Readonly<Record<TicketField, string>> = {
  product: 'Product Name',
  organisation: 'Organisation Name',
  domain: 'Domain',
  skills: 'Tech Skills Needed',
  mentors: 'Organizational Mentor',
  angel_mentors: 'Angel Mentor',
  complexity: 'Complexity',
  category: 'Category',
  sub_category: 'Sub Category',
};

export function isTicketField(name: string): name is TicketField {
  return Object.hasOwn(HEADINGS, name);
}

/** The body with this value in the field's section; null is what GitHub writes where nothing was filled in. */
export function withSection(body: string, field: TicketField, value: Written): string {
  const content = Array.isArray(value) ? value.join(', ') : String(value ?? '');
  const written = content === '' ? '_No response_' : content;
  const parts = partsOf(body);
  const at = parts.findIndex(({ heading }) => heading !== null && meaningOf(heading) === field);
  const section = `### ${HEADINGS[field]}\n\n${written}\n`;
  const texts = parts.map(({ text }) => text);
  if (at < 0) return [...texts, section].filter((text) => text.trim() !== '').join('\n');
  return texts.with(at, section).join('\n');
}

interface Part {
  /** Null for what comes before the first heading. */
  readonly heading: string | null;
  readonly text: string;
}

/** The signs that may close a heading are in it: what it means does not depend on them. */
const HEADING = /^ {0,3}#{1,6}[ \t]+(.*)$/;

function partsOf(body: string): Part[] {
  const parts: { heading: string | null; lines: string[] }[] = [{ heading: null, lines: [] }];
  for (const { text, raw } of linesOf(body)) {
    const heading = raw ? undefined : HEADING.exec(text)?.[1]?.replace(/:.*$/, '');
    if (heading === undefined) parts.at(-1)?.lines.push(text);
    else parts.push({ heading, lines: [text] });
  }
  return parts.map(({ heading, lines }) => ({ heading, text: lines.join('\n') }));
}
