// `c4gt doctor` as people call it: its lines, its JSON, its exit codes, beside a running server and with nothing at all.
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Finding } from '../../src/doctor/finding.ts';
import { appEvents, appPermissions } from '../../src/github/app-manifest.ts';
import { startFakeGitHub } from '../support/fake-github/fake-github.ts';
import { runCli, startServer, webhookSecret } from '../support/server.ts';

describe('c4gt doctor', function () {
  this.timeout(90_000);
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'c4gt-test-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const offline = { GITHUB_API_URL: 'http://127.0.0.1:1', GITHUB_WEBHOOK_SECRET: webhookSecret };

  it('says line by line what is and what to do, and ends with 1 when there is a problem', async () => {
    const { code, stdout, stderr } = await runCli(['doctor'], offline, directory);
    expect({ code, stderr }).to.deep.equal({ code: 1, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    for (const line of lines) expect(line).to.match(/^(?:(?:ok|warning|problem|skipped) +[\w ]+: \S| {9}→ \S)/);
    expect(lines).to.include.members(['skipped  credentials: GitHub could not be asked']);
    expect(stdout).to.match(/^problem {2}GitHub: 127\.0\.0\.1:1 does not answer.*\n {9}→ /m);
    expect(readdirSync(directory)).to.deep.equal([]);
  });

  it('says the same to programs', async () => {
    const { code, stdout } = await runCli(['doctor', '--format', 'json'], offline, directory);
    expect(code).to.equal(1);
    const { findings } = JSON.parse(stdout) as { findings: Finding[] };
    for (const finding of findings) expect(finding).to.have.all.keys('check', 'verdict', 'what', 'advice');
    expect(findings.find(({ check }) => check === 'rules')).to.include({ verdict: 'ok' });
  });

  it('ends with 0 when there is none, beside a running server, whose .env others can read', async () => {
    await using fake = await startFakeGitHub({ permissions: appPermissions, events: appEvents });
    fake.repository('asha/core');
    const env = { DATA_DIR: join(directory, 'data'), GITHUB_API_URL: fake.url };
    const server = await startServer(env);
    const secrets = [
      ...[`GITHUB_WEBHOOK_SECRET=${webhookSecret}`, `GITHUB_APP_ID=${fake.app.id}`, `BASE_URL=${server.url}`],
      `GITHUB_PRIVATE_KEY="${fake.app.privateKey}"`,
    ];
    writeFileSync(join(directory, '.env'), secrets.join('\n'));
    chmodSync(join(directory, '.env'), 0o644);
    fake.app.hookUrl = `${server.url}/api/github/webhooks`;
    const { code, stdout } = await runCli(['doctor'], { ...env, PORT: new URL(server.url).port }, directory);
    await server.stop();
    expect(stdout).not.to.match(/^problem/m);
    expect(code).to.equal(0);
    expect(stdout).to.match(/^ok +database: embedded, and in use by the server that is running/m);
    expect(stdout).to.match(/^ok +dead letters: none/m);
    expect(stdout).to.match(/^ok +service: /m);
    expect(stdout).to.match(/^warning +files: .*mode 0644\n +→ call `chmod 600 \.env`/m);
    expect(stdout).not.to.include(webhookSecret).and.not.include('PRIVATE KEY-');
  });
});
