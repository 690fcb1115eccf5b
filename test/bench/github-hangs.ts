// `node test/bench/github-hangs.ts [minutes]`: GitHub hangs for ten minutes while deliveries go on coming; prints how they
// were acknowledged and decided before and meanwhile, and whether everything was carried out afterwards. Exit code 1 if not.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentialsOf } from '../support/acting.ts';
import { openTestPostgres } from '../support/database.ts';
import { startFakeGitHub } from '../support/fake-github/fake-github.ts';
import { drawn, hangingRules, whileGitHubHangs } from '../support/hanging-github.ts';
import { startServer } from '../support/server.ts';

const MINUTE = 60_000;
const minutes = Number(process.argv[2] ?? 10);
if (!(minutes > 0)) throw new Error('see the first line');

const began = performance.now();
const tell = (line: string) => console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(7)} s  ${line}`);

const rules = mkdtempSync(join(tmpdir(), 'c4gt-bench-'));
writeFileSync(join(rules, 'hanging.yaml'), hangingRules);
const database = await openTestPostgres();
const fake = await startFakeGitHub();
const server = await startServer({ ...credentialsOf(fake), DATABASE_URL: String(database.url), RULES_DIR: rules });
try {
  const story = await whileGitHubHangs({
    ...{ fake, server, repositories: 100, before: 1_000, queued: 1_000, onePullIn: 10 },
    ...{ lasting: minutes * MINUTE, every: 250, within: 30 * MINUTE, tell },
  });
  const { before, burst, steady, probes, atItsEnd, afterwards, wrong } = story;
  const isWhole =
    wrong.length + afterwards.dead + afterwards.effects.dead === 0 && story.mergePoints === story.mergePointsWanted;
  for (const line of [
    `before:            ${before.count} deliveries ${drawn(before)}`,
    `hanging, a burst:  ${burst.count} deliveries ${drawn(burst)}`,
    `hanging, one by one: ${steady.count} deliveries ${drawn(steady)}`,
    `/healthz and /api/status meanwhile: ${probes.count} answers, ${probes.p99.toFixed(1)} ms (p99), ${probes.most.toFixed(1)} ms at most`,
    `acknowledgement p99, hanging to before: ${(burst.p99 / before.p99).toFixed(2)}`,
    `requests that hung: ${story.hung}`,
    `decided without GitHub: ${story.points} of ${story.pointsWanted} issues`,
    `pending at its end: ${atItsEnd.pending} deliveries, ${atItsEnd.effects.pending} effects`,
    `carried out ${(story.carriedOutAfter / 1000).toFixed(0)} s after its end; dead: ${afterwards.dead} deliveries, ${afterwards.effects.dead} effects`,
    `points that needed GitHub: ${story.mergePoints} of ${story.mergePointsWanted}`,
    `comments that are not exactly as they should be: ${wrong.length} ${wrong.slice(0, 3).join('; ')}`,
  ])
    console.log(line);
  if (!isWhole) process.exitCode = 1;
} finally {
  await server.kill();
  await fake.stop();
  await database.close();
  rmSync(rules, { recursive: true });
}
// The shared Postgres ends with this process.
process.exit();
