import { recordOnce } from '../ownership/owned-rollout.ts';
import { retirable, type RetirementOf, scaleRetired } from './retired-blue.ts';
import type { Part } from '../../ports/world.ts';

/** Enough to come back from, once scaled up again. */
const keptTasks = 1;

/** State `ScaleDownBlue`: after its time at full capacity the former blue keeps one task. */
export async function scaleDownBlue(
  input: RetirementOf,
  world: Part<'store' | 'runtime' | 'capacity' | 'router' | 'now'>,
): Promise<{ outcome: 'scaledDown' | 'superseded' | 'busy' }> {
  const stored = await retirable(input, world);
  if (typeof stored === 'string') return { outcome: stored };
  const kept = await scaleRetired(input, stored, keptTasks, world);
  if (kept !== undefined) return { outcome: kept };
  await recordOnce(world, stored, { type: 'BlueScaledDown', count: keptTasks });
  return { outcome: 'scaledDown' };
}
