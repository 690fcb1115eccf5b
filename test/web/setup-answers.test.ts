// What GitHub sends people back with: its state, its code, and GitHub or the disk being away when it comes.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { expect } from 'chai';
import { filled, setupServing } from './setup-serving.ts';

const CONVERSIONS = 'POST /app-manifests/{code}/conversions';

describe('an answer of GitHub', () => {
  const serving = setupServing();

  it('is taken with its state alone', async () => {
    const { state, come, code: newCode } = await serving.begun();
    const code = newCode();
    const wrong: Readonly<Record<string, string>>[] = [
      {},
      { code },
      { state },
      { code, state: '' },
      { code, state: 'x' },
      { code, state: `${state}x` },
    ];
    for (const query of wrong) {
      const { status, words } = await come(query);
      expect(status, JSON.stringify(Object.keys(query))).to.equal(400);
      expect(words)
        .to.match(/is missing|does not belong/)
        .and.include('Begin again');
    }
    expect(existsSync(serving.envFile)).to.equal(false);
    expect(serving.fake.log).to.deep.equal([]);
    expect((await come({ code, state })).status).to.equal(200);
  });

  it('is taken once', async () => {
    const { state, come, code } = await serving.begun();
    const wrong = await come({ code: 'f'.repeat(40), state });
    expect(wrong.status).to.equal(400);
    expect(wrong.words).to.include('GitHub did not give the App').and.include('404');
    const again = await come({ code: code(), state });
    expect(again.status).to.equal(400);
    expect(again.words).to.include('was used already');
    expect(existsSync(serving.envFile)).to.equal(false);
  });

  it('is taken within an hour', async () => {
    let now = Date.now();
    const { state, come, code } = await serving.begun({ clock: () => now });
    now += 60 * 60_000;
    const late = await come({ code: code(), state });
    expect(late.status).to.equal(400);
    expect(late.words).to.include('more than an hour');
    expect(existsSync(serving.envFile)).to.equal(false);
  });

  it('holds a code that is one; no other is sent anywhere', async () => {
    const { state, come, code } = await serving.begun();
    for (const hostile of ['', '../../app', 'a/b', 'a b', '<b>', '\u0000', 'x'.repeat(500)]) {
      const { status, text } = await come({ code: hostile, state });
      expect(status, hostile).to.equal(400);
      expect(text).not.to.include('<b>');
    }
    expect(serving.fake.log).to.deep.equal([]);
    expect((await come({ code: code(), state })).status).to.equal(200);
  });

  it('is taken one at a time', async () => {
    const { url, person, entrance } = await serving.serve();
    await person.open(entrance);
    const handOvers = [];
    for (let times = 0; times < 2; times++)
      handOvers.push(await person.send(await person.open(`${url}/setup`), filled));
    const pages = await Promise.all(handOvers.map((page) => person.makeApp(page, serving.fake)));
    expect(pages.map(({ status }) => status).sort()).to.deep.equal([200, 400]);
    expect(pages.find(({ status }) => status === 400)?.words).to.include('Another App is just being set up');
    expect(serving.fake.log.filter(({ route }) => route === CONVERSIONS)).to.have.length(1);
  });

  it('is kept while GitHub is away', async () => {
    const { person, state, come, code } = await serving.begun();
    serving.fake.faults.add(CONVERSIONS, 'badGateway');
    const stuck = await come({ code: code(), state });
    expect(stuck.status).to.equal(503);
    expect(stuck.words).to.include('GitHub did not answer');
    expect((await person.send(stuck)).words).to.include('The App is made');
  });

  it('begins again when it was lost on the way', async () => {
    const { url, person, state, come, code } = await serving.begun();
    serving.fake.faults.add(CONVERSIONS, 'resetAfterCommit');
    const stuck = await come({ code: code(), state });
    expect(stuck.status).to.equal(503);
    const refused = await person.send(stuck);
    expect(refused.status).to.equal(400);
    expect(refused.words).to.include('GitHub did not give the App');
    expect((await person.open(`${url}/setup`)).form?.action).to.equal('setup');
  });

  it('is kept while it cannot be written, and another does not take its place', async () => {
    const { url, person, handOver, come, state, code } = await serving.begun();
    const other = await person.send(await person.open(`${url}/setup`), filled);
    mkdirSync(serving.envFile);
    const stuck = await come({ code: code(), state });
    expect(stuck.status).to.equal(503);
    expect(stuck.words).to.include('is no ordinary file').and.include('do not stop it');
    const app = [...serving.fake.world.apps.values()].at(-1);
    expect((await person.makeApp(other, serving.fake)).words).to.include('Another App is just being set up');
    expect((await person.open(`${url}/setup`)).words).to.include('do not stop it');
    const again = await person.send(await person.open(`${url}/setup`));
    expect(again.status).to.equal(503);
    for (const { text } of [stuck, again, handOver])
      for (const secret of serving.secrets()) expect(text).not.to.include(secret);

    rmSync(serving.envFile, { recursive: true });
    expect((await person.send(again)).words).to.include('The App is made');
    const written = parseEnv(readFileSync(serving.envFile, 'utf8'));
    expect(written).to.include({ GITHUB_APP_ID: String(app?.id), GITHUB_WEBHOOK_SECRET: app?.webhookSecret });
  });

  it('has nothing to be tried again when nothing got stuck', async () => {
    const { url, person, entrance } = await serving.serve();
    const form = await person.open(entrance);
    const page = await person.send({ ...form, form: { action: `${url}/setup/again`, fields: {} } });
    expect(page.status).to.equal(409);
  });
});
