// Who mentors a ticket, however people write it: `@login`, a profile link, or a plain name.
import type { Markdown } from './markdown.ts';
import { linesIn, split, tidy } from './ticket-values.ts';

const LOGIN = String.raw`[a-z\d][a-z\d_-]{0,99}`;
const PROFILE = new RegExp(
  String.raw`(?:https?://)?(?<![\w.-])(?:www\.)?github\.com/(${LOGIN})/?(?:\?[^\s/]{0,200})?(?![\w/?#-])`,
  'gi',
);
const MENTION = new RegExp(String.raw`(?<![\w./@-])@(${LOGIN})(?![\w@/])`, 'gi');
const SEPARATOR = /[,;|•]|\s&\s|\s\/\s|\sand\s/iy;

/** Logins where they are given, else names, in order and each once. */
export function mentorsIn(root: Markdown): string[] {
  const lines = linesIn(root, (url, text) => (isProfile(url) ? ` ${url} ` : text));
  const people = lines.map((line) => line.replace(PROFILE, ' @$1 ').trim()).flatMap((line) => split(line, SEPARATOR));
  return tidy(people.flatMap(loginsOrName));
}

/** "Asha Rao (@asha)" is `asha`: whoever gives a login wants to be found by it. */
function loginsOrName(written: string): string[] {
  const logins = [...written.matchAll(MENTION)].map((match) => match[1] ?? '');
  return logins.length > 0 ? logins : [written.trim().replace(/^@\s*$/, '')];
}

function isProfile(url: string): boolean {
  const found = new RegExp(PROFILE.source, 'i').exec(url);
  return found !== null && found[0].length === url.length;
}
