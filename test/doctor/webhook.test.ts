// What the doctor says of GitHub's way to us: the webhook's address and form, the newest deliveries, and our own answer.
import { expect } from 'chai';
import { checkDeliveries, checkHook } from '../../src/doctor/webhook.ts';
import type { LoggedDelivery } from '../../src/github/deliveries.ts';
import { examining } from './examining.ts';

const settings = 'https://github.com/settings/apps/c4gt';
const fine = { url: 'https://c.example/api/github/webhooks', content_type: 'json', insecure_ssl: '0' };

describe('the webhook', () => {
  const cases: readonly [note: string, hook: Parameters<typeof checkHook>[0], base: string | null, said: RegExp][] = [
    ['leads here', fine, 'https://c.example', /^ok it leads to https:\/\/c\.example\/api\/github\/webhooks/],
    ['leads here, as far as is known', fine, null, /^ok/],
    [
      'leads elsewhere',
      fine,
      'https://d.example',
      /^problem .*this service is at https:\/\/d\.example\/api.*correct BASE_URL/,
    ],
    [
      'leads to another path',
      { ...fine, url: 'https://c.example/hooks' },
      null,
      /^warning .*taken at \/api\/github\/webhooks/,
    ],
    [
      'leads nowhere',
      { content_type: 'json' },
      'https://c.example',
      /^problem it leads nowhere → set its URL to https:\/\/c\.example/,
    ],
    [
      'shows no secret',
      { ...fine, url: 'https://u:canary@x.example/?t=canary' },
      null,
      /^warning it leads to https:\/\/x\.example\/ /,
    ],
    [
      'sends forms',
      { ...fine, content_type: 'form' },
      'https://c.example',
      /^problem its content type is form → choose application\/json/,
    ],
    ['trusts everybody', { ...fine, insecure_ssl: '1' }, null, /^problem certificates are not verified/],
    ['trusts everybody, by number', { ...fine, insecure_ssl: 1 }, null, /^problem certificates are not verified/],
  ];
  for (const [note, hook, base, said] of cases)
    it(note, () => {
      const [finding] = checkHook(hook, base, settings);
      expect(`${finding?.verdict} ${finding?.what} → ${finding?.advice}`).to.match(said).and.not.include('canary');
    });
});

describe('the newest deliveries', () => {
  /** Newest first. */
  const log = (...codes: readonly (number | string)[]): LoggedDelivery[] =>
    codes.map((code, nth) => ({
      ...{ id: String(nth), guid: 'g', delivered_at: '2026-11-23T12:00:00Z', redelivery: false, event: 'issues' },
      ...{ action: 'opened', installation_id: 1, repository_id: 1 },
      status: typeof code === 'string' ? code : 'OK',
      status_code: typeof code === 'string' ? 0 : code,
    }));
  const cases: readonly [note: string, codes: (number | string)[], said: RegExp][] = [
    ['all arrived', [202, 200, 202], /^ok the last 3 attempts arrived/],
    ['arrive again', [202, 503, 503, 202], /^warning 2 of the last 4 attempts failed: 503 \(2 ×\); the newest arrived/],
    [
      'have the wrong secret',
      [401, 202],
      /^problem 1 of .*401 \(1 ×\); the newest one too → GITHUB_WEBHOOK_SECRET is not/,
    ],
    ['find nothing', [404], /^problem .*something else answers/],
    ['are too large for a proxy', [413], /^problem .*25 MB/],
    ['are redirected', [302], /^problem .*no redirects/],
    ['are of the wrong type', [415], /^problem .*application\/json/],
    ['break something', [500, 502], /^problem .*500 \(1 ×\), 502 \(1 ×\).*log of this service/],
    ['cannot connect', ['failed to connect to host'], /^problem .*failed to connect to host.*DNS/],
    ['timed out', ['timed out', 202], /^problem .*timed out/],
    ['are none', [], /^warning none in three days → .*active/],
  ];
  for (const [note, codes, said] of cases)
    it(note, () => {
      const [finding] = checkDeliveries(log(...codes), true);
      expect(`${finding?.verdict} ${finding?.what} → ${finding?.advice}`).to.match(said);
    });
});

describe('the doctor looks', function () {
  this.timeout(30_000);
  const doctor = examining();

  it('whether there is a webhook at all', async () => {
    const fake = await doctor.gitHub();
    fake.faults.add('GET /app/hook/**', 'notFound', { times: 10 });
    const found = await doctor.examine(doctor.environment(fake, await doctor.service(fake)));
    expect(found.said('webhook')).to.match(/^problem it leads nowhere/);
    expect(found.said('deliveries')).to.match(/^warning none/);
  });

  it('into GitHub’s log of deliveries, as far as one page', async () => {
    const fake = await doctor.gitHub();
    for (let nth = 0; nth < 150; nth++) fake.delivered({ event: 'issues.opened', statusCode: nth < 40 ? 500 : 202 });
    const found = await doctor.examine(doctor.environment(fake, await doctor.service(fake)));
    expect(found.said('deliveries')).to.match(/^ok the last 100 attempts arrived/);
    fake.delivered({ event: 'issues.opened', statusCode: 401 });
    const again = await doctor.examine(doctor.environment(fake, await doctor.service(fake)));
    expect(again.said('deliveries')).to.match(/^problem 1 of the last 100 attempts failed: 401/);
  });

  for (const [note, answer, said] of [
    ['not well', { status: 503, body: {} }, /answers 503/],
    ['something else', { status: 200, body: 'hello' }, /answered by something else/],
  ] as const)
    it(`whether this service answers where it should; it is ${note}`, async () => {
      const fake = await doctor.gitHub();
      const found = await doctor.examine(doctor.environment(fake, await doctor.service(fake, answer)));
      expect(found.said('service'))
        .to.match(said)
        .and.match(/^warning/);
      expect(found.with('problem')).to.deep.equal([]);
    });

  it('whether this service answers at all', async () => {
    const fake = await doctor.gitHub();
    fake.app.hookUrl = 'http://127.0.0.1:1/api/github/webhooks';
    const found = await doctor.examine(doctor.environment(fake, 'http://127.0.0.1:1'));
    expect(found.said('service')).to.match(/^warning .*cannot be reached/);
  });
});
