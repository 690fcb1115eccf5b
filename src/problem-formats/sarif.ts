// Problems as SARIF 2.1.0, which GitHub's code scanning and many editors read.
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
import type { Problem } from '../engine/problem.ts';
import { printableLine } from '../printable.ts';
import { explained } from './codes.ts';
import { inertJson } from './json.ts';
import { type Report, sentenceOf } from './report.ts';

/** @param relative gives a file's path from the top of the repository, by which code scanning knows it */
export function sarifOf(
  { problems, files }: Pick<Report, 'problems' | 'files'>,
  relative: (file: string) => string,
): string {
  const codes = [...new Set(problems.map(({ code }) => code))].sort();
  const run = {
    tool: { driver: { name: 'c4gt rules check', rules: codes.map((code) => ruleOf(code, problems)) } },
    columnKind: 'utf16CodeUnits',
    artifacts: files.map(({ path }) => ({ location: locationOf(relative(path)), sourceLanguage: 'yaml' })),
    results: problems.map((problem) => ({
      ruleId: problem.code,
      ruleIndex: codes.indexOf(problem.code),
      level: problem.severity,
      message: { text: plainMessage(sentenceOf(problem)) },
      locations: [
        { physicalLocation: { artifactLocation: locationOf(relative(problem.file)), region: region(problem) } },
      ],
    })),
  };
  return inertJson({ $schema: SCHEMA, version: '2.1.0', runs: [run] });
}

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

function ruleOf(code: string, problems: readonly Problem[]) {
  const help = explained(code);
  return {
    id: code,
    shortDescription: { text: code.replaceAll('-', ' ') },
    fullDescription: { text: help },
    help: { text: help },
    defaultConfiguration: { level: problems.find((problem) => problem.code === code)?.severity ?? 'error' },
  };
}

/** A path below the top of the repository, or an absolute one. */
function locationOf(path: string): { uri: string; uriBaseId?: string } {
  const uri = path.toWellFormed().replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? { uri: `file://${uri}` } : { uri, uriBaseId: '%SRCROOT%' };
}

function region({ line, column, length }: Problem) {
  return { startLine: line, startColumn: column, endLine: line, endColumn: column + length };
}

/** `[text](target)` in a message is a link (§3.11.6), and what stands in a rule file shall not become one. */
function plainMessage(text: string): string {
  return printableLine(text).replaceAll('](', '] (');
}
