import { workloadOf } from '../../drivers/shapes/layout-of.ts';
import { type FoundAutoscaling, pinned, sizedByRollout } from '../../rollout/autoscaling.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { type GuardNote, pushGuard } from '../ownership/guard.ts';
import { assertOwned, type OwnedInput, trustedRollout, record } from '../ownership/owned-rollout.ts';
import type { Part } from '../../ports/world.ts';

/**
 * State `PinCapacity`: Application Auto Scaling would shrink blue as green takes its load. Before the first change the settings of
 * both slots are written into the record, so that the end of the rollout can put them back, and then held: no fewer tasks of
 * blue than now, and nothing but the rollout takes tasks from green.
 */
export async function pinCapacity(
  input: OwnedInput,
  world: Part<'store' | 'runtime' | 'capacity' | 'schedules' | 'now'>,
): Promise<GuardNote & { outcome: 'pinned' }> {
  let stored = await trustedRollout(world, input);
  const { spec, blue, green, phase, happened } = stored.state;
  // Of a rollout that rolls back, `CheckGreen` tells the state machine.
  if (phase !== 'provisioning' || happened?.CapacityPinned !== undefined) return { outcome: 'pinned' };

  const found = stored.state.autoscaling ?? (await find(stored.state, world));
  // What a call that died after recording has pinned already is not what was found.
  if (stored.state.autoscaling === undefined) {
    stored = await record(world, stored, { type: 'CapacityRecorded', ...found });
  }
  const described = await world.runtime.describe(workloadOf(spec, blue));
  // Without a description nobody knows how many tasks blue has: that is not none.
  if (described === undefined)
    throw new Error(`ECS does not describe blue's service ${workloadOf(spec, blue).service}.`);
  const { desired } = described;
  if (found.blue !== undefined) {
    await assertOwned(world, input);
    await world.capacity.setAutoscaling(workloadOf(spec, blue), pinned(found.blue, desired));
  }
  if (found.green !== undefined) {
    await assertOwned(world, input);
    const settings = sizedByRollout(found.green, found.blue, desired);
    await world.capacity.setAutoscaling(workloadOf(spec, green), settings);
  }
  await record(world, stored, { type: 'CapacityPinned', blueCount: desired });
  return { outcome: 'pinned', ...(await pushGuard(stored, 0, world)) };
}

async function find({ spec, blue, green }: RolloutState, { capacity }: Part<'capacity'>): Promise<FoundAutoscaling> {
  const [ofBlue, ofGreen] = await Promise.all(
    [blue, green].map((slot) => capacity.autoscalingOf(workloadOf(spec, slot))),
  );
  return { ...(ofBlue && { blue: ofBlue }), ...(ofGreen && { green: ofGreen }) };
}
