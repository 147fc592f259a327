import { driverOf } from '../../drivers/registry.ts';
import { workloadOf } from '../../drivers/shapes/layout-of.ts';
import { shapeOf } from '../../drivers/shapes/registry.ts';
import { greenCount } from '../../rollout/sizing.ts';
import { assertLegal } from '../../rollout/rule-book.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { isUrgent } from '../../rollout/urgent-return.ts';
import { pushGuard } from '../ownership/guard.ts';
import { scaleKept } from './kept-capacity.ts';
import { assertOwned, type OwnedInput, trustedRollout, record } from '../ownership/owned-rollout.ts';
import type { Part } from '../../ports/world.ts';

/** How often ECS is asked whether green is ready; never slower than the rollout judges. */
const slowestPollSeconds = 10;

/** A slot that only gets more tasks is up soon, and somebody waits for it. */
const returnPollSeconds = 2;

/** Seconds between two evaluations of green while it comes up. */
export function provisionPollSeconds({ spec, rollback }: Pick<RolloutState, 'spec' | 'rollback'>): number {
  return Math.min(spec.period, isUrgent(rollback) ? returnPollSeconds : slowestPollSeconds);
}

/**
 * State `ProvisionGreen`: one deployment of the pinned image to the green slot, with the tasks that the first step needs. The
 * deployment id that ECS returns is what `CheckGreen` waits for. A version that is kept runs already: it gets its tasks back,
 * and no deployment.
 */
export async function provisionGreen(input: OwnedInput, world: Part<'store' | 'runtime' | 'schedules' | 'now'>) {
  const stored = await trustedRollout(world, input);
  const { spec, phase, image, blue, blueTaskDefinition, blueCount, deploymentId } = stored.state;
  const { greenBase = blueTaskDefinition } = stored.state;
  const waitSeconds = provisionPollSeconds(stored.state);
  // Of a rollout that rolls back, `CheckGreen` tells the state machine.
  if (deploymentId !== undefined || phase === 'rollingBack') return { outcome: 'deployed', waitSeconds } as const;
  assertLegal(stored.state, 'GreenDeployed');

  if (stored.state.rollback?.to === 'kept') {
    const kept = await scaleKept(input, stored.state, world);
    await record(world, stored, { type: 'GreenDeployed', ...kept });
    return { outcome: 'deployed', waitSeconds, ...(await pushGuard(stored, waitSeconds, world)) } as const;
  }
  const reference = `${image.repositoryUri}@${image.digest}`;
  // A deployment that others have started has its own.
  const isStarted = shapeOf(spec).cannot.starts !== undefined;
  const begun = await driverOf(spec).begun(stored.state, world);
  const taskDefinition =
    begun?.taskDefinition ??
    (isStarted ? greenBase : await world.runtime.deriveTaskDefinition(greenBase, spec.container, reference));
  // What the rollout found may be hours ago: blue may have scaled out since.
  const blueNow = await world.runtime.describe(workloadOf(spec, blue));
  const tasks = greenCount(spec.capacity, spec.steps[0]?.weight ?? 100, blueNow?.desired ?? blueCount);
  await assertOwned(world, input);
  const id = begun?.deploymentId ?? (await driverOf(spec).provision(stored.state, { taskDefinition, tasks }, world));
  await record(world, stored, { type: 'GreenDeployed', taskDefinition, deploymentId: id, count: tasks });
  return { outcome: 'deployed', waitSeconds, ...(await pushGuard(stored, waitSeconds, world)) } as const;
}
