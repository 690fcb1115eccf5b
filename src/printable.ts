// Text from elsewhere as a terminal may show it: characters that would move the cursor, clear the screen or turn the
// reading direction round are shown as a replacement character, not obeyed. Tabs and line breaks stay.

export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (found) =>
    found === '\t' || found === '\n' ? found : '\ufffd',
  );
}
