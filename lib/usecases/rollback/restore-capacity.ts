import { workloadOf } from '../../drivers/shapes/layout-of.ts';
import { parked } from '../../rollout/autoscaling.ts';
import { assertLegal } from '../../rollout/rule-book.ts';
import { assertOwned, type OwnedInput, ownedRollout, recordOnce } from '../ownership/owned-rollout.ts';
import type { Part } from '../../ports/world.ts';

/**
 * State `RestoreCapacity` of a rollback: blue scales again as it did before the rollout, word for word, and green is parked, so
 * that nothing starts tasks of the version that failed. Nothing is done where the rollout had not come to record anything.
 */
export async function restoreCapacity(
  input: OwnedInput,
  world: Part<'store' | 'capacity' | 'now'>,
): Promise<{ outcome: 'restored' }> {
  const stored = await ownedRollout(world, input);
  const { spec, blue, green, phase, autoscaling } = stored.state;
  if (phase === 'rolledBack' || autoscaling === undefined) return { outcome: 'restored' };
  assertLegal(stored.state, 'CapacityRestored');
  if (autoscaling.blue !== undefined) {
    await assertOwned(world, input);
    await world.capacity.setAutoscaling(workloadOf(spec, blue), autoscaling.blue);
  }
  if (autoscaling.green !== undefined) {
    await assertOwned(world, input);
    await world.capacity.setAutoscaling(workloadOf(spec, green), parked(autoscaling.green));
  }
  await recordOnce(world, stored, { type: 'CapacityRestored' });
  return { outcome: 'restored' };
}
