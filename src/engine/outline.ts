// Where the parts of a YAML file stand, apart from what they say. Files have thousands of parts and are held until all
// rules are made of them, so a part is a few numbers, and does not know its own pointer.
import { isMap, isScalar, isSeq, type Node } from 'yaml';

export type Offsets = readonly [start: number, end: number];

/** A part's offsets in the text, and its key's; -1 where there is none, as of an element or of the nothing behind a key. */
interface Part {
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly start: number;
  readonly end: number;
  /** Of a mapping: the keys of its parts. */
  readonly keys: readonly string[];
  readonly parts: readonly Part[];
}

export interface Outline {
  /** Where the part at a JSON pointer stands, or else the nearest around it that there is. */
  find(pointer: string): Found;
}

export interface Found {
  readonly isExact: boolean;
  readonly key: Offsets | null;
  readonly value: Offsets | null;
}

export function outlineOf(root: unknown): Outline {
  const whole = partOf(root, null);
  return {
    find: (pointer) => {
      let at = whole;
      for (const step of pointer.split('/').slice(1)) {
        const next = at.parts[at.keys.length > 0 ? at.keys.indexOf(unescaped(step)) : Number(step)];
        if (next === undefined) return foundAt(at, false);
        at = next;
      }
      return foundAt(at, true);
    },
  };
}

function foundAt({ keyStart, keyEnd, start, end }: Part, isExact: boolean): Found {
  return { isExact, key: keyStart < 0 ? null : [keyStart, keyEnd], value: start < 0 ? null : [start, end] };
}

const NONE: readonly never[] = [];

function partOf(node: unknown, key: Node | null): Part {
  const [keyStart, keyEnd] = offsetsOf(key);
  const [start, end] = offsetsOf(node as Node | null | undefined);
  const parts = isSeq(node)
    ? node.items.map((item) => partOf(item, null))
    : isMap(node)
      ? node.items.map((pair) => partOf(pair.value, pair.key as Node | null))
      : NONE;
  const keys = isMap(node) ? node.items.map((pair) => (isScalar(pair.key) ? String(pair.key.value) : '')) : NONE;
  return { keyStart, keyEnd, start, end, keys, parts };
}

function offsetsOf(node: Node | null | undefined): Offsets {
  return node === null || node === undefined ? [-1, -1] : [node.range?.[0] ?? 0, node.range?.[1] ?? 0];
}

/** JSON pointers write `~0` and `~1` for what would be read as their own signs (RFC 6901). */
function unescaped(step: string): string {
  return step.includes('~') ? step.replaceAll('~1', '/').replaceAll('~0', '~') : step;
}
