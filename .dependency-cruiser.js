// Who may import whom (docs/design.md), checked by `npm run check:imports`.

/** Folders of src/ or packages that a folder must never reach for. */
const never = (from, comment, ...to) => ({
  name: `${from}-keeps-apart`,
  comment,
  severity: 'error',
  from: { path: `^src/${from}` },
  to: { path: to.map((name) => (name.startsWith('@') || name.startsWith('npm:') ? packages(name) : `^src/${name}`)) },
});

/** The one place that a package may be imported from. */
const only = (from, comment, ...names) => ({
  name: `only-${from.replace(/\W+/g, '-')}`,
  comment,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/${from}` },
  to: { path: names.map(packages), dependencyTypesNot: ['type-only'] },
});

const packages = (name) => `node_modules/${name.replace('npm:', '')}/`;

export default {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    { name: 'no-dev-dependencies', severity: 'error', from: { path: '^src/' }, to: { dependencyTypes: ['npm-dev'] } },
    {
      name: 'nobody-imports-the-roots',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(cli\\.ts|commands/)' },
      to: { path: '^src/(main|cli)\\.ts' },
    },
    {
      name: 'no-io-in-pure-code',
      comment: 'Models, facts, consumers, the engine and actions decide; they reach for nothing',
      severity: 'error',
      from: { path: '^src/(models|facts|consumers|engine|actions)/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    never('models/', 'Models know only themselves', '(?!models/)'),
    never(
      'facts/',
      'Facts know models',
      'engine',
      'actions',
      'consumers',
      'store',
      'worker',
      'listener',
      'web',
      'commands',
    ),
    never(
      'consumers/',
      'Consumers know models and facts',
      'engine',
      'actions',
      'store',
      'worker',
      'listener',
      'web',
      'commands',
    ),
    {
      name: 'consumers-keep-apart',
      comment: 'A consumer imports what consumers share, never another consumer',
      severity: 'error',
      from: { path: '^src/consumers/', pathNot: '/registry\\.ts$' },
      to: {
        path: '^src/consumers/(issues|issue-comments|pull-requests|reviews|installations|installation-repositories|repositories|labels|ping)\\.ts$',
      },
    },
    never(
      'engine/',
      'Deciding is pure',
      'consumers',
      'worker',
      'listener',
      'web',
      'commands',
      'npm:koa',
      '@octokit',
      'npm:pg',
    ),
    {
      name: 'engine-and-actions-know-ports-as-types',
      comment: 'The engine knows what an action and a line of the store look like, not what they are',
      severity: 'error',
      from: { path: '^src/(engine|actions)/' },
      to: {
        path: '^src/(store/(?!store\\.ts)|actions/(?!action\\.ts))',
        pathNot: '^src/actions/',
        dependencyTypesNot: ['type-only'],
      },
    },
    never(
      'store/',
      'The store decides nothing',
      'engine',
      'actions',
      'consumers',
      'worker',
      'listener',
      'web',
      'commands',
    ),
    never(
      'listener/',
      'The listener does not know what a delivery says',
      'engine',
      'actions',
      'consumers',
      'facts',
      'worker',
      'web',
      'commands',
    ),
    never(
      'worker/',
      'The worker gets its ports by argument',
      'listener',
      'web',
      'commands',
      'npm:koa',
      '@koa',
      'npm:pg',
      '@electric-sql',
    ),
    never('web/', 'Pages and API read the store', 'listener', 'consumers', 'commands', 'worker/worker'),
    only(
      'engine/',
      'Rules are evaluated in one place',
      'npm:json-rules-engine',
      'npm:yaml',
      'npm:re2js',
      'npm:liquidjs',
    ),
    only('store/', 'The database has one door', 'npm:pg', '@electric-sql'),
    only('(web|listener|http)/', 'HTTP stays at the edge', 'npm:koa', '@koa/router', 'npm:koa-helmet'),
    only('log\\.ts', 'One log', 'npm:pino'),
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    progress: { type: 'none' },
  },
};
