// A server that is told to stop while somebody keeps it from it, and told so again.
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from 'chai';
import { spawnCli, temporaryDirectory, webhookSecret } from '../support/server.ts';
import { until } from '../support/until.ts';

describe('a server that is being stopped', function () {
  this.timeout(40_000);
  const directory = temporaryDirectory();

  for (const [first, second] of [
    ['SIGTERM', 'SIGINT'],
    ['SIGINT', 'SIGINT'],
  ] as const) {
    it(`by ${first} ends at once when ${second} follows, whoever is still at it`, async () => {
      const { child, ended } = spawnCli(['serve'], { DATA_DIR: directory, GITHUB_WEBHOOK_SECRET: webhookSecret });
      let log = '';
      child.stdout?.on('data', (text: string) => {
        log += text;
      });
      await until('it listens', () => log.includes('"ready"'));
      const port = Number(/127\.0\.0\.1:(\d+)","database/.exec(log)?.[1]);
      // A body that does not end keeps its connection, and the server, for seconds.
      const slow = connect(port, '127.0.0.1');
      slow.on('error', () => undefined);
      await once(slow, 'connect');
      slow.write('POST /api/github/webhooks HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n');
      slow.write('X-GitHub-Event: issues\r\nX-GitHub-Delivery: 00000000-0000-4000-8000-000000000000\r\n');
      slow.write('Content-Length: 100\r\n\r\n{');
      const answer = await fetch(`http://127.0.0.1:${port}/healthz`);
      await answer.text();
      child.kill(first);
      await until('it stops', () => log.includes('"stopping"'));
      child.kill(second);
      expect(await ended).to.include({ code: 130, signal: null });
      expect(log).not.to.include('"stopped"');
      slow.destroy();
    });
  }
});
