// Text from elsewhere as a terminal or a log may show it: what would move the cursor, clear the screen, turn the reading
// direction round or be taken for a command is shown as a replacement character, not obeyed.

/** Tabs and line breaks stay. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (found) =>
    found === '\t' || found === '\n' ? found : '\ufffd',
  );
}

/**
 * One line: line breaks within it are shown as a sign, and nothing in it is a command to the runner of GitHub Actions,
 * which looks for `##[…]` anywhere in a line: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
export function printableLine(text: string): string {
  return printable(text.replaceAll(/\r\n|\n|\r/g, '⏎'))
    .toWellFormed()
    .replaceAll('##[', '##\ufffd');
}
