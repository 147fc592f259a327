import { recordOnce } from './owned-rollout.ts';
import { retirable, type RetirementOf } from './retired-blue.ts';
import type { Part } from './world.ts';

/**
 * State `RetireBlue`: the retention is over; the former blue runs nothing any more and its slot is free. The retention ends
 * last: until then a repeated call does what is left.
 */
export async function retireBlue(
  { service, rolloutId }: RetirementOf,
  world: Part<'store' | 'runtime' | 'router' | 'now'>,
): Promise<{ outcome: 'retired' | 'superseded' }> {
  const stored = await retirable({ service, rolloutId }, world);
  if (stored === undefined) {
    const before = await world.store.load(rolloutId);
    return { outcome: before?.state.happened?.BlueRetired === undefined ? 'superseded' : 'retired' };
  }
  const { spec, blue } = stored.state;
  await world.runtime.scale(spec.cluster, spec.slots[blue].service, 0);
  await recordOnce(world, stored, { type: 'BlueRetired' });
  await world.store.endRetention(service, rolloutId);
  return { outcome: 'retired' };
}
