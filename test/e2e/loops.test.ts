// Promise 27: what our own App does makes no rule act, and a bot that answers whatever we say is answered only so often.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { issueStory } from '../../src/commands/issue-story.ts';
import { type Person, storyClock } from '../../src/commands/scene.ts';
import { credentialsOf, shown, through } from '../support/acting.ts';
import { asha, mentor } from '../support/cast.ts';
import { openTestPostgres, type TestDatabase } from '../support/database.ts';
import { type FakeGitHub, startFakeGitHub } from '../support/fake-github/fake-github.ts';
import type { Comment } from '../support/fake-github/state.ts';
import { type RunningServer, startServer, temporaryDirectory } from '../support/server.ts';
import { patience, until } from '../support/until.ts';

const rules = `version: 1
program: demo
rules:
  answer:
    description: Whoever comments is answered, which whoever answers comments could be answered for again.
    on: issue_comment.created
    when: { issue.state: open }
    then: [{ comment: { body: "We heard {{ comment.author.login }}" } }]
`;

/** Writes to one issue or pull request in an hour. */
const FUSE = 30;
const helper: Person = { id: 60_001, login: 'helper[bot]' };

describe('a bot that answers whatever we say', function () {
  this.timeout(300_000);
  const directory = temporaryDirectory();
  let database: TestDatabase;
  let fake: FakeGitHub;
  let server: RunningServer;

  before(async () => {
    mkdirSync(join(directory, 'rules'));
    writeFileSync(join(directory, 'rules', 'demo.yaml'), rules);
    [database, fake] = await Promise.all([openTestPostgres(), startFakeGitHub()]);
    const DATABASE_URL = String(database.url);
    server = await startServer({ ...credentialsOf(fake), DATABASE_URL, RULES_DIR: join(directory, 'rules') });
  });
  after(async () => {
    await server?.kill();
    await fake?.stop();
    await database?.close();
  });

  it('is answered 30 times an hour, and no more; and never are we ourselves', async () => {
    const repository = fake.repository('Sunbird/core');
    const issue = fake.issue(repository, { number: 7 });
    const installation = fake.installationOf(repository).id;
    const place = { id: repository.id, fullName: 'Sunbird/core' };
    const story = issueStory(storyClock(), place, 7, { title: 'Export', body: null, author: mentor });
    const ours = ({ author }: Comment) => author === fake.app.bot;
    const us: Person = { id: fake.app.bot.id, login: fake.app.bot.login };
    let told = 0;
    const tell = async (by: Person, comment: Comment) => {
      const commented = story.commented(by, comment.body);
      Object.assign(Object(commented.payload['comment']), { id: comment.id });
      const { status } = await server.deliver(through(installation, commented));
      expect(status).to.equal(202);
      told += by === us ? 0 : 1;
    };

    await tell(asha, fake.comment(issue, 'What do you think?', asha.login));
    const heard = new Set<Comment>();
    await until(
      'effects are held back',
      async () => {
        for (const comment of issue.comments.filter(ours)) {
          if (heard.has(comment)) continue;
          heard.add(comment);
          // As GitHub does: it tells us of what we did, and then of the answer to it.
          await tell(us, comment);
          await tell(helper, fake.comment(issue, 'Thank you!', helper.login));
        }
        return server.log.some(({ msg }) => msg.startsWith('so many writes within an hour'));
      },
      patience(120_000),
    );
    await server.settled();
    expect(issue.comments.filter(ours)).to.have.length(FUSE);
    expect(issue.comments.filter(ours).map(shown)).not.to.include(`We heard ${us.login}`);
    const effects = await database.store.effects({ limit: 100 });
    expect(effects, 'one for each comment that is not ours').to.have.length(told);
    expect(effects.filter(({ state }) => state === 'pending').map(({ reason }) => reason)).to.deep.equal([
      `held back: ${FUSE} writes here within an hour`,
    ]);
    fake.assertPaced();
  });
});
