// What rules ask for is looked up on GitHub over HTTP, once for each event; and it is recorded where it came from.
import { expect } from 'chai';
import { ticketBody } from '../../src/commands/issue-story.ts';
import { rulesOf } from '../engine/rules.ts';
import { setInstallation } from '../store/outbox-samples.ts';
import { eachDatabase } from '../support/database.ts';
import { openLooking } from './looking.ts';

const form = { product: 'Sunbird', skills: 'Node.js', category: 'Backend', mentor: '@devi' };
const ticket = (complexity: string) => ({ body: ticketBody({ ...form, complexity }), labels: ['C4GT Community'] });

const WORK = `  work:
    on: [pull_request, pull_request_review]
    while: { pull_request.merged: true, pull_request.ticket.labels: { contains: C4GT Community } }
    then:
      - award_points:
          to: { fact: pull_request.author }
          points: { table: points, key: { fact: pull_request.ticket.complexity }, default: 1 }
`;
const TABLE = 'tables: { points: { Low: 10, Medium: 20, High: 30 } }';
const points = (rules: string) => rulesOf(`${rules}\n${TABLE}`);

const APPROVED = `  approved:
    on: pull_request
    while: { pull_request.merged: true, pull_request.approved_by: { length: { greaterThan: 0 } } }
    then: [{ award_points: { to: { fact: pull_request.approved_by }, points: 5 } }]
`;
const FILES = `  docs:
    on: pull_request
    while: { pull_request.files: { contains: docs/guide.md } }
    then: [{ award_points: { to: { fact: pull_request.author }, points: 3 } }]
`;
const ALWAYS = `  always:
    on: pull_request
    while: { pull_request.state: open }
    then: [{ award_points: { to: { fact: pull_request.author }, points: 1 } }]
`;

/** Whoever labels an open pull request earns its author points. */
const LABELLED = `${ALWAYS}  labelled:
    on: pull_request.labeled
    when: { pull_request.state: open }
    then: [{ award_points: { to: { fact: pull_request.author }, points: 9 } }]`;

const CLOSES = 'POST /graphql';
const FILES_OF_1 = 'GET /repos/asha/core/pulls/1/files';

