// `c4gt demo`: the whole server on a fresh embedded database, two months of signed deliveries over real HTTP, and what
// came of them, read back from the API.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Config, readConfig } from '../config.ts';
import { createLog } from '../log.ts';
import { start } from '../main.ts';
import { C4GT } from '../program-name.ts';
import { drawEffects } from './demo-effects.ts';
import { bold, dim, drawLeaderboard, drawLedger, drawStatus, drawTickets, heading } from './demo-report.ts';
import { type Delivery, tellStory, worthSeeing } from './demo-story.ts';
import { drawRule } from './draw-rule.ts';
import { deliver } from './examples.ts';
import { type Api, apiAt, type RuleOutcome } from './read-api.ts';

/** Milliseconds within which everything must be worked off; it takes a few seconds. */
const WORKED_OFF_WITHIN = 60_000;
const STORY_DAYS = 60;
const TICKETS_SHOWN = 12;

/** @throws Error when something did not come out as it must, in a sentence */
export async function demo(exit: boolean): Promise<void> {
  const told = stopSignal();
  const dataDir = await mkdtemp(join(tmpdir(), 'c4gt-demo-'));
  try {
    const config = await withFreePort(demoConfig(dataDir));
    say(dim('Starting on a fresh embedded database …\n'));
    const running = await start({ config, environment: {}, log: createLog(config.logLevel), listen: true, work: true });
    try {
      const url = running.url ?? '';
      const api = apiAt(url);
      await play(url, config.webhookSecrets[0] ?? '', api, told);
      say(await report(url, api));
      if (!exit) await keepServing(url, told);
    } finally {
      await running.stop();
    }
  } catch (error) {
    if (process.stdout.isTTY) say('\n');
    if (!told.aborted) throw error;
    process.exitCode = 130;
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

function demoConfig(dataDir: string): Config {
  const { PORT, HOST } = process.env;
  return readConfig({
    PORT,
    HOST,
    DATA_DIR: dataDir,
    RULES_DIR: join(import.meta.dirname, '../../rules'),
    GITHUB_WEBHOOK_SECRET: randomBytes(32).toString('hex'),
    LOG_LEVEL: 'warn',
  });
}

/** Port 0, any free one, where the port of the configuration is taken. */
async function withFreePort(config: Config): Promise<Config> {
  const isFree = await new Promise<boolean>((resolve) => {
    const probe = createServer()
      .once('error', () => resolve(false))
      .listen(config.port, config.host, () => probe.close(() => resolve(true)));
  });
  return isFree ? config : { ...config, port: 0 };
}

async function play(url: string, secret: string, api: Api, told: AbortSignal): Promise<void> {
  const start = new Date(Math.floor(Date.now() / 3_600_000 - STORY_DAYS * 24) * 3_600_000);
  const deliveries = tellStory(start.toISOString());
  const send = async ({ guid, event, body, about }: Delivery) => {
    const response = await deliver({ to: url, secret, event, body, guid });
    if (response.status !== 202) throw new Error(`${about} was answered ${response.status}: ${await response.text()}`);
  };
  const began = performance.now();
  for (const [sent, delivery] of deliveries.entries()) {
    told.throwIfAborted();
    await send(delivery);
    progress(`${sent + 1} of ${deliveries.length} deliveries · ${delivery.about}`, sent === 0);
  }
  await workedOff(api, told);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  progress(`${deliveries.length} deliveries sent, one of them twice, and worked off in ${seconds} s`, true);
  if (process.stdout.isTTY) say('\n');
}

/** Waits until no delivery is pending, no subject waits to be decided again, and each effect is performed or skipped. */
async function workedOff(api: Api, told: AbortSignal): Promise<void> {
  const deadline = performance.now() + WORKED_OFF_WITHIN;
  for (;;) {
    told.throwIfAborted();
    const { pending, dead, subjects, effects } = await api.status();
    if (dead > 0) throw new Error(`dead letters: ${dead}; there should be none`);
    if (pending === 0 && subjects.pending === 0 && effects.pending === 0) return;
    if (performance.now() > deadline) {
      const left = `${pending} deliveries, ${subjects.pending} subjects, ${effects.pending} effects`;
      throw new Error(`after ${WORKED_OFF_WITHIN / 1000} s still pending: ${left}`);
    }
    progress(`${pending} deliveries to work off`, false);
    await wait(100);
  }
}

/** One line, rewritten in place; where it cannot be, only the lines worth keeping. */
function progress(line: string, worthKeeping: boolean): void {
  if (process.stdout.isTTY) say(`\r\x1b[K${line}`);
  else if (worthKeeping) say(`${line}\n`);
}

async function report(url: string, api: Api): Promise<string> {
  const { contributor, awarded, refused, incomplete } = worthSeeing;
  const address = addresses(url);
  const effectsOn = async (subject: string) => [subject, (await api.why(subject)).effects] as const;
  const [effects, status, tickets, leaderboard, account] = await Promise.all([
    Promise.all(incomplete.map(effectsOn)),
    api.status(),
    api.tickets(TICKETS_SHOWN),
    api.leaderboard(),
    api.contributor(contributor),
  ]);
  return [
    heading('What was delivered', address.status),
    drawStatus(status),
    heading(`${tickets.total} tickets`, address.tickets),
    drawTickets(tickets, address.tickets),
    heading('Leaderboard', address.leaderboard),
    drawLeaderboard(leaderboard, address.leaderboard),
    heading(`The points of ${account.login}`, address.contributor),
    drawLedger(account),
    heading(`Why ${awarded} earned points`, address.why),
    await why(api, awarded, ({ changes }) => changes.length > 0),
    heading(`Why ${refused} earned none`, `${url}/api/why/${refused}`),
    await why(api, refused, ({ outcome }) => outcome === 'not held'),
    heading('What GitHub would show', address.effects),
    drawEffects(status, effects),
  ].join('');
}

/** The rules that are meant, of the newest decision on a merge that has any. */
async function why(api: Api, subject: string, isMeant: (rule: RuleOutcome) => boolean): Promise<string> {
  const { decisions } = await api.why(subject);
  const meant = decisions
    .filter(({ event }) => event === 'pull_request.closed')
    .map(({ rules }) => rules.filter(isMeant))
    .find(({ length }) => length > 0);
  if (meant === undefined) throw new Error(`no decision on ${subject} says why it is as it is`);
  return meant.map(drawRule).join('');
}

function addresses(url: string) {
  return {
    status: `${url}/api/status`,
    tickets: `${url}/api/tickets`,
    leaderboard: `${url}/api/leaderboard`,
    contributor: `${url}/api/contributors/${worthSeeing.contributor}`,
    why: `${url}/api/why/${worthSeeing.awarded}`,
    effects: `${url}/api/why/${worthSeeing.incomplete[0]}`,
  };
}

async function keepServing(url: string, told: AbortSignal): Promise<void> {
  const lines = Object.values(addresses(url)).map((address) => `  ${address}\n`);
  const [owner, repository, number] = worthSeeing.refused.split('/');
  const why = `  ${C4GT} why ${owner}/${repository}#${number} --from ${url}\n`;
  say(
    `\n${bold(`Listening on ${url}`)}. Open:\n${lines.join('')}or ask, in another terminal:\n${why}Ctrl-C stops it and removes its data.\n`,
  );
  await new Promise<void>((resolve) => {
    if (told.aborted) resolve();
    told.addEventListener('abort', () => resolve(), { once: true });
  });
  say('\nStopping …\n');
}

/** Aborted by SIGINT or SIGTERM; a second one ends the process at once. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      process.once(name, () => process.exit(130));
      controller.abort();
    });
  }
  return controller.signal;
}

function say(text: string): void {
  process.stdout.write(text);
}
