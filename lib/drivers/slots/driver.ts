import type { Driver } from '../driver.ts';
import { pairOfRouting, pairsInUse, shareOf } from '../rules/pairs.ts';
import { rolesOf, withGreenWeight } from '../rules/routing.ts';
import { restorationOf } from '../rules/unread-restoration.ts';
import { withoutTable } from '../rules/without-table.ts';
import { layoutOf, workloadOf } from '../shapes/layout-of.ts';
import { interferenceIn } from './interference.ts';

/** Two ECS services, each with target groups of its own, behind the same rules of an Application Load Balancer. */
export const slotsDriver: Driver = {
  name: 'slots',
  checks: ['slots', 'deployment', 'protocol', 'stickiness', 'rules', 'blue', 'answer', 'autoscaling'],
  rolesOf: (spec, routings) => rolesOf(routings, layoutOf(spec)),
  provision: ({ spec, green }, { taskDefinition, tasks }, { runtime }) =>
    runtime.deploy(workloadOf(spec, green), taskDefinition, tasks),
  progressOf: ({ spec, green }, deploymentId, { runtime }) => runtime.progress(workloadOf(spec, green), deploymentId),
  resize: (state, side, tasks, { runtime }) => runtime.scale(workloadOf(state.spec, state[side]), tasks),
  cut: async (state, side, tasks, { runtime }) => {
    await runtime.stopTasks(workloadOf(state.spec, state[side]), tasks);
  },
  openRoute: (state, routing, { to, header, value }, { router }) =>
    router.openHeaderRoute({
      listenerArn: routing.listenerArn,
      besideRule: routing.kind === 'rule' ? routing.arn : undefined,
      header,
      value,
      targetGroup: pairOfRouting(state, routing)[to],
      rolloutId: state.rolloutId,
    }),
  give: (state, routing, weight, { router }) => {
    const { blue, green } = pairOfRouting(state, routing);
    return router.write(routing.kind, routing.arn, withGreenWeight(routing.actions, blue, green, weight));
  },
  weightOf: (state, { weights }) => shareOf(state, weights),
  interferenceIn,
  restore: ({ kind, arn, actions }, { router }) => router.write(kind, arn, actions),
  restorationOf,
  withoutTable,
  measuredPairs: (state) =>
    pairsInUse(state).map(({ blue, green, arn }) => ({
      blueTargetGroup: blue,
      greenTargetGroup: green,
      routingArn: arn,
      cluster: workloadOf(state.spec, state.blue).cluster,
      blueService: workloadOf(state.spec, state.blue).service,
      greenService: workloadOf(state.spec, state.green).service,
    })),
};
