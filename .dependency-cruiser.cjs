/** The rooms of the project and the doors between them; `docs/architecture.md` says why. */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'pure-core',
      comment:
        'specification, rollout, analysis and approval import nothing of ours but each other, and nothing of node',
      severity: 'error',
      from: { path: '^lib/(specification|rollout|analysis|approval)/' },
      to: { pathNot: '^(lib/(specification|rollout|analysis|approval)/|node_modules/(zod|yaml|re2js)/)' },
    },
    {
      name: 'aws-behind-ports',
      comment: 'only adapters, functions and the command line see the AWS SDK',
      severity: 'error',
      from: {
        path: '^lib/',
        pathNot: '^lib/(drivers/slots|metrics/cloudwatch|storage|platform|runtime/(world/|lambda-relay)|cli)',
      },
      to: { path: 'node_modules/@(aws-sdk|smithy)/' },
    },
    {
      name: 'use-cases-see-ports-only',
      severity: 'error',
      from: { path: '^lib/(usecases|checks|ports|messages)/' },
      to: { path: '^lib/(drivers/slots/(?!wire/)|metrics/cloudwatch|storage|platform|runtime|cli)/' },
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
