// Rules exchanged while the server runs: what is said to be wrong with them is theirs alone.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { openRules, readServedRules } from '../src/active-rules.ts';
import { ruleLoader } from '../src/engine/load.ts';
import { StoreUnavailable } from '../src/store/store.ts';
import { vocabulary } from '../src/vocabulary.ts';

const file = (program: string) => `version: 1\nprogram: ${program}\n`;

describe('rules that change', () => {
  it('are refused for their own faults, and not because the database is away', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'c4gt-test-'));
    const path = join(directory, 'a.yaml');
    await writeFile(path, file('one'));
    const load = ruleLoader(vocabulary);
    const errors: string[] = [];
    let away = false;
    const rules = await openRules({
      directory,
      load,
      initial: await readServedRules(directory, load),
      store: {
        activateRules: async () => {
          if (away) throw new StoreUnavailable('connect ECONNREFUSED 10.1.2.3:5432');
        },
      },
      onChange: () => undefined,
      log: { info: () => undefined, error: (fields: object) => void errors.push(JSON.stringify(fields)) },
    });
    try {
      away = true;
      await writeFile(path, file('two'));
      while (errors.length === 0) await sleep(20);
      expect(errors[0]).to.include('ECONNREFUSED');
      expect(rules.refused()).to.equal(null);
      await writeFile(path, 'version: 3\nprogram: one\n');
      while (rules.refused() === null) await sleep(20);
      expect(rules.refused()).to.include('bad-value');
      // Anybody may read it, and where the server keeps its files is nobody's business.
      expect(rules.refused())
        .to.match(/^c4gt-test-\w+\/a\.yaml:1:10 error/)
        .and.not.to.include(tmpdir());
    } finally {
      await rules.close();
      await rm(directory, { recursive: true, force: true });
    }
  });
});
