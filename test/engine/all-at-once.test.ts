// All that is wrong with rule files is said in one run: each fault once, and none that only follows from another.
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { parse } from 'yaml';
import { linesOf } from '../../src/engine/problem.ts';
import { load, said } from './rules.ts';

interface Case {
  readonly note: string;
  /** By path; null for one that cannot be read. */
  readonly files: Readonly<Record<string, string | null>>;
  /** `file:line:column code` */
  readonly problems: readonly string[];
}

const cases = parse(readFileSync(new URL('./cases/all-at-once.yaml', import.meta.url), 'utf8')) as Case[];

describe('all problems at once', () => {
  for (const { note, files, problems: expected } of cases) {
    it(note, () => {
      const sources = Object.entries(files).map(([path, text]) =>
        text === null ? { path, text: '', unreadable: 'permission is denied' } : { path, text },
      );
      const { rules, problems } = load(sources);
      const places = problems.map(({ file, line, column, code }) => `${file}:${line}:${column} ${code}`);
      expect(rules).to.equal(null);
      expect(places, problems.map(said).join('\n')).to.deep.equal(expected);
    });
  }

  it('are said once each, inside the files, whatever is done to good ones', () => {
    const good = ['shared', 'uses'].map((name) => ({ path: `${name}.yaml`, text: GOOD[name] ?? '' }));
    expect(load(good).problems.map(said)).to.deep.equal([]);
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
        const sources = good.map(({ path, text }, index) => ({
          path,
          text: edits.filter(({ file }) => file === index).reduce(edited, text),
        }));
        const { rules, problems } = load(sources);
        expect(rules === null).to.equal(problems.length > 0);
        const once = new Set(problems.map(said));
        expect(once.size).to.equal(problems.length);
        for (const { file, line, column, message, hint = '' } of problems) {
          const lines = linesOf(sources.find(({ path }) => path === file)?.text ?? '');
          expect(line).to.be.within(1, lines.length);
          expect(column).to.be.within(1, (lines[line - 1]?.length ?? 0) + 1);
          expect(`${message} ${hint}`).not.to.match(/undefined|\[object|NaN|\bnull\b/);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

const GOOD: Readonly<Record<string, string>> = {
  shared: `version: 1
program: shared
tables:
  sizes: { Low: 10, High: 30 }
conditions:
  is-ticket: { issue.labels: { containsAny: [C4GT Community, C4GT Bounty] } }
  is-open:
    all:
      - condition: is-ticket
      - issue.state: open
      - not: { issue.title: { matches: "^WIP" } }
`,
  uses: `version: 1
program: demo
repositories: ["Code4GovTech/*"]
rules:
  list:
    description: Tickets are listed.
    on: [issues, issue_comment]
    while: { condition: is-open, issue.number: { greaterThan: 1, lessThan: 500 } }
    then:
      - list_ticket:
          points: { table: sizes, key: { fact: ticket.complexity }, default: 10 }
  thanks:
    on: issues.closed
    when: { fact: sender.login, operator: notEqual, value: { fact: issue.author.login } }
    once_per: subject
    limits: { per_hour: 5 }
    then:
      - award_points: { to: { fact: issue.author }, points: 5, reason: "Closed {{ issue.title }}" }
`,
};

interface Edit {
  readonly file: number;
  /** Where in the file, as a part of its length. */
  readonly at: number;
  readonly removed: number;
  readonly put: string;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  file: fc.nat({ max: 1 }),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.constantFrom(0, 1, 3, 12, 60),
  put: fc.constantFrom(
    '',
    ' ',
    '\n',
    '\t',
    'x',
    '1',
    '"',
    '{',
    '}',
    '[',
    ']',
    ': ',
    ', ',
    '- ',
    '&a ',
    '*a',
    '!t ',
    '~',
    '/',
    '\u200b',
    '<<: 1\n',
  ),
});

function edited(text: string, { at, removed, put }: Edit): string {
  const from = Math.floor(at * text.length);
  return text.slice(0, from) + put + text.slice(from + removed);
}
