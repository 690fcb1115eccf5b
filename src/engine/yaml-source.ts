// YAML text in, plain value and the place of each part out. Whatever a rule file has no use for is a problem here:
// several documents, anchors, tags, merge keys, odd keys, giant or deeply nested files.
import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, parseDocument } from 'yaml';
import type { Problem, SourceFile } from './problem.ts';

/** A file larger than this is no rule file; it bounds the parser's work. */
const MAX_LENGTH = 128 * 1024;
/** Rules need about 12 levels. The parser recurses, and a few hundred levels end the process on some versions of Node. */
const MAX_DEPTH = 64;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

export interface Place {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** A parsed file: its value, and where each part stands, by JSON pointer. */
export interface YamlSource {
  readonly file: SourceFile;
  readonly value: unknown;
  /** Place of the value at a pointer, or of its key, which is what people look for when a key is wrong. */
  readonly placeOf: (pointer: string, part?: 'key' | 'value') => Place;
}

export function readYaml(file: SourceFile): { source: YamlSource | null; problems: Problem[] } {
  const refused = prescan(file);
  if (refused !== null) return { source: null, problems: [refused] };
  const lines = lineStarts(file.text);
  const document = parseDocument(file.text, {
    prettyErrors: false,
    // Its own check takes time with the square of the number of keys; ours is in `plain`.
    uniqueKeys: false,
    strict: true,
    merge: false,
    // Lower levels would leave out the problem of a second document.
    logLevel: 'error',
  });
  const problems: Problem[] = [];
  const report = (code: string, offset: number, end: number, message: string, hint?: string) => {
    const at = place(lines, offset, end);
    problems.push({
      code,
      severity: 'error',
      file: file.path,
      ...at,
      message,
      ...(hint === undefined ? {} : { hint }),
    });
  };
  for (const error of [...document.errors, ...document.warnings]) {
    const sentence = error.code === 'MULTIPLE_DOCS' ? 'a rule file holds one document' : error.message;
    report(codeOf(error.code), error.pos[0], error.pos[1], sentence);
  }
  if (problems.length > 0) return { source: null, problems };

  const places = new Map<string, { key: Place; value: Place }>();
  const value = plain(document.contents, '', { places, lines, report });
  const placeOf = (pointer: string, part: 'key' | 'value' = 'value'): Place => {
    for (let path = pointer; ; path = path.slice(0, path.lastIndexOf('/'))) {
      const found = places.get(path);
      if (found !== undefined) return found[part];
      if (path === '') return { line: 1, column: 1, length: 1 };
    }
  };
  return { source: problems.length > 0 ? null : { file, value, placeOf }, problems };
}

interface Reading {
  readonly places: Map<string, { key: Place; value: Place }>;
  readonly lines: readonly number[];
  readonly report: (code: string, offset: number, end: number, message: string, hint?: string) => void;
}

/** The plain value of a node; places are noted and what is not allowed is reported on the way. */
function plain(node: unknown, pointer: string, reading: Reading, key?: Place): unknown {
  if (node === null || node === undefined) return note(null, undefined);
  const { range, tag, anchor } = node as Node & { anchor?: string };
  const [start, end] = [range?.[0] ?? 0, range?.[1] ?? 0];
  if (isAlias(node) || anchor !== undefined) {
    reading.report(
      'yaml-alias',
      start,
      end,
      'anchors and aliases are not used in rule files',
      'name a condition instead',
    );
    return null;
  }
  if (tag !== undefined) {
    reading.report('yaml-tag', start, end, `the tag ${tag} is not used in rule files`, 'write the plain value');
    return null;
  }
  if (isSeq(node)) {
    note(null, [start, end]);
    return node.items.map((item, index) => plain(item, `${pointer}/${index}`, reading));
  }
  if (isMap(node)) {
    note(null, [start, end]);
    const seen = new Set<string>();
    return Object.fromEntries(node.items.flatMap((pair) => entry(pair, pointer, reading, seen)));
  }
  const value = isScalar(node) ? node.value : null;
  if (typeof value === 'bigint' || (typeof value === 'number' && !isSane(value))) {
    reading.report('yaml-number', start, end, 'this number is out of range');
  }
  return note(value, [start, end]);

  function note<T>(result: T, offsets: [number, number] | undefined): T {
    const value = offsets === undefined ? (key ?? { line: 1, column: 1, length: 1 }) : place(reading.lines, ...offsets);
    reading.places.set(pointer, { key: key ?? value, value });
    return result;
  }
}

function entry(pair: Pair, pointer: string, reading: Reading, seen: Set<string>): [string, unknown][] {
  const range = (pair.key as Node | null)?.range ?? [0, 0, 0];
  const name = isScalar(pair.key) ? pair.key.value : undefined;
  if (typeof name !== 'string' && typeof name !== 'number' && typeof name !== 'boolean') {
    reading.report('yaml-key', range[0], range[1], 'a key is a plain word');
    return [];
  }
  const key = String(name);
  if (FORBIDDEN_KEYS.has(key)) {
    reading.report('yaml-key', range[0], range[1], `${key} cannot be a key`);
    return [];
  }
  if (seen.has(key)) {
    reading.report('yaml-duplicate-key', range[0], range[1], `\`${key}\` is given twice`);
    return [];
  }
  seen.add(key);
  if (key === '<<') {
    reading.report(
      'yaml-merge',
      range[0],
      range[1],
      'merge keys are not used in rule files',
      'name a condition instead',
    );
    return [];
  }
  const at = place(reading.lines, range[0], range[1]);
  return [[key, plain(pair.value, `${pointer}/${escapePointer(key)}`, reading, at)]];
}

/** JSON pointer escapes (RFC 6901), as ajv writes them. */
export function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** A JSON pointer with its escapes undone, in which rule files' own names are looked for. */
export function unescapePointer(pointer: string): string {
  return pointer.replaceAll('~1', '/').replaceAll('~0', '~');
}

function isSane(value: number): boolean {
  return Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
}

/** Offsets at which lines begin. yaml's own counter misses those inside a part that it could not parse. */
function lineStarts(text: string): readonly number[] {
  return [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map((end) => end.index + end[0].length)];
}

function place(lines: readonly number[], offset: number, end: number): Place {
  const line = lineAt(lines, offset);
  const column = offset - (lines[line] ?? 0) + 1;
  const next = lines[line + 1] ?? Number.POSITIVE_INFINITY;
  return { line: line + 1, column, length: end < next ? Math.max(1, end - offset) : 1 };
}

/** Index of the last line that begins at or before the offset, by halving: files have thousands of places. */
function lineAt(lines: readonly number[], offset: number): number {
  let [from, to] = [0, lines.length];
  while (to - from > 1) {
    const middle = (from + to) >> 1;
    if ((lines[middle] ?? 0) <= offset) from = middle;
    else to = middle;
  }
  return from;
}

function codeOf(code: string): string {
  return code === 'MULTIPLE_DOCS' ? 'yaml-documents' : 'yaml-syntax';
}

/** What must not even reach the parser. Nesting is counted roughly, quotes and comments included: 64 is far from rules. */
function prescan({ path, text }: SourceFile): Problem | null {
  const refuse = (code: string, offset: number, message: string): Problem => {
    const at = place(lineStarts(text.slice(0, offset)), offset, offset);
    return { code, severity: 'error', file: path, ...at, message };
  };
  if (text.length > MAX_LENGTH)
    return refuse('yaml-size', 0, `the file is longer than ${MAX_LENGTH / 1024} Ki characters`);
  const nul = text.indexOf('\0');
  if (nul >= 0) return refuse('yaml-nul', nul, 'the file holds a NUL character');
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '[' || character === '{') depth++;
    else if (character === ']' || character === '}') depth = Math.max(0, depth - 1);
    if (depth > MAX_DEPTH) return refuse('yaml-depth', i, `brackets are nested more than ${MAX_DEPTH} deep`);
  }
  const steep = new RegExp(`^(?: {${MAX_DEPTH * 4}}|[ \\t]*(?:[-?:][ \\t]+){${MAX_DEPTH}})`, 'm').exec(text);
  return steep === null ? null : refuse('yaml-depth', steep.index, `lines are nested more than ${MAX_DEPTH} deep`);
}
