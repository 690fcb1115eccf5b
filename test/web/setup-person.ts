// Somebody at a browser: keeps cookies, sends forms as a browser does, and reads what a page says.
import { setTimeout as sleep } from 'node:timers/promises';
import type { FakeGitHub } from '../support/fake-github/fake-github.ts';

export interface Page {
  readonly address: string;
  readonly status: number;
  readonly headers: Headers;
  /** The HTML. */
  readonly text: string;
  /** What can be read: without tags, entities resolved, white space as one space. */
  readonly words: string;
  readonly form: Form | null;
}

export interface Form {
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
}

export interface Person {
  readonly cookies: Map<string, string>;
  readonly setCookies: string[];
  /** Opens an address, following our own redirects. */
  open(address: string, headers?: Record<string, string>): Promise<Page>;
  /** Fills in and sends the form of a page. */
  send(page: Page, filled?: Record<string, string>, headers?: Record<string, string>): Promise<Page>;
  /** Lets GitHub make the App of a page that leads there, and is sent back. */
  makeApp(page: Page, fake: FakeGitHub): Promise<Page>;
}

/** @param url of the service, without a slash at the end */
export function personAt(url: string): Person {
  const cookies = new Map<string, string>();
  const setCookies: string[] = [];

  async function ask(at: string, init: RequestInit): Promise<Page> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...(cookie === '' ? {} : { cookie }), ...init.headers };
    const response = await fetch(at, { ...init, headers, redirect: 'manual', signal: AbortSignal.timeout(15_000) });
    for (const set of response.headers.getSetCookie()) {
      setCookies.push(set);
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      cookies.set(name, value);
    }
    const text = await response.text();
    const location = response.headers.get('location');
    if (response.status === 303 && location !== null)
      return ask(new URL(location, at).href, { headers: init.headers ?? {} });
    const { status, headers: given } = response;
    return { address: at, status, headers: given, text, words: wordsOf(text), form: formOf(text) };
  }

  const person: Person = {
    cookies,
    setCookies,
    open: (address, headers = {}) => ask(new URL(address, url).href, { headers }),
    send: ({ address, form }, filled = {}, headers = {}) => {
      if (form === null) throw new Error('there is no form on this page');
      return ask(new URL(form.action, address).href, {
        method: 'POST',
        body: new URLSearchParams({ ...form.fields, ...filled }),
        headers: { origin: new URL(address).origin, ...headers },
      });
    },
    makeApp: async ({ form }, fake) => {
      const { manifest = '' } = form?.fields ?? {};
      const state = new URL(form?.action ?? '').searchParams.get('state') ?? '';
      const { redirect_url: back, ...given } = JSON.parse(manifest);
      const code = fake.manifestCode(given);
      return person.open(`${back}?${new URLSearchParams({ code, state })}`);
    },
  };
  return person;
}

/** Waits for a line of output, for at most twenty seconds. */
export async function line(read: () => string, pattern: RegExp): Promise<string> {
  for (let waited = 0; waited < 20_000; waited += 20) {
    const found = pattern.exec(read());
    if (found !== null) return found[1] ?? found[0];
    await sleep(20);
  }
  throw new Error(`${pattern} was not printed:\n${read()}`);
}

function formOf(text: string): Form | null {
  const [, action, inside = ''] = /<form method="post" action="([^"]*)">([\s\S]*?)<\/form>/.exec(text) ?? [];
  if (action === undefined) return null;
  const fields = [...inside.matchAll(/<input\b[^>]*>/g)].map(([input]) => {
    const attribute = (name: string) => resolved(new RegExp(`\\b${name}="([^"]*)"`).exec(input)?.[1] ?? '');
    return [attribute('name'), attribute('value')];
  });
  return { action: resolved(action), fields: Object.fromEntries(fields) };
}

function wordsOf(text: string): string {
  return resolved(text.replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ');
}

function resolved(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
}
