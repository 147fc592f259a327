/** The verbs that work on the record of past rollouts, as the list of verbs has them. */
export const recordVerbs = [
  {
    name: 'report',
    group: 'see',
    args: '<service|rollout>',
    description: 'print the report of a rollout: version, times, people, checks, gates, messages, result, cost',
    load: async () => (await import('./commands/report.ts')).reportCommand,
  },
  {
    name: 'live',
    group: 'see',
    args: '',
    description: 'list what is live, per service: version, since when, by which rollout, and whether it really runs',
    load: async () => (await import('./commands/live.ts')).liveCommand,
  },
  {
    name: 'delivery',
    group: 'see',
    args: '[service]',
    description: 'show how often, how fast and how well versions reach users, by service and month',
    load: async () => (await import('./commands/delivery.ts')).deliveryCommand,
  },
  {
    name: 'export',
    group: 'see',
    args: '<rollout>',
    description: 'print the datapoints that the gates of a past rollout saw, for sluice backtest',
    load: async () => (await import('./commands/export.ts')).exportCommand,
  },
  {
    name: 'audit',
    group: 'see',
    args: '',
    hasOptions: false,
    description: 'check whether the record of a rollout was changed outside of Sluice, or print it as it is kept',
    load: async () => (await import('./commands/audit.ts')).auditCommand,
  },
  {
    name: 'verify',
    group: 'see',
    args: '<digest>',
    description: 'say what attestations prove of an image, from files and public keys; no AWS is asked',
    load: async () => (await import('./commands/verify.ts')).verifyCommand,
  },
  {
    name: 'backtest',
    group: 'setUp',
    args: '<spec> <datapoints>',
    description: 'replay recorded minutes through the gates of a spec, without asking AWS',
    load: async () => (await import('./commands/backtest.ts')).backtestCommand,
  },
] as const;
