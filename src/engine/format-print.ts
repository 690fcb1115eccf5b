// The tree of a file, written the one way it should look: two spaces, 120 columns, short collections between brackets
// where they were, keys in their order, and every comment with what it belongs to.
import { commentsWithin } from './format-comments.ts';
import type { LayoutOf } from './format-layout.ts';
import { inline, lined } from './format-scalar.ts';
import type { Collection, Comment, Item, Value } from './format-tree.ts';

const WIDTH = 120;

/** Where something is printed: the keys that lead to it, and how files like this are laid out. */
interface Site {
  readonly indent: string;
  readonly path: readonly string[];
  readonly layoutOf: LayoutOf;
}

/** Lines, and the comments to stand above them: above the dash, if they are behind one. */
interface Printed {
  readonly above: readonly Comment[];
  readonly lines: readonly string[];
  /** A blank line stood above all of it. */
  readonly isAfterBlank: boolean;
  /** A blank line stands between the comments and the lines. */
  readonly hasGap: boolean;
}

/** The lines of a whole file, its head left out. */
export function print(root: Collection, layoutOf: LayoutOf): string[] {
  return withComments(printCollection(root, { indent: '', path: [], layoutOf }), '');
}

function printCollection(collection: Collection, site: Site): Printed {
  const { apart } = site.layoutOf(site.path);
  const all = ordered(collection, site).map((item, index) => printItem(item, within(site, item, index)));
  const isLong = all.map(({ lines }) => lines.length > 1);
  const lines = all.flatMap((one, index) => {
    if (index === 0) return one.lines;
    const isApart = apart === 'always' || (apart === 'long' && (isLong[index] === true || isLong[index - 1] === true));
    return [...(isApart || one.isAfterBlank ? [''] : []), ...withComments(one, site.indent)];
  });
  const rest = collection.dangling.flatMap(({ text, isAfterBlank }) => [
    ...(isAfterBlank ? [''] : []),
    `${site.indent}${text}`,
  ]);
  const { above = [], hasGap = false } = all[0] ?? {};
  return { above, lines: [...lines, ...rest], isAfterBlank: false, hasGap };
}

function withComments({ above, lines, hasGap }: Printed, indent: string): string[] {
  return [...commentLines(above, indent), ...(above.length > 0 && hasGap ? [''] : []), ...lines];
}

/** Blank lines stay where they were, one at a time. */
function commentLines(comments: readonly Comment[], indent: string): string[] {
  return comments.flatMap(({ text, isAfterBlank }, index) => [
    ...(index > 0 && isAfterBlank ? [''] : []),
    `${indent}${text}`,
  ]);
}

function ordered({ items }: Collection, { layoutOf, path }: Site): readonly Item[] {
  const { keys = [] } = layoutOf(path);
  const rank = ({ key }: Item) => {
    const at = key === null ? -1 : keys.indexOf(String(key.value));
    return at < 0 ? keys.length : at;
  };
  return [...items].sort((a, b) => rank(a) - rank(b));
}

function within({ indent, path, layoutOf }: Site, { key }: Item, index: number): Site {
  return { indent, path: [...path, String(key?.value ?? index)], layoutOf };
}

/** @param site of the item; its value is indented deeper */
function printItem(item: Item, site: Site): Printed {
  const { indent } = site;
  const head = `${indent}${item.key === null ? '-' : `${inline(item.key, 'key')}:`}`;
  const value = valueLines(item.value, site, head.length + 1);
  if (value !== null) return besides(item, `${head} ${value.first}`.trimEnd(), value.below);
  return item.value.kind === 'text' ? besides(item, head, []) : printNested(item, item.value, head, site);
}

/** A value as far as it begins on the line of its key, which leaves it the columns from `column` on; else null. */
function valueLines(value: Value, site: Site, column: number): { first: string; below: readonly string[] } | null {
  if (value.kind === 'text') {
    const flat = inline(value.node, 'block');
    const text = lined(value.node, WIDTH - site.indent.length - 2, column + flat.length > WIDTH);
    if (text === null) return { first: flat, below: [] };
    return { first: text.header, below: text.lines.map((line) => (line === '' ? '' : `${site.indent}  ${line}`)) };
  }
  if (value.items.length > 0 && (!value.isFlow || commentsWithin(value).length > 0)) return null;
  const flat = bracketed(value, site);
  return value.items.length > 0 && column + flat.length > WIDTH ? null : { first: flat, below: [] };
}

/** A collection on one line. */
function bracketed(collection: Collection, site: Site): string {
  const items = ordered(collection, site).map((item, index) => {
    const { key, value } = item;
    const text = value.kind === 'text' ? inline(value.node, 'flow') : bracketed(value, within(site, item, index));
    return key === null ? text : `${inline(key, 'key')}: ${text}`.trimEnd();
  });
  if (collection.kind === 'seq') return `[${items.join(', ')}]`;
  return items.length === 0 ? '{}' : `{ ${items.join(', ')} }`;
}

/** What has room behind it for one comment: the last one, unless it had a line of its own. */
function besides(item: Item, line: string, below: readonly string[]): Printed {
  const { above, behind } = parted([...item.before, ...item.after]);
  return topped(item, above, [line + behind, ...below]);
}

/** An item's lines below its own comments, and below others that have come to stand there. */
function topped({ leading, isAfterBlank }: Item, others: readonly Comment[], lines: readonly string[]): Printed {
  const isApart = leading.length > 0 && isAfterBlank;
  const [first, ...rest] = others;
  const above = first === undefined ? leading : [...leading, { ...first, isAfterBlank: isApart }, ...rest];
  return {
    above,
    lines,
    isAfterBlank: leading[0]?.isAfterBlank ?? isAfterBlank,
    hasGap: isApart && first === undefined,
  };
}

function parted(comments: readonly Comment[]): { above: readonly Comment[]; behind: string } {
  const last = comments.at(-1);
  if (last === undefined || last.isOwnLine) return { above: comments, behind: '' };
  return { above: comments.slice(0, -1), behind: ` ${last.text}` };
}

function printNested(item: Item, value: Collection, head: string, site: Site): Printed {
  const { key, before, after } = item;
  // Behind a bracket that goes away is behind the last item; but where there is nothing between, it is behind the key.
  const hasComments = commentsWithin(value).length > 0;
  const kept = hasComments ? after.map((comment) => ({ ...comment, isOwnLine: true, isAfterBlank: false })) : [];
  const indent = `${site.indent}  `;
  const inner = printCollection({ ...value, dangling: [...value.dangling, ...kept] }, { ...site, indent });
  const outer = hasComments ? before : [...before, ...after];
  if (key === null) {
    const [first = '', ...rest] = inner.lines;
    const lines = [`${head} ${first.slice(indent.length)}`, ...rest];
    const whole = topped(item, [...outer, ...inner.above], lines);
    return inner.above.length > 0 ? { ...whole, hasGap: inner.hasGap } : whole;
  }
  const [first, ...others] = outer;
  const isSplit = hasComments && first?.isOwnLine === false;
  const { above, behind } = isSplit ? parted([first]) : parted(outer);
  const below = isSplit ? { ...inner, above: [...others, ...inner.above] } : inner;
  return topped(item, above, [`${head}${behind}`, ...withComments(below, indent)]);
}
