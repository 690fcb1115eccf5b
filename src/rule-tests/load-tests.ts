// Test files in, tests or problems out: read and checked by the same means as rule files.
import { type SchemaCheck, schemaCheck } from '../engine/check-schema.ts';
import type { Vocabulary } from '../engine/language.ts';
import { type Problem, type SourceFile, sortProblems } from '../engine/problem.ts';
import type { At } from '../engine/rule.ts';
import { readYaml, type YamlSource } from '../engine/yaml-source.ts';
import type { FactEntry } from '../facts/fact.ts';
import { isTimestamp } from '../models/timestamp.ts';
import { unsettable } from './settable.ts';
import { testsSchema } from './tests-schema.ts';
import type { Expectations, SetFact, Step, Written, WrittenTest } from './written-test.ts';

export interface LoadedTests {
  /** In the order of the files; none of a file in which something is wrong. */
  readonly tests: readonly WrittenTest[];
  readonly problems: readonly Problem[];
}

/** Loads test files as often as wanted; what the vocabulary needs is prepared once. */
export function testLoader(vocabulary: Vocabulary): (files: readonly SourceFile[]) => LoadedTests {
  const check = schemaCheck(testsSchema(vocabulary));
  const facts = new Map(vocabulary.facts.map((entry) => [entry.name, entry]));
  return (files) => {
    const loaded = files.map((file) => loadFile(file, check, facts));
    return {
      tests: loaded.flatMap(({ tests, problems }) => (problems.length > 0 ? [] : tests)),
      problems: sortProblems(loaded.flatMap(({ problems }) => problems)),
    };
  };
}

type FactsByName = ReadonlyMap<string, FactEntry>;

function loadFile(file: SourceFile, check: SchemaCheck, facts: FactsByName): LoadedTests {
  const { source, problems: faults, gaps } = readYaml(file);
  if (source === null) return { tests: [], problems: faults };
  const misfits = check(source, gaps).map(({ problem, pointer }) => better(problem, pointer, facts));
  if (faults.length + misfits.length > 0) return { tests: [], problems: [...faults, ...misfits] };
  const problems: Problem[] = [];
  const reading = readingOf(source, facts, problems);
  const { tests } = source.value as { readonly tests: readonly TestInYaml[] };
  const read = tests.map((test, index) => readTest(test, `/tests/${index}`, reading));
  checkNames(tests, reading);
  return { tests: read, problems };
}

/** A fact that there is, and that cannot be set, is not unknown. */
function better(problem: Problem, pointer: string, facts: FactsByName): Problem {
  const [, name = ''] = /^unknown fact `(.+)`$/.exec(problem.message) ?? [];
  const entry = /\/set\/[^/]+$/.test(pointer) ? facts.get(name) : undefined;
  const { hint: _, ...rest } = problem;
  return entry === undefined ? problem : { ...rest, code: 'cannot-set', ...unsettable(entry) };
}

/** What a test is once it fits the schema. */
interface TestInYaml {
  readonly name: string;
  readonly history: readonly Readonly<Record<string, StepInYaml | null>>[];
  readonly lookups?: Readonly<Record<string, Written>>;
  readonly expect: Expectations;
}

interface StepInYaml {
  readonly like?: string;
  readonly set?: Readonly<Record<string, Written>>;
  readonly at?: string;
}

interface Reading {
  readonly facts: FactsByName;
  readonly at: (pointer: string) => At;
  readonly report: (code: string, pointer: string, message: string, hint?: string) => void;
}

function readingOf(source: YamlSource, facts: FactsByName, problems: Problem[]): Reading {
  const { file, placeOf } = source;
  return {
    facts,
    at: (pointer) => ({ file: file.path, ...placeOf(pointer, 'key') }),
    report: (code, pointer, message, hint) => {
      // What does not belong is shown by its name, what is wrong by itself.
      const place = placeOf(pointer, code === 'fact-not-offered' ? 'key' : 'value');
      const about = { code, severity: 'error', file: file.path, ...place, message } as const;
      problems.push({ ...about, ...(hint === undefined ? {} : { hint }) });
    },
  };
}

function readTest({ name, history, lookups = {}, expect }: TestInYaml, pointer: string, reading: Reading): WrittenTest {
  return {
    name,
    at: reading.at(`${pointer}/name`),
    history: history.flatMap((step, index) =>
      Object.entries(step).map(([event, written]) =>
        readStep(event, written ?? {}, `${pointer}/history/${index}/${event}`, reading),
      ),
    ),
    lookups: readFacts(lookups, `${pointer}/lookups`, reading),
    expect,
    expectedAt: (path) => reading.at(`${pointer}/expect/${path}`),
  };
}

function readStep(name: string, { like, set = {}, at }: StepInYaml, pointer: string, reading: Reading): Step {
  if (at !== undefined && !isTimestamp(at)) notATime(at, `${pointer}/at`, reading);
  const step = { at: reading.at(pointer), time: at ?? null };
  if (name === 'schedule.daily') return { kind: 'day', ...step };
  const facts = readFacts(set, `${pointer}/set`, reading);
  if (name === 'contributor') {
    const value = (fact: string) => facts.find((each) => each.name === fact)?.value;
    const [registered, points] = [value('contributor.registered'), value('contributor.points')];
    return {
      kind: 'contributor',
      ...step,
      login: String(value('contributor')),
      ...(typeof registered === 'boolean' ? { registered } : {}),
      ...(typeof points === 'number' ? { points } : {}),
    };
  }
  const [event = name, action] = name.split('.');
  for (const { name: fact } of facts) {
    const entry = reading.facts.get(fact);
    if (entry === undefined || entry.events.includes(event)) continue;
    const hint = `it comes with ${entry.events.filter((each) => each !== 'schedule').join(', ')}`;
    reading.report('fact-not-offered', `${pointer}/set/${fact}`, `${event} does not offer \`${fact}\``, hint);
  }
  return {
    kind: 'delivery',
    ...step,
    event,
    action: action ?? null,
    like: like === undefined ? null : { name: like, at: reading.at(`${pointer}/like`) },
    set: facts,
  };
}

function readFacts(facts: Readonly<Record<string, Written>>, pointer: string, reading: Reading): SetFact[] {
  return Object.entries(facts).map(([name, value]) => {
    const isBadTime = reading.facts.get(name)?.type === 'time' && typeof value === 'string' && !isTimestamp(value);
    if (isBadTime) notATime(value, `${pointer}/${name}`, reading);
    return { name, value, at: reading.at(`${pointer}/${name}`) };
  });
}

function notATime(value: string, pointer: string, { report }: Reading): void {
  report('wrong-type', pointer, `${JSON.stringify(value)} is no time`, 'write it as 2026-01-31T12:00:00Z');
}

/** A name tells one test of a file from the others, here and in reports. */
function checkNames(tests: readonly TestInYaml[], { report, at }: Reading): void {
  const first = new Map<string, number>();
  tests.forEach(({ name }, index) => {
    const line = first.get(name);
    const message = `a test of this name is already at line ${line}`;
    if (line !== undefined) report('duplicate-name', `/tests/${index}/name`, message);
    else first.set(name, at(`/tests/${index}/name`).line);
  });
}
