// A YAML file as the formatter sees it: collections of items, each with room for the comments that belong to it.
import { isMap, isScalar, isSeq, type ParsedNode, Scalar, type YAMLMap, type YAMLSeq } from 'yaml';

export interface Comment {
  /** With its `#`. */
  readonly text: string;
  readonly offset: number;
  readonly column: number;
  /** Nothing else stands on its line. */
  readonly isOwnLine: boolean;
  readonly isAfterBlank: boolean;
}

/** An entry of a mapping, or an element of a list. */
export interface Item {
  /** Null of an element. */
  readonly key: Scalar | null;
  readonly value: Value;
  /** Where its key or dash begins, and its value ends. */
  readonly start: number;
  readonly end: number;
  readonly isAfterBlank: boolean;
  /** On lines of their own above it. */
  readonly leading: Comment[];
  /** Between its key or dash and its value. */
  readonly before: Comment[];
  /** Behind its value. */
  readonly after: Comment[];
}

export interface Collection {
  readonly kind: 'map' | 'seq';
  readonly isFlow: boolean;
  readonly start: number;
  readonly end: number;
  readonly column: number;
  readonly items: readonly Item[];
  /** Behind its last item, on lines of their own. */
  readonly dangling: Comment[];
}

export interface Text {
  readonly kind: 'text';
  readonly node: Scalar;
  readonly start: number;
  readonly end: number;
}

export type Value = Collection | Text;

/** Offsets of a text as people see them. */
export interface Lines {
  /** Characters before it on its line. */
  columnOf(offset: number): number;
  /** Whether nothing but space stands before it on its line. */
  isFirst(offset: number): boolean;
  /** Whether it begins its line, and the line before is blank. */
  isAfterBlank(offset: number): boolean;
}

export function linesOf(text: string): Lines {
  const lineStart = (offset: number) => text.lastIndexOf('\n', offset - 1) + 1;
  const isFirst = (offset: number) => text.slice(lineStart(offset), offset).trim() === '';
  return {
    columnOf: (offset) => offset - lineStart(offset),
    isFirst,
    isAfterBlank: (offset) => {
      const start = lineStart(offset);
      return start > 0 && isFirst(offset) && text.slice(lineStart(start - 1), start).trim() === '';
    },
  };
}

/** @param node parsed with its source tokens, from a text that reads as a rule file's YAML does */
export function treeOf(node: ParsedNode, lines: Lines): Value {
  if (isMap(node)) return collection('map', node, mapItems(node, lines), lines);
  if (isSeq(node)) return collection('seq', node, seqItems(node, lines), lines);
  if (!isScalar(node)) throw new Error('an alias is no part of a rule file');
  return { kind: 'text', node, start: node.range[0], end: node.range[1] };
}

function collection(kind: Collection['kind'], node: ParsedNode, items: readonly Item[], lines: Lines): Collection {
  const isFlow = 'flow' in node && node.flow === true;
  const start = isFlow ? node.range[0] : (items[0]?.start ?? node.range[0]);
  const end = isFlow ? node.range[1] : (items.at(-1)?.end ?? node.range[1]);
  return { kind, isFlow, start, end, column: lines.columnOf(start), items, dangling: [] };
}

function mapItems(map: YAMLMap.Parsed, lines: Lines): Item[] {
  return map.items.map(({ key, value }) => {
    if (!isScalar(key)) throw new Error('a key of a rule file is a plain word');
    // A key of a flow mapping may stand alone.
    const tree = value === null ? nothing(key.range[1]) : treeOf(value, lines);
    return item(key, tree, key.range[0], lines);
  });
}

function seqItems(seq: YAMLSeq.Parsed, lines: Lines): Item[] {
  const token = seq.srcToken;
  return seq.items.map((node, index) => {
    const tree = treeOf(node, lines);
    const dash = token?.items[index]?.start.find(({ type }) => type === 'seq-item-ind');
    return item(null, tree, dash?.offset ?? tree.start, lines);
  });
}

function item(key: Scalar.Parsed | null, value: Value, start: number, lines: Lines): Item {
  const end = Math.max(value.end, key?.range[1] ?? 0, start + 1);
  return { key, value, start, end, isAfterBlank: lines.isAfterBlank(start), leading: [], before: [], after: [] };
}

function nothing(at: number): Text {
  return { kind: 'text', node: Object.assign(new Scalar(null), { source: '' }), start: at, end: at };
}
