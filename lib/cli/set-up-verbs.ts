/** The verbs that make and check a spec, as the list of verbs has them. */
export const setUpVerbs = [
  {
    name: 'init',
    group: 'setUp',
    args: '',
    description: 'write the rollout spec of a service that exists, by asking ECS and the load balancers',
    load: async () => (await import('./commands/init.ts')).initCommand,
  },
  {
    name: 'attach',
    group: 'setUp',
    args: '',
    description:
      'let rollouts judge the deployments of an ECS service that moves its traffic itself (driver ecs-native)',
    load: async () => (await import('./commands/attach.ts')).attachCommand,
  },
  {
    name: 'detach',
    group: 'setUp',
    args: '',
    description: 'remove the pause hooks at which the deployments of an ECS service wait for rollouts',
    load: async () => (await import('./commands/detach.ts')).detachCommand,
  },
  {
    name: 'lint',
    group: 'setUp',
    args: '<file...>',
    description: 'check rollout specs; without --live it does not call AWS',
    load: async () => (await import('./commands/lint.ts')).lintCommand,
  },
  {
    name: 'doctor',
    group: 'setUp',
    args: '[file...]',
    description: 'say what a stage lacks in its account, and print the commands that mend it; changes nothing',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand,
  },
  {
    name: 'alarms',
    group: 'setUp',
    args: '',
    hasOptions: false,
    description: 'plan, make or remove the standing CloudWatch alarms of a service, with what they cost a month',
    load: async () => (await import('./commands/alarms.ts')).alarmsCommand,
  },
  {
    name: 'plan',
    group: 'setUp',
    args: '<file>',
    description: 'show what a rollout would do: times, weights, capacity, rules, configuration, cost',
    load: async () => (await import('./commands/plan.ts')).planCommand,
  },
  {
    name: 'calibrate',
    group: 'setUp',
    args: '<service>',
    description: 'say from days of metrics how often a service breaks its own limits, and what its gates would find',
    load: async () => (await import('./commands/calibrate.ts')).calibrateCommand,
  },
] as const;
