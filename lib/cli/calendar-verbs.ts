/** The verbs of windows, freezes, stops, maintenance, emergencies and incidents, as the list of verbs has them. */
export const calendarVerbs = [
  {
    name: 'override',
    group: 'decide',
    args: '<service|rollout>',
    description: 'let a rollout go on despite windows, freezes and stops, as a second person',
    load: async () => (await import('./commands/command.ts')).commandVerb('override'),
  },
  {
    name: 'freeze',
    group: 'decide',
    args: '[service]',
    description: 'stop rollouts of a service, or all of them: none starts or shifts traffic; rollbacks go on',
    load: async () => (await import('./commands/stop.ts')).freezeCommand,
  },
  {
    name: 'thaw',
    group: 'decide',
    args: '[service]',
    description: 'end a stop: rollouts go on, and requests that waited for it start',
    load: async () => (await import('./commands/stop.ts')).thawCommand,
  },
  {
    name: 'maintenance',
    args: '',
    hasOptions: false,
    group: 'back',
    description: 'answer all requests of a service with a page, without touching its neighbours',
    load: async () => (await import('./commands/maintenance.ts')).maintenanceCommand,
  },
  {
    name: 'emergency',
    args: '',
    hasOptions: false,
    group: 'back',
    description:
      'bring back a service that neither side can serve: capacity, last known good version, maintenance page',
    load: async () => (await import('./commands/emergency.ts')).emergencyCommand,
  },
  {
    name: 'drill',
    args: '',
    hasOptions: false,
    group: 'back',
    description: 'rehearse a rollback on a real stage, with the version that serves, and show its figures',
    load: async () => (await import('./commands/drill.ts')).drillCommand,
  },
  {
    name: 'incident',
    args: '',
    hasOptions: false,
    group: 'back',
    description: 'lead people through an incident: command, timeline, status updates, report',
    load: async () => (await import('./commands/incident.ts')).incidentCommand,
  },
  {
    name: 'waiting',
    group: 'see',
    args: '',
    description: 'list the requests that wait for a rollout, a window, or the end of a freeze or a stop',
    load: async () => (await import('./commands/waiting.ts')).waitingCommand,
  },
] as const;
