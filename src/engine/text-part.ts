// A piece of a text, such as a name in a placeholder, found again where the text stands written in a file.

/** What the piece says, which of all that say the same it is (from 0), and how many there are. */
export interface TextPart {
  readonly text: string;
  readonly nth: number;
  readonly of: number;
}

/** The piece of a text at an offset. */
export function partAt(text: string, offset: number, length: number): TextPart {
  const piece = text.slice(offset, offset + length);
  const all = offsetsOf(piece, text);
  return { text: piece, nth: all.indexOf(offset), of: all.length };
}

/**
 * Offset of a piece in a YAML scalar as it is written: plain, quoted or a block, however it is folded or indented. Null
 * where it is not written literally, as with escapes.
 */
export function findPart(written: string, { text, nth, of }: TextPart): number | null {
  // The letters of `\n` and `\x41` are no text; blanked out, they leave everything else in its place.
  const literal = written.startsWith('"')
    ? written.replace(/\\(?:x.{2}|u.{4}|U.{8}|\s|\S)/g, (code) => ' '.repeat(code.length))
    : written;
  const all = offsetsOf(text, literal);
  return all.length === of ? (all[nth] ?? null) : null;
}

function offsetsOf(piece: string, text: string): number[] {
  const offsets: number[] = [];
  if (piece === '') return offsets;
  for (let at = text.indexOf(piece); at >= 0; at = text.indexOf(piece, at + 1)) offsets.push(at);
  return offsets;
}
