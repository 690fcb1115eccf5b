// The issues a text says it closes, as GitHub reads it: "Fixes #12", "resolves owner/name#3", "Closes: <address>".
// https://docs.github.com/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue
import { linesOf, MAX_PIECE, type MarkdownNode, parseMarkdown } from './markdown.ts';

export interface IssueReference {
  /** `owner/name`. */
  readonly repository: string;
  readonly number: number;
}

/** The repository in which the text stands: bare numbers are its issues, and its host is one of GitHub's. */
export interface Surroundings {
  readonly full_name: string;
  readonly html_url?: string;
}

/** Characters of paragraphs that may close an issue: enough for honest texts, and a bound on the parser's work. */
const MAX_PARSED = 6_000;
const MAX_REFERENCES = 50;

const KEYWORD = String.raw`(?<![\w-])(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)(?::[ \t\n]{0,5}|[ \t\n]{1,5})`;
const NAME = String.raw`[\w.-]{1,100}/[\w.-]{1,100}`;
const NUMBER = String.raw`([1-9]\d{0,9})(?![\w])`;
const CLOSING = new RegExp(
  `${KEYWORD}(?:(?:(${NAME})?#|GH-)${NUMBER}|https?://([\\w.-]{1,250}(?::\\d{1,5})?)/(${NAME})/issues/${NUMBER})`,
  'gi',
);
const MAY_CLOSE = /(?:close|fix|resolve)[\s\S]*\d/i;

/** The issues closed, in order and each once. What stands in code, comments and quotes closes nothing. */
export function closingReferences(text: string, repository: Surroundings): IssueReference[] {
  const hosts = ['github.com', 'www.github.com', hostOf(repository.html_url)];
  const found = new Map<string, IssueReference>();
  for (const paragraph of candidates(text)) {
    for (const [, name = repository.full_name, bare, host, path, addressed] of paragraph.matchAll(CLOSING)) {
      if (host !== undefined && !hosts.includes(host.toLowerCase())) continue;
      const reference = { repository: path ?? name, number: Number(bare ?? addressed) };
      const key = `${reference.repository}#${reference.number}`.toLowerCase();
      if (!found.has(key) && found.size < MAX_REFERENCES) found.set(key, reference);
    }
  }
  return [...found.values()];
}

/** The visible text of those paragraphs that may close an issue. */
function candidates(text: string): string[] {
  const paragraphs: string[][] = [[]];
  for (const { text: line, raw } of linesOf(text)) {
    if (raw || line.trim() === '') paragraphs.push([]);
    else paragraphs.at(-1)?.push(line);
  }
  let parsed = 0;
  return paragraphs
    .map((lines) => lines.join('\n').slice(0, MAX_PIECE))
    .filter((paragraph) => {
      const closes = parsed + paragraph.length <= MAX_PARSED && MAY_CLOSE.test(paragraph);
      if (closes) parsed += paragraph.length;
      return closes;
    })
    .map((paragraph) => visibleText(parseMarkdown(paragraph)));
}

/** What a reader sees as running text. */
function visibleText(node: MarkdownNode): string {
  if (node.type === 'text') return node.value;
  // Between a keyword and a number, code separates; so does the end of a paragraph or of a list item.
  if (node.type === 'inlineCode' || node.type === 'code' || node.type === 'blockquote') return ' | ';
  if (node.type === 'break') return '\n';
  if (!('children' in node)) return '';
  const text = node.children.map(visibleText).join('');
  if (node.type === 'link' && /\/issues\/\d+/.test(node.url)) return node.url;
  return node.type === 'paragraph' || node.type === 'heading' || node.type === 'tableCell' ? `${text} | ` : text;
}

function hostOf(address: string | undefined): string | undefined {
  return address !== undefined && URL.canParse(address) ? new URL(address).host : undefined;
}
