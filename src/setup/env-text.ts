// The text of a `.env` file with other values in it: every other line stays as it is. Understood as Node understands it,
// and what comes out is read again with Node's own parser before anybody believes it.
// https://nodejs.org/api/environment_variables.html#env-files
import { parseEnv } from 'node:util';

/** A file, or a value, that cannot be written so that it would be read as it was meant. */
export class Unwritable extends Error {
  override name = 'Unwritable';
}

export type Variables = Readonly<Record<string, string>>;

/** What Node reads from such a text. */
export function variablesIn(text: string): Variables {
  return Object.fromEntries(Object.entries(parseEnv(text)).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])));
}

/**
 * Values that are there already are replaced where they stand, new ones come at the end.
 *
 * @throws Unwritable
 */
export function withVariables(text: string, values: Variables): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const missing = new Set(Object.keys(values));
  let edited = '';
  for (const { name, exported, written } of statements(text)) {
    // `constructor` is a name like any other.
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) edited += written;
    // Of several the last one counts, so the others would only mislead.
    else if (missing.delete(name)) edited += `${exported}${name}=${quoted(name, value)}${eol}`;
  }
  if (edited !== '' && !edited.endsWith('\n') && missing.size > 0) edited += eol;
  for (const name of missing) edited += `${name}=${quoted(name, values[name] ?? '')}${eol}`;
  const [wanted, found] = [{ ...variablesIn(text), ...values }, variablesIn(edited)].map(inOrder);
  if (wanted !== found)
    throw new Unwritable('its lines cannot be told apart: is there a quotation mark that never ends?');
  return edited;
}

interface Statement {
  /** Empty of a comment, an empty line, and whatever else sets nothing. */
  readonly name: string;
  /** `export ` where it says so. */
  readonly exported: string;
  /** With its line break. */
  readonly written: string;
}

/** A value in quotation marks goes on over line breaks until they end. */
function* statements(text: string): Generator<Statement> {
  const assignment = /[ \t]*(export +)?([\w.-]+)[ \t]*=[ \t]*/y;
  for (let at = 0; at < text.length; ) {
    assignment.lastIndex = at;
    const [whole = '', exported = '', name = ''] = assignment.exec(text) ?? [];
    const opens = text.charAt(at + whole.length);
    const closes = name !== '' && /["'`]/.test(opens) ? text.indexOf(opens, at + whole.length + 1) : -1;
    const breaks = text.indexOf('\n', Math.max(at, closes));
    const end = breaks === -1 ? text.length : breaks + 1;
    yield { name, exported, written: text.slice(at, end) };
    at = end;
  }
}

/** As Node, a shell, systemd and Docker all read it, where that can be had. */
function quoted(name: string, value: string): string {
  if (/^[\w./:@+=,%~-]*$/.test(value)) return value;
  const mark = ["'", '`', '"'].find((each) => !value.includes(each));
  if (mark === undefined || /[\p{Cc}\\]/u.test(value))
    throw new Unwritable(`${name} has characters that do not fit in`);
  return `${mark}${value}${mark}`;
}

function inOrder(variables: Variables): string {
  return JSON.stringify(Object.entries(variables).sort(([one], [other]) => (one < other ? -1 : 1)));
}
