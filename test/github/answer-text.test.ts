// What is taken in of an answer: no more than there is room for, and nothing that no store can keep.
import { createGzip } from 'node:zlib';
import { expect } from 'chai';
import fc from 'fast-check';
import { keepable, LARGEST_ANSWER, textOf } from '../../src/github/answer-text.ts';
import { closeServers, rejection, trial } from './scripted-server.ts';

const ISSUES = 'GET /repos/{owner}/{repo}/issues';
const place = { owner: 'asha', repo: 'core' };

describe('the text of an answer', () => {
  afterEach(closeServers);

  it('is not read on when a few bytes unpack to more than there is room for', async () => {
    const { github } = await trial((_seen, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      const packed = createGzip();
      packed.pipe(response);
      packed.write('"');
      for (let sent = 0; sent < 4 * LARGEST_ANSWER; sent += 2 ** 24) packed.write(Buffer.alloc(2 ** 24, 'a'));
      packed.end('"');
      return null;
    });
    const failure = await rejection(github.request(ISSUES, place));
    expect(failure).to.include({ kind: 'passing', status: null });
    expect(failure)
      .to.have.property('message')
      .that.matches(/no answer came: the answer is too large/);
  });

  it('is had to the last byte that there is room for', async () => {
    expect(await textOf(new Response('äöü'), 6)).to.equal('äöü');
    expect(await rejection(textOf(new Response('äöü'), 5))).to.have.property('name', 'TooLarge');
  });

  it('comes without characters that no store can keep, and with all others', async () => {
    const body = '[{"title": "a\\u0000b \\ud800 \\uDFFF \\ud83d\\ude00 \\\\u0000 \\\\\\u0000 \\n \\" ok"}]';
    const { github } = await trial(() => ({ status: 200, body }));
    const { data } = await github.request(ISSUES, place);
    expect(data).to.deep.equal([{ title: 'a\ufffdb \ufffd \ufffd 😀 \\u0000 \\\ufffd \n " ok' }]);
  });

  it('is changed in nothing else, whatever it says', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 20 })), (texts) => {
        const read: unknown = JSON.parse(keepable(JSON.stringify(texts)));
        expect(read).to.deep.equal(texts.map((text) => text.toWellFormed().replaceAll('\0', '\ufffd')));
      }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('\\', '\0', '\ud800', '\udc00', 'u', 'u0000', '"', 'x'), { maxLength: 12 }),
        (parts) => {
          const text = parts.join('');
          expect(JSON.parse(keepable(JSON.stringify(text)))).to.equal(text.toWellFormed().replaceAll('\0', '\ufffd'));
        },
      ),
    );
  });
});
