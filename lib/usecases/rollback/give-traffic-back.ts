import { driverOf } from '../../drivers/registry.ts';
import { trafficOf } from '../../drivers/shapes/layout-of.ts';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import type { Pair } from '../../drivers/rules/pair.ts';
import { pairOfRouting, shareOf } from '../../drivers/rules/pairs.ts';
import { type Routing, stickySecondsOf, withGreenWeight, withStickinessOf } from '../../drivers/rules/routing.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { newestPlan } from '../../rollout/going-back.ts';
import { isNewest } from '../ownership/newest-rollout.ts';
import { record } from '../ownership/owned-rollout.ts';
import type { Part } from '../../ports/world.ts';

interface Output {
  readonly outcome: 'givenBack' | 'over';
  readonly rules?: readonly string[];
}

/**
 * Gives green its traffic back where its rollout has succeeded and rules lead to the former blue: a rollback that could not reach
 * the table decided while the rollout was under way, and wrote when it had succeeded. The attempt that wrote may have ended since,
 * so the live rules decide. Nothing is touched where a newer rollout has begun, where a rule is split or leads to other target
 * groups, and where green has no healthy target.
 */
export async function giveTrafficBack(stored: StoredRollout, world: Part<'store' | 'router' | 'now'>): Promise<Output> {
  const { state } = stored;
  // A description may be a little behind the last write.
  if ((await onFormerBlue(state, world)).length === 0) return { outcome: 'over' };
  const rules: string[] = [];
  for (const routing of await onFormerBlue(state, world)) {
    const pair = pairOfRouting(state, routing);
    if ((await world.router.targetHealth(pair.green)).healthy === 0) continue;
    // The lock is free: a rollout that was opened meanwhile has these rules now.
    if (!(await isNewest(state, world))) break;
    const { kind, arn } = routing;
    await driverOf(state.spec).restore({ kind, arn, actions: onGreen(state, routing, pair) }, world);
    rules.push(`${routing.arn} had ${JSON.stringify(routing.weights)}`);
  }
  if (rules.length === 0) return { outcome: 'over' };
  await record(world, stored, { type: 'TrafficGivenBack', rules });
  return { outcome: 'givenBack', rules };
}

/** The rules that send green nothing, where each rule of the rollout leads to one of its two slots alone. */
async function onFormerBlue(state: RolloutState, { router }: Part<'router'>): Promise<readonly Routing[]> {
  const routings = await router.find(trafficOf(state.spec));
  const shares = routings.map((routing) => routing && shareOf(state, routing.weights));
  if (shares.some((share) => share !== 0 && share !== 100)) return [];
  return routings.flatMap((routing, index) => (routing !== undefined && shares[index] === 0 ? [routing] : []));
}

/** What the rule has, with everything on green and the group stickiness that the rollback without the table switched off. */
function onGreen(state: RolloutState, { arn, actions }: Routing, pair: Pair): Routing['actions'] {
  const planned = newestPlan(state).find((item) => item.arn === arn)?.actions ?? [];
  const wasSticky = stickySecondsOf(actions) === 0 && stickySecondsOf(planned) > 0;
  return withGreenWeight(wasSticky ? withStickinessOf(planned, actions) : actions, pair, 100);
}
