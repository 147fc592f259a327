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
    name: 'backtest',
    group: 'setUp',
    args: '<spec> <datapoints>',
    description: 'replay recorded minutes through the gates of a spec, without asking AWS',
    load: async () => (await import('./commands/backtest.ts')).backtestCommand,
  },
] as const;
