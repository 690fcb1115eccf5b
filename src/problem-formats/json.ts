// Problems for programs: an array of all of them.
import type { Report } from './report.ts';

export function jsonOf({ problems }: Pick<Report, 'problems'>): string {
  return inertJson(problems);
}

/** The same values in JSON whose text holds nothing that a terminal or a log would obey. */
export function inertJson(value: unknown): string {
  return JSON.stringify(value, null, 2)
    .replace(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, escaped)
    .replaceAll('##[', '#\\u0023[');
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
