// Rule files as they look while somebody writes them.

export const MODELINE = '# yaml-language-server: $schema=../schemas/rules.schema.json\n';
export const HEAD = `${MODELINE}version: 1\nprogram: demo\n`;

/** One rule on issues, with these lines in it. */
export const rule = (...lines: string[]) =>
  `${HEAD}rules:\n  one:\n    on: issues\n${lines.map((line) => `    ${line}\n`).join('')}`;
/** One rule whose `while` is these lines. */
export const condition = (...lines: string[]) => rule('while:', ...lines.map((line) => `  ${line}`));
/** One rule whose `then` is these lines. */
export const action = (...lines: string[]) =>
  rule('while: { issue.state: open }', 'then:', ...lines.map((line) => `  ${line}`));
