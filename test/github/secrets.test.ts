// What a message may show of text that came from elsewhere.
import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { washed } from '../../src/github/secrets.ts';
import { cpuTime } from '../support/cpu-time.ts';

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 1024,
  publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
});
const jwt = 'eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJpYXQiOjE3OTU0MzA5MjcsImlzcyI6NDcxMX0.iGYpbj9k0rruNTn8qFHO-_4';

const secrets: readonly [what: string, secret: string][] = [
  ['a token of an installation', 'ghs_16C7e42F292c6912E7710c838347Ae178B4a'],
  ['one that goes on as a JWT', `ghs_4711_${jwt}`],
  ['a token of a person', 'ghp_16C7e42F292c6912E7710c838347Ae178B4a'],
  ['one that is fine-grained', 'github_pat_11ABCDEFG0_abcdefghijklmnopqrstuvwxyz'],
  ['a token as they once were', 'v1.1f699f1069f60aaa45671b2c'],
  ['a JWT', jwt],
  ['a private key', privateKey],
  ['the beginning of one', privateKey.slice(0, 200)],
  ['what stands behind Bearer', 'Bearer abcdefghijklmnopqrstuvwxyz'],
  ['a secret in an address', 'https://x/y?client_secret=abcdefgh&x=1'],
];

describe('a washed text', () => {
  for (const [what, secret] of secrets) {
    it(`does not hold ${what}`, () => {
      for (const text of [secret, `before ${secret}`, `"${secret}"`, `at\n${secret}, so`]) {
        const clean = washed(text);
        expect(clean).to.include('[secret]');
        for (const part of secret.match(/[\w-]{12,}/g) ?? [])
          if (!/^(Bearer|BEGIN|client_secret)/.test(part)) expect(clean).not.to.include(part);
      }
    });
  }

  it('is otherwise what it was', () => {
    for (const text of [
      'Not Found',
      'Resource not accessible by integration',
      'Bad token permissions, basic authentication',
      'Validation Failed: {"resource":"Label","code":"already_exists"}',
      'v1.2.3 is out',
    ])
      expect(washed(text)).to.equal(text);
  });

  it('is one line of at most 300 characters that orders nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 1_000 }), (text) => {
        const clean = washed(text);
        expect(clean.length).to.be.at.most(300);
        expect(clean).not.to.match(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
        expect(clean.isWellFormed()).to.equal(true);
      }),
    );
  });

  it('takes no longer for a text that is made to take long', () => {
    for (const part of ['-----BEGIN', 'eyJ', 'eyJ-', 'ghs_', 'bearer ', 'client_secret=', '-----BEGIN-----']) {
      expect(
        cpuTime(() => washed(part.repeat(20_000))),
        part,
      ).to.be.below(2_000);
    }
  });
});
