// The fake's memory: everything it holds, found by the keys that requests name it by.
import type { Account, App, CheckRun, Comment, Delivery, Installation, Issue, Repository, Token } from './state.ts';

export interface World {
  /** Milliseconds since 1970, by the fake's clock. */
  readonly now: () => number;
  /** Root of the API, without a slash at its end. */
  url: string;
  /** By login in lower case. */
  readonly accounts: Map<string, Account>;
  readonly apps: Map<number, App>;
  readonly installations: Map<number, Installation>;
  readonly repositories: Map<number, Repository>;
  /** By full name in lower case, former names too. */
  readonly names: Map<string, Repository>;
  readonly comments: Map<number, Comment>;
  readonly checkRuns: Map<number, CheckRun>;
  readonly tokens: Map<string, Token>;
  /** Oldest first. */
  readonly deliveries: Delivery[];
  /** Manifests whose App is made once their code is handed in. */
  readonly manifests: Map<string, { readonly owner: Account; readonly manifest: Manifest }>;
  nextId(of: keyof typeof FIRST_IDS): number;
  nextDeliveryId(): bigint;
}

export interface Manifest {
  readonly name: string;
  readonly url: string;
  readonly hook_attributes?: { readonly url: string };
  readonly default_permissions?: Readonly<Record<string, 'read' | 'write'>>;
  readonly default_events?: readonly string[];
}

/** As large as GitHub's are by now: those of issues and comments no longer fit into 32 bits. */
const FIRST_IDS = {
  account: 190_000_000,
  app: 1_200_000,
  installation: 71_000_000,
  repository: 990_000_000,
  thing: 3_100_000_000,
};
const FIRST_DELIVERY = 3_804_004_623_172_239_366n;

export function createWorld(now: () => number): World {
  const ids = { ...FIRST_IDS };
  let delivery = FIRST_DELIVERY;
  return {
    now,
    url: '',
    accounts: new Map(),
    apps: new Map(),
    installations: new Map(),
    repositories: new Map(),
    names: new Map(),
    comments: new Map(),
    checkRuns: new Map(),
    tokens: new Map(),
    deliveries: [],
    manifests: new Map(),
    nextId: (of) => {
      ids[of] += 1;
      return ids[of];
    },
    nextDeliveryId: () => {
      delivery += 1n;
      return delivery;
    },
  };
}

export const fullName = ({ owner, name }: Repository): string => `${owner.login}/${name}`;

export function accountOf(world: World, login: string): Account | undefined {
  return world.accounts.get(login.toLowerCase());
}

/** The account of that login, made when there is none. */
export function ensureAccount(world: World, login: string, type?: Account['type']): Account {
  const known = accountOf(world, login);
  if (known !== undefined) return known;
  const made = {
    id: world.nextId('account'),
    login,
    type: type ?? (login.endsWith('[bot]') ? 'Bot' : 'User'),
  } as const;
  world.accounts.set(login.toLowerCase(), made);
  return made;
}

/** The repository called so, or once called so. */
export function repositoryOf(world: World, name: string): Repository | undefined {
  return world.names.get(name.toLowerCase());
}

/** The repository called `owner/name`; throws when a test means one that is not there. */
export function theRepository(world: World, name: string): Repository {
  const repository = repositoryOf(world, name);
  if (repository === undefined) throw new Error(`the fake GitHub has no repository ${name}`);
  return repository;
}

export function theIssue(world: World, name: string, number: number): Issue {
  const issue = theRepository(world, name).issues.get(number);
  if (issue === undefined) throw new Error(`the fake GitHub has no issue ${name}#${number}`);
  return issue;
}

export function installationOf(world: World, repository: Repository, app?: App): Installation | undefined {
  return [...world.installations.values()].find(
    (each) => each.repositories.has(repository) && (app === undefined || each.app === app),
  );
}

/** GitHub's permission words; triage and maintain are roles that it reports as read and write. */
export function permissionOf(repository: Repository, account: Account): 'admin' | 'write' | 'read' | 'none' {
  if (account === repository.owner) return 'admin';
  const role = repository.collaborators.get(account.login.toLowerCase());
  if (role === undefined) return repository.private ? 'none' : 'read';
  return role === 'maintain' ? 'write' : role === 'triage' ? 'read' : role;
}

/** Every commit a pull request of it stands on. */
export function hasCommit(repository: Repository, sha: string): boolean {
  return [...repository.issues.values()].some(({ pull }) => pull?.headSha === sha);
}
