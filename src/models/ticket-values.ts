// What people write under a form's heading: paragraphs, lists, ticked boxes, or one of many ways to say "nothing".
import type { Markdown, MarkdownNode } from './markdown.ts';

/** Longer values are cut; no product has such a name. */
const MAX_VALUE = 200;
const MAX_VALUES = 50;

/** How a link reads; by default, as its text. */
export type ReadLink = (url: string, text: string) => string;

/** The texts of a section: its paragraphs and list items or, where there are task items, those ticked. */
export function textsIn(root: Markdown, link: ReadLink = (_, text) => text): string[] {
  const blocks = [...blocksIn(root)];
  const tasks = blocks.filter((block) => block.ticked !== null);
  return (tasks.length > 0 ? tasks.filter((block) => block.ticked) : blocks)
    .map((block) => inline(block.node, link).trim())
    .filter((text) => text !== '');
}

/** Their lines, one by one. */
export function linesIn(root: Markdown, link?: ReadLink): string[] {
  return textsIn(root, link)
    .flatMap((text) => text.split('\n'))
    .map((line) => line.replace(/[^\S\n]+/g, ' ').trim());
}

interface Block {
  readonly node: MarkdownNode;
  /** Of a task item, whether it is ticked; null for any other text. */
  readonly ticked: boolean | null;
}

function* blocksIn(node: MarkdownNode, ticked: boolean | null = null): Generator<Block> {
  if (node.type === 'paragraph' || node.type === 'tableCell' || node.type === 'code' || node.type === 'html') {
    yield { node, ticked };
  } else if ('children' in node) {
    const own = node.type === 'listItem' ? (node.checked ?? null) : ticked;
    for (const child of node.children) yield* blocksIn(child, node.type === 'list' ? null : own);
  }
}

function inline(node: MarkdownNode, link: ReadLink): string {
  if (node.type === 'html') return visible(node.value);
  if (node.type === 'break') return '\n';
  if (node.type === 'image' || node.type === 'imageReference') return '';
  if ('value' in node) return node.value;
  const text = 'children' in node ? node.children.map((child) => inline(child, link)).join('') : '';
  return node.type === 'link' ? link(node.url, text) : text;
}

/** What a reader sees of raw HTML. */
function visible(html: string): string {
  return html
    .replace(/<!--[\s\S]*?(?:-->|$)/g, '')
    .replace(/<br\s*\/?>/gi, '\n')
    .replace(/<[^<>]*>/g, '');
}

const NOTHING = new Set([
  '',
  'na',
  'n a',
  'none',
  'nil',
  'null',
  'no response',
  'tbd',
  'tba',
  'not applicable',
  'to be decided',
]);

/** An unfilled hint of the old forms: "Pick one of [High]/[Medium]/[Low]". */
const HINT = /^(?:please )?pick one\b/i;

/** Whether a value says that there is none: `N/A`, `-`, `_No response_`. */
function saysNothing(value: string): boolean {
  if (HINT.test(value)) return true;
  const words = value
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  return NOTHING.has(words);
}

/** One value: the texts, each on one line, or null where they say nothing. */
export function oneValue(texts: readonly string[]): string | null {
  return cut(tidy(texts.map((text) => text.replace(/\s+/g, ' '))).join(', ')) || null;
}

const SEPARATOR = /[,;•]/y;

/** Values in lines and comma lists: `CI/CD`, `C#` and `AWS (EC2, S3)` stay whole. */
export function manyValues(lines: readonly string[]): string[] {
  if (lines.some((line) => HINT.test(line))) return [];
  const values = lines.flatMap((line) => split(line, SEPARATOR)).map((value) => value.replace(/^\s*(?:and|&)\s+/i, ''));
  return tidy(values);
}

/** Trims values, drops those that say nothing, and keeps the first of those that differ by case alone. */
export function tidy(values: readonly string[]): string[] {
  const kept = new Map<string, string>();
  for (const written of values) {
    const value = bare(written);
    const key = value.toLowerCase();
    if (!saysNothing(value) && !kept.has(key)) kept.set(key, value);
  }
  return [...kept.values()].slice(0, MAX_VALUES);
}

/** Without the brackets of the old forms' options, `[API]`, and without a full stop at the end. */
function bare(value: string): string {
  const trimmed = value.trim().replace(/(?<=[^.\s]{2})\.$/, '');
  return cut((/^\[([^[\]]*)\]$/.exec(trimmed)?.[1] ?? trimmed).trim());
}

/** Shortened, if need be, but never within a character. */
function cut(value: string): string {
  return value.slice(0, MAX_VALUE).replace(/[\ud800-\udbff]$/, '');
}

/** Splits at a (sticky) separator wherever no parenthesis is open; one that never closes counts as text. */
export function split(line: string, separator: RegExp): string[] {
  const parts: string[] = [];
  const closed = line.lastIndexOf(')');
  let depth = 0;
  let start = 0;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === '(' && at < closed) depth++;
    if (line[at] === ')' && depth > 0) depth--;
    if (depth > 0) continue;
    separator.lastIndex = at;
    const found = separator.exec(line)?.[0].length ?? 0;
    if (found === 0) continue;
    parts.push(line.slice(start, at));
    start = at + found;
    at = start - 1;
  }
  return [...parts, line.slice(start)];
}
