// Who may import whom: the table of docs/design.md, checked by `npm run check:imports`.
const folder = (name) => `^src/${name}/`;
const never = (from, to, comment) => ({
  name: `${from}-never-${to.join('-')}`.replace(/[^a-z-]/g, ''),
  comment,
  severity: 'error',
  from: { path: `^src/${from}` },
  to: { path: to.map((name) => (name.startsWith('node_modules') ? name : `^src/${name}`)) },
});
const soleImporter = (room, packages) => ({
  name: `only-${room}-imports-${packages[0]}`.replace(/[^a-z-]/g, ''),
  comment: `Only src/${room} may import ${packages.join(', ')}`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/${room}` },
  to: { path: packages.map((name) => `node_modules/${name}`), dependencyTypesNot: ['type-only'] },
});

export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    { name: 'no-dev-dependencies', severity: 'error', from: { path: '^src/' }, to: { dependencyTypes: ['npm-dev'] } },
  ],
  options: { parser: 'swc', tsPreCompilationDeps: true, doNotFollow: { path: 'node_modules' } },
};
