// Endpoints of check runs. GitHub makes a new run for every POST, even of the same name on the same commit.
import { theInstallation } from '../asker.ts';
import { type Call, created, type Endpoints, inRepository, ok, textOf } from '../endpoint.ts';
import { pageOf } from '../pages.ts';
import { invalid, notFound, Refusal } from '../refusal.ts';
import type { CheckRun, Repository } from '../state.ts';
import { checkRunView } from '../views/pulls.ts';
import { hasCommit } from '../world.ts';

/** Its description says characters; it counts bytes: https://github.com/github/docs/issues/35252 */
const MOST_BYTES = 65_535;

const all = '/repos/{owner}/{repo}/check-runs';

export const checks: Endpoints = {
  [`POST ${all}`]: inRepository('write', ['checks'], (call, repository) => {
    const { world, body } = call;
    const headSha = String(body['head_sha']);
    if (!hasCommit(repository, headSha)) throw new Refusal(422, `No commit found for SHA: ${headSha}`);
    const run: CheckRun = {
      id: world.nextId('thing'),
      repository,
      app: theInstallation(call.asker).installation.app,
      headSha,
      name: '',
      status: 'queued',
      conclusion: null,
      externalId: null,
      detailsUrl: null,
      startedAt: world.now(),
      completedAt: null,
      output: { title: null, summary: null, text: null },
    };
    write(call, run);
    world.checkRuns.set(run.id, run);
    return created(checkRunView(world, run));
  }),
  [`PATCH ${all}/{check_run_id}`]: inRepository('write', ['checks'], (call, repository) => {
    const run = runIn(call, repository);
    write(call, run);
    return ok(checkRunView(call.world, run));
  }),
  [`GET ${all}/{check_run_id}`]: inRepository('read', ['checks'], (call, repository) => {
    return ok(checkRunView(call.world, runIn(call, repository)));
  }),
  'GET /repos/{owner}/{repo}/commits/{ref}/check-runs': inRepository('read', ['checks'], (call, repository) => {
    const { check_name: name, app_id: app, filter, status } = call.query;
    const runs = [...call.world.checkRuns.values()]
      .filter((run) => run.repository === repository && run.headSha === call.path['ref'])
      .filter((run) => run.name === (name ?? run.name) && String(run.app.id) === (app ?? String(run.app.id)))
      .filter((run) => run.status === (status ?? run.status));
    const shown =
      filter === 'all' ? runs : [...new Map(runs.map((run) => [`${run.app.id} ${run.name}`, run])).values()];
    const { items, headers } = pageOf(call, shown, repository);
    return ok({ total_count: shown.length, check_runs: items.map((each) => checkRunView(call.world, each)) }, headers);
  }),
};

function runIn({ world, path }: Call, repository: Repository): CheckRun {
  const run = world.checkRuns.get(Number(path['check_run_id']));
  if (run?.repository !== repository) throw notFound();
  return run;
}

/** What is not given stays; a conclusion completes the run. */
function write({ world, body }: Call, run: CheckRun): void {
  const conclusion = textOf(body['conclusion']);
  run.name = textOf(body['name']) ?? run.name;
  run.externalId = textOf(body['external_id']) ?? run.externalId;
  run.detailsUrl = textOf(body['details_url']) ?? run.detailsUrl;
  run.status = conclusion === null ? (textOf(body['status']) ?? run.status) : 'completed';
  if (conclusion !== null) run.conclusion = conclusion;
  const [startedAt, completedAt] = [textOf(body['started_at']), textOf(body['completed_at'])];
  if (startedAt !== null) run.startedAt = Date.parse(startedAt);
  if (run.status === 'completed') run.completedAt = completedAt === null ? world.now() : Date.parse(completedAt);
  if (body['output'] !== undefined) {
    const output = Object(body['output']) as Record<string, unknown>;
    const summary = textOf(output['summary']);
    if (Buffer.byteLength(summary ?? '') > MOST_BYTES) {
      const message = `summary exceeds a maximum bytesize of ${MOST_BYTES}`;
      throw invalid({ resource: 'CheckRun', code: 'custom', field: 'summary', message });
    }
    run.output = { title: textOf(output['title']), summary, text: textOf(output['text']) };
  }
}
