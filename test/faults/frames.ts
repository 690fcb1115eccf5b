// Cuts a stream between a client and Postgres into its messages, however the network has cut it before.

/**
 * Gives the whole messages that each chunk completes. A client's first message has no letter before its length; all
 * others have (https://www.postgresql.org/docs/current/protocol-message-formats.html).
 */
export function createFrames(fromClient: boolean): (chunk: Buffer) => Buffer[] {
  let chunks: Buffer[] = [];
  let held = 0;
  let letter = fromClient ? 0 : 1;

  return (chunk) => {
    const messages: Buffer[] = [];
    chunks.push(chunk);
    held += chunk.length;
    while (held >= letter + 4) {
      const [first] = chunks;
      const start = first !== undefined && first.length >= letter + 4 ? first : Buffer.concat(chunks);
      const length = letter + start.readUInt32BE(letter);
      if (held < length) break;
      // A message of 25 MB comes in thousands of chunks: they are joined once, when it is whole.
      const all = chunks.length === 1 ? start : Buffer.concat(chunks);
      const rest = all.subarray(length);
      messages.push(all.subarray(0, length));
      chunks = rest.length > 0 ? [rest] : [];
      held = rest.length;
      letter = 1;
    }
    return messages;
  };
}

/** The letter that says what a message is. */
export function letterOf(message: Buffer): string {
  return String.fromCharCode(message[0] ?? 0);
}

/** The texts, each ended by a zero, that a message begins with. */
export function textsOf(message: Buffer, count: number): string[] {
  const texts: string[] = [];
  let at = 5;
  while (texts.length < count) {
    const end = message.indexOf(0, at);
    if (end === -1) break;
    texts.push(message.toString('utf8', at, end));
    at = end + 1;
  }
  return texts;
}
