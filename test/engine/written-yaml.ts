// The same file as different people would write it: other quotes, brackets, widths and indents, and comments all over.
import fc from 'fast-check';
import { Document, isCollection, parse, visit } from 'yaml';
import type { Json } from './rule-files.ts';

/** A value as YAML text in some style. */
export function written(value: Json): fc.Arbitrary<string> {
  const style = fc.record({
    indent: fc.constantFrom(2, 3, 4),
    indentSeq: fc.boolean(),
    lineWidth: fc.constantFrom(20, 40, 80, 0),
    singleQuote: fc.boolean(),
    flowCollectionPadding: fc.boolean(),
    defaultStringType: fc.constantFrom(
      'PLAIN',
      'PLAIN',
      'QUOTE_DOUBLE',
      'QUOTE_SINGLE',
      'BLOCK_FOLDED',
      'BLOCK_LITERAL',
    ),
    defaultKeyType: fc.constantFrom('PLAIN', 'PLAIN', 'QUOTE_DOUBLE'),
  } as const);
  return fc.tuple(style, fc.infiniteStream(fc.nat({ max: 5 }))).map(([options, dice]) => {
    const document = new Document(value);
    visit(document, {
      Collection: (_, node) => {
        if (isCollection(node)) node.flow = dice.next().value === 0;
      },
    });
    return document.toString(options);
  });
}

interface Sprinkle {
  readonly line: number;
  readonly indent: number;
  readonly kind: 'behind' | 'between' | 'apart';
}

const sprinkles = fc.array(
  fc.record({
    line: fc.nat(),
    indent: fc.nat({ max: 14 }),
    kind: fc.constantFrom('behind', 'between', 'apart'),
  } as const),
  { maxLength: 8 },
);

/** The text with comments wherever they do not change what it says. */
export function sprinkled(text: string): fc.Arbitrary<string> {
  const said = saidBy(text);
  return sprinkles.map((all) =>
    all.reduce((so, one, index) => {
      const changed = withComment(so, one, `# comment ${index}`);
      return saidBy(changed) === said ? changed : so;
    }, text),
  );
}

function withComment(text: string, { line, indent, kind }: Sprinkle, comment: string): string {
  const lines = text.split('\n');
  const at = line % lines.length;
  if (kind === 'behind') lines[at] = `${lines[at]} ${comment}`;
  else lines.splice(at, 0, ...(kind === 'apart' ? [''] : []), `${' '.repeat(indent)}${comment}`);
  return lines.join('\n');
}

function saidBy(text: string): string | null {
  try {
    return JSON.stringify(parse(text));
  } catch {
    return null;
  }
}
