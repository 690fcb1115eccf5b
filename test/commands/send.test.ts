// `c4gt send` against a listener of the test's own, and the help of every command.
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { runCli, webhookSecret } from '../support/server.ts';

interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly url: string | undefined;
  readonly body: string;
}

describe('c4gt send', function () {
  this.timeout(30_000);
  const received: Received[] = [];
  let status = 202;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      received.push({ headers: request.headers, url: request.url, body });
      response.writeHead(status).end('so be it\n');
    });
  });
  let to: string;
  before((done) => {
    server.listen(0, '127.0.0.1', () => {
      to = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      done();
    });
  });
  beforeEach(() => {
    received.length = 0;
    status = 202;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const send = (...args: string[]) => runCli(['send', ...args], { GITHUB_WEBHOOK_SECRET: `${webhookSecret},old` });

  it('signs an example and sends it as GitHub would, and says what came back', async () => {
    const { code, stdout, stderr } = await send('issues.opened', '--to', to);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    const [{ headers, url, body } = { headers: {}, url: '', body: '' }] = received;
    expect(url).to.equal('/api/github/webhooks');
    const signature = `sha256=${createHmac('sha256', webhookSecret).update(body).digest('hex')}`;
    expect(headers).to.include({
      'x-github-event': 'issues',
      'content-type': 'application/json',
      'x-hub-signature-256': signature,
    });
    expect(stdout).to.equal(`202 ${headers['x-github-delivery']} so be it\n`);
    expect(JSON.parse(body)).to.include({ action: 'opened' });
  });

  it('sends the second example of a name, with changes: text, JSON, nested, new, in lists', async () => {
    const changes = [
      'issue.title=Export = CSV',
      'issue.number=7',
      'issue.labels=[{"name":"C4GT"}]',
      'issue.labels.0.color=red',
      'a.b.c=null',
      'issue.body=',
    ];
    const { code } = await send('issues.opened/2', '--to', to, '--set', ...changes);
    expect(code).to.equal(0);
    const sent = JSON.parse(received[0]?.body ?? '') as { a: unknown; issue: Record<string, unknown> };
    expect(sent.issue).to.deep.include({
      title: 'Export = CSV',
      number: 7,
      labels: [{ name: 'C4GT', color: 'red' }],
      body: '',
    });
    expect(sent.a).to.deep.equal({ b: { c: null } });
  });

  it('ends with 1 when it is refused', async () => {
    status = 401;
    const { code, stdout } = await send('ping', '--to', to);
    expect(code).to.equal(1);
    expect(stdout).to.match(/^401 \S{36} so be it\n$/);
  });

  it('ends with 1 when nobody answers, in one line', async () => {
    const { code, stdout, stderr } = await send('ping', '--to', 'http://127.0.0.1:1');
    expect({ code, stdout }).to.deep.equal({ code: 1, stdout: '' });
    expect(stderr).to.equal('nobody answers at http://127.0.0.1:1; is the server running? `c4gt serve` starts it\n');
  });

  it('lists the examples', async () => {
    const { code, stdout } = await runCli(['send']);
    expect(code).to.equal(0);
    const names = stdout.trimEnd().split('\n');
    expect(names.join('\n'))
      .to.match(/^ping\b/m)
      .and.match(/^pull_request_review\.submitted\b/m);
    expect(names.some((name) => /^issues\.opened \(\d+\)$/.test(name))).to.equal(true);
    expect(names).to.deep.equal([...names].sort());
  });

  it('ends with 2 when it is used wrongly, and says how', async () => {
    const wrong: readonly [args: string[], said: RegExp][] = [
      [['issues.opend'], /there is no example issues\.opend; did you mean issues\.opened\?/],
      [['opened'], /did you mean \S+\.opened\?/],
      [['issues.opened/99'], /there is no example issues\.opened\/99/],
      [['issues.opened/0'], /there is no example/],
      [['constructor'], /there is no example constructor/],
      [['zzzzzzzzzzzz'], /there is no example zzzzzzzzzzzz\n$/],
      [['ping', '--to', 'localhost'], /--to must be an address such as http:\/\/127\.0\.0\.1:3000/],
      [['ping', '--to', '127.0.0.1:3000'], /--to must be an address/],
      [['ping', '--to', 'localhost:3000'], /--to must be an address/],
      [['ping', '--to', to, '--set', 'zen'], /--set wants path=value, not zen/],
      [['ping', '--to', to, '--set', '=1'], /--set wants path=value/],
      [['ping', '--to', to, '--set', '__proto__.x=1'], /--set wants path=value/],
      [['ping', '--to', to, '--set', 'a.constructor.prototype.x=1'], /--set wants path=value/],
      [['--to', to, '--set', 'zen=x', 'ping'], /name the example first|before --set/],
    ];
    const ends = await Promise.all(wrong.map(([args]) => send(...args)));
    for (const [index, { code, stdout, stderr }] of ends.entries()) {
      expect({ code, stdout }, wrong[index]?.[0].join(' ')).to.deep.equal({ code: 2, stdout: '' });
      expect(stderr).to.match(wrong[index]?.[1] ?? /^$/);
    }
    expect(received).to.deep.equal([]);
  });

  it('needs the secret', async () => {
    const { code, stderr } = await runCli(['send', 'ping', '--to', to]);
    expect(code).to.equal(2);
    expect(stderr).to.include('GITHUB_WEBHOOK_SECRET is missing');
  });
});
