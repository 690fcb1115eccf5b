// Which part of a file each of its comments belongs to, by where it stands.
import type { Collection, Comment, Item, Lines } from './format-tree.ts';
import { commentsIn } from './yaml-comments.ts';

export function commentsOf(text: string, lines: Lines): Comment[] {
  return commentsIn(text).map(({ offset, comment }) => ({
    text: comment.trimEnd(),
    offset,
    column: lines.columnOf(offset),
    isOwnLine: lines.isFirst(offset),
    isAfterBlank: lines.isAfterBlank(offset),
  }));
}

/** Hands a comment to the part it belongs to, somewhere in this collection. */
export function attach(comment: Comment, to: Collection): void {
  const within = to.items.find(({ start, end }) => start <= comment.offset && comment.offset < end);
  if (within !== undefined) {
    attachWithin(comment, within);
    return;
  }
  const previous = to.items.findLast(({ end }) => end <= comment.offset);
  const next = to.items.find(({ start }) => start > comment.offset);
  if (!comment.isOwnLine && previous !== undefined) innermost(previous).after.push(comment);
  else if (to.isFlow || (next !== undefined && next.leading.length > 0)) (next?.leading ?? to.dangling).push(comment);
  else {
    const ended = endingAt(to, previous).filter(({ column }) => column <= comment.column);
    // What is indented as one of the collections that end here is still in it.
    const last = next === undefined ? (ended.at(-1) ?? to) : ended.findLast((one) => one !== to);
    (last?.dangling ?? next?.leading ?? to.dangling).push(comment);
  }
}

function attachWithin(comment: Comment, { value, before }: Item): void {
  const isIn = value.kind !== 'text' && value.items.length > 0;
  const first = isIn && !value.isFlow ? value.items[0] : undefined;
  if (isIn && comment.offset >= value.start) attach(comment, value);
  else if (comment.isOwnLine && first !== undefined) first.leading.push(comment);
  else before.push(comment);
}

/** The last item on the item's last line. */
function innermost(item: Item): Item {
  const last = isOpen(item) ? item.value.items.at(-1) : undefined;
  return last === undefined ? item : innermost(last);
}

/**
 * The collection, and those within it that end with this item, each indented deeper than the one around it; down to one
 * that has a comment behind its items already, so that comments stay in their order.
 */
function endingAt(collection: Collection, item: Item | undefined): Collection[] {
  if (item === undefined || !isOpen(item) || collection.dangling.length > 0) return [collection];
  const deeper = endingAt(item.value, item.value.items.at(-1));
  return [collection, ...deeper.filter(({ column }) => column > collection.column)];
}

/** Whether its value is a collection that has no bracket to end it. */
function isOpen(item: Item): item is Item & { readonly value: Collection } {
  return item.value.kind !== 'text' && !item.value.isFlow;
}

/** Every comment within, in the order in which they are attached. */
export function commentsWithin(collection: Collection): readonly Comment[] {
  const own = collection.items.flatMap((item) => [
    ...item.leading,
    ...item.before,
    ...(item.value.kind === 'text' ? [] : commentsWithin(item.value)),
    ...item.after,
  ]);
  return [...own, ...collection.dangling];
}
