import { behindRules, writeWeight } from '../behind-rules.ts';
import type { Driver } from '../driver.ts';
import { driftIn } from '../drift.ts';
import { workloadOf } from '../shapes/layout-of.ts';

/** Two ECS services, each with target groups of its own, behind the same rules of an Application Load Balancer. */
export const slotsDriver: Driver = {
  ...behindRules,
  name: 'slots',
  checks: ['slots', 'deployment', 'protocol', 'stickiness', 'rules', 'blue', 'answer', 'autoscaling'],
  weightsComeLater: false,
  // A deployment that is made again takes the place of the first.
  begun: () => Promise.resolve(undefined),
  resize: (state, side, tasks, { runtime }) => runtime.scale(workloadOf(state.spec, state[side]), tasks),
  cut: async (state, side, tasks, { runtime }) => {
    await runtime.stopTasks(workloadOf(state.spec, state[side]), tasks);
  },
  remove: async ({ spec, green }, { runtime }) => {
    await runtime.scale(workloadOf(spec, green), 0);
    return 'ended';
  },
  reject: () => Promise.resolve(),
  finish: () => Promise.resolve(),
  give: writeWeight,
  driftIn,
};
