// Cuts a Markdown body at its headings, so that the parser only meets the few sections a reader wants.
import { toString as textOf } from 'mdast-util-to-string';
import { linesOf, parseMarkdown } from './markdown.ts';

export interface Section {
  /** The heading's text, without its Markdown. */
  readonly heading: string;
  /** What follows it, up to the next heading of any level, as Markdown. */
  readonly content: string;
}

/** No form has more: GitHub's own allow 50 fields, each of which may hold headings. */
const MAX_HEADINGS = 300;
/** A heading that is longer names no field. */
const MAX_HEADING = 120;

const ATX = /^ {0,3}#{1,6}(?:[ \t]|$)/;
const UNDERLINE = /^ {0,3}(?:=+|-+)[ \t]*$/;
const STARTS_TEXT = /^ {0,3}[^\s>#|`~<+-]/;

/** The sections in order; text before the first heading belongs to none. Headings inside code and comments are text. */
export function sectionsOf(body: string): Section[] {
  const sections: { heading: string; lines: string[] }[] = [];
  let before = '';
  let paragraph = '';
  for (const { text, raw } of linesOf(body)) {
    const current = sections.at(-1);
    if (!raw && ATX.test(text)) {
      if (sections.length === MAX_HEADINGS) break;
      sections.push({ heading: text, lines: [] });
    } else if (!raw && paragraph !== '' && UNDERLINE.test(text)) {
      if (sections.length === MAX_HEADINGS) break;
      current?.lines.pop();
      sections.push({ heading: `# ${paragraph}`, lines: [] });
    } else {
      current?.lines.push(text);
    }
    paragraph = !raw && before.trim() === '' && STARTS_TEXT.test(text) ? text.trim() : '';
    before = !raw && ATX.test(text) ? '' : text;
  }
  return sections.map(({ heading, lines }) => ({ heading: headingText(heading), content: lines.join('\n') }));
}

function headingText(line: string): string {
  if (line.length > MAX_HEADING) return '';
  return textOf(parseMarkdown(line.trim()), { includeHtml: false }).trim();
}
