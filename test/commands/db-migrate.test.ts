// `c4gt db migrate` where there is nothing to migrate through.
import { expect } from 'chai';
import { runCli } from '../support/server.ts';

describe('c4gt db migrate', () => {
  it('says how a Supabase project is migrated instead', async () => {
    const environment = { SUPABASE_URL: 'https://abcdefgh.supabase.co', SUPABASE_SECRET_KEY: 'sb_secret_x' };
    const { code, stdout, stderr } = await runCli(['db', 'migrate'], environment);
    expect(code).to.equal(2);
    expect(stdout).to.equal('');
    expect(stderr)
      .to.match(/`supabase db push`.*DATABASE_URL/)
      .and.not.include('sb_secret_x');
    expect(stderr.trim().split('\n')).to.have.length(1);
  });
});
