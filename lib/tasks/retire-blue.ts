import { recordOnce } from './owned-rollout.ts';
import { retirable, type RetirementOf, scaleRetired } from './retired-blue.ts';
import type { Part } from './world.ts';

/**
 * State `RetireBlue`: the retention is over; the former blue runs nothing any more and its slot is free. The retention ends
 * last: until then a repeated call does what is left.
 */
export async function retireBlue(
  { service, rolloutId }: RetirementOf,
  world: Part<'store' | 'runtime' | 'capacity' | 'router' | 'now'>,
): Promise<{ outcome: 'retired' | 'superseded' | 'busy' }> {
  const stored = await retirable({ service, rolloutId }, world);
  if (typeof stored === 'string') {
    const before = await world.store.load(rolloutId);
    return { outcome: before?.state.happened?.BlueRetired === undefined ? stored : 'retired' };
  }
  const kept = await scaleRetired({ service, rolloutId }, stored, 0, world);
  if (kept !== undefined) return { outcome: kept };
  await recordOnce(world, stored, { type: 'BlueRetired' });
  await world.store.endRetention(service, rolloutId);
  return { outcome: 'retired' };
}
