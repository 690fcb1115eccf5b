// The pages of /setup, as functions of what they show. No script runs in them, and they hold no secret.
import { WEBHOOKS_PATH } from '../github/app-manifest.ts';
import { C4GT } from '../program-name.ts';
import type { MadeApp } from '../setup/saving.ts';
import type { Foresight, HandOver, Setup } from '../setup/setup.ts';
import { LONGEST_NAME, type WrittenWish } from '../setup/wish.ts';
import { type Html, html } from './html.ts';

/** How a page at `/setup`, or one below it, names the others: this may be served below any path. */
export interface Links {
  readonly form: string;
  readonly again: string;
  readonly style: string;
}

export const atSetup: Links = { form: 'setup', again: 'setup/again', style: 'setup/style.css' };
export const belowSetup: Links = { form: '../setup', again: 'again', style: 'style.css' };

export function formPage(
  links: Links,
  { gitHub, envFile }: Pick<Setup, 'gitHub' | 'envFile'>,
  written: WrittenWish,
  { replaced, shadowed, fault }: Foresight,
  faults: readonly string[],
): string {
  const wrong = fault === null || faults.includes(fault) ? faults : [fault, ...faults];
  return page('Set up the GitHub App', links, [
    html`<p>This programme acts on GitHub as a GitHub App. Here one is made, with the permissions and events it needs; its
      secrets are written into <code>${envFile}</code> on the machine this runs on, and shown nowhere.</p>`,
    wrong.length === 0
      ? null
      : html`<div class="note fault" role="alert"><p>This cannot go on yet:</p><ul>${wrong.map((each) => html`<li>${each}</li>`)}</ul></div>`,
    replaced.length === 0
      ? null
      : html`<div class="note"><p>${envFile} already sets ${names(replaced)}. These values will be replaced, and the file as it
          is now will be kept beside it as <code>${envFile}.bak</code> (or the next free number).</p></div>`,
    shadowNote(shadowed, envFile),
    html`<form method="post" action="${links.form}">
      <label for="organisation">Organisation</label>
      <p class="hint" id="organisation-hint">Who will own the App, by its name on ${gitHub}. Empty: your own account.</p>
      <input id="organisation" name="organisation" value="${written.organisation}" maxlength="40" autocomplete="off"
        autocapitalize="none" spellcheck="false" aria-describedby="organisation-hint">
      <label for="name">Name of the App</label>
      <p class="hint" id="name-hint">Comments are written under this name. Nobody else on GitHub may have it; it can be changed later.</p>
      <input id="name" name="name" value="${written.name}" maxlength="${LONGEST_NAME}" required autocomplete="off"
        aria-describedby="name-hint">
      <label for="base-url">Address of this service</label>
      <p class="hint" id="base-url-hint">Where GitHub can reach it, such as https://community.example.org. A tunnel to this
        machine will do for trying things out. Empty: nowhere yet; the App is then made with its webhook off.</p>
      <input id="base-url" name="base_url" type="url" value="${written.baseUrl}" maxlength="200" autocomplete="off"
        spellcheck="false" aria-describedby="base-url-hint">
      <button>Go on</button>
    </form>`,
  ]);
}

export function handOverPage(
  links: Links,
  { gitHub, port }: Pick<Setup, 'gitHub' | 'port'>,
  { action, manifest, wish, hears }: HandOver,
): string {
  return page('One step on GitHub', links, [
    html`<dl><dt>App</dt><dd>${wish.name}</dd><dt>Owner</dt>
      <dd>${wish.organisation ?? 'your own account'}</dd><dt>Deliveries go to</dt>
      <dd>${hears ? `${wish.baseUrl}${WEBHOOKS_PATH}` : 'nowhere yet'}</dd></dl>`,
    hears ? null : unheardNote(wish.baseUrl, port, links),
    html`<p>Be logged in at <a href="${gitHub}">${gitHub}</a>${
      wish.organisation === null
        ? null
        : html` as an owner of ${wish.organisation}, or as somebody who may manage its Apps`
    }. GitHub shows the name once more, makes the App when you press its button, and sends you back here. This has to be
      done within an hour.</p>`,
    html`<form method="post" action="${action}"><input type="hidden" name="manifest" value="${manifest}">
      <button>Make the App on GitHub</button></form>`,
    html`<p><a href="${links.form}">Change something</a></p>`,
  ]);
}

