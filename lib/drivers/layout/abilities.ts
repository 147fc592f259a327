/** Everything that a spec, or a command, may ask of a driver, and what to write where the driver cannot do it. */
export const abilities = {
  anyWeights: { can: 'give green any list of weights', instead: 'weights that it can give' },
  sizedAhead: { can: 'size green ahead of each step', instead: 'capacity.sizing: full' },
  ownMetrics: { can: 'measure CPU and memory of each version', instead: 'gates without cpu and memory' },
  leavesOutSteps: { can: 'leave out a step while traffic is low', instead: 'steps without leaveOutWhenQuiet' },
  severalRules: { can: 'shift several rules together', instead: 'one entry in traffic' },
  defaultActions: { can: 'shift the default action of a listener', instead: 'a listener rule in traffic' },
  choosesDefinition: { can: "choose green's task definition", instead: 'taskDefinition: blue' },
  waits: { can: 'let a request wait for a rollout that runs', instead: 'onBusy: reject' },
  keepsBlue: {
    can: 'keep the old version after the rollout',
    instead: 'retention: { keepFullFor: 0s, keepFor: 0s }',
  },
  cutsRequests: { can: 'cut open requests when a version is removed', instead: 'openRequests.mode: drain' },
  starts: { can: 'start a rollout by a push, an event or a command', instead: 'the deployment that its CI starts' },
  goesBack: { can: 'return to an earlier version', instead: 'a deployment of that version by its CI' },
} as const;

/** The name of something that a driver may be asked for. */
export type Ability = keyof typeof abilities;

/** What a driver cannot do, each with the reason in words. */
export type Inabilities = Readonly<Partial<Record<Ability, string>>>;
