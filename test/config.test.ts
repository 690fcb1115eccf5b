// Every setting: what it is when nothing is set, what it takes, and which fault is reported, all of them at once.
import { expect } from 'chai';
import { type Config, ConfigError, readConfig } from '../src/config.ts';

type Environment = Record<string, string>;

function faultsOf(environment: Environment, needs: { webhookSecret?: boolean } = {}): string[] {
  try {
    readConfig(environment, needs);
    return [];
  } catch (error) {
    expect(error).to.be.instanceOf(ConfigError);
    const [head, ...faults] = (error as Error).message.split('\n');
    expect(head).to.equal('The configuration cannot be used:');
    return faults.map((fault) => fault.trim());
  }
}

describe('the configuration', () => {
  it('is complete when nothing is set', () => {
    expect(readConfig({})).to.deep.equal({
      host: '127.0.0.1',
      port: 3000,
      dataDir: '.data',
      databaseUrl: null,
      rulesDir: 'rules',
      webhookSecrets: [],
      logLevel: 'info',
      visibility: 30,
    });
  });

  it('takes an empty value for none', () => {
    const names = 'HOST PORT DATA_DIR DATABASE_URL RULES_DIR GITHUB_WEBHOOK_SECRET LOG_LEVEL VISIBILITY_TIMEOUT';
    for (const blank of ['', '  ', '\n'])
      expect(readConfig(Object.fromEntries(names.split(' ').map((name) => [name, blank])))).to.deep.equal(
        readConfig({}),
      );
  });

  const taken: readonly [name: string, value: string, key: keyof Config, meaning: unknown][] = [
    ['HOST', '0.0.0.0', 'host', '0.0.0.0'],
    ['HOST', '::', 'host', '::'],
    ['PORT', '0', 'port', 0],
    ['PORT', ' 8080 ', 'port', 8080],
    ['PORT', '65535', 'port', 65_535],
    ['DATA_DIR', '/var/lib/c4gt', 'dataDir', '/var/lib/c4gt'],
    ['DATABASE_URL', 'postgres://u:p@h:1/d', 'databaseUrl', 'postgres://u:p@h:1/d'],
    ['DATABASE_URL', 'postgresql://h/d?sslmode=require', 'databaseUrl', 'postgresql://h/d?sslmode=require'],
    ['RULES_DIR', './mine', 'rulesDir', './mine'],
    ['GITHUB_WEBHOOK_SECRET', 'one', 'webhookSecrets', ['one']],
    ['GITHUB_WEBHOOK_SECRET', ' old , new,', 'webhookSecrets', ['old', 'new']],
    ...['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'].map(
      (level): [string, string, keyof Config, string] => ['LOG_LEVEL', level, 'logLevel', level],
    ),
    ['VISIBILITY_TIMEOUT', '1', 'visibility', 1],
    ['VISIBILITY_TIMEOUT', '3600', 'visibility', 3600],
  ];
  for (const [name, value, key, meaning] of taken) {
    it(`takes ${name}=${value}`, () => {
      expect(readConfig({ [name]: value })).to.deep.equal({ ...readConfig({}), [key]: meaning });
    });
  }

  const refused: readonly [name: string, values: readonly string[], fault: RegExp][] = [
    [
      'PORT',
      ['-1', '65536', '80.5', 'http', '80a', 'NaN', 'Infinity', '0x50', '8e1'],
      /a whole number from 0 to 65535$/,
    ],
    ['VISIBILITY_TIMEOUT', ['0', '3601', '1.5', '30s'], /a whole number from 1 to 3600$/],
    [
      'DATABASE_URL',
      ['localhost', 'mysql://h/d', 'postgres', 'postgres:db', '//h/d'],
      /postgres:\/\/ or postgresql:\/\/$/,
    ],
    ['LOG_LEVEL', ['loud', 'INFO', '30', 'info,debug', 'constructor'], /one of fatal, error, warn, info/],
  ];
  for (const [name, values, fault] of refused) {
    for (const value of values) {
      it(`refuses ${name}=${value}`, () => {
        const faults = faultsOf({ [name]: value });
        expect(faults).to.have.length(1);
        expect(faults[0])
          .to.match(new RegExp(`^${name} must be `))
          .and.match(fault);
      });
    }
  }

  it('needs a webhook secret only where deliveries are received', () => {
    for (const none of ['', ' ', ',', ' , ']) {
      const faults = faultsOf({ GITHUB_WEBHOOK_SECRET: none }, { webhookSecret: true });
      expect(faults).to.have.length(1);
      expect(faults[0]).to.match(/^GITHUB_WEBHOOK_SECRET is missing/);
      expect(faultsOf({ GITHUB_WEBHOOK_SECRET: none })).to.deep.equal([]);
    }
    expect(faultsOf({ GITHUB_WEBHOOK_SECRET: 'x' }, { webhookSecret: true })).to.deep.equal([]);
  });

  it('reports all faults at once, and no value, for it may be a secret', () => {
    const wrong = Object.fromEntries(refused.map(([name]) => [name, 'canary']));
    const faults = faultsOf(wrong, { webhookSecret: true });
    expect(faults.map((fault) => fault.split(' ')[0]).sort()).to.deep.equal(
      [...Object.keys(wrong), 'GITHUB_WEBHOOK_SECRET'].sort(),
    );
    expect(faults.join()).not.to.include('canary');
  });
});
