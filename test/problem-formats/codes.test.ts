// Every code that a problem can have is explained, in SARIF and in docs/problems.md, and no other.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { lintCodes } from '../../src/engine/lint/lint.ts';
import { EXPLAINED, explained } from '../../src/problem-formats/codes.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Codes as the sources write them where they report, or give what is reported. */
function codesIn(folder: string): string[] {
  const names = readdirSync(join(root, 'src', folder), { recursive: true, encoding: 'utf8' });
  // Warnings are said another way, and listed by their own page.
  const files = names.filter((name) => name.endsWith('.ts') && !/^(lint|explain)\b/.test(name));
  return files.flatMap((name) => {
    const source = readFileSync(join(root, 'src', folder, name), 'utf8');
    const reported =
      /(?:\b(?:report|refuse|wrong)|\bproblemAt\([^,]+(?:\([^)]*\))?,|wrongAt\([^)]*\))\(?\s*'([a-z-]+)'/g;
    const given = /\bcode: '([a-z-]+)'/g;
    const unknown = /'x-names': '([a-z]+)'|\bnamed\(\s*'([a-z]+)'/g;
    return [
      ...[...source.matchAll(reported), ...source.matchAll(given)].map(([, code = '']) => code),
      ...[...source.matchAll(unknown)].map(([, one, other]) => `unknown-${one ?? other}`),
    ];
  });
}

describe('codes of problems', () => {
  const codes = [...new Set([...codesIn('engine'), ...codesIn('rule-tests')])].sort();

  it('are each explained in a sentence or two', () => {
    expect(codes).to.include.members(['unknown-fact', 'yaml-syntax', 'unreadable', 'cannot-set', 'bad-pattern']);
    expect(Object.keys(EXPLAINED)).to.include.members(codes);
    for (const text of Object.values(EXPLAINED)) expect(text).to.match(/^[`A-Z'"j].*\.$/);
  });

  it('are sorted, as people look for them', () => {
    expect(Object.keys(EXPLAINED)).to.deep.equal(Object.keys(EXPLAINED).sort());
  });

  it('are the rows of docs/problems.md', () => {
    const rows = readFileSync(join(root, 'docs', 'problems.md'), 'utf8').split('\n');
    const written = rows.filter((row) => row.startsWith('| `'));
    expect(written).to.deep.equal(Object.entries(EXPLAINED).map(([code, text]) => `| \`${code}\` | ${text} |`));
  });

  it('of warnings are explained on their own page', () => {
    const page = readFileSync(join(root, 'docs', 'lints.md'), 'utf8');
    for (const code of lintCodes) {
      expect(page).to.include(`\`${code}\``);
      expect(explained(code)).to.equal('See docs/lints.md.');
    }
  });
});
