import { driverOf } from '../../drivers/registry.ts';
import { workloadOf } from '../../drivers/shapes/layout-of.ts';
import * as z from 'zod';
import { leastHealthy } from '../../drivers/traffic-router.ts';
import type { DeploymentProgress } from '../../drivers/slot-runtime.ts';
import { pairsInUse } from '../../drivers/rules/pairs.ts';
import { greenCount } from '../../rollout/sizing.ts';
import { assertLegal } from '../../rollout/rule-book.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { isUrgent } from '../../rollout/urgent-return.ts';
import { confirmedReading } from '../ownership/confirmed-reading.ts';
import { endDelay } from './delay-rollout.ts';
import { type GuardNote, pushGuard } from '../ownership/guard.ts';
import { assertOwned, decideRollback, ownedInput, trustedRollout, record } from '../ownership/owned-rollout.ts';
import { provisionPollSeconds } from './provision-green.ts';
import type { Part } from '../../ports/world.ts';

export const sizeGreenInput = ownedInput.extend({ step: z.int().min(0) });

type Needs = Part<'store' | 'runtime' | 'router' | 'schedules' | 'now' | 'sleep'>;
interface Output extends GuardNote {
  readonly outcome: 'sized' | 'waiting' | 'rollBack';
  readonly waitSeconds: number;
}

/**
 * State `SizeGreen`: before a step green gets the tasks that the step's weight needs of what blue has by now, and traffic waits
 * until all of them are healthy. Green is never made smaller: what its own policies added stays.
 */
export async function sizeGreen(input: z.output<typeof sizeGreenInput>, world: Needs): Promise<Output> {
  let stored = await trustedRollout(world, input);
  const { state } = stored;
  const { spec } = state;
  const waitSeconds = provisionPollSeconds(stored.state);
  if (state.phase === 'rollingBack') return { outcome: 'rollBack', waitSeconds };
  const step = spec.steps[input.step];
  if (step === undefined) throw new Error(`Rollout ${state.rolloutId} has no step ${input.step}.`);
  if (state.step >= input.step) return { outcome: 'sized', waitSeconds };
  assertLegal(state, 'GreenSized');
  // Scaled as a whole before it was checked: it does not wait for all of its tasks where the version that serves has none.
  if (isUrgent(state.rollback)) return { outcome: 'sized', waitSeconds };

  const { blue, green, healthy } = await look(state, world);
  if (green.state === 'failed' || green.state === 'gone') {
    const reason = `Green could not be sized for ${step.weight} %: ${green.reason}`;
    return { ...(await decideRollback(world, stored, reason)), waitSeconds };
  }
  const count = greenCount(spec.capacity, step.weight, blue);
  if (green.desired >= count && healthy >= count) {
    return { outcome: 'sized', waitSeconds, ...(await pushGuard(stored, 0, world)) };
  }

  if (green.desired < count) {
    await assertOwned(world, input);
    await driverOf(spec).resize(state, 'green', count, world);
  }
  const { sizing } = state;
  if (sizing?.step !== input.step || sizing.count !== count) {
    stored = await record(world, stored, { type: 'GreenSized', step: input.step, count, blueCount: blue });
  }
  stored = await endDelay(stored, world);
  const since = Date.parse(stored.state.sizing?.since ?? '');
  if (world.now().getTime() - since <= spec.timeouts.provisionGreen * 1000) {
    return { outcome: 'waiting', waitSeconds, ...(await pushGuard(stored, waitSeconds, world)) };
  }
  const reason = `Green was not ready for ${step.weight} % within ${spec.timeouts.provisionGreen} s: ${healthy} of ${count} targets healthy.`;
  return { ...(await decideRollback(world, stored, reason)), waitSeconds };
}

interface Look {
  /** Tasks that blue is to have now. */
  readonly blue: number;
  readonly green: DeploymentProgress;
  readonly healthy: number;
}

async function look(state: RolloutState, world: Needs): Promise<Look> {
  const { runtime, router } = world;
  const { spec, deploymentId, rolloutId } = state;
  if (deploymentId === undefined) throw new Error(`Rollout ${rolloutId} has no deployment of green to size.`);
  const [blue, green, healths] = await Promise.all([
    runtime.describe(workloadOf(spec, state.blue)),
    confirmedReading(
      () => driverOf(spec).progressOf(state, deploymentId, world),
      ({ state: progress }) => progress === 'gone',
      world,
    ),
    Promise.all(pairsInUse(state).map((pair) => router.targetHealth(pair.green))),
  ]);
  // Without a description nobody knows how many tasks blue has: that is not none.
  if (blue === undefined)
    throw new Error(`ECS does not describe blue's service ${workloadOf(spec, state.blue).service}.`);
  return { blue: blue.desired, green, healthy: leastHealthy(healths).healthy };
}
