// What happens in a repository while GitHub tells us nothing of it: found once the App is there again.
import { expect } from 'chai';
import { sweepNow } from '../../src/worker/sweep.ts';
import { eachDatabase } from '../support/database.ts';
import type { Installation, Repository } from '../support/fake-github/state.ts';
import { installationEvent, quiet, repositoriesEvent, type Stage, setStage } from './looking-through.ts';

const FIRST = Date.now() - 100_000;
const second = (n: number) => FIRST + n * 1_000;

interface Silence {
  /** It begins in second 10. */
  readonly begins: (stage: Stage, installation: Installation, repository: Repository) => Promise<void>;
  /** In second 40. */
  readonly ends: (stage: Stage, installation: Installation, repository: Repository) => Promise<void>;
}

const silences: Readonly<Record<string, Silence>> = {
  'was suspended': {
    begins: async ({ tell }, installation) => {
      installation.suspendedAt = second(10);
      await tell(installationEvent('suspend', installation, second(10)));
    },
    ends: async ({ tell }, installation) => {
      installation.suspendedAt = null;
      await tell(installationEvent('unsuspend', installation, second(40)));
    },
  },
  'was suspended, of which is told when that is over': {
    begins: async () => undefined,
    ends: async ({ tell }, installation) => {
      await tell(installationEvent('unsuspend', installation, second(40)));
      installation.suspendedAt = second(10);
      await tell(installationEvent('suspend', installation, second(10)));
      installation.suspendedAt = null;
    },
  },
  'was suspended, which a sweep alone has found': {
    begins: async (stage, installation) => {
      Object.assign(installation, { suspendedAt: second(10), updatedAt: second(10) });
      await swept(stage);
    },
    ends: async (stage, installation) => {
      Object.assign(installation, { suspendedAt: null, updatedAt: second(40) });
      await swept(stage);
    },
  },
  'had lost the repository': {
    begins: ({ tell }, installation, repository) =>
      tell(repositoriesEvent('removed', installation, [repository], second(10))),
    ends: ({ tell }, installation, repository) =>
      tell(repositoriesEvent('added', installation, [repository], second(40))),
  },
  'was deleted, and is made anew': {
    begins: ({ tell }, installation) => tell(installationEvent('deleted', installation, second(10))),
    ends: ({ fake, tell }, installation, repository) => {
      fake.uninstall(installation);
      return tell(installationEvent('created', fake.install('org', [repository]), second(40)));
    },
  },
};

async function swept({ app: github, programme: { store } }: Stage): Promise<void> {
  if ((await sweepNow({ store, github, log: quiet }, { interval: 0 })) === null) throw new Error('it was not swept');
}

eachDatabase('an installation', (database) => {
  for (const [what, { begins, ends }] of Object.entries(silences))
    it(`that ${what}: what was closed and merged meanwhile is found, and nothing older`, async () => {
      await using stage = await setStage(database());
      const { fake, programme } = stage;
      const repository = fake.repository('org/one', { labels: ['C4GT'] });
      const [open, closed] = [1, 2].map(() => fake.issue(repository, { labels: ['C4GT'], createdAt: second(0) }));
      const merged = fake.pull(repository, { author: 'asha', mergedBy: 'mentor', createdAt: second(0) });
      fake.pull(repository, { author: 'ravi', mergedBy: 'mentor', createdAt: second(0) });
      const installation = fake.installationOf(repository);
      await stage.tell(installationEvent('created', installation, second(1)));
      await stage.lookThrough();
      expect(await stage.tickets()).to.have.members([open, closed].map((issue) => `org/one#${issue?.number}`));

      await begins(stage, installation, repository);
      Object.assign(closed ?? expect.fail(), { state: 'closed', updatedAt: second(20) });
      merged.updatedAt = second(20);
      await ends(stage, installation, repository);
      await stage.lookThrough();
      expect(await stage.tickets()).to.deep.equal([`org/one#${open?.number}`]);
      expect((await programme.standing()).points).to.deep.equal({ asha: 5 });
      const asked = fake.log.length;
      await stage.tell(
        repositoriesEvent('added', [...fake.world.installations.values()][0] ?? installation, [repository], second(60)),
      );
      await stage.lookThrough();
      const again = fake.log.slice(asked).filter(({ path }) => path.startsWith('/repos/'));
      expect(again, 'looked through once').to.deep.equal([]);
    });
});
