// The comments of a YAML text. A `#` within a text is none, which only YAML's own lexer can tell.
import { Lexer } from 'yaml';

export interface YamlComment {
  readonly offset: number;
  /** With its `#`, and without the end of the line. */
  readonly comment: string;
}

/** Every comment, in order. It takes as long as reading the file does. */
export function commentsIn(text: string): YamlComment[] {
  const found: YamlComment[] = [];
  let offset = 0;
  let isText = false;
  for (const token of new Lexer().lex(text)) {
    if (token.startsWith('#') && !isText) found.push({ offset, comment: token });
    isText = token === TEXT_FOLLOWS;
    if (!NOT_IN_FILE.has(token)) offset += token.length;
  }
  return found;
}

/** Signs of the lexer that stand for no characters: https://eemeli.org/yaml/#lexer */
const TEXT_FOLLOWS = '\x1f';
const NOT_IN_FILE: ReadonlySet<string> = new Set(['\x02', '\x18', TEXT_FOLLOWS]);
