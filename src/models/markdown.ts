// Markdown from strangers, made safe to parse: lines that can hold content, and a real parser for small pieces of them.
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

/** A parsed piece, and any node in it: mdast's types, by way of the parser that makes them. */
export type Markdown = ReturnType<typeof fromMarkdown>;
export type MarkdownNode = Markdown | Markdown['children'][number];

/**
 * The parser's time grows with the square of hostile input (65,536 characters of `> > >` take minutes and overflow the
 * stack), so it never sees more than this at once, nor deeper nesting than MAX_DEPTH: then the worst takes some 20 ms.
 */
export const MAX_PIECE = 1_500;
const MAX_LINES = 100;
const MAX_DEPTH = 6;

const CONTAINER = String.raw`[ \t]{0,8}(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t]|$))`;
const TOO_DEEP = new RegExp(`^(?:${CONTAINER}){${MAX_DEPTH + 1}}`);

const SYNTAX = [gfm()];
const NODES = [gfmFromMarkdown()];

/**
 * A heading or one line of words in which Markdown has no sign and GitHub no address: what most fields of a form are. The
 * parser needs a millisecond for it.
 */
const PLAIN =
  /^(?:(#{1,6}) )?((?!\d{1,9}[.)]|.*(?:www\.|\/\/|@))[\p{L}\p{N}("'.][\p{L}\p{N} ,.:;'"()/+=?%#-]*)(?<![ #])$/u;

/** Parses one piece of GitHub-flavoured Markdown. What is too long is cut, lines nested too deep are left out. */
export function parseMarkdown(piece: string): Markdown {
  const [plain, heading = '', value = ''] = piece.length > MAX_PIECE ? [] : (PLAIN.exec(piece) ?? []);
  if (plain !== undefined) {
    const depth = ([1, 2, 3, 4, 5, 6] as const).find((level) => level === heading.length);
    const children = [{ type: 'text' as const, value }];
    const block = depth === undefined ? { type: 'paragraph' as const } : { type: 'heading' as const, depth };
    return { type: 'root', children: [{ ...block, children }] };
  }
  const lines = piece.slice(0, MAX_PIECE).split('\n').slice(0, MAX_LINES);
  return fromMarkdown(lines.filter((line) => !TOO_DEEP.test(line)).join('\n'), {
    extensions: SYNTAX,
    mdastExtensions: NODES,
  });
}

const FENCE = new RegExp(`^(?:${CONTAINER}){0,${MAX_DEPTH}}[ \\t]{0,8}(\`{3,}(?=[^\`]*$)|~{3,})`);

/** Blocks of raw text that only their own end closes, https://spec.commonmark.org/0.31.2/#html-blocks kinds 1 and 2. */
const RAW: readonly (readonly [start: RegExp, end: RegExp])[] = [
  [/^ {0,3}<!--/, /-->/],
  [/^ {0,3}<(?:pre|script|style|textarea)(?=[\s>]|$)/i, /<\/(?:pre|script|style|textarea)>/i],
];

/** The body's lines, those of fenced code, comments and raw HTML marked as `raw`. Linear in the body's length. */
export function* linesOf(body: string): Generator<{ readonly text: string; readonly raw: boolean }> {
  let end: RegExp | undefined;
  for (const text of body.split(/\r\n|\n|\r/)) {
    const raw = end !== undefined;
    if (end === undefined) {
      const opening = FENCE.exec(text)?.[1];
      const start = opening === undefined ? RAW.find(([begins]) => begins.test(text)) : undefined;
      if (opening !== undefined) end = new RegExp(`^[ \\t>]{0,32}${opening[0]}{${opening.length},}[ \\t]*$`);
      else if (start !== undefined && !start[1].test(text)) end = start[1];
      yield { text, raw: opening !== undefined || start !== undefined };
      continue;
    }
    if (end.test(text)) end = undefined;
    yield { text, raw };
  }
}
