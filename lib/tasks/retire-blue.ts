import { record } from './owned-rollout.ts';
import { retirable, type RetirementOf } from './retired-blue.ts';
import type { Part } from './world.ts';

/** State `RetireBlue`: the retention is over; the former blue runs nothing any more and its slot is free. */
export async function retireBlue(
  input: RetirementOf,
  world: Part<'store' | 'runtime' | 'router' | 'now'>,
): Promise<{ outcome: 'retired' | 'superseded' }> {
  const stored = await retirable(input, world);
  if (stored === undefined) return { outcome: 'superseded' };
  const { spec, blue } = stored.state;
  await world.runtime.scale(spec.cluster, spec.slots[blue].service, 0);
  if (!(await world.store.endRetention(input.service, input.rolloutId))) return { outcome: 'superseded' };
  await record(world, stored, { type: 'BlueRetired' });
  return { outcome: 'retired' };
}
