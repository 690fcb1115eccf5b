// What the YAML parser could not read, in sentences for people who know no grammar: one for one mistake.
import { type Document, isCollection, isScalar, type Node, visit, type YAMLError } from 'yaml';
import { codePointOf } from './yaml-prescan.ts';

export interface SyntaxFault {
  readonly code: string;
  readonly offset: number;
  readonly end: number;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** More than these are not worth their time: each is looked for in the whole file. */
const MOST = 100;

/** Faults on neighbouring lines are one mistake: the first of them is named. */
export function syntaxFaults(
  document: Document.Parsed,
  text: string,
  lineOf: (offset: number) => number,
): SyntaxFault[] {
  const errors = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  let last = Number.NEGATIVE_INFINITY;
  const mistakes = errors.filter(({ pos: [offset] }) => {
    const line = lineOf(offset);
    const isConsequence = line <= last + 1;
    last = line;
    return !isConsequence;
  });
  return mistakes.slice(0, MOST).map((error) => faultOf(error, document, text));
}

function faultOf(error: YAMLError, document: Document.Parsed, text: string): SyntaxFault {
  const open = openingOf(error, document);
  const [offset, end] = open ?? error.pos;
  if (error.code === 'MULTIPLE_DOCS')
    return {
      code: 'yaml-documents',
      offset,
      end,
      message: 'a rule file holds one document',
      hint: 'remove the line `---` or `...` before it',
    };
  const { message, hint } = open === null ? sentence(error) : unclosed(text, offset);
  return { code: 'yaml-syntax', offset, end, message, hint: oddSpace(text, offset) ?? gluedDash(text, offset) ?? hint };
}

interface Sentence {
  readonly message: string;
  readonly hint?: string;
}

/** By the parser's codes: https://eemeli.org/yaml/#errors */
function sentence({ code, message }: YAMLError): Sentence {
  const known = SENTENCES.find(([about, pattern]) => about === code && pattern.test(message));
  return known?.[2] ?? { message: message.charAt(0).toLowerCase() + message.slice(1) };
}

const ANY = /(?:)/;

const COLON: Sentence = {
  message: 'there is a colon too many in this line',
  hint: 'put quotes around a text that holds `: `, and begin each key on a line of its own',
};
const COLUMN: Sentence = {
  message: 'this line does not begin below the line it goes with',
  hint: 'what belongs together begins in the same column',
};
const KEY: Sentence = {
  message: 'this is no `key: value`',
  hint: 'there is a colon and a space between a key and its value, and both begin on one line',
};
const QUOTES = 'put the text in quotes';

const SENTENCES: readonly (readonly [code: YAMLError['code'], message: RegExp, Sentence])[] = [
  ['TAB_AS_INDENT', ANY, { message: 'this line begins with a tab', hint: 'begin lines with spaces' }],
  [
    'BLOCK_AS_IMPLICIT_KEY',
    /sequence/,
    { message: 'a `-` stands where it cannot', hint: 'the elements of a list begin in one column, each with `- `' },
  ],
  ['BLOCK_AS_IMPLICIT_KEY', ANY, COLON],
  ['MULTILINE_IMPLICIT_KEY', ANY, KEY],
  ['BAD_INDENT', ANY, COLUMN],
  [
    'MISSING_CHAR',
    /without - indicator/,
    { ...COLUMN, hint: 'begin it with `- `, or in the column of the lines it goes with' },
  ],
  ['MISSING_CHAR', /^Missing ,/, { message: 'a comma is missing before this' }],
  ['MISSING_CHAR', /space after :/, { message: 'a space is missing after the colon' }],
  ['MISSING_CHAR', /followed by map values/, KEY],
  ['MISSING_CHAR', /^Comments/, { message: 'a space is missing before the `#`' }],
  ['BLOCK_IN_FLOW', ANY, { message: 'a comma or a closing bracket is missing in this' }],
  ['BAD_SCALAR_START', ANY, { message: 'a text cannot begin with this character', hint: QUOTES }],
  ['BAD_ALIAS', ANY, { message: 'a text cannot begin with this character', hint: QUOTES }],
  [
    'BAD_DQ_ESCAPE',
    ANY,
    { message: 'this backslash means nothing here', hint: "use single quotes: '\\d+' is taken as it stands" },
  ],
  ['KEY_OVER_1024_CHARS', ANY, { message: 'this key is longer than 1024 characters' }],
  [
    'TAG_RESOLVE_FAILED',
    ANY,
    { message: 'a word that begins with `!` is a tag, and rule files have none', hint: QUOTES },
  ],
  ['BAD_DIRECTIVE', ANY, { message: 'a line cannot begin with `%`' }],
  ['UNEXPECTED_TOKEN', /Block scalar/, { message: 'the text begins on the next line after this sign' }],
  ['UNEXPECTED_TOKEN', ANY, { message: 'this does not go with what stands before it', hint: QUOTES }],
];

function unclosed(text: string, offset: number): Sentence {
  const opening = text.charAt(offset);
  const isCommented = /\s#/.test(text.slice(offset).split('\n', 1)[0] ?? '');
  return opening === '[' || opening === '{'
    ? {
        message: `this \`${opening}\` is never closed`,
        ...(isCommented ? { hint: 'a comment begins at the `#`: put quotes around a text that begins with one' } : {}),
      }
    : {
        message: 'this quote is never closed',
        hint: 'a quote within quotes is written twice, or quoted with the other kind',
      };
}

/** Where the bracket or quote begins that is never closed: the parser names the place where it gave up. */
function openingOf({ code, message, pos }: YAMLError, document: Document.Parsed): [number, number] | null {
  const isQuote = code === 'MISSING_CHAR' && message.startsWith('Missing closing');
  const isBracket = /^Flow .* end with a/.test(message);
  if (!isQuote && !isBracket) return null;
  let found: [number, number] | null = null;
  visit(document, {
    Node: (_key, node) => {
      const [start, end] = (node as Node).range ?? [0, 0];
      const fits = isQuote
        ? isScalar(node) && end >= pos[0]
        : isCollection(node) && node.flow === true && end === pos[0];
      if (fits && start < pos[0]) found = [start, start + 1];
    },
  });
  return found;
}

/** `-key: value`, on the line of the fault or the one before, reads as a key that begins with a dash. */
function gluedDash(text: string, offset: number): string | undefined {
  const before = text.slice(0, offset).split('\n');
  const lines = [...before.slice(0, -1), lineAt(text, offset)];
  const at = lines.findLastIndex((line, index) => index >= lines.length - 2 && /^ *-[^\s-]/.test(line));
  return at < 0 ? undefined : `a space is missing after the \`-\` of line ${at + 1}`;
}

function lineAt(text: string, offset: number): string {
  const from = text.lastIndexOf('\n', offset - 1) + 1;
  return text.slice(from).split('\n', 1)[0] ?? '';
}

/** Spaces that look like plain ones and are none come with text that was copied from a page. */
function oddSpace(text: string, offset: number): string | undefined {
  const line = lineAt(text, offset);
  const odd = /[\u00a0\u1680\u2000-\u200d\u2028\u2029\u202f\u205f\u2060\u3000]/.exec(line)?.[0];
  return odd === undefined ? undefined : `the line holds a space that is none (${codePointOf(odd)}): write it anew`;
}
