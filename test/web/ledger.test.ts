// The head of the ledger over HTTP: for everybody, signed, and the one that the ledger has.
import { expect } from 'chai';
import type { SignedHead } from '../../src/ledger/head.ts';
import { newSigningKey, readSigningKey } from '../../src/ledger/signing-key.ts';
import { verifyLedger } from '../../src/ledger/verify.ts';
import { isSigned } from '../ledger/is-signed.ts';
import { aCommit, anAward } from '../store/samples.ts';
import { openTestPGlite, type TestDatabase } from '../support/database.ts';
import { expectProblem, expectSafeHeaders, type Serving, serve } from './serving.ts';

describe('the head of the ledger', () => {
  const { privateKey, publicKey } = newSigningKey();
  let database: TestDatabase;
  let signing: Serving;
  let plain: Serving;

  before(async () => {
    database = await openTestPGlite();
    for (const points of [1, 2, 3]) await database.store.commit(aCommit({ awards: [anAward('a', 1, points)] }));
    signing = await serve(database.store, { ledgerKey: readSigningKey(privateKey) });
    plain = await serve(database.store);
  });
  after(async () => {
    await signing.stop();
    await plain.stop();
    await database.close();
  });

  it('is told to anybody, signed with the key', async () => {
    const { status, headers, json } = await signing.ask('/api/ledger/head');
    expect(status).to.equal(200);
    expectSafeHeaders(headers);
    expect(headers.get('access-control-allow-origin')).to.equal('*');
    const head = json<SignedHead>();
    expect(head).to.have.all.keys('lines', 'digest', 'at', 'signature', 'public_key');
    expect(head).to.include({ lines: 3, public_key: publicKey });
    expect(Date.parse(head.at)).to.be.within(Date.now() - 60_000, Date.now());
    expect(isSigned(head)).to.equal(true);
    for (const change of [{ lines: 2 }, { digest: '0'.repeat(64) }, { at: '2020-01-01T00:00:00.000Z' }])
      expect(isSigned({ ...head, ...change }), JSON.stringify(change)).to.equal(false);
  });

  it('is found by whoever kept it when the ledger has grown', async () => {
    const { digest } = (await signing.ask('/api/ledger/head')).json<SignedHead>();
    await database.store.commit(aCommit({ awards: [anAward('a', 1, 4)] }));
    expect(await verifyLedger(database.store, { head: digest })).to.deep.include({ foundAt: 3, problems: [] });
  });

  it('goes unsigned without a key', async () => {
    const head = (await plain.ask('/api/ledger/head')).json<SignedHead>();
    expect(head).to.include({ lines: 4, signature: null, public_key: null });
  });

  it('is read, not written, and nothing else is there', async () => {
    expectProblem(await signing.ask('/api/ledger/head', 'POST'), 405);
    expectProblem(await signing.ask('/api/ledger'), 404);
  });
});
