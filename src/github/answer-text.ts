// The text of an answer: no more of it than memory has room for, and nothing in it that no store can keep.

/** It goes on beyond what any answer of GitHub's comes to. */
export class TooLarge extends Error {
  override name = 'TooLarge';
}

/**
 * Bytes, once unpacked: a few of them packed may become any number. The most that is asked for is a page of a hundred
 * issues, each of which may say 65,536 characters.
 */
export const LARGEST_ANSWER = 64 * 1024 * 1024;

/** @throws TooLarge, and whatever befell the connection */
export async function textOf({ body }: Response, largest = LARGEST_ANSWER): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.byteLength;
    // Leaving the loop cancels the rest.
    if (length > largest) throw new TooLarge(`more than ${largest} bytes`);
    chunks.push(chunk);
  }
  // Byte order marks are dropped, as `response.text()` does.
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/** One escape of a string, a pair of surrogates as one; anything else behind a backslash stands for itself. */
const ESCAPE = /\\(?:u(?:d[89ab][\da-f]{2}\\ud[c-f][\da-f]{2}|[\da-f]{4})|[^u])/gi;
/** U+0000, which Postgres keeps in no text, and half a surrogate pair, which is no text. */
const UNKEPT = /^\\u(?:0000|d[89a-f][\da-f]{2})$/i;

/**
 * JSON without what a delivery would be refused for. A file, a title or a name with such a character in it would
 * otherwise end the delivery that asked for it, which has done nothing wrong.
 */
export function keepable(json: string): string {
  if (!/\\u(?:0000|d[89a-f])/i.test(json)) return json;
  return json.replace(ESCAPE, (found) => (UNKEPT.test(found) ? '\\ufffd' : found));
}
