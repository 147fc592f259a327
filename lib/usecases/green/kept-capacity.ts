import { driverOf } from '../../drivers/registry.ts';
import { workloadOf } from '../../drivers/shapes/layout-of.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { assertOwned, type OwnedInput } from '../ownership/owned-rollout.ts';
import type { Part } from '../../ports/world.ts';

/** As many tasks as the serving slot has, whatever the retirement left. */
export function keptCount({ blueCount }: Pick<RolloutState, 'blueCount'>): number {
  return Math.max(1, blueCount);
}

/** Gives the kept version its tasks back; never takes one away. A retirement that woke up late may have to be outdone again. */
export async function scaleKept(
  input: OwnedInput,
  state: RolloutState,
  world: Part<'store' | 'runtime'>,
): Promise<{ readonly taskDefinition: string; readonly deploymentId: string; readonly count: number }> {
  const { spec, green } = state;
  const workload = workloadOf(spec, green);
  const kept = await world.runtime.describe(workload);
  if (kept === undefined) throw new Error(`ECS service ${workload.service}, which keeps the former version, is gone.`);
  const { taskDefinition, deploymentId, desired } = kept;
  const count = Math.max(keptCount(state), desired);
  if (desired < count) {
    await assertOwned(world, input);
    await driverOf(spec).resize(state, 'green', count, world);
  }
  return { taskDefinition, deploymentId, count };
}
