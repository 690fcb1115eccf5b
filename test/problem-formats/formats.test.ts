// Problems as programs read them: JSON, GitHub's annotations, SARIF and JUnit.
import { expect } from 'chai';
import fc from 'fast-check';
import type { Problem } from '../../src/engine/problem.ts';
import { githubOf } from '../../src/problem-formats/github.ts';
import { jsonOf } from '../../src/problem-formats/json.ts';
import { junitOf } from '../../src/problem-formats/junit.ts';
import { sarifOf } from '../../src/problem-formats/sarif.ts';
import { readXml } from '../support/xml.ts';
import { commandsIn, hostileReport, OBEYED } from './hostile.ts';

const error: Problem = {
  code: 'unknown-fact',
  severity: 'error',
  file: 'rules/a.yaml',
  line: 2,
  column: 5,
  length: 11,
  message: 'unknown fact `issue.label`',
  hint: 'did you mean `issue.labels`?',
};
const { hint: _, ...rest } = error;
const warning: Problem = {
  ...rest,
  code: 'loop',
  severity: 'warning',
  line: 1,
  column: 1,
  length: 1,
  message: 'it may feed itself',
};
const files = [
  { path: 'rules/a.yaml', text: 'rules:\n    issue.label: x\n' },
  { path: 'rules/b c.yaml', text: 'fine' },
];
const problems = [warning, error];
const same = (path: string) => path;

describe('problems as JSON', () => {
  it('is an array of all of them, as they are', () => {
    expect(JSON.parse(jsonOf({ problems }))).to.deep.equal(problems);
    expect(jsonOf({ problems: [] })).to.equal('[]');
    const many = Array.from({ length: 10_000 }, (_, line) => ({ ...error, line }));
    expect(JSON.parse(jsonOf({ problems: many }))).to.have.length(10_000);
  });

  it('means what was written, and is obeyed by nothing on the way', () => {
    fc.assert(
      fc.property(hostileReport, ({ problems }) => {
        const json = jsonOf({ problems });
        expect(JSON.parse(json)).to.deep.equal(problems);
        expect(json).not.to.match(OBEYED);
        expect(commandsIn(json)).to.deep.equal([]);
      }),
      { numRuns: 500 },
    );
  });
});

describe("problems as GitHub's annotations", () => {
  it('names file, place, code and sentence', () => {
    expect(githubOf({ problems }, same).split('\n')).to.deep.equal([
      '::warning file=rules/a.yaml,line=1,col=1,title=loop::it may feed itself',
      '::error file=rules/a.yaml,line=2,col=5,title=unknown-fact::unknown fact `issue.label` (did you mean `issue.labels`?)',
    ]);
  });

  it('escapes what would end a part of it', () => {
    const odd = { ...rest, file: 'a,b: 100%.yaml', message: '100% a\r\nb::c' };
    expect(githubOf({ problems: [odd] }, same)).to.equal(
      '::error file=a%2Cb%3A 100%25.yaml,line=2,col=5,title=unknown-fact::100%25 a⏎b::c',
    );
  });

  it('is one command for each problem and none besides, and what it says cannot hide in a property', () => {
    fc.assert(
      fc.property(hostileReport, ({ problems }) => {
        const output = githubOf({ problems }, same);
        const lines = output === '' ? [] : output.split(/\r\n|\n|\r/);
        expect(lines).to.have.length(problems.length);
        expect(output).not.to.match(OBEYED);
        for (const line of lines)
          expect(line).to.match(/^::(error|warning) file=[^,:]*,line=\d+,col=\d+,title=[a-z-]+::/);
      }),
      { numRuns: 500 },
    );
  });

  it('shows no more than anybody reads', () => {
    const many = Array.from({ length: 300 }, (_, line) => ({ ...error, line }));
    const lines = githubOf({ problems: many }, same).split('\n');
    expect(lines).to.have.length(201);
    expect(lines.at(-1)).to.equal('… and 100 more');
  });
});

/** The parts of SARIF 2.1.0 that are used: §3.13, 3.14, 3.18, 3.27, 3.28, 3.29, 3.30, 3.49. */
interface Sarif {
  readonly $schema: string;
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly Record<string, unknown>[] } };
    readonly columnKind: string;
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly {
        readonly physicalLocation: {
          readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string };
          readonly region: Readonly<Record<'startLine' | 'startColumn' | 'endLine' | 'endColumn', number>>;
        };
      }[];
    }[];
  }[];
}

