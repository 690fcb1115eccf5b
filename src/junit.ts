// Results as JUnit's XML, which nearly every CI system reads: suites of cases, written so that any text in them is inert.
// https://github.com/testmoapp/junitxml
import XMLBuilder from 'fast-xml-builder';
import { printableLine } from './printable.ts';

export interface JunitSuite {
  readonly name: string;
  readonly cases: readonly JunitCase[];
}

export interface JunitCase {
  readonly name: string;
  readonly className: string;
  /** As people would open it. */
  readonly file: string;
  readonly line?: number;
  readonly milliseconds?: number;
  /** Why it failed; a case without one has passed. */
  readonly failure?: { readonly type: string; readonly message: string; readonly details: string };
  /** Worth saying of a case that has passed. */
  readonly note?: string;
}

export function junitXml(name: string, suites: readonly JunitSuite[]): string {
  const builder = new XMLBuilder({
    attributeNamePrefix: '@',
    ignoreAttributes: false,
    suppressBooleanAttributes: false,
    suppressEmptyNode: true,
    format: true,
  });
  const document = {
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    testsuites: {
      ...attributes({ name, ...totals(suites.flatMap(({ cases }) => cases)) }),
      testsuite: suites.map((suite) => ({
        ...attributes({ name: suite.name, ...totals(suite.cases) }),
        testcase: suite.cases.map(testcase),
      })),
    },
  };
  return builder.build(document).trimEnd();
}

function testcase({ name, className, file, line, milliseconds, failure, note }: JunitCase) {
  return {
    ...attributes({ name, classname: className, file, line, time: seconds(milliseconds) }),
    ...(failure === undefined
      ? {}
      : {
          failure: { ...attributes({ message: failure.message, type: failure.type }), '#text': lines(failure.details) },
        }),
    ...(note === undefined ? {} : { 'system-out': lines(note) }),
  };
}

function totals(cases: readonly JunitCase[]) {
  return {
    tests: cases.length,
    failures: cases.filter(({ failure }) => failure !== undefined).length,
    errors: 0,
    skipped: 0,
    time: seconds(cases.reduce((sum, { milliseconds = 0 }) => sum + milliseconds, 0)),
  };
}

function seconds(milliseconds = 0): string {
  return (milliseconds / 1000).toFixed(3);
}

function attributes(values: Readonly<Record<string, string | number | undefined>>) {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [`@${name}`, characters(printableLine(String(value)))]));
}

function lines(text: string): string {
  return text
    .split(/\r\n|\n|\r/)
    .map(printableLine)
    .map(characters)
    .join('\n');
}

/** Of what `printable` leaves, these are no characters of XML 1.0: https://www.w3.org/TR/xml/#charsets */
function characters(text: string): string {
  return text.replaceAll(/[\ufffe\uffff]/g, '\ufffd');
}
