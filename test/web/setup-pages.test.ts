// The setup pages as HTML: inert whatever is put into them, plain enough for every reader, and allowed to do nothing.
import { writeFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { html } from '../../src/web/html.ts';
import type { Page } from './setup-person.ts';
import { filled, setupServing } from './setup-serving.ts';

describe('HTML by template', () => {
  it('is inert, whatever is put into it', () => {
    const hostile = '<script>alert("1")</script>&amp;\'`\ud800';
    expect(String(html`<a title="${hostile}">${[hostile, 5, null]}</a>`)).to.match(
      /^<a title="[^<>"'`]*">[^<>"'`]*<\/a>$/,
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const drawn = String(html`${text}`);
        expect(drawn).not.to.match(/[<>"'`]|&(?!#\d+;)/);
        const back = drawn.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
        expect(back).to.equal(text.toWellFormed());
      }),
    );
  });

  it('takes for HTML what it has made itself, and nothing that looks like it', () => {
    expect(String(html`<p>${html`<b>${'<'}</b>`}</p>`)).to.equal('<p><b>&#60;</b></p>');
    const pretender = { toString: () => '<b>' };
    expect(() => String(html`${pretender as never}`)).to.throw();
  });
});

describe('a page of /setup', () => {
  const serving = setupServing();

  /** One of each. */
  async function pages(): Promise<Page[]> {
    const found: Page[] = [];
    const served = await serving.serve({ proposal: { organisation: 'a"><b>', name: '<i>&', baseUrl: "'x" } });
    const { person } = served;
    found.push(await person.open(`${served.url}/setup`));
    const form = await person.open(served.entrance);
    found.push(form, await person.send(form, { name: '</title><script>alert(1)</script>' }));
    found.push(await person.open(`${served.url}/setup/created?code=<b>&state=<b>`));
    const name = '"><script>x</script>&amp;';
    const handOver = await person.send(form, { ...filled, name });
    expect(JSON.parse(handOver.form?.fields['manifest'] ?? '').name).to.equal(name);
    serving.fake.faults.add('POST /app-manifests/{code}/conversions', 'badGateway');
    const stuck = await person.makeApp(handOver, serving.fake);
    return [...found, handOver, stuck, await person.send(stuck)];
  }

  it('is inert, whatever was filled in', async () => {
    for (const { text } of await pages()) {
      expect(text).not.to.match(/<(?:script|i|b|img|iframe|object|style|base|meta http)\b/i);
      expect(text).not.to.match(/\son\w+=|\sstyle=|javascript:/i);
    }
  });

  it('may send forms to GitHub and here, and do nothing else', async () => {
    const csp = `default-src 'none';style-src 'self';form-action 'self' ${serving.fake.url};base-uri 'none';frame-ancestors 'none'`;
    for (const { headers } of await pages()) {
      expect(headers.get('content-security-policy')).to.equal(csp);
      expect(headers.get('x-content-type-options')).to.equal('nosniff');
      expect(headers.get('x-frame-options')).to.equal('DENY');
      expect(headers.get('cache-control')).to.equal('no-store');
      // `no-referrer` would make browsers send our own forms with `Origin: null`.
      expect(headers.get('referrer-policy')).to.equal('strict-origin');
    }
  });

  it('can be read by everybody', async () => {
    for (const { text, words } of await pages()) {
      expect(text).to.match(/^<!doctype html>\n<html lang="en">/);
      expect(text.match(/<h1>[^<]+<\/h1>/g)).to.have.length(1);
      expect(text.match(/<title>[^<]+<\/title>/g)).to.have.length(1);
      expect(text).to.include('name="viewport"');
      expect(words.trim()).not.to.equal('');
      for (const [input, id] of text.matchAll(/<input id="([^"]+)"[^>]*>/g)) {
        expect(text).to.include(`<label for="${id}">`);
        const [, described = ''] = /aria-describedby="([^"]+)"/.exec(input) ?? [];
        expect(text).to.include(`id="${described}"`);
      }
      const ids = [...text.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id);
      expect(new Set(ids).size).to.equal(ids.length);
      for (const tag of ['main', 'form', 'p', 'div', 'ul', 'ol', 'li', 'dl', 'dd', 'dt', 'code', 'a', 'button']) {
        const count = (pattern: string) => text.match(new RegExp(pattern, 'g'))?.length ?? 0;
        expect(count(`<${tag}[ >]`), tag).to.equal(count(`</${tag}>`));
      }
    }
  });

  it('finds its style, which loads nothing', async () => {
    const { url, person, entrance, token } = await serving.serve();
    const addresses = new Set<string>();
    for (const [page, at] of [
      [await person.open(entrance), `${url}/setup`],
      [await person.open(`${url}/setup/created`), `${url}/setup/created`],
    ] as const) {
      const [, href = ''] = /<link rel="stylesheet" href="([^"]+)">/.exec(page.text) ?? [];
      addresses.add(new URL(href, at).href);
    }
    expect([...addresses]).to.deep.equal([`${url}/setup/style.css`]);
    const style = await fetch(`${url}/setup/style.css`);
    expect(style.headers.get('content-type')).to.equal('text/css; charset=utf-8');
    const css = await style.text();
    expect(css).not.to.match(/url\(|@import/);
    expect(css).to.include('color-scheme: light dark');
    expect(css).not.to.include(token);
  });

  it('foretells what will be replaced, and what wins over the file', async () => {
    writeFileSync(serving.envFile, 'GITHUB_APP_ID=7\nGITHUB_WEBHOOK_SECRET=canary-old\nGITHUB_CLIENT_ID=\n');
    const environment = { GITHUB_APP_ID: '7', GITHUB_WEBHOOK_SECRET: 'canary-real', GITHUB_PRIVATE_KEY: 'canary-key' };
    const { person, entrance } = await serving.serve({ environment });
    const form = await person.open(entrance);
    expect(form.words)
      .to.match(/already sets GITHUB_APP_ID , GITHUB_WEBHOOK_SECRET \./)
      .and.include('.env.bak');
    expect(form.words).to.match(
      /GITHUB_PRIVATE_KEY , GITHUB_WEBHOOK_SECRET are set in the environment of this process/,
    );
    const done = await person.makeApp(await person.send(form, filled), serving.fake);
    expect(done.words).to.include(`${serving.envFile}.bak`);
    expect(done.words).to.include('are set in the environment');
    for (const { text } of [form, done]) expect(text).not.to.include('canary');
  });
});
