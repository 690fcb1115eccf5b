// What the doctor says of the environment, and what it still uses of one that has faults.
import { expect } from 'chai';
import { checkConfiguration } from '../../src/doctor/configuration.ts';

const environment = { GITHUB_WEBHOOK_SECRET: 'x', BASE_URL: 'https://c.example', HOST: '127.0.0.2', PORT: '3001' };

describe('of the configuration the doctor', () => {
  it('uses all that has no fault', () => {
    const { config, faulty, found } = checkConfiguration({
      ...environment,
      ...{ GITHUB_API_URL: 'http://HOST/api', LOG_LEVEL: 'loud', GITHUB_APP_ID: '7', RULES_DIR: 'mine' },
    });
    // The sentence about GITHUB_API_URL shows https://HOST/api/v3.
    expect(config).to.include({ host: '127.0.0.2', port: 3001, rulesDir: 'mine', logLevel: 'info' });
    expect([...faulty]).to.have.members(['GITHUB_API_URL', 'LOG_LEVEL', 'GITHUB_APP_ID', 'GITHUB_PRIVATE_KEY']);
    expect(found.map(({ verdict }) => verdict)).to.deep.equal(['problem', 'problem', 'problem']);
  });

  it('says what will be missed', () => {
    const { BASE_URL: _, ...without } = environment;
    const { found, config } = checkConfiguration(without);
    expect(found.map(({ verdict }) => verdict)).to.deep.equal(['warning', 'warning']);
    expect(found.map(({ what }) => what.split(' ')[0])).to.deep.equal(['GITHUB_APP_ID', 'BASE_URL']);
    expect(config.port).to.equal(3001);
  });

  it('misses a file that ENV_FILE names, and none that may be there or not', () => {
    const said = (ENV_FILE: string) => checkConfiguration({ ...environment, ENV_FILE }).found.map(({ what }) => what);
    expect(said('nowhere/.env')[0]).to.equal('ENV_FILE names nowhere/.env, which is not there');
    for (const fine of ['', 'package.json']) expect(said(fine).join()).not.to.include('ENV_FILE');
  });

  it('finds a database that is named twice, and believes neither', () => {
    const named = {
      DATABASE_URL: 'postgres://a/b',
      SUPABASE_URL: 'https://a.supabase.co',
      SUPABASE_SECRET_KEY: 'sb_secret_x',
    };
    const { faulty, config } = checkConfiguration({ ...environment, ...named });
    expect([...faulty]).to.have.members(Object.keys(named));
    expect(config).to.include({ databaseUrl: null, supabase: null });
  });
});