describe('problems as SARIF', () => {
  const sarif = (problems: readonly Problem[], relative = same) =>
    JSON.parse(sarifOf({ problems, files }, relative)) as Sarif;

  it('is one run, with a rule for each code and a result for each problem', () => {
    const { version, $schema, runs } = sarif([warning, error, error]);
    expect({ version, runs: runs.length }).to.deep.equal({ version: '2.1.0', runs: 1 });
    expect($schema).to.match(/^https:.*sarif-schema-2\.1\.0\.json$/);
    const [run] = runs;
    expect(run?.tool.driver.name).to.equal('c4gt rules check');
    expect(run?.tool.driver.rules.map(({ id }) => id)).to.deep.equal(['loop', 'unknown-fact']);
    for (const rule of run?.tool.driver.rules ?? [])
      expect(rule)
        .to.have.nested.property('help.text')
        .that.matches(/\S.*\.$/);
    expect(run?.results.map(({ ruleId, ruleIndex, level }) => [ruleId, ruleIndex, level])).to.deep.equal([
      ['loop', 0, 'warning'],
      ['unknown-fact', 1, 'error'],
      ['unknown-fact', 1, 'error'],
    ]);
  });

  it('says where in the file, in the units of editors, and what to do', () => {
    const { runs } = sarif([error]);
    expect(runs[0]?.columnKind).to.equal('utf16CodeUnits');
    expect(runs[0]?.results[0]?.message).to.deep.equal({
      text: 'unknown fact `issue.label` (did you mean `issue.labels`?)',
    });
    expect(runs[0]?.results[0]?.locations[0]?.physicalLocation).to.deep.equal({
      artifactLocation: { uri: 'rules/a.yaml', uriBaseId: '%SRCROOT%' },
      region: { startLine: 2, startColumn: 5, endLine: 2, endColumn: 16 },
    });
  });

  it('names files by addresses: below the top of the repository, or absolute', () => {
    const uri = (file: string) =>
      sarif([{ ...error, file }]).runs[0]?.results[0]?.locations[0]?.physicalLocation.artifactLocation;
    expect(uri('rules/b c#1%.yaml')).to.deep.equal({ uri: 'rules/b%20c%231%25.yaml', uriBaseId: '%SRCROOT%' });
    expect(uri('rules\\b.yaml')).to.deep.equal({ uri: 'rules/b.yaml', uriBaseId: '%SRCROOT%' });
    expect(uri('/else where/b.yaml')).to.deep.equal({ uri: 'file:///else%20where/b.yaml' });
  });

  it('holds no link, no control character and no command, whatever it is about', () => {
    fc.assert(
      fc.property(hostileReport, ({ problems, files }) => {
        const written = sarifOf({ problems, files }, same);
        expect(written).not.to.match(OBEYED);
        expect(commandsIn(written)).to.deep.equal([]);
        const { results = [] } = (JSON.parse(written) as Sarif).runs[0] ?? {};
        expect(results).to.have.length(problems.length);
        for (const { message, locations } of results) {
          expect(message.text).not.to.match(/\]\(/);
          expect(message.text.isWellFormed()).to.equal(true);
          expect(locations[0]?.physicalLocation.artifactLocation.uri).to.match(/^[\w.~!*'()%/:-]+$/);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('problems as JUnit', () => {
  it('is a suite for each file, a case for each problem, and one that passes for a clean file', () => {
    const root = readXml(junitOf({ problems, files, strict: false }));
    expect(root.name).to.equal('testsuites');
    expect(root.attributes).to.include({ name: 'c4gt rules check', tests: '3', failures: '1' });
    const [a, b] = root.children;
    expect(a?.attributes).to.include({ name: 'rules/a.yaml', tests: '2', failures: '1', errors: '0', skipped: '0' });
    expect(b?.attributes).to.include({ name: 'rules/b c.yaml', tests: '1', failures: '0' });
    expect(b?.children.map(({ attributes, children }) => [attributes['name'], children.length])).to.deep.equal([
      ['no problems', 0],
    ]);
    const [first, second] = a?.children ?? [];
    expect(first?.children.map(({ name }) => name)).to.deep.equal(['system-out']);
    expect(second?.attributes).to.include({
      name: '2:5 unknown-fact: unknown fact `issue.label`',
      classname: 'rules/a.yaml',
      file: 'rules/a.yaml',
      line: '2',
    });
    const [failure] = second?.children ?? [];
    expect(failure?.attributes).to.deep.equal({
      message: 'unknown fact `issue.label` (did you mean `issue.labels`?)',
      type: 'error unknown-fact',
    });
    expect(failure?.text.split('\n').slice(1, 3)).to.deep.equal(['  2 |     issue.label: x', '    |     ^^^^^^^^^^^']);
  });

  it('counts warnings as failures when they are refused', () => {
    const root = readXml(junitOf({ problems, files, strict: true }));
    expect(root.attributes).to.include({ tests: '3', failures: '2' });
    expect(root.children[0]?.children[0]?.children[0]?.attributes['type']).to.equal('warning loop');
  });

  it('is well-formed XML, obeyed by nothing, whatever it is about', () => {
    fc.assert(
      fc.property(hostileReport, fc.boolean(), ({ problems, files }, strict) => {
        const xml = junitOf({ problems, files, strict });
        expect(xml).not.to.match(OBEYED);
        expect(commandsIn(xml)).to.deep.equal([]);
        const suites = readXml(xml).children;
        expect(suites).to.have.length(files.length);
        const failures = suites
          .flatMap(({ children }) => children)
          .filter(({ children }) => children[0]?.name === 'failure');
        if (new Set(files.map(({ path }) => path)).size === files.length)
          expect(failures).to.have.length(problems.filter(({ severity }) => strict || severity === 'error').length);
      }),
      { numRuns: 500 },
    );
  });
});
