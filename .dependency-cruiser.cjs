// Who may import whom (docs/decisions/boundaries.md). Rules match a package by folder and by name, so that an import that
// cannot be resolved is caught too.
const one = (name) => (name === 'ambit' ? '(^packages/ambit/|^ambit(/|$))' : `(^packages/${name}/|^@ambit/${name}(/|$))`);
const packages = ['plugin-api', 'core', 'bundler', 'worker', 'engine', 'ambit', 'testkit'];
const plugins = '(^plugins/|^@ambit/(local|docker|buildah|kaniko|ssh|kubernetes)(/|$))';
const others = (...allowed) => [...packages.filter((name) => !allowed.includes(name)).map(one), plugins].join('|');

const only = (name, ...allowed) => ({
  name: `${name}-imports`,
  severity: 'error',
  comment: `${name} may import ${allowed.join(', ') || 'no other package'}.`,
  from: { path: `^packages/${name}/src` },
  to: { path: others(name, ...allowed) },
});

module.exports = {
  forbidden: [
    only('plugin-api'),
    only('core', 'plugin-api'),
    only('worker', 'plugin-api'),
    only('bundler', 'core', 'plugin-api'),
    only('engine', 'core', 'bundler', 'worker', 'plugin-api'),
    only('testkit', 'worker', 'plugin-api'),
    {
      name: 'plugin-imports',
      severity: 'error',
      comment: 'A plugin imports plugin-api and its own files, nothing else of ours.',
      from: { path: '^plugins/([^/]+)/src' },
      to: { path: others('plugin-api'), pathNot: '^plugins/$1/' },
    },
    {
      name: 'pure-core',
      severity: 'error',
      comment: 'core and plugin-api touch no process, network, file or container; hashing is no I/O.',
      from: { path: '^packages/(core|plugin-api)/src' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    {
      name: 'engine-is-portable',
      severity: 'error',
      comment: 'The engine reaches the outside only through plugin-api.',
      from: { path: '^packages/engine/src' },
      to: { dependencyTypes: ['core'], path: '^(node:)?(fs|fs/promises|net|http|https|child_process|os|worker_threads)$' },
    },
    {
      name: 'inversify-in-the-composition-root',
      severity: 'error',
      comment: 'Only the composition root of ambit knows the container.',
      from: { pathNot: '^packages/ambit/src/compose' },
      to: { path: '(^|/)(inversify|@inversifyjs|reflect-metadata)(/|$)' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    enhancedResolveOptions: {
      conditionNames: ['@ambit/source', 'import', 'node', 'default'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.mjs', '.js'],
    },
  },
};
