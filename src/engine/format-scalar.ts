// How texts, numbers and the like are written: without quotes where nothing could be taken for anything else, long ones
// folded over several lines.
import { parseDocument, type Scalar } from 'yaml';

/** Between a key and the end of its line; between brackets; before a colon. */
export type Place = 'block' | 'flow' | 'key';

/** A value on one line. Numbers and words such as `true` stay as they were written. */
export function inline({ value, source, type }: Scalar, place: Place): string {
  if (typeof value !== 'string') return (source ?? JSON.stringify(value)).trim();
  // Space that cannot be told from another is seen between quotes alone.
  const hasOddSpace = /[^\S ]|^ | $/.test(value);
  const isPlain = isSimple(value, place) || (type === 'PLAIN' && !hasOddSpace && readsBack(value, place));
  return isPlain ? value : quoted(value);
}

/** Letters, digits and what stands between them in names: plain everywhere. Quotes around anything else are kept. */
function isSimple(value: string, place: Place): boolean {
  if (!/^[\p{L}\p{N}_](?: ?[\p{L}\p{N}\p{M}_./()+-])*$/u.test(value)) return false;
  // YAML 1.1 reads `yes` as true and `2026-01-31` as a time; some tools still do. The key `on` is written by everybody.
  return (place === 'key' && value === 'on') || !/^(?:\d.*|y|n|yes|no|on|off|true|false|null)$/i.test(value);
}

/** Whether a plain text is still plain where it now comes to stand. */
function readsBack(value: string, place: Place): boolean {
  const text = { block: `k: ${value}`, flow: `[${value}]`, key: `${value}: 1` }[place];
  const document = parseDocument(text, { logLevel: 'silent', uniqueKeys: false });
  if (document.errors.length > 0 || document.warnings.length > 0) return false;
  const read = { block: ['k', value], flow: [value], key: [value, 1] }[place];
  const got: unknown = document.toJS();
  const flat = Array.isArray(got) ? got : Object.entries(got ?? {}).flat();
  return flat.length === read.length && flat.every((part, index) => part === read[index]);
}

function quoted(value: string): string {
  const isBare = /["\\]/.test(value) && !/['\n\t]/.test(value);
  return isBare ? `'${value}'` : JSON.stringify(value);
}

/** A text over several lines: what stands behind the key, and the lines below it, not yet indented. */
export interface Lined {
  readonly header: string;
  readonly lines: readonly string[];
}

/**
 * A text that is written, or better written, over several lines; null for one that is not.
 *
 * @param width of a line below
 * @param isLong whether it is too long for the rest of its line
 */
export function lined(node: Scalar, width: number, isLong: boolean): Lined | null {
  const { value, type } = node;
  if (typeof value !== 'string' || /\n{2}$/.test(value) || value.trim() === '') return null;
  const isLiteral = type === 'BLOCK_LITERAL' || (type !== 'BLOCK_FOLDED' && isLong && value.includes('\n'));
  if (isLiteral) return { header: `|${indicator(value)}${chomping(value)}`, lines: literalLines(value) };
  const written = type === 'BLOCK_FOLDED' ? asWritten(node) : null;
  if (!isFoldable(value)) return written;
  if (written?.lines.every((line) => line.length <= width) === true) return written;
  return written !== null || isLong ? { header: `>${chomping(value)}`, lines: folded(value, width) } : null;
}

function chomping(value: string): string {
  return value.endsWith('\n') ? '' : '-';
}

/** A text that begins with space says how deep it is indented: two, as everything is. */
function indicator(value: string): string {
  return /^\n*[ \t]/.test(value) ? '2' : '';
}

function literalLines(value: string): string[] {
  return value.replace(/\n$/, '').split('\n');
}

/** Words with single spaces between them, in paragraphs: where its lines are broken makes no difference. */
function isFoldable(value: string): boolean {
  return value
    .replace(/\n$/, '')
    .split('\n')
    .every((line) => /^(?:[^\s]+(?: [^\s]+)*)?$/.test(line));
}

function folded(value: string, width: number): string[] {
  const paragraphs = value.replace(/\n$/, '').split('\n');
  return paragraphs.flatMap((paragraph, index) => [
    ...(index === 0 ? [] : ['']),
    ...(paragraph === '' ? [] : wrapped(paragraph, width)),
  ]);
}

function wrapped(paragraph: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of paragraph.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** A folded text as it stands in the file; null where its indentation is not told by its first line. */
function asWritten({ value, srcToken }: Scalar): Lined | null {
  if (srcToken?.type !== 'block-scalar' || typeof value !== 'string') return null;
  const lines = srcToken.source.replace(/\n+$/, '').split('\n');
  const indent = /^ */.exec(lines.find((line) => line.trim() !== '') ?? '')?.[0] ?? '';
  if (/^\n*[ \t]/.test(value) || lines.some((line) => !line.startsWith(indent) && line.trim() !== '')) return null;
  return { header: `>${chomping(value)}`, lines: lines.map((line) => line.slice(indent.length)) };
}
