// Only who knows the secret is believed, over the bytes as they were sent.
import { Webhooks } from '@octokit/webhooks';
import { expect } from 'chai';
import fc from 'fast-check';
import { createVerify } from '../../src/listener/signature.ts';
import { headersFor, type Listening, listen, secret, send, sign } from './listening.ts';

// https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation
const published = {
  secret: "It's a Secret to Everybody",
  body: 'Hello, World!',
  signature: 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
};
// The vector that octokit/webhooks-methods.js tests itself with: compact JSON, and the same with escapes resolved.
const octokits = { secret: 'mysecret', body: JSON.stringify({ foo: 'bar' }) };

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the signature', () => {
  it("passes GitHub's published vector", () => {
    expect(createVerify([published.secret])(bytes(published.body), published.signature)).to.equal(true);
  });

  it("passes the published vector in Octokit's verify too, so both mean the same", async () => {
    const octokit = new Webhooks({ secret: published.secret });
    expect(await octokit.verify(published.body, published.signature)).to.equal(true);
  });

  it('agrees with Octokit on any text, whoever signs', async () => {
    const octokit = new Webhooks({ secret: octokits.secret });
    const ours = createVerify([octokits.secret]);
    expect(ours(bytes(octokits.body), await octokit.sign(octokits.body))).to.equal(true);
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1 }), async (body) => {
        expect(ours(bytes(body), await octokit.sign(body))).to.equal(true);
        expect(await octokit.verify(body, sign(body, octokits.secret))).to.equal(true);
        expect(await octokit.verify(body, sign(body))).to.equal(false);
        expect(ours(bytes(body), sign(body))).to.equal(false);
      }),
    );
  });

  it('refuses every signature with one character changed', () => {
    const verify = createVerify([secret]);
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(70), fc.string({ minLength: 1, maxLength: 1 }), (body, at, character) => {
        const signature = sign(body);
        fc.pre(signature[at] !== character);
        expect(verify(body, signature.slice(0, at) + character + signature.slice(at + 1))).to.equal(false);
      }),
      { numRuns: 1000 },
    );
  });

  it('refuses every body with one bit changed', () => {
    const verify = createVerify([secret]);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), fc.nat(7), (body, at, bit) => {
        const changed = body.map((byte, index) => (index === at % body.length ? byte ^ (1 << bit) : byte));
        expect(verify(body, sign(body))).to.equal(true);
        expect(verify(changed, sign(body))).to.equal(false);
      }),
      { numRuns: 1000 },
    );
  });

  it('needs a secret that is one', () => {
    expect(() => createVerify([])).to.throw('must not be empty');
    expect(() => createVerify(['good', ''])).to.throw('must not be empty');
  });
});

describe('a signed delivery', () => {
  let listening: Listening;
  before(async () => {
    listening = await listen({ secrets: ['the new secret', 'the old secret'] });
  });
  after(() => listening.stop());

  const deliver = async (body: string | Uint8Array, key: string): Promise<number> => {
    const headers = headersFor(body, { 'x-hub-signature-256': sign(body, key) });
    return (await send(listening.port, { body, headers })).status;
  };

  it('passes with the old and with the new secret during a rotation', async () => {
    expect(await deliver('{}', 'the new secret')).to.equal(202);
    expect(await deliver('{}', 'the old secret')).to.equal(202);
    expect(await deliver('{}', 'the secret before')).to.equal(401);
  });

  const awkward: readonly [what: string, body: string | Uint8Array][] = [
    ['escapes that a parser would resolve', '{"title":"caf\\u00e9 \\/ \\u0000 \\ud800"}'],
    ['odd spacing and a number that a parser would shorten', '{ "a" :1.0e0,\r\n\t"a": 1 } \n'],
    ['letters beyond ASCII', '{"title":"नमस्ते 👋"}'],
    ['a byte order mark', '\ufeff{}'],
    ['bytes that are no UTF-8', Uint8Array.of(0x22, 0xff, 0xfe, 0xc0, 0x00, 0x22)],
    ['nothing', ''],
    ['what is no JSON', '{"action":'],
    ['JSON 20,000 deep', '['.repeat(20_000) + ']'.repeat(20_000)],
  ];
  for (const [what, body] of awkward) {
    it(`is stored byte by byte when it holds ${what}`, async () => {
      expect(await deliver(body, 'the new secret')).to.equal(202);
      expect(Buffer.from(listening.store.deliveries.at(-1)?.body ?? [])).to.deep.equal(Buffer.from(body));
    });
  }

  it('is refused when it was written anew on the way, however equal it reads', async () => {
    const sent = '{ "title": "caf\\u00e9" }';
    const rewritten = JSON.stringify(JSON.parse(sent));
    const headers = headersFor(rewritten, { 'x-hub-signature-256': sign(sent, 'the new secret') });
    expect((await send(listening.port, { body: rewritten, headers })).status).to.equal(401);
  });
});
