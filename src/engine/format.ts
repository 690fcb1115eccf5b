// The formatter of rule files and their tests: one look for all of them, every comment kept, and never another meaning.
import { parseDocument } from 'yaml';
import { attach, commentsOf } from './format-comments.ts';
import type { LayoutOf } from './format-layout.ts';
import { print } from './format-print.ts';
import { type Comment, linesOf, treeOf } from './format-tree.ts';
import type { Problem, SourceFile } from './problem.ts';
import { commentsIn } from './yaml-comments.ts';
import { readYaml } from './yaml-source.ts';

export interface Formatted {
  /** As it should be; where there are problems, as it was. */
  readonly text: string;
  readonly problems: readonly Problem[];
}

/** Formats a file whose YAML can be read; whether it holds good rules does not matter. */
export function format(file: SourceFile, layoutOf: LayoutOf): Formatted {
  const { source, problems } = readYaml(file);
  if (source === null || problems.length > 0) return { text: file.text, problems };
  const written = file.text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
  const text = laidOut(written, layoutOf);
  const { source: read } = readYaml({ path: file.path, text });
  if (read !== null && isSame(read.value, source.value) && isSame(comments(text), comments(written)))
    return { text, problems: [] };
  const message = 'this cannot be formatted without changing what it says';
  return {
    text: file.text,
    problems: [{ code: 'format', severity: 'error', file: file.path, line: 1, column: 1, length: 1, message }],
  };
}

function laidOut(text: string, layoutOf: LayoutOf): string {
  const { contents } = parseDocument(text, { keepSourceTokens: true, uniqueKeys: false, merge: false });
  const lines = linesOf(text);
  const root = contents === null ? null : treeOf(contents, lines);
  if (root === null || root.kind === 'text' || root.items.length === 0) return text;
  const all = commentsOf(text, lines);
  // What stands above everything, such as the line that names the schema, stays there whatever comes first below it.
  const head = all.filter(({ offset }) => offset < root.start);
  for (const comment of all.slice(head.length)) {
    // The bracket that it stands behind, if there is one, goes away.
    if (root.isFlow && comment.offset >= root.end) root.dangling.push(comment);
    else attach(comment, root);
  }
  const hasGap = head.length > 0 && lines.isAfterBlank(root.start);
  return `${[...headLines(head), ...(hasGap ? [''] : []), ...print(root, layoutOf)].join('\n')}\n`;
}

function headLines(head: readonly Comment[]): string[] {
  return head.flatMap(({ text, isAfterBlank }, index) => [...(index > 0 && isAfterBlank ? [''] : []), text]);
}

function comments(text: string): readonly string[] {
  return commentsIn(text)
    .map(({ comment }) => comment.trimEnd())
    .sort();
}

/** Whether two plain values are equal, whatever the order of their keys. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [ours, theirs] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  return (
    ours.size === theirs.size && [...ours].every(([key, value]) => theirs.has(key) && isSame(value, theirs.get(key)))
  );
}
