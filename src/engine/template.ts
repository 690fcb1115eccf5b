// Texts with placeholders, `Merged {{ pull_request.title }}`: Liquid, cut down to output, filters and conditions.
// What a payload supplies is data: it is put in once and never read as a template itself.
import type { Liquid, Template as LiquidNode, Variable } from 'liquidjs';
import type { Facts } from '../facts/fact.ts';
import { didYouMean } from './closest.ts';
import { liquidFor, MAX_SOURCE, putInto, TAGS } from './liquid.ts';
import { type Flavour, joined } from './neutralise.ts';
import { plainPlaceholders, type ReadTemplate } from './plain-placeholders.ts';
import { laidOut } from './template-values.ts';
import { partAt, type TextPart } from './text-part.ts';

/** `plain` is for texts that no Markdown is made of. */
export type TemplateFlavour = 'plain' | Flavour;

export interface Template {
  readonly source: string;
  /** The facts it names, each once. */
  readonly facts: readonly string[];
  /** Every place that names one. */
  readonly mentions: readonly { readonly fact: string; readonly at: TextPart }[];
  /** @throws TemplateError when a filter fails or the limits are passed */
  render(facts: Facts): string;
}

/** What is wrong with a text, where in it, and what may have been meant. */
export class TemplateError extends Error {
  override name = 'TemplateError';
  readonly at: TextPart | undefined;
  readonly hint: string | undefined;

  constructor({ message, at, hint }: Fault, cause: unknown) {
    super(message, { cause });
    this.at = at;
    this.hint = hint;
  }
}

interface Fault {
  readonly message: string;
  readonly at?: TextPart | undefined;
  readonly hint?: string | undefined;
}

/**
 * @param flavour of the Markdown that the text is written in: what facts put into it is neutralised
 * @throws TemplateError on a syntax error, an unknown filter or an unknown tag
 */
export function parseTemplate(source: string, flavour: TemplateFlavour = 'plain'): Template {
  const plain = source.length > MAX_SOURCE ? null : plainPlaceholders(source, putInto(flavour));
  const { facts, mentions, write } = plain ?? byLiquid(source, liquidFor(flavour));
  return {
    source,
    facts,
    mentions,
    render: (values) => {
      try {
        return joined(write(values));
      } catch (error) {
        throw new TemplateError({ message: saidBy(error) }, error);
      }
    },
  };
}

function byLiquid(source: string, liquid: Liquid): ReadTemplate {
  let nodes: LiquidNode[];
  let mentions: Template['mentions'];
  try {
    nodes = liquid.parse(source);
    const { globals } = liquid.analyzeSync(nodes);
    mentions = Object.values(globals)
      .flat()
      .map((variable) => mentionOf(variable, source));
  } catch (error) {
    throw new TemplateError(faultOf(error, source, Object.keys(liquid.filters)), error);
  }
  const facts = [...new Set(mentions.map(({ fact }) => fact))];
  return { facts, mentions, write: (values) => String(liquid.renderSync(nodes, laidOut(values, facts))) };
}

/** What Liquid itself knows of every list and text; the rest of a path is a fact's name. */
const PARTS = new Set<unknown>(['size', 'first', 'last']);

function mentionOf({ segments, location }: Variable, source: string): Template['mentions'][number] {
  const end = segments.findIndex((segment, place) => place > 0 && (typeof segment !== 'string' || PARTS.has(segment)));
  const fact = (end < 0 ? segments : segments.slice(0, end)).map(String).join('.');
  const offset = offsetOf(source, location.row, location.col);
  const written = source.startsWith(fact, offset) ? fact : (/^[\w.]+/.exec(source.slice(offset))?.[0] ?? '');
  return { fact, at: partAt(source, offset, written.length) };
}

/** Rows and columns count from 1. */
function offsetOf(source: string, row: number, column: number): number {
  const before = source.split('\n').slice(0, row - 1);
  return before.reduce((sum, line) => sum + line.length + 1, 0) + column - 1;
}

/** What liquidjs throws, in our words. */
function faultOf(error: unknown, source: string, filters: readonly string[]): Fault {
  const said = saidBy(error);
  if (source.length > MAX_SOURCE) return { message: `the text is longer than ${MAX_SOURCE} characters` };
  const begin = beginOf(error);
  const filter = /^undefined filter: (.*)$/.exec(said)?.[1];
  if (filter !== undefined) {
    const hint = filter === 'raw' ? 'what facts say is always shown as it is' : didYouMean(filter, filters);
    return { message: `there is no filter \`${filter}\``, hint, at: named(filter, source, begin, '\\|') };
  }
  const tag = /^tag "(.*)" not found$/.exec(said)?.[1];
  if (tag !== undefined) {
    const hint = `a text can use ${[...TAGS].join(', ')}`;
    return { message: `there is no tag \`${tag}\` here`, hint, at: named(tag, source, begin, '%-?') };
  }
  const word = /^\S{1,40}/.exec(source.slice(begin))?.[0];
  const open = /^(?:output|tag) "?([\s\S]*?)"? not closed$/.exec(said)?.[1];
  const noValue = /^invalid value expression: "([\s\S]*)"$/.exec(said)?.[1];
  const message =
    open !== undefined
      ? `\`${open}\` is never closed`
      : noValue !== undefined
        ? `there is a value missing${noValue === '' ? '' : `, before \`${noValue}\``}`
        : said;
  return { message, at: word === undefined ? undefined : partAt(source, begin, word.length) };
}

function saidBy(error: unknown): string {
  return error instanceof Error ? error.message.replace(/, line:\d+, col:\d+$/, '') : String(error);
}

/** Offset of the token that liquidjs stumbled over. */
function beginOf(error: unknown): number {
  const token = error instanceof Error && 'token' in error ? error.token : null;
  const begin = typeof token === 'object' && token !== null && 'begin' in token ? token.begin : 0;
  return typeof begin === 'number' ? begin : 0;
}

/** Where a filter or a tag is named, behind its sign, in the token that begins at the offset; texts in quotes name none. */
function named(name: string, source: string, begin: number, sign: string): TextPart | undefined {
  const code = source.slice(begin).replace(/'[^']*'|"[^"]*"/g, (quoted) => ' '.repeat(quoted.length));
  const names = code.matchAll(new RegExp(`(?<=${sign}\\s*)[\\w-]+`, 'g'));
  const place = [...names].find(([found]) => found === name);
  return place === undefined ? undefined : partAt(source, begin + place.index, name.length);
}
