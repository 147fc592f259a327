/** The rooms of the project and the doors between them; `docs/architecture.md` says why. */

/** Rooms of the library, the chapters of its use cases among them: each may import only those before it. */
const rooms = [
  'specification/text',
  // What a driver brings to a spec comes before the spec; what it does to a rollout after the rollout.
  'drivers/layout',
  'drivers/[^/]+/shape',
  'drivers/shapes',
  // So does what a provider of metrics brings to it.
  'metrics/reading',
  'metrics/[^/]+/shape',
  'metrics/shapes',
  'specification',
  'attestation',
  'analysis',
  'rollout',
  'calibration',
  'calendar',
  'releases',
  'approval',
  'messages',
  'drivers/rules',
  'drivers',
  // Connections to what a spec names.
  'network',
  // What the probe of databases asks them.
  'databases',
  'metrics',
  'ports',
  'view',
  'channels',
  'storage',
  'platform',
  'identity',
  'checks',
  'usecases/ownership',
  'usecases/calendar',
  'usecases/green',
  'usecases/tasks',
  'usecases/checks',
  'usecases/retirement',
  'usecases/shifting',
  'usecases/rollback',
  'usecases/opening',
  'usecases/attached',
  'usecases/release',
  'usecases/maintenance',
  'usecases/people',
  'usecases/incident',
  'usecases/emergency',
  'usecases/notifying',
  'usecases/watching',
  'console',
  'report',
  'runtime',
  'cli',
];

const pure =
  'specification|analysis|rollout|calibration|calendar|releases|approval|drivers/(layout|shapes|rules|[^/]+/shape)|metrics/(reading|shapes|[^/]+/shape)';

const oneWay = rooms.map((room, index) => ({
  name: `${room}-imports-rooms-before-it`,
  severity: 'error',
  from: { path: `^lib/${room}/` },
  to: { path: '^lib/', pathNot: `^lib/(${rooms.slice(0, index + 1).join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...oneWay,
    {
      name: 'only-known-rooms',
      comment: 'a new room of the library has its place in the list above',
      severity: 'error',
      from: {},
      to: { path: '^lib/', pathNot: `^lib/(${rooms.join('|')})/` },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'pure-core',
      comment:
        'specification, analysis, rollout, calibration, calendar, releases, approval and what drivers know without asking import nothing of ours but each other, and nothing of node',
      severity: 'error',
      from: { path: `^lib/(${pure})/` },
      to: { pathNot: `^(lib/(${pure})/|node_modules/(zod|yaml|re2js|rrule)/)` },
    },
    {
      name: 'attestations-are-judged-by-themselves',
      comment: 'signatures and judgement read no clock, table or network: what is proven can be proven again, anywhere',
      severity: 'error',
      from: { path: '^lib/attestation/' },
      to: { pathNot: '^(lib/(attestation|specification)/|node_modules/zod/|(node:)?crypto$)' },
    },
    {
      name: 'ways-back-know-no-calendar',
      comment: 'a rollback, an emergency and a retirement are held up by no window, freeze or stop',
      severity: 'error',
      from: { path: '^lib/usecases/(rollback|retirement|ownership|green)/' },
      to: { path: '^lib/(calendar|usecases/calendar)/' },
    },
    {
      name: 'aws-in-adapters-only',
      comment: 'adapters, their composition and the command line see the AWS SDK',
      severity: 'error',
      from: {
        path: '^lib/',
        pathNot:
          '^lib/(drivers/(slots|ecs-native)|metrics/(cloudwatch|prometheus)|storage|platform|runtime/(world/|lambda-relay)|cli)',
      },
      to: { path: 'node_modules/@(aws-sdk|smithy)/' },
    },
    {
      name: 'ports-instead-of-adapters',
      comment: 'what decides sees the ports of drivers, metrics and channels, and nothing of those who fill them',
      severity: 'error',
      from: { path: '^lib/(ports|view|checks|usecases|console)/' },
      to: {
        path: '^lib/(drivers/(slots|ecs-native|ecs-managed)|metrics/(cloudwatch|prometheus)|channels/[^/]+/|storage|platform)',
        // Clicks in Slack, which one use case answers.
        pathNot: '^lib/channels/slack/(actions|interaction|replies)\\.ts',
      },
    },
    {
      name: 'drivers-by-their-registry',
      comment: 'only the registries, and what builds adapters from clients, know one driver by its name',
      severity: 'error',
      from: {
        path: '^(lib|functions)/',
        pathNot:
          '^lib/(drivers/([^/]+\\.ts|shapes/|slots/|ecs-native/|ecs-managed/)|runtime/world/|cli/connect[^/]*\\.ts)',
      },
      to: { path: '^lib/drivers/(slots|ecs-native|ecs-managed)/' },
    },
    {
      name: 'metric-sources-by-their-registry',
      comment:
        'only the registries, what builds adapters, and what counts the series that are paid for, know one provider by its name',
      severity: 'error',
      from: {
        path: '^(lib|functions)/',
        pathNot:
          '^lib/(metrics/(shapes/|[^/]+\\.ts|cloudwatch/|prometheus/)|specification/gate-set\\.ts|runtime/world/|report/series-per-evaluation\\.ts)',
      },
      to: { path: '^lib/metrics/(cloudwatch|prometheus)/' },
    },
    {
      name: 'product-never-imports-local',
      severity: 'error',
      from: { path: '^(lib|functions|serverless)/' },
      to: { path: '^(local|test|bench|examples)/' },
    },
    {
      name: 'middy-only-in-runtime',
      severity: 'error',
      from: { pathNot: '^lib/runtime/' },
      to: { path: 'node_modules/@middy/' },
    },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, path: '^lib/' }, to: {} },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
