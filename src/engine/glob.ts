// Globs of names, `Code4GovTech/*`, as RE2 patterns: libraries for globs make backtracking ones, which a rule file and a
// long title together can hold up for minutes. `*` and `?` stop at a slash, `**` does not, `{a,b}` is either.
import { RE2JS } from 're2js';

const PARTS = /\*\*|\*|\?|\{[^{}]*\}|[^*?{}]+/g;
const UNUSED = /[[\]()!|\\+@]|[{}](?![^{}]*\})/;

/** Whether a text fits as a whole, without regard to case. */
export type Glob = (text: string) => boolean;

const made = new Map<string, Glob>();

/** @throws Error in a sentence when it uses what these globs do not have */
export function globOf(glob: string): Glob {
  const known = made.get(glob);
  if (known !== undefined) return known;
  const parts = glob.match(PARTS) ?? [];
  if (glob === '' || UNUSED.test(glob.replaceAll(/\{[^{}]*\}/g, '')) || parts.join('') !== glob) {
    throw new Error('a glob is made of names, `*`, `**`, `?` and `{a,b}`');
  }
  const pattern = RE2JS.compile(`^(?:${parts.map(inRe2).join('')})$`, RE2JS.CASE_INSENSITIVE | RE2JS.DOTALL);
  const fits: Glob = (text) => pattern.matcher(text).matches();
  if (made.size < 10_000) made.set(glob, fits);
  return fits;
}

function inRe2(part: string): string {
  if (part === '**') return '.*';
  if (part === '*') return '[^/]*';
  if (part === '?') return '[^/]';
  if (!part.startsWith('{')) return RE2JS.quote(part);
  const choices = part.slice(1, -1).split(',');
  return `(?:${choices.map((choice) => RE2JS.quote(choice)).join('|')})`;
}
