// What must not even reach the YAML parser: files that are too large or too deep, or no text.
import { Lexer } from 'yaml';
import { lineStarts, place } from './place.ts';
import type { Problem, SourceFile } from './problem.ts';

/** A file larger than this is no rule file; it bounds the parser's work. */
const MAX_LENGTH = 128 * 1024;
/** Rules need about 12 levels. The parser recurses, and a few hundred levels end the process on some versions of Node. */
const MAX_DEPTH = 64;

/** Why the file is not read any further, or null. */
export function prescan({ path, text, unreadable }: SourceFile): Problem | null {
  const refuse = (code: string, offset: number, message: string, hint?: string): Problem => {
    const at = place(lineStarts(text.slice(0, offset)), offset, offset);
    return { code, severity: 'error', file: path, ...at, message, ...(hint === undefined ? {} : { hint }) };
  };
  if (unreadable !== undefined) return refuse('unreadable', 0, `the file cannot be read: ${unreadable}`);
  if (text.length > MAX_LENGTH) {
    const message = `the file is longer than ${MAX_LENGTH.toLocaleString('en')} characters`;
    return refuse('yaml-size', 0, message, 'spread the rules over several files');
  }
  const odd = NO_TEXT.exec(text);
  if (odd !== null) {
    const { code, message, hint } = oddity(odd[0]);
    return refuse(code, odd.index, message, hint);
  }
  const deep = tooDeep(text);
  if (deep !== null) return refuse('yaml-depth', deep, `brackets are nested more than ${MAX_DEPTH} deep`);
  const steep = STEEP.exec(text);
  return steep === null ? null : refuse('yaml-depth', steep.index, `lines are nested more than ${MAX_DEPTH} deep`);
}

/** Control characters, those that turn the reading direction round, and what stands for bytes that are no UTF-8. */
const NO_TEXT = /(?![\t\n\r])\p{Cc}|[\u202a-\u202e\u2066-\u2069\ufffd]|(?<!^)\ufeff|\r(?!\n)/u;

function oddity(character: string): { code: string; message: string; hint: string } {
  if (character === '\0')
    return { code: 'yaml-nul', message: 'the file holds a NUL character', hint: 'save it as plain text, in UTF-8' };
  if (character === '\ufffd')
    return { code: 'yaml-encoding', message: 'the file is not in UTF-8', hint: 'save it with the encoding UTF-8' };
  const message = `the file holds a character that cannot be seen, ${codePointOf(character)}`;
  return { code: 'yaml-control', message, hint: 'write this line anew' };
}

/** `U+202E` */
export function codePointOf(character: string): string {
  const hexadecimal = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return `U+${hexadecimal.padStart(4, '0')}`;
}

const STEEP = new RegExp(`^(?: {${MAX_DEPTH * 4}}|[ \\t]*(?:[-?:][ \\t]+){${MAX_DEPTH}})`, 'm');

/** Where brackets are nested too deep, or null. Those in comments and quotes count only if nothing else is too deep. */
function tooDeep(text: string): number | null {
  return deepest(text) === null ? null : deepest(new Lexer().lex(text));
}

/** Offset of the bracket that is one too many, among the characters or the tokens of a text. */
function deepest(parts: Iterable<string>): number | null {
  let depth = 0;
  let offset = 0;
  for (const part of parts) {
    if (part === '[' || part === '{') depth++;
    else if (part === ']' || part === '}') depth = Math.max(0, depth - 1);
    else if (part === UNCLOSED) depth = 0;
    if (depth > MAX_DEPTH) return offset;
    if (!MARKS.has(part)) offset += part.length;
  }
  return null;
}

/** The lexer marks by this that brackets stay open where their line's indentation ends them. */
const UNCLOSED = '\x18';
/** What the lexer puts between its tokens and no text holds: beginnings of documents, scalars, and the above. */
const MARKS = new Set(['\x02', '\x1f', UNCLOSED]);
