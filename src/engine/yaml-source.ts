// YAML text in, plain value and the place of each part out. Whatever a rule file has no use for is a problem here:
// several documents, anchors, tags, merge keys, odd keys, giant or deeply nested files.
import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type Node,
  type Pair,
  Parser,
  YAMLParseError,
} from 'yaml';
import { type Offsets, outlineOf } from './outline.ts';
import { lineStarts, type Place, place } from './place.ts';
import type { Problem, SourceFile } from './problem.ts';
import { atOnce, type Steps } from './steps.ts';
import { findPart, type TextPart } from './text-part.ts';
import { prescan } from './yaml-prescan.ts';
import { syntaxFaults } from './yaml-syntax.ts';

const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** A parsed file: its value, and where each part stands, by JSON pointer. */
export interface YamlSource {
  readonly file: SourceFile;
  readonly value: unknown;
  /** Place of the value at a pointer, or of its key, which is what people look for when a key is wrong. */
  readonly placeOf: (pointer: string, part?: 'key' | 'value') => Place;
  /** Place of a piece of the text at a pointer; of the whole text where it is not written literally. */
  readonly placeIn: (pointer: string, part: TextPart) => Place;
}

/** A part that was left out of the value, so that what it lacks is no fault of its own. */
export interface Gap {
  readonly pointer: string;
  /** `value`: it is null instead. `entry`: one of its keys is missing. */
  readonly of: 'value' | 'entry';
}

export interface ReadYaml {
  /** Null when the text is no YAML. */
  readonly source: YamlSource | null;
  readonly problems: readonly Problem[];
  readonly gaps: readonly Gap[];
}

export function readYaml(file: SourceFile): ReadYaml {
  return atOnce(readYamlInSteps(file));
}

/** As {@link readYaml}, in steps. */
export function* readYamlInSteps(file: SourceFile): Steps<ReadYaml> {
  const refused = prescan(file);
  if (refused !== null) return { source: null, problems: [refused], gaps: [] };
  const lines = lineStarts(file.text);
  const document = yield* documentOf(file.text);
  yield;
  const problems: Problem[] = [];
  const report: Reading['report'] = (code, [offset, end], message, hint) => {
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
  for (const { code, offset, end, message, hint } of syntaxFaults(
    document,
    file.text,
    (at) => place(lines, at, at).line,
  ))
    report(code, [offset, end], message, hint);
  // `%YAML 1.1` would make `on` mean true.
  if (document.directives?.yaml.explicit === true || document.directives?.tags['!'] !== undefined) {
    const at = Math.max(0, file.text.search(/^%/m));
    report('yaml-directive', [at, at + 1], 'directives, lines that begin with `%`, are not used in rule files');
  }
  if (problems.length > 0) return { source: null, problems, gaps: [] };

  const gaps: Gap[] = [];
  const value = plain(document.contents, '', { lines, report, gap: (gap) => void gaps.push(gap) });
  const outline = outlineOf(document.contents);
  const placeOf = (pointer: string, part: 'key' | 'value' = 'value'): Place => {
    const { key, value: written } = outline.find(pointer);
    const offsets = part === 'key' ? (key ?? written) : (written ?? key);
    return offsets === null ? { line: 1, column: 1, length: 1 } : place(lines, ...offsets);
  };
  const placeIn = (pointer: string, part: TextPart): Place => {
    const { isExact, value: written } = outline.find(pointer);
    const [start, end] = (isExact ? written : null) ?? [0, 0];
    const found = findPart(file.text.slice(start, end), part);
    return found === null ? placeOf(pointer) : place(lines, start + found, start + found + part.text.length);
  };
  return { source: { file, value, placeOf, placeIn }, problems, gaps };
}

/** The parser's `parseDocument`, in steps. */
function* documentOf(text: string): Steps<Document.Parsed> {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    lexemes += 1;
    if (lexemes % LEXEMES === 0) yield;
  }
  tokens.push(...parser.end());
  yield;
  // Its own check of keys takes time with the square of their number; ours is in `plain`.
  const composer = new Composer({ prettyErrors: false, uniqueKeys: false, strict: true, merge: false });
  const [document, second] = composer.compose(tokens, true, text.length);
  // The composer was told to make one, even of nothing.
  if (document === undefined) throw new TypeError('the YAML parser made no document');
  if (second !== undefined) {
    const [start, end] = second.range;
    document.errors.push(new YAMLParseError([start, end], 'MULTIPLE_DOCS', 'there is a second document'));
  }
  return document;
}

/** Of one step: a file of 128 KB has some 50,000, which take 60 to 200 ms. */
const LEXEMES = 256;

