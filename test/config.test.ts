// Every setting: what it is when nothing is set, what it takes, and which fault is reported, all of them at once.
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
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
      supabase: null,
      rulesDir: 'rules',
      repositories: [],
      webhookSecrets: [],
      logLevel: 'info',
      visibility: 30,
      retainDays: 90,
      baseUrl: null,
      github: { apiUrl: 'https://api.github.com', app: null, client: null },
      ledgerKey: null,
    });
  });

  it('takes an empty value for none', () => {
    const names = [
      ...['HOST', 'PORT', 'DATA_DIR', 'DATABASE_URL', 'RULES_DIR', 'LOG_LEVEL', 'VISIBILITY_TIMEOUT', 'BASE_URL'],
      ...['GITHUB_WEBHOOK_SECRET', 'GITHUB_APP_ID', 'GITHUB_PRIVATE_KEY', 'GITHUB_API_URL'],
      ...['GITHUB_CLIENT_ID', 'GITHUB_CLIENT_SECRET', 'SUPABASE_URL', 'SUPABASE_SECRET_KEY', 'LEDGER_SIGNING_KEY'],
      'RETAIN_DELIVERIES',
    ];
    for (const blank of ['', '  ', '\n'])
      expect(readConfig(Object.fromEntries(names.map((name) => [name, blank])))).to.deep.equal(readConfig({}));
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
    ['ORGANISATIONS', ' Code4GovTech, sunbird-ed,', 'repositories', ['Code4GovTech/*', 'sunbird-ed/*']],
    ['GITHUB_WEBHOOK_SECRET', 'one', 'webhookSecrets', ['one']],
    ['GITHUB_WEBHOOK_SECRET', ' old , new,', 'webhookSecrets', ['old', 'new']],
    ...['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'].map(
      (level): [string, string, keyof Config, string] => ['LOG_LEVEL', level, 'logLevel', level],
    ),
    ['VISIBILITY_TIMEOUT', '1', 'visibility', 1],
    ['VISIBILITY_TIMEOUT', '3600', 'visibility', 3600],
    ['RETAIN_DELIVERIES', '1d', 'retainDays', 1],
    ['RETAIN_DELIVERIES', ' 12W ', 'retainDays', 84],
    ['RETAIN_DELIVERIES', '2y', 'retainDays', 730],
    ['RETAIN_DELIVERIES', '100y', 'retainDays', 36_500],
    ['RETAIN_DELIVERIES', 'forever', 'retainDays', null],
    ['BASE_URL', 'https://c.example.org', 'baseUrl', 'https://c.example.org'],
    ['BASE_URL', ' https://C.example.org:8443/points/ ', 'baseUrl', 'https://c.example.org:8443/points'],
    ['BASE_URL', 'http://localhost:3000/', 'baseUrl', 'http://localhost:3000'],
    ...(
      [
        ['https://api.github.com/', 'https://api.github.com'],
        ['https://api.octo.ghe.com', 'https://api.octo.ghe.com'],
        ['https://git.example.org/api/v3/', 'https://git.example.org/api/v3'],
        ['http://127.0.0.1:4000', 'http://127.0.0.1:4000'],
        ['http://localhost:4000/api/v3', 'http://localhost:4000/api/v3'],
        ['http://[::1]:4000', 'http://[::1]:4000'],
      ] as const
    ).map(([written, apiUrl]): [string, string, keyof Config, unknown] => [
      ...(['GITHUB_API_URL', written, 'github'] as const),
      { apiUrl, app: null, client: null },
    ]),
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
      'RETAIN_DELIVERIES',
      ['0d', '90', 'd', '1.5d', '-1d', '90 d', '3m', 'ever', 'none', '101y', '99999999d'],
      /forever, or a whole number of days, weeks or years up to 100 years: 90d, 12w, 2y$/,
    ],
    [
      'DATABASE_URL',
      ['localhost', 'mysql://h/d', 'postgres', 'postgres:db', '//h/d'],
      /postgres:\/\/ or postgresql:\/\/$/,
    ],
    ['LOG_LEVEL', ['loud', 'INFO', '30', 'info,debug', 'constructor'], /one of fatal, error, warn, info/],
    [
      'BASE_URL',
      [
        ...['c.example.org', 'ftp://c.example.org', '/points', 'https://', 'https://c.example.org/?a=b'],
        ...['https://c.example.org/#top', 'https://user:secret@c.example.org', 'javascript:alert(1)'],
      ],
      /the address of this service, such as https:\/\/community\.example\.org$/,
    ],
    [
      'GITHUB_API_URL',
      [
        ...['api.github.com', 'http://api.github.com', 'https://github.com', 'https://git.example.org'],
        ...['http://git.example.org/api/v3', 'https://git.example.org/api/graphql', 'https://api.github.com/v3'],
        ...['https://user:secret@api.github.com', 'http://127.0.0.1.evil.org', 'http://localhost.evil.org/api/v3'],
      ],
      /^GITHUB_API_URL must be https:\/\/api\.github\.com, .* or https:\/\/HOST\/api\/v3 of a GitHub Enterprise server$/,
    ],
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

  describe('of Supabase', () => {
    const [url, key] = ['https://abcdefgh.supabase.co', 'sb_secret_x'];
    const supabaseOf = (environment: Environment) => readConfig(environment).supabase;

    it('takes the address of a project and its secret key', () => {
      const expected = { url, secretKey: key };
      expect(supabaseOf({ SUPABASE_URL: `${url}/`, SUPABASE_SECRET_KEY: ` ${key} ` })).to.deep.equal(expected);
      expect(supabaseOf({ SUPABASE_URL: 'http://127.0.0.1:54321', SUPABASE_SECRET_KEY: 'eyJ.a.b' })).to.deep.equal({
        url: 'http://127.0.0.1:54321',
        secretKey: 'eyJ.a.b',
      });
    });

    it('needs both', () => {
      expect(faultsOf({ SUPABASE_URL: url })).to.deep.equal([
        'SUPABASE_SECRET_KEY is missing: SUPABASE_URL is of no use without it',
      ]);
      expect(faultsOf({ SUPABASE_SECRET_KEY: key })).to.deep.equal([
        'SUPABASE_URL is missing: SUPABASE_SECRET_KEY is of no use without it',
      ]);
    });

    it('is not taken together with DATABASE_URL', () => {
      const faults = faultsOf({ SUPABASE_URL: url, SUPABASE_SECRET_KEY: key, DATABASE_URL: 'postgres://h/d' });
      expect(faults).to.have.length(1);
      expect(faults[0]).to.match(/two databases: set DATABASE_URL alone, or/);
    });

    for (const wrong of [
      ...['abcdefgh.supabase.co', 'http://abcdefgh.supabase.co', 'postgres://h/d', `${url}/rest/v1`, `${url}?a=b`],
      ...['https://user:secret@abcdefgh.supabase.co', 'http://localhost.evil.org'],
    ])
      it(`refuses SUPABASE_URL=${wrong}`, () => {
        const faults = faultsOf({ SUPABASE_URL: wrong, SUPABASE_SECRET_KEY: key });
        expect(faults).to.have.length(1);
        expect(faults[0]).to.match(/^SUPABASE_URL must be the address alone/);
      });

    for (const wrong of ['sb_publishable_x', 'two words', 'new\nline', 'ключ'])
      it(`refuses SUPABASE_SECRET_KEY=${wrong}, without telling it`, () => {
        const faults = faultsOf({ SUPABASE_URL: url, SUPABASE_SECRET_KEY: wrong });
        expect(faults).to.have.length(1);
        expect(faults[0])
          .to.match(/^SUPABASE_SECRET_KEY must be the secret key/)
          .and.not.include(wrong);
      });
  });

  describe('of the GitHub App', () => {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    });
    const pkcs8 = createPrivateKey(privateKey).export({ type: 'pkcs8', format: 'pem' }).toString();
    const base64 = Buffer.from(privateKey).toString('base64');

    const written: readonly [how: string, key: string][] = [
      ['as GitHub’s file has it', privateKey],
      ['with the line breaks of Windows', privateKey.replaceAll('\n', '\r\n')],
      ['with \\n for line breaks', privateKey.replaceAll('\n', '\\n')],
      ['with \\r\\n for line breaks', privateKey.replaceAll('\n', '\\r\\n')],
      ['in quotation marks', `"${privateKey.replaceAll('\n', '\\n')}"`],
      ['in base64', base64],
      ['in base64 with line breaks', base64.replace(/.{76}/g, '$&\n')],
      ['as PKCS #8', pkcs8],
      ['with space around it', `\n  ${privateKey}\n\n`],
    ];
    for (const [how, key] of written) {
      it(`takes the key ${how}`, () => {
        const { github } = readConfig({ GITHUB_APP_ID: '4711', GITHUB_PRIVATE_KEY: key });
        expect(github).to.deep.include({ app: { id: 4711, privateKey: pkcs8 }, client: null });
      });
    }

    const notKeys: readonly [what: string, key: string][] = [
      ['a text', 'canary'],
      ['its first line', '-----BEGIN RSA PRIVATE KEY-----'],
      ['half of it', privateKey.slice(0, 800)],
      ['a file’s name', './c4gt.private-key.pem'],
      [
        'the public one',
        generateKeyPairSync('rsa', { modulusLength: 2048 })
          .publicKey.export({ type: 'spki', format: 'pem' })
          .toString(),
      ],
      [
        'of another kind',
        generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      ],
      [
        'locked with a password',
        createPrivateKey(privateKey)
          .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'canary' })
          .toString(),
      ],
    ];
    for (const [what, key] of notKeys) {
      it(`refuses a key that is ${what}`, () => {
        const faults = faultsOf({ GITHUB_APP_ID: '4711', GITHUB_PRIVATE_KEY: key });
        expect(faults).to.have.length(1);
        expect(faults[0]).to.match(/^GITHUB_PRIVATE_KEY must be the private RSA key .* or in base64$/);
        expect(faults[0]).not.to.include(key.slice(30, 60) || key);
      });
    }

    for (const id of ['0', '-1', '1.5', 'Iv23liabc', 'c4gt', '9007199254740993']) {
      it(`refuses GITHUB_APP_ID=${id}`, () => {
        const faults = faultsOf({ GITHUB_APP_ID: id, GITHUB_PRIVATE_KEY: privateKey });
        expect(faults).to.deep.equal([`GITHUB_APP_ID must be a whole number from 1 to ${Number.MAX_SAFE_INTEGER}`]);
      });
    }

    it('takes what is for logging in', () => {
      const { github } = readConfig({ GITHUB_CLIENT_ID: ' Iv23li ', GITHUB_CLIENT_SECRET: 's3cret' });
      expect(github).to.deep.include({ client: { id: 'Iv23li', secret: 's3cret' }, app: null });
    });

    const halves: readonly [there: string, value: string, missing: string][] = [
      ['GITHUB_APP_ID', '4711', 'GITHUB_PRIVATE_KEY'],
      ['GITHUB_PRIVATE_KEY', privateKey, 'GITHUB_APP_ID'],
      ['GITHUB_CLIENT_ID', 'Iv23li', 'GITHUB_CLIENT_SECRET'],
      ['GITHUB_CLIENT_SECRET', 'canary', 'GITHUB_CLIENT_ID'],
    ];
    for (const [there, value, missing] of halves) {
      it(`refuses ${there} without ${missing}`, () => {
        expect(faultsOf({ [there]: value })).to.deep.equal([`${missing} is missing: ${there} is of no use without it`]);
      });
    }
  });

  describe('of the ledger', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const der = privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');

    for (const [how, key] of [
      ['in one line, as `c4gt ledger key` writes it', der],
      ['as PEM', pem],
      ['as PEM with \\n for line breaks', pem.replaceAll('\n', '\\n')],
      ['as PEM in base64', Buffer.from(pem).toString('base64')],
      ['in quotation marks', `"${der}"`],
    ] as const)
      it(`takes the signing key ${how}`, () => {
        expect(readConfig({ LEDGER_SIGNING_KEY: key }).ledgerKey).to.equal(pem);
      });

    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    for (const [what, key] of [
      ['an RSA key', rsa.export({ type: 'pkcs8', format: 'pem' }).toString()],
      ['the public half', createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString()],
      ['half a key', der.slice(0, 40)],
      ['words', 'canary canary'],
    ] as const)
      it(`refuses ${what} for the signing key, without telling it`, () => {
        const faults = faultsOf({ LEDGER_SIGNING_KEY: key });
        expect(faults).to.have.length(1);
        expect(faults[0]).to.match(/^LEDGER_SIGNING_KEY must be a private Ed25519 key/);
        expect(faults[0]).not.to.include(key.slice(30, 60) || key);
      });
  });

  it('reports all faults at once, and no value, for it may be a secret', () => {
    const names = [...refused.map(([name]) => name), 'GITHUB_APP_ID', 'GITHUB_PRIVATE_KEY', 'GITHUB_CLIENT_SECRET'];
    const wrong = Object.fromEntries(names.map((name) => [name, 'canary']));
    const faults = faultsOf(wrong, { webhookSecret: true });
    expect(faults.map((fault) => fault.split(' ')[0]).sort()).to.deep.equal(
      [...names.filter((name) => name !== 'GITHUB_CLIENT_SECRET'), 'GITHUB_WEBHOOK_SECRET', 'GITHUB_CLIENT_ID'].sort(),
    );
    expect(faults.join()).not.to.include('canary');
  });
});
