/**
 * The house's arrows (docs/decisions/0001-the-house.md): data runs one way,
 * trace -> allocators -> replay -> insight -> api. A rule here is a wall between two rooms.
 */
const LIBS = 'trace|allocators|replay|insight|contracts|database|program|scenarios|engine|sandbox|sizeof|questions';
const only = (room, allowed) => ({
  name: `${room}-knows-only-${allowed.join('-and-') || 'itself'}`,
  severity: 'error',
  from: { path: `^libs/${room}/` },
  to: { path: `^libs/(${LIBS})/`, pathNot: `^libs/(${[room, ...allowed].join('|')})/` },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'libs-know-no-apps', severity: 'error', from: { path: '^libs/' }, to: { path: '^apps/' } },
    {
      name: 'nest-stays-at-the-edge',
      severity: 'error',
      from: { path: '^libs/', pathNot: '^libs/(contracts|database)/' },
      to: { path: 'node_modules/(@nestjs|@prisma|pg|fastify|socket\\.io)/' },
    },
    only('trace', []),
    only('allocators', ['trace']),
    only('replay', ['trace', 'allocators']),
    only('insight', ['trace', 'allocators', 'replay']),
    only('contracts', []),
    only('database', ['trace']),
    only('program', ['trace', 'contracts', 'sizeof']),
    only('scenarios', ['trace', 'program', 'contracts']),
    only('engine', ['contracts', 'trace', 'program', 'sizeof']),
    only('sandbox', ['trace']),
    only('sizeof', []),
    only('questions', ['trace', 'allocators', 'replay', 'contracts', 'program', 'scenarios', 'sizeof']),
    {
      name: 'enter-by-the-door',
      severity: 'error',
      from: { path: '^(apps|libs)/([^/]+)/' },
      to: { path: '^libs/[^/]+/src/(?!index\\.ts)', pathNot: '^(apps|libs)/$2/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'generated|dist' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
