// `similar-labels`: names of labels that differ by nothing that people notice, and may be meant to be one.
import { isMapping } from '../mapping.ts';
import type { WrittenFile } from '../names.ts';
import type { Problem } from '../problem.ts';
import type { At } from '../rule.ts';
import { type Linting, warning } from './linting.ts';
import { difference, likenessKeys } from './similar.ts';
import { atIn, entriesOf, type Found, hasPlaceholders, mappingsIn, textsIn } from './written.ts';

/** One spelling, with all places in which it is used. */
interface Spelling {
  readonly name: string;
  readonly first: At;
  readonly uses: number;
}

export function similarLabels(linting: Linting): Problem[] {
  const uses = linting.files.flatMap((file) => labelsIn(file, linting));
  const spellings = [...Map.groupBy(uses, ({ name }) => name).values()].flatMap((those): Spelling[] => {
    const [one] = those;
    return one === undefined ? [] : [{ name: one.name, first: one.at, uses: those.length }];
  });
  const right = new Map<string, Spelling>();
  // Of several alike the one that is used most is taken for right; of two used as often, the one that comes first.
  return spellings
    .sort((a, b) => b.uses - a.uses)
    .flatMap((spelling) => {
      const keys = likenessKeys(spelling.name);
      const like = keys.map((key) => right.get(key)).find((found) => found !== undefined);
      for (const key of keys) if (!right.has(key)) right.set(key, like ?? spelling);
      return like === undefined ? [] : [said(spelling, like)];
    });
}

function said({ name, first: at, uses }: Spelling, like: Spelling): Problem {
  const { file, line } = like.first;
  const place = file === at.file ? `line ${line}` : `${file}:${line}`;
  const others = uses > 1 ? `, here and in ${uses - 1} more ${uses === 2 ? 'place' : 'places'},` : '';
  const how = difference(name, like.name);
  const message = `the label \`${name}\`${others} differs from \`${like.name}\` (${place}) only by ${how}`;
  return warning('similar-labels', at, message, `did you mean \`${like.name}\`?`);
}

interface Use {
  readonly name: string;
  readonly at: At;
}

/** Every label that a file names. */
function labelsIn(file: WrittenFile, linting: Linting): Use[] {
  const rules = Object.entries(file.rules).filter(([, rule]) => rule.mode !== 'shadow' && rule.enabled !== false);
  const conditions = [
    ...[...file.conditions].map(([name, condition]) => [condition, `/conditions/${name}`] as const),
    ...rules.flatMap(([name, { while: state, when }]) => [
      [state, `/rules/${name}/while`] as const,
      [when, `/rules/${name}/when`] as const,
    ]),
  ];
  const actions = rules.flatMap(([name, { then }]) => mappingsIn(then, `/rules/${name}/then`));
  return [
    ...conditions
      .flatMap(([condition, pointer]) => mappingsIn(condition, pointer))
      .flatMap((found) => compared(found, linting)),
    ...actions.flatMap((found) => given(found, linting)),
  ].map(({ text, pointer }) => ({ name: text, at: atIn(file, pointer, 'value') }));
}

type Texts = ReturnType<typeof textsIn>;

/** The labels that one mapping of a condition compares facts with, in the short form or in json-rules-engine's. */
function compared({ mapping, pointer }: Found, { facts }: Linting): Texts {
  const { fact: name, path = '$', operator, value } = mapping;
  const isCanonical = typeof name === 'string' && isLabels(`${name}${String(path).slice(1)}`);
  if (isCanonical) return named(operator, value, `${pointer}/value`);
  return entriesOf(mapping, pointer).flatMap(([fact, written, at]) => {
    if (!isLabels(fact)) return [];
    if (!isMapping(written)) return textsIn(written, at);
    // A part of a label's name is no label.
    const isPart = (each: string) => facts.get(fact)?.type === 'string' && each.toLowerCase().includes('contain');
    return entriesOf(written, at).flatMap(([each, operand, below]) =>
      isPart(each) ? [] : named(each, operand, below),
    );
  });
}

/** The labels that one action adds or removes. */
function given({ mapping, pointer }: Found, { vocabulary }: Linting): Texts {
  return entriesOf(mapping, pointer).flatMap(([name, params, at]) => {
    const { changes = [], fields = {} } = vocabulary.actions[name] ?? {};
    if (!isMapping(params) || !changes.some(isLabels)) return [];
    const lists = entriesOf(params, at).filter(([field]) => fields[field]?.type === 'texts');
    return lists.flatMap(([, value, below]) => textsIn(value, below)).filter(({ text }) => !hasPlaceholders(text));
  });
}

function isLabels(fact: string): boolean {
  return fact === 'label.name' || fact.endsWith('.labels');
}

/** Operators that compare with whole names. */
const WHOLE = ['equal', 'notEqual', 'in', 'notIn', 'contains', 'doesNotContain', 'containsAny', 'containsAll'];

function named(operator: unknown, operand: unknown, pointer: string): Texts {
  return WHOLE.includes(String(operator)) ? textsIn(operand, pointer) : [];
}
