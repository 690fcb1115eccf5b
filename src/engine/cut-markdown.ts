// Cutting a message that is longer than its receiver takes, where it is said that something was left out.
import { linesOf } from '../models/markdown.ts';

const NOTICE = '… (cut here: the message was too long)';

/** At most so many UTF-16 units; the notice stands on its own, outside of any code or comment that was being written. */
export function cutMarkdown(text: string, most: number): string {
  if (text.length <= most) return text;
  const room = most - NOTICE.length - 2;
  const kept = text.slice(0, room);
  const space = Math.max(text.lastIndexOf(' ', room), text.lastIndexOf('\n', room));
  // Half an entity, half an escape or half a character would show.
  const whole = room - space > 200 ? kept.replace(/(?:&#?\w{0,8}|\\|[\ud800-\udbff])$/, '') : kept.slice(0, space);
  return `${closed(whole).trimEnd()}\n\n${NOTICE}`;
}

/** The same for a receiver that counts bytes of UTF-8. */
export function cutToBytes(text: string, most: number): string {
  // The notice has two bytes more than UTF-16 units.
  const fitting = new TextEncoder().encodeInto(text, new Uint8Array(most)).read;
  return fitting === text.length ? text : cutMarkdown(text, fitting - 2);
}

/** Without the block of code, or the comment, that is still open at the end. */
function closed(text: string): string {
  const lines = [...linesOf(`${text}\n\n.`)];
  if (lines.at(-1)?.raw !== true) return text;
  const last = lines.findLastIndex(({ raw }) => !raw);
  return lines
    .slice(0, last + 1)
    .map((line) => line.text)
    .join('\n');
}
