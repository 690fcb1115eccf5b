// Rules exchanged while the server runs: what is said to be wrong with them is theirs alone.
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { type ActiveRules, openRules, readServedRules } from '../src/active-rules.ts';
import { type StepwiseLoader, stepwiseRuleLoader } from '../src/engine/load.ts';
import { StoreUnavailable } from '../src/store/store.ts';
import { vocabulary } from '../src/vocabulary.ts';
import { listen, send } from './listener/listening.ts';
import { until } from './support/until.ts';

const file = (program: string) => `version: 1\nprogram: ${program}\n`;

describe('rules that change', () => {
  it('are refused for their own faults, and not because the database is away', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'c4gt-test-'));
    const path = join(directory, 'a.yaml');
    await writeFile(path, file('one'));
    const load = stepwiseRuleLoader(vocabulary);
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

describe('rules that take long to load', () => {
  let directory: string;
  let rules: ActiveRules;
  /** While it is set, loading does not come to its end; how often it was begun, and is under way. */
  let isHeld = false;
  let begun = 0;
  let underWay = 0;
  const activated: string[] = [];
  const complaints: object[] = [];
  let isAway = false;

  const loadRules = stepwiseRuleLoader(vocabulary);
  const load: StepwiseLoader = function* (files) {
    begun += 1;
    underWay += 1;
    try {
      expect(underWay).to.equal(1);
      // A process that hears nothing meanwhile would go on for ever.
      for (const giveUp = performance.now() + 20_000; isHeld && performance.now() < giveUp; ) yield;
      return yield* loadRules(files);
    } finally {
      underWay -= 1;
    }
  };
  const write = (text: string) => writeFile(join(directory, 'a.yaml'), text);

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'c4gt-test-'));
    await write(file('one'));
    isHeld = isAway = false;
    activated.length = complaints.length = 0;
    rules = await openRules({
      directory,
      load,
      initial: await readServedRules(directory, load),
      store: {
        activateRules: async (version) => {
          if (isAway) throw new StoreUnavailable('away');
          activated.push(version);
        },
      },
      onChange: () => undefined,
      log: { info: () => undefined, error: (fields: object) => void complaints.push(fields) },
    });
    begun = 0;
  });
  afterEach(async () => {
    isHeld = false;
    await rules.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('keep no delivery waiting, and the old ones are in force until they are ready', async () => {
    const old = rules.current();
    isHeld = true;
    await write(file('two'));
    await until('they are loaded', () => underWay === 1);
    const listening = await listen();
    expect((await send(listening.port)).status).to.equal(202);
    await listening.stop();
    expect([underWay, begun]).to.deep.equal([1, 1]);
    expect(rules.current()).to.equal(old);
    isHeld = false;
    await until('they are in force', () => rules.current() !== old);
  });

  it('are loaded once more, however often they change meanwhile', async () => {
    isHeld = true;
    await write(file('two'));
    await until('they are loaded', () => underWay === 1);
    for (const program of ['three', 'four', 'five']) {
      await write(file(program));
      await sleep(500);
    }
    expect(begun).to.equal(1);
    isHeld = false;
    await until('the last are in force', () => activated.length === 3);
    expect(begun).to.equal(2);
    const { rules: last } = await readServedRules(directory, loadRules);
    expect(rules.current().version).to.equal(last.version);
  });

  it('are not taken for wrong while somebody is writing them', async () => {
    isHeld = true;
    await write(file('two'));
    await until('they are loaded', () => underWay === 1);
    await write(file('three'));
    await sleep(700);
    // From now on no two looks see the same, and whoever reads them reads half of them.
    let half = 0;
    const writeHalf = () => writeFileSync(join(directory, 'a.yaml'), `program: [${half++}`);
    writeHalf();
    const writing = setInterval(writeHalf, 20);
    isHeld = false;
    try {
      await until('the first are in force', () => activated.length === 2);
      await sleep(500);
    } finally {
      clearInterval(writing);
    }
    writeFileSync(join(directory, 'a.yaml'), file('four'));
    await until('the last are in force', () => activated.length === 3);
    expect(complaints).to.deep.equal([]);
  });

  it('are not loaded again when the files are as they were, or the database was away', async () => {
    const first = rules.current();
    isHeld = true;
    await write(file('two'));
    await until('they are loaded', () => underWay === 1);
    await write(file('one'));
    await sleep(500);
    isAway = true;
    isHeld = false;
    await until('nothing is loaded', () => underWay === 0);
    await write(file('two'));
    await sleep(500);
    isAway = false;
    await until('they are in force', () => rules.current() !== first);
    expect(begun).to.equal(1);
  });

  it('are given up when the process is stopped', async () => {
    isHeld = true;
    await write(file('two'));
    await until('they are loaded', () => underWay === 1);
    await rules.close();
    expect(isHeld).to.equal(true);
    expect(activated).to.have.length(1);
  });
});
