// docs/setup.md names what the App needs, and what the doctor looks at: no more and no less.
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { examine } from '../src/doctor/examine.ts';
import { appEvents, appPermissions } from '../src/github/app-manifest.ts';
import { runCli } from './support/server.ts';

const text = readFileSync(new URL('../docs/setup.md', import.meta.url), 'utf8');

/** The cells of the table whose head begins so, row by row. */
function table(head: string): string[][] {
  const [, rows = ''] = new RegExp(`\\n\\| ${head}[^\\n]*\\n\\|[-|]+\\n((?:\\|[^\\n]*\\n)+)`).exec(text) ?? [];
  return rows
    .trim()
    .split('\n')
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** As GitHub's pages write `pull_requests`. */
const shown = (name: string) => name.replaceAll('_', ' ').replace(/^./, (letter) => letter.toUpperCase());

describe('docs/setup.md', function () {
  this.timeout(30_000);

  it('has every permission', () => {
    const levels = { read: 'Read-only', write: 'Read and write' };
    const wanted = Object.entries(appPermissions).map(([name, level]) => [shown(name), levels[level]]);
    expect(table('permission')).to.deep.equal(wanted);
  });

  it('has every event', () => {
    expect(table('event')).to.deep.equal(appEvents.map((event) => [shown(event)]));
  });

  it('has every check of the doctor', async () => {
    const named = table('check').flatMap(([names = '']) => names.split(', '));
    const environment = { GITHUB_API_URL: 'http://127.0.0.1:1', DATA_DIR: '/nowhere' };
    for (const { check } of await examine({ environment })) expect(named).to.include(check);
  });

  it('has every option of the commands', async () => {
    for (const command of ['setup', 'doctor']) {
      const { stdout } = await runCli([command, '--help']);
      for (const [, option] of stdout.matchAll(/^ {2}(--[a-z-]+)/gm)) expect(text).to.include(option);
    }
  });
});
