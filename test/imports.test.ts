// The table of who may import whom is a check that can fail: each planted violation is found.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const root = fileURLToPath(new URL('..', import.meta.url));

/** From, to: files of src/ by path, packages by name. */
const forbidden: readonly (readonly [from: string, to: string])[] = [
  ['models/user.ts', 'facts/fact.ts'],
  ['facts/state.ts', 'engine/decide.ts'],
  ['facts/fact.ts', 'log.ts'],
  ['consumers/issues.ts', 'consumers/labels.ts'],
  ['consumers/context.ts', 'store/store.ts'],
  ['engine/decide.ts', 'actions/award-points.ts'],
  ['engine/load.ts', 'rules-directory.ts'],
  ['engine/load.ts', 'node:fs'],
  ['engine/evaluate.ts', 'store/store.ts'],
  ['actions/award-points.ts', 'actions/list-ticket.ts'],
  ['actions/award-points.ts', 'pg'],
  ['store/open.ts', 'engine/decide.ts'],
  ['listener/listener.ts', 'engine/decide.ts'],
  ['listener/listener.ts', 'facts/state.ts'],
  ['worker/worker.ts', 'koa'],
  ['worker/worker.ts', 'store/open.ts'],
  ['worker/worker.ts', 'json-rules-engine'],
  ['web/app.ts', 'listener/listener.ts'],
  ['web/api.ts', 'pg'],
  ['web/api.ts', '@supabase/supabase-js'],
  ['store/open.ts', '@supabase/supabase-js'],
  ['rule-tests/prepare.ts', 'commands/examples.ts'],
  ['rule-tests/memory-store.ts', 'store/open.ts'],
  ['rule-tests/prepare.ts', 'node:fs'],
  ['rule-tests/test-rules.ts', 'vocabulary.ts'],
  ['worker/process-delivery.ts', 'rule-tests/memory-store.ts'],
  ['config.ts', 'main.ts'],
  ['github/app.ts', 'engine/decide.ts'],
  ['github/app.ts', 'store/store.ts'],
  ['github/client.ts', 'web/app.ts'],
  ['github/lookups.ts', 'facts/state.ts'],
  ['worker/worker.ts', 'github/app.ts'],
  ['facts/lookups.ts', 'github/lookups.ts'],
  ['worker/worker.ts', '@octokit/rest'],
  ['web/app.ts', '@octokit/auth-app'],
  ['commands/send.ts', '@octokit/core'],
  ['commands/send.ts', '@octokit/graphql'],
  ['main.ts', '@octokit/plugin-throttling'],
  ['setup/saving.ts', 'store/store.ts'],
  ['setup/setup.ts', 'web/setup-pages.ts'],
  ['doctor/examine.ts', 'worker/sweep.ts'],
  ['doctor/examine.ts', 'commands/doctor.ts'],
  ['ledger/replay.ts', 'github/app.ts'],
  ['ledger/verify.ts', 'store/database-ledger.ts'],
  ['worker/sweep.ts', 'ledger/verify.ts'],
  ['github/app-itself.ts', 'doctor/finding.ts'],
];

describe('the import rules', () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'c4gt-imports-'));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
    const imports = new Map<string, string[]>();
    for (const [from, to] of forbidden) {
      const path = to.endsWith('.ts') ? relative(dirname(from), to).replace(/^(?!\.)/, './') : to;
      imports.set(from, [...(imports.get(from) ?? []), path]);
      if (to.endsWith('.ts') && !imports.has(to)) imports.set(to, []);
    }
    for (const [file, paths] of imports) {
      mkdirSync(join(folder, 'src', dirname(file)), { recursive: true });
      const lines = paths.map((path, at) => `import * as a${at} from '${path}';\nexport const b${at} = a${at};\n`);
      writeFileSync(join(folder, 'src', file), `${lines.join('')}export const name = '${file}';\n`);
    }
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it('find every planted violation', function () {
    this.timeout(60_000);
    const cruiser = join(root, 'node_modules/.bin/depcruise');
    const config = join(root, '.dependency-cruiser.js');
    const { stdout } = spawnSync(process.execPath, [cruiser, '--config', config, '--output-type', 'json', 'src'], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 50_000_000,
    });
    const { summary } = JSON.parse(stdout) as { summary: { violations: { from: string; to: string }[] } };
    const found = summary.violations.map(({ from, to }) => `${from} → ${to}`);
    for (const [from, to] of forbidden) {
      const target = to.endsWith('.ts') ? `src/${to}` : to.replace('node:', '');
      const isFound = found.some((each) => each.startsWith(`src/${from} → `) && each.includes(target));
      expect(isFound, `${from} may not import ${to}\n${found.join('\n')}`).to.equal(true);
    }
  });
});
