import type { RolloutState } from '../rollout/state.ts';
import type { Driver, DriverPorts } from './driver.ts';
import { pairOfRouting, pairsInUse, shareOf } from './rules/pairs.ts';
import { rolesOf, type Routing, withGreenWeight } from './rules/routing.ts';
import { restorationOf } from './rules/unread-restoration.ts';
import { withoutTable } from './rules/without-table.ts';
import { layoutOf, workloadOf } from './shapes/layout-of.ts';

/** What is the same for every driver whose versions are ECS workloads with target groups behind rules of an Application Load Balancer. */
export const behindRules = {
  rolesOf: (spec, routings) => rolesOf(routings, layoutOf(spec)),
  provision: ({ spec, green }, { taskDefinition, tasks }, { runtime }) =>
    runtime.deploy(workloadOf(spec, green), taskDefinition, tasks),
  progressOf: ({ spec, green }, deploymentId, { runtime }) => runtime.progress(workloadOf(spec, green), deploymentId),
  openRoute: (state, routing, { to, header, value }, { router }) =>
    router.openHeaderRoute({
      listenerArn: routing.listenerArn,
      besideRule: routing.kind === 'rule' ? routing.arn : undefined,
      header,
      value,
      targetGroup: pairOfRouting(state, routing)[to],
      rolloutId: state.rolloutId,
    }),
  lower: writeWeight,
  weightOf: (state, { weights }) => shareOf(state, weights),
  restore: ({ kind, arn, actions }, { router }) => router.write(kind, arn, actions),
  restorationOf,
  withoutTable,
  measuredPairs: (state) =>
    pairsInUse(state).map(({ blue, green, arn }) => ({
      targetGroups: { blue, green },
      routingArn: arn,
      cluster: workloadOf(state.spec, state.blue).cluster,
      services: {
        blue: workloadOf(state.spec, state.blue).service,
        green: workloadOf(state.spec, state.green).service,
      },
    })),
} satisfies Partial<Driver>;

/** Gives green its share of a rule, by writing the rule. */
export function writeWeight(
  state: Pick<RolloutState, 'spec' | 'blue' | 'green'>,
  routing: Routing,
  weight: number,
  { router }: Pick<DriverPorts, 'router'>,
): Promise<void> {
  const actions = withGreenWeight(routing.actions, pairOfRouting(state, routing), weight);
  return router.write(routing.kind, routing.arn, actions);
}