eachDatabase('looking up', (database) => {
  describe('what a pull request closes', () => {
    it('finds the ticket that was linked by hand, though no text names it', async () => {
      await using looking = await openLooking(database(), points(WORK));
      const { fake, core, programme, told, merged } = looking;
      const issue = fake.issue(core, ticket('High'));
      const pull = fake.pull(core, { author: 'ravi', linked: [issue] });
      await programme.play([told('opened', issue), told('opened', pull)]);
      expect(looking.asked()).to.deep.equal([]);
      await programme.play([merged(pull)]);
      expect(await looking.points()).to.deep.equal({ ravi: 30 });
      expect(looking.asked()).to.deep.equal([CLOSES]);
      expect(await looking.lookedUp(pull)).to.deep.equal({
        'pull_request.closes': { value: ['asha/core#1'], source: 'GitHub' },
        'pull_request.ticket.labels': { value: ['C4GT Community'], source: 'what is stored' },
        'pull_request.ticket.complexity': { value: 'High', source: 'what is stored' },
        'pull_request.ticket.repository': { value: 'asha/core', source: 'what is stored' },
        'pull_request.ticket.number': { value: 1, source: 'what is stored' },
      });
    });

    it('earns nothing by an edit after the merge, and loses nothing by one', async () => {
      await using looking = await openLooking(database(), points(WORK));
      const { fake, core, programme, told, merged } = looking;
      const [poor, rich] = [fake.issue(core, ticket('Low')), fake.issue(core, ticket('High'))];
      const pull = fake.pull(core, { author: 'ravi', body: `Fixes #${poor.number}`, closes: [poor] });
      await programme.play([told('opened', poor), told('opened', rich), told('opened', pull), merged(pull)]);
      expect(await looking.points()).to.deep.equal({ ravi: 10 });
      for (const closes of [[poor, rich], [rich], []]) {
        Object.assign(pull, { body: closes.map(({ number }) => `Fixes #${number}`).join(', ') });
        Object.assign(pull.pull, { closes });
        await programme.play([told('edited', pull)]);
        expect(await looking.points()).to.deep.equal({ ravi: 10 });
      }
      expect((await programme.ledger()).length).to.equal(1);
    });

    it('earns what whoever triages links by hand, whenever that is heard of', async () => {
      await using looking = await openLooking(database(), points(WORK));
      const { fake, core, programme, told, merged } = looking;
      const issue = fake.issue(core, ticket('Medium'));
      const pull = fake.pull(core, { author: 'ravi' });
      await programme.play([told('opened', issue), merged(pull)]);
      expect(await looking.points()).to.deep.equal({});
      Object.assign(pull.pull, { linked: [issue] });
      await programme.play([told('labeled', pull)]);
      expect(await looking.points()).to.deep.equal({ ravi: 20 });
      Object.assign(pull.pull, { linked: [] });
      await programme.play([told('unlabeled', pull)]);
      expect(await looking.points()).to.deep.equal({});
    });

    it('does not ask again for what teaches nothing, other rules, or a ticket that changed; its points follow', async () => {
      await using looking = await openLooking(database(), points(WORK));
      const { fake, core, programme, told, merged } = looking;
      const issue = fake.issue(core, ticket('High'));
      const pull = fake.pull(core, { author: 'ravi', linked: [issue] });
      const closed = merged(pull);
      await programme.play([told('opened', issue)]);
      await programme.play([closed]);
      expect(looking.asked()).to.deep.equal([CLOSES]);
      await programme.play([closed]);
      Object.assign(issue, { body: ticket('Low').body });
      await programme.play([told('edited', issue)]);
      expect(await looking.points()).to.deep.equal({ ravi: 10 });
      await programme.exchangeRules(points(WORK.replace('default: 1', 'default: 2')));
      expect(looking.asked()).to.deep.equal([]);
      await programme.exchangeRules(points(WORK + FILES));
      expect(looking.asked()).to.deep.equal(['GET /repos/asha/core/pulls/2/files']);
    });

    it('fetches a ticket that was never heard of, keeps it, and follows it', async () => {
      await using looking = await openLooking(database(), points(WORK));
      const { fake, core, programme, told, merged } = looking;
      const other = fake.repository('asha/other');
      const issue = fake.issue(other, ticket('High'));
      const pull = fake.pull(core, { author: 'ravi', body: 'Fixes asha/other#1', closes: [issue] });
      await programme.play([merged(pull)]);
      expect(await looking.points()).to.deep.equal({ ravi: 30 });
      expect(looking.asked()).to.deep.equal([
        CLOSES,
        'GET /repos/asha/other/installation',
        'GET /repos/asha/other',
        'GET /repos/asha/other/issues/1',
      ]);
      expect((await looking.programme.store.subjects(['asha/other#1']))[0]).to.have.property('version', 1);
      Object.assign(issue, { body: ticket('Low').body });
      await programme.play([told('edited', issue)]);
      expect(await looking.points()).to.deep.equal({ ravi: 10 });
      expect(looking.asked()).to.deep.equal([]);
    });

    it('takes no issue for a ticket where the App is not installed, or that is gone, or private', async () => {
      await using looking = await openLooking(database(), points(WORK));
      const { fake, core, programme, told, merged } = looking;
      const foreign = fake.issue(fake.repository('mallory/own', { installed: false }), ticket('High'));
      const secret = fake.issue(fake.repository('asha/secret', { private: true }), ticket('High'));
      const moved = fake.issue(core, ticket('High'));
      const pull = fake.pull(core, { author: 'ravi', linked: [foreign, secret, moved] });
      fake.faults.add('GET /repos/asha/core/issues/1', 'notFound');
      await programme.play([merged(pull)]);
      expect(await looking.points()).to.deep.equal({});
      const { 'pull_request.closes': closes } = await looking.lookedUp(pull);
      expect(closes?.value).to.deep.equal(['mallory/own#1', 'asha/core#1']);
      expect(looking.asked().filter((line) => line.includes('mallory'))).to.deep.equal([
        'GET /repos/mallory/own/installation',
      ]);
      // Known later, it counts at once.
      await programme.play([told('opened', moved)]);
      expect(await looking.points()).to.deep.equal({ ravi: 30 });
      expect(looking.asked().filter((line) => line === CLOSES)).to.deep.equal([]);
    });
  });

  it('finds the approvals of reviews that were never delivered, and keeps them', async () => {
    await using looking = await openLooking(database(), rulesOf(APPROVED));
    const { fake, core, programme, merged } = looking;
    const pull = fake.pull(core, { author: 'ravi' });
    fake.review(pull, 'meera', 'APPROVED');
    fake.review(pull, 'stranger', 'APPROVED');
    await programme.play([merged(pull)]);
    expect(await looking.points()).to.deep.equal({ meera: 5 });
    expect(looking.asked()).to.deep.equal(['GET /repos/asha/core/pulls/1/reviews']);
    await programme.exchangeRules(rulesOf(APPROVED.replace('points: 5', 'points: 6')));
    expect(await looking.points()).to.deep.equal({ meera: 6 });
    expect(looking.asked()).to.deep.equal([]);
  });

  it('asks for files again when there is another commit, and not before', async () => {
    await using looking = await openLooking(database(), rulesOf(FILES));
    const { fake, core, programme, told } = looking;
    const file = (filename: string) => ({ filename, status: 'modified', additions: 1, deletions: 0 }) as const;
    const pull = fake.pull(core, { author: 'ravi', files: [file('docs/guide.md')] });
    await programme.play([told('opened', pull)]);
    await programme.play([told('labeled', pull)]);
    expect(await looking.points()).to.deep.equal({ ravi: 3 });
    expect(looking.asked()).to.deep.equal([FILES_OF_1]);
    Object.assign(pull.pull, { headSha: 'c0ffee'.padEnd(40, '0'), files: [file('src/index.ts')] });
    await programme.play([told('synchronize', pull)]);
    expect(await looking.points()).to.deep.equal({});
    expect(looking.asked()).to.deep.equal([FILES_OF_1]);
  });

  it('tells what the sender may do, a bot nothing', async () => {
    const rules = rulesOf(`  by-hand:
    on: issues.opened
    when: { sender.permission: [maintain, admin] }
    then: [{ award_points: { to: { fact: sender }, points: 2 } }]
  by-nobody:
    on: issues.opened
    when: { sender.permission: none }
    then: [{ award_points: { to: { fact: sender }, points: 1 } }]`);
    await using looking = await openLooking(database(), rules);
    const { fake, core, programme, told } = looking;
    fake.faults.add('GET /repos/*/*/collaborators/helper*/permission', 'notFound');
    const senders = ['devi', 'meera', 'helper[bot]'];
    for (const author of senders) await programme.play([told('opened', fake.issue(core, { author }))]);
    expect(await looking.points()).to.deep.equal({ devi: 2, 'helper[bot]': 1 });
    expect(looking.asked()).to.include('GET /repos/asha/core/collaborators/devi/permission').and.have.length(4);
  });

  it('asks GitHub what the sender may do once for a body, however many GUIDs it is sent under', async () => {
    const rules = rulesOf(`  by-hand:
    on: issues.labeled
    when: { sender.permission: write }
    then: [{ award_points: { to: { fact: sender }, points: 2 } }]`);
    await using looking = await openLooking(database(), rules);
    const { fake, core, programme, told } = looking;
    const issue = fake.issue(core, { author: 'ravi' });
    const captured = told('labeled', issue, 'meera');
    await programme.play([captured]);
    await programme.play(
      Array.from({ length: 50 }, () => captured),
      2,
    );
    const asked = looking.asked();
    // Two workers are two processes, each with its own memory; the third is the first one, which is gone.
    expect(asked.length).to.be.within(1, 3);
    await programme.play([told('labeled', issue, 'meera')]);
    expect(looking.asked()).to.have.length(1);
    expect(await looking.points()).to.deep.equal({ meera: 4 });
  });

  it('tells of the sender what the ledger says, and of a stranger nothing', async () => {
    const rules = rulesOf(`  welcome:
    on: issues.opened
    when: { contributor.points: 0, contributor.registered: false, contributor.badges: { length: 0 } }
    then: [{ award_points: { to: { fact: contributor }, points: 7 } }]
  again:
    on: issues.opened
    when: { contributor.points: { greaterThan: 6 } }
    then: [{ award_points: { to: { fact: contributor }, points: 1 } }]`);
    await using looking = await openLooking(database(), rules, { credentials: false });
    const { fake, core, programme, told } = looking;
    const issues = [1, 2].map(() => fake.issue(core, { author: 'ravi' }));
    for (const issue of issues) await programme.play([told('opened', issue)]);
    expect(await looking.points()).to.deep.equal({ ravi: 8 });
    const [, second = issues[0]] = issues;
    expect(second && (await looking.lookedUp(second))).to.deep.include({
      'contributor.points': { value: 7, source: 'what is stored' },
    });
  });

  describe('where GitHub cannot be asked', () => {
    const rules = points(`${WORK}${APPROVED}${FILES}`);
    const reason = (looked: Awaited<ReturnType<Awaited<ReturnType<typeof openLooking>>['lookedUp']>>) =>
      Object.fromEntries(Object.entries(looked).map(([name, one]) => [name, one.reason]));

    it('goes by what is stored without credentials, and says so', async () => {
      await using looking = await openLooking(database(), rules, { credentials: false });
      const { fake, core, programme, told, merged } = looking;
      const issue = fake.issue(core, ticket('High'));
      const pull = fake.pull(core, { author: 'ravi', body: 'Fixes #1' });
      await programme.play([told('opened', issue), merged(pull)]);
      expect(await looking.points()).to.deep.equal({ ravi: 30 });
      const looked = await looking.lookedUp(pull);
      expect(reason(looked)).to.include({
        'pull_request.closes': 'no GitHub credentials',
        'pull_request.approved_by': 'no GitHub credentials',
        'pull_request.files': 'no GitHub credentials',
      });
      expect(looked['pull_request.files']?.value).to.equal(null);
      expect(looking.asked()).to.deep.equal([]);
    });

    it('does the same where the App is not known to be installed, or is suspended', async () => {
      await using looking = await openLooking(database(), rules);
      const { fake, core, programme, told, merged } = looking;
      const issue = fake.issue(core, ticket('High'));
      const pull = fake.pull(core, { author: 'ravi', body: 'Fixes #1' });
      const without = ({ event, payload }: ReturnType<typeof told>) => {
        return { event, payload: { ...payload, installation: undefined } };
      };
      await programme.play([without(told('opened', issue)), without(merged(pull))]);
      expect(await looking.points()).to.deep.equal({ ravi: 30 });
      const closes = async () => (await looking.lookedUp(pull))['pull_request.closes']?.reason;
      expect(await closes()).to.equal('the App is not known to be installed there');
      await programme.play([told('labeled', issue)]);
      // It is known by now, and the ticket that changed had the pull request decided again.
      expect(await closes()).to.equal(undefined);
      expect(looking.asked()).to.have.length(3);
      await setInstallation(database().query, fake.installationOf(core).id, 'suspended');
      await programme.play([told('labeled', pull)]);
      expect(await closes()).to.equal('the installation of the App is suspended');
      expect(looking.asked()).to.deep.equal([]);
    });
  });

  describe('when GitHub fails', () => {
    const rules = rulesOf(`${FILES}${ALWAYS}`);

    it('delays the delivery for what passes, uncounted, and goes on later', async () => {
      await using looking = await openLooking(database(), rules);
      const { fake, core, programme, told } = looking;
      const files = [{ filename: 'docs/guide.md', status: 'added', additions: 1, deletions: 0 }] as const;
      const pull = fake.pull(core, { author: 'ravi', files });
      fake.faults.add('GET /repos/*/*/pulls/**', 'badGateway', { times: 1 });
      const [guid = ''] = await programme.receive(told('opened', pull));
      await programme.play([]);
      expect(await looking.points()).to.deep.equal({});
      const delayed = await programme.delivery(guid);
      expect(delayed).to.include({ state: 'pending', attempts: 0 });
      expect(delayed.reason).to.match(/GitHub has a fault \(502\)/);
      await database().query("select pgmq.set_vt('inbox', msg_id, 0) from pgmq.q_inbox");
      await programme.play([]);
      expect(await looking.points()).to.deep.equal({ ravi: 4 });
      expect(await programme.delivery(guid)).to.include({ state: 'processed', attempts: 1, reason: null });
      expect(programme.logged).to.include('GitHub cannot be asked now; will be tried again');
    });

    it('never gives up, however often', async () => {
      await using looking = await openLooking(database(), rules);
      const { fake, core, programme, told } = looking;
      const pull = fake.pull(core, { author: 'ravi' });
      fake.faults.add('GET /repos/*/*/pulls/**', 'badGateway', { times: 9 });
      const [guid = ''] = await programme.receive(told('opened', pull));
      const again = async () => {
        await database().query("select pgmq.set_vt('inbox', msg_id, 0) from pgmq.q_inbox");
        await programme.play([]);
      };
      for (let round = 0; round < 9; round++) {
        await again();
        expect(await programme.delivery(guid)).to.include({ state: 'pending', attempts: 0 });
      }
      await again();
      expect(await programme.delivery(guid)).to.include({ state: 'processed', attempts: 1 });
    });

    it('never gives up on what is only decided again either', async () => {
      await using looking = await openLooking(database(), rulesOf(ALWAYS));
      const { fake, core, programme, told } = looking;
      const files = [{ filename: 'docs/guide.md', status: 'added', additions: 1, deletions: 0 }] as const;
      await programme.play([told('opened', fake.pull(core, { author: 'ravi', files }))]);
      fake.faults.add('GET /repos/*/*/pulls/**', 'badGateway', { times: 9 });
      for (let round = 0; round < 9; round++) {
        await programme.exchangeRules(rules);
        await database().query("select pgmq.set_vt('inbox', msg_id, 0) from pgmq.q_inbox");
      }
      expect(await looking.points()).to.deep.equal({ ravi: 1 });
      await programme.play([]);
      expect(await looking.points()).to.deep.equal({ ravi: 4 });
    });

    it('does not hold up what has no question', async () => {
      await using looking = await openLooking(database(), rules, { worker: { concurrency: 1 }, requestTimeout: 2_000 });
      const { fake, core, programme, told } = looking;
      const hanging = fake.faults.add('GET /repos/*/*/pulls/**', 'hang', { times: 99 });
      const pulls = Array.from({ length: 10 }, () => told('opened', fake.pull(core, { author: 'ravi' })));
      const issues = Array.from({ length: 10 }, () => told('opened', fake.issue(core)));
      await programme.receive(...pulls, ...issues);
      await programme.play([]);
      const done = (await programme.store.deliveries({ limit: 50, state: 'processed' })).map(({ event }) => event);
      expect(done).to.deep.equal(issues.map(() => 'issues'));
      // One tries, and perhaps another one after five seconds; not each of the ten.
      expect(looking.asked().length).to.be.within(1, 4);
      hanging.stop();
    });

    it('is an error of the rule that needs it, when it never works; others decide, and what stood stays', async () => {
      await using looking = await openLooking(database(), rules);
      const { fake, core, programme, told } = looking;
      const files = [{ filename: 'docs/guide.md', status: 'added', additions: 1, deletions: 0 }] as const;
      const pull = fake.pull(core, { author: 'ravi', files });
      await programme.play([told('opened', pull)]);
      expect(await looking.points()).to.deep.equal({ ravi: 4 });
      Object.assign(pull.pull, { headSha: 'c0ffee'.padEnd(40, '0'), files: [] });
      fake.world.names.clear();
      Object.assign(pull, { state: 'closed' });
      await programme.play([told('closed', pull)]);
      expect(await looking.points()).to.deep.equal({ ravi: 3 });
      const [docs, always] = await looking.outcomes(pull);
      expect(docs).to.include({ id: 'demo/docs', outcome: 'error' });
      expect(docs?.error).to.match(/^pull_request\.files cannot be looked up: GET .*files: it is not there/);
      expect(always).to.include({ id: 'demo/always', outcome: 'not held' });
    });
  });

  it('records what our own App causes, and does not act on it', async () => {
    await using looking = await openLooking(database(), rulesOf(LABELLED));
    const { fake, core, programme, told } = looking;
    const pull = fake.pull(core, { author: 'ravi' });
    await programme.play([told('opened', pull)]);
    const before = await database().query('select count(*)::int as count from c4gt.decisions');
    Object.assign(pull, { title: 'A title of ours', state: 'closed' });
    const [guid = ''] = await programme.receive(told('labeled', pull, 'C4GT[bot]'));
    await programme.play([]);
    expect(await programme.delivery(guid)).to.include({
      state: 'processed',
      reason: 'caused by our own App; not acted on',
    });
    expect(await looking.points()).to.deep.equal({ ravi: 1 });
    expect(await database().query('select count(*)::int as count from c4gt.decisions')).to.deep.equal(before);
    const [known] = await programme.store.subjects([`${core.id}/${pull.number}`]);
    expect(JSON.stringify(known?.knowledge)).to.include('A title of ours');
    await programme.play([told('labeled', pull, 'helper[bot]')]);
    expect(await looking.points()).to.deep.equal({});
    await programme.play([told('labeled', Object.assign(pull, { state: 'open' }), 'meera')]);
    expect(await looking.points()).to.deep.equal({ ravi: 10 });
    // Once for whom we are, and once more because another bot might have been us.
    expect(looking.asked()).to.deep.equal(['GET /app', 'GET /app']);
  });

  it('knows its own App by its new name at once, and asks no more often than there are bots', async () => {
    await using looking = await openLooking(database(), rulesOf(LABELLED));
    const { fake, core, programme, told } = looking;
    const pull = fake.pull(core, { author: 'ravi' });
    const change = (by: string, title: string) => programme.play([told('labeled', Object.assign(pull, { title }), by)]);
    await change('c4gt[bot]', 'one');
    Object.assign(fake.app, { slug: 'renamed' });
    await change('renamed[bot]', 'two');
    expect(await looking.points()).to.deep.equal({});
    expect(looking.asked()).to.have.length(2);
    for (const title of ['three', 'four', 'five']) await change('renamed[bot]', title);
    expect(looking.asked()).to.deep.equal([]);
    for (const title of ['six', 'seven'])
      for (const by of ['helper[bot]', 'other[bot]']) await change(by, `${title} ${by}`);
    expect(looking.asked()).to.have.length(2);
  });
});