interface Reading {
  readonly lines: readonly number[];
  readonly report: (code: string, at: Offsets, message: string, hint?: string) => void;
  readonly gap: (gap: Gap) => void;
}

/** The plain value of a node; what is not allowed is reported on the way. */
function plain(node: unknown, pointer: string, reading: Reading): unknown {
  if (node === null || node === undefined) return null;
  const refusal = refusalOf(node as Node);
  if (refusal !== null) {
    const { range } = node as Node;
    reading.report(refusal.code, [range?.[0] ?? 0, range?.[1] ?? 0], refusal.message, refusal.hint);
    reading.gap({ pointer, of: 'value' });
    return null;
  }
  if (isSeq(node)) return node.items.map((item, index) => plain(item, `${pointer}/${index}`, reading));
  if (isMap(node)) {
    const seen = new Map<string, number>();
    return Object.fromEntries(node.items.flatMap((pair) => entry(pair, pointer, reading, seen)));
  }
  return isScalar(node) ? node.value : null;
}

interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** What rule files have no use for, or null. */
function refusalOf(node: Node): Refusal | null {
  const { tag, anchor } = node as Node & { anchor?: string };
  if (isAlias(node) || anchor !== undefined) {
    const hint = 'name a condition instead, or put quotes around a text that begins with `*` or `&`';
    return { code: 'yaml-alias', message: 'anchors and aliases are not used in rule files', hint };
  }
  if (tag !== undefined) {
    return { code: 'yaml-tag', message: `the tag ${tag} is not used in rule files`, hint: 'write the plain value' };
  }
  const value = isScalar(node) ? node.value : null;
  if (typeof value === 'bigint' || (typeof value === 'number' && !isSane(value)))
    return { code: 'yaml-number', message: 'this number is out of range' };
  if (isScalar(node) && node.type === 'PLAIN' && typeof value === 'string' && CURLY.test(value)) {
    const straight = JSON.stringify(value.slice(1, -1));
    const message = 'these quotes are letters of the text, and no quotes of YAML';
    return { code: 'yaml-syntax', message, hint: `write ${straight}` };
  }
  if (typeof value === 'string' && NO_TEXT.test(value)) {
    return {
      code: 'yaml-control',
      message: 'this text holds a character that cannot be stored',
      hint: 'remove the escape',
    };
  }
  return null;
}

/** A text all in the quotes that word processors make; a label with them would be another label. */
const CURLY = /^[“”„‘’‚«»].*[“”‘’«»]$/su;

/** What escapes in double quotes can make, and databases and pages cannot hold or show: controls and half characters. */
const NO_TEXT = /(?![\t\n\r])\p{Cc}|\p{Surrogate}/u;

function entry(pair: Pair, pointer: string, reading: Reading, seen: Map<string, number>): [string, unknown][] {
  const range = (pair.key as Node | null)?.range ?? [0, 0, 0];
  const at: Offsets = [range[0], range[1]];
  const name = isScalar(pair.key) ? pair.key.value : undefined;
  const refusal = refusalOfKey(pair.key, name, seen);
  if (refusal !== null) {
    reading.report(refusal.code, at, refusal.message, refusal.hint);
    if (refusal.code !== 'yaml-duplicate-key') reading.gap({ pointer, of: 'entry' });
    return [];
  }
  const key = String(name);
  seen.set(key, place(reading.lines, ...at).line);
  return [[key, plain(pair.value, `${pointer}/${escapePointer(key)}`, reading)]];
}

function refusalOfKey(node: unknown, name: unknown, seen: ReadonlyMap<string, number>): Refusal | null {
  const key = String(name);
  if (isMap(node)) {
    const hint = 'put quotes around a text with placeholders: "{{ … }}"';
    return { code: 'yaml-key', message: 'a key is a plain word', hint };
  }
  if (typeof name !== 'string' && typeof name !== 'number' && typeof name !== 'boolean')
    return { code: 'yaml-key', message: 'a key is a plain word' };
  if (FORBIDDEN_KEYS.has(key)) return { code: 'yaml-key', message: `\`${key}\` cannot be a key` };
  const first = seen.get(key);
  if (first !== undefined)
    return { code: 'yaml-duplicate-key', message: `\`${key}\` is given twice, here and at line ${first}` };
  if (key === '<<') {
    return { code: 'yaml-merge', message: 'merge keys are not used in rule files', hint: 'name a condition instead' };
  }
  return refusalOf(node as Node);
}

/** JSON pointer escapes (RFC 6901), as ajv writes them. */
export function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

function isSane(value: number): boolean {
  return Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
}