function unheardNote(baseUrl: string | null, port: number, links: Links): Html {
  return html`<div class="note"><p>${baseUrl === null ? 'No address is given' : html`GitHub cannot reach <code>${baseUrl}</code>`}, so
    the App will be made with its webhook off: nothing will be delivered until that is changed.</p>
    <p>To try things out on this machine, start a tunnel that passes requests on unchanged, such as
    <code>cloudflared tunnel --url http://localhost:${port}</code> or <code>ngrok http ${port}</code>, and
    <a href="${links.form}">give its https address</a> instead.</p></div>`;
}

export function donePage(links: Links, { slug, installPage, settingsPage, envFile, ...app }: MadeApp): string {
  return page('The App is made', links, [
    html`<div class="note good"><p><strong>${slug}</strong> is there, and its secrets are in <code>${envFile}</code>, which only
      its owner can read.</p></div>`,
    app.copy === null ? null : html`<p>The file as it was before is kept as <code>${app.copy}</code>.</p>`,
    shadowNote(app.shadowed, envFile),
    app.hasWebhookSecret
      ? null
      : html`<div class="note"><p>GitHub gave no webhook secret. Set one on <a href="${settingsPage}">the App’s settings</a>, and
          the same as <code>GITHUB_WEBHOOK_SECRET</code> in ${envFile}.</p></div>`,
    app.hears
      ? null
      : html`<div class="note"><p>Its webhook is off. When this service can be reached, set <code>BASE_URL</code> in ${envFile} to
          its address and, on <a href="${settingsPage}">the App’s settings</a>, the webhook URL to that address followed by
          <code>${WEBHOOKS_PATH}</code>, and tick <em>Active</em>.</p></div>`,
    html`<h2>What to do next</h2><ol>
      <li><a href="${installPage}">Install the App</a> in the repositories that take part.</li>
      <li>Start the service, or restart it if it is running: <code>${C4GT} serve</code></li>
      <li>See whether all is well: <code>${C4GT} doctor</code></li></ol>`,
  ]);
}

export function stuckPage(links: Links, { why, isMade }: { why: string; isMade: boolean }): string {
  return page('Almost done', links, [
    html`<div class="note fault" role="alert"><p>${why}</p></div>`,
    isMade
      ? html`<p>The App is made on GitHub. Its secrets are held in the memory of this process and nowhere else: do not stop it.
          Put right what is wrong, then try again.</p>`
      : html`<p>GitHub’s code for the App is held here and can be used for an hour.</p>`,
    html`<form method="post" action="${links.again}"><button>Try again</button></form>`,
    isMade
      ? html`<p>Should that stay impossible: on the App’s page on GitHub, new secrets and a new private key can be made, and put
          into the environment by hand.</p>`
      : null,
  ]);
}

/** @param restart whether there is a form to go back to */
export function refusedPage(links: Links, title: string, why: string, restart: boolean): string {
  return page(title, links, [
    html`<div class="note fault" role="alert"><p>${why}</p></div>`,
    restart ? html`<p><a href="${links.form}">Begin again</a></p>` : null,
  ]);
}

function shadowNote(shadowed: readonly string[], envFile: string): Html | null {
  if (shadowed.length === 0) return null;
  return html`<div class="note"><p>${names(shadowed)} ${shadowed.length === 1 ? 'is' : 'are'} set in the environment of this
    process itself, which wins over ${envFile}: remove ${shadowed.length === 1 ? 'it' : 'them'} there.</p></div>`;
}

function names(variables: readonly string[]): Html {
  return html`${variables.map((name, index) => html`${index === 0 ? '' : ', '}<code>${name}</code>`)}`;
}

function page(title: string, { style }: Links, body: readonly (Html | null)[]): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · C4GT</title>
<link rel="stylesheet" href="${style}">
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`.toString();
}
