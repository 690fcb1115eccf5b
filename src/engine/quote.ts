// A piece of a rule file within a sentence.
import { codePointOf } from './yaml-prescan.ts';

/** In backticks, cut to what can be read, and with names for characters that cannot be seen. */
export function quote(value: unknown): string {
  const text = (typeof value === 'string' ? value : JSON.stringify(value)) ?? '';
  const shown = text.replaceAll(/[\p{Cf}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, (odd) => `<${codePointOf(odd)}>`);
  return `\`${shown.length > 60 ? `${shown.slice(0, 57)}…` : shown}\``;
}
