import { driverOf } from '../../drivers/registry.ts';
import { workloadOf } from '../../drivers/shapes/layout-of.ts';
import * as z from 'zod';
import { leastHealthy } from '../../drivers/traffic-router.ts';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import { pairsInUse } from '../../drivers/rules/pairs.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { confirmedReading } from '../ownership/confirmed-reading.ts';
import { decideSize, dueSizing, type SizeChange, type SizeFacts } from './decide-size.ts';
import { endDelay } from './delay-rollout.ts';
import { type GuardNote, pushGuard } from '../ownership/guard.ts';
import {
  assertOwned,
  decideRollback,
  type OwnedInput,
  ownedInput,
  trustedRollout,
  record,
} from '../ownership/owned-rollout.ts';
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
  const stored = await trustedRollout(world, input);
  const { state } = stored;
  const waitSeconds = provisionPollSeconds(state);
  const due = dueSizing(state, input.step);
  if (due !== 'size') return { outcome: due, waitSeconds };

  const decision = decideSize(state, input.step, { ...(await observe(state, world)), now: world.now() });
  if (decision.outcome === 'sized') {
    return { outcome: 'sized', waitSeconds, ...(await pushGuard(stored, 0, world)) };
  }
  const { change } = decision;
  const sized = change === undefined ? stored : await makeLarger(input, stored, change, world);
  if (decision.outcome === 'rollBack') {
    return { ...(await decideRollback(world, sized, decision.reason)), waitSeconds };
  }
  return { outcome: 'waiting', waitSeconds, ...(await pushGuard(sized, waitSeconds, world)) };
}

async function makeLarger(
  owned: OwnedInput,
  stored: StoredRollout,
  { resizeTo, events }: SizeChange,
  world: Needs,
): Promise<StoredRollout> {
  const { state } = stored;
  if (resizeTo !== undefined) {
    await assertOwned(world, owned);
    await driverOf(state.spec).resize(state, 'green', resizeTo, world);
  }
  return endDelay(events.length === 0 ? stored : await record(world, stored, ...events), world);
}

async function observe(state: RolloutState, world: Needs): Promise<Omit<SizeFacts, 'now'>> {
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
