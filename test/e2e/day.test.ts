// A day of the real server: begun as soon as rules look at the time, and told to what is known.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { issueStory } from '../../src/commands/issue-story.ts';
import { storyClock } from '../../src/commands/scene.ts';
import { mentor, sunbird } from '../support/cast.ts';
import { type RunningServer, startServer, temporaryDirectory } from '../support/server.ts';

const rules = (event: string) => `version: 1
program: demo
rules:
  greet:
    description: Points for whoever opened an issue that is open.
    on: ${event}
    when: { issue.state: open }
    then: [{ award_points: { to: { fact: issue.author }, points: 2 } }]
`;

describe('the day of a server', function () {
  this.timeout(60_000);
  const directory = temporaryDirectory();
  const folder = join(directory, 'rules');
  let server: RunningServer | undefined;
  after(() => server?.kill());

  it('begins when the first rule looks at the time, and is told to the issues that are known', async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'demo.yaml'), rules('issues.closed'));
    server = await startServer({ DATA_DIR: join(directory, 'data'), RULES_DIR: folder });
    await server.deliver(
      issueStory(storyClock(), sunbird, 12, { title: 'Export', body: null, author: mentor }).opened(),
    );
    await server.settled();
    writeFileSync(join(folder, 'demo.yaml'), rules('schedule.daily'));
    expect(await server.logged('a day has begun')).to.include({ subjects: 1 });
    await server.settled();
    const { points } = (await server.get('/api/contributors/mentor-devi')).json<{ points: number }>();
    expect(points).to.equal(2);
    const { decisions } = (await server.get('/api/why/Sunbird/core/12')).json<{ decisions: { event: string }[] }>();
    expect(decisions.map(({ event }) => event)).to.include('schedule.daily');
    expect(await server.stop()).to.include({ code: 0 });
  });
});
