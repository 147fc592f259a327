import { workloadOf } from '../../drivers/shapes/layout-of.ts';
import { nextTask } from '../../rollout/task-runs.ts';
import { observeDraining } from './observe-draining.ts';
import { recordOnce } from '../ownership/owned-rollout.ts';
import { heldByTemplate } from './held-by-template.ts';
import { retirable, type RetirementOf, scaleRetired } from './retired-blue.ts';
import type { Part } from '../../ports/world.ts';

type Needs = Part<'store' | 'runtime' | 'capacity' | 'router' | 'templates' | 'now'>;

/** Nobody waits longer for the former blue to be drained: the longest deregistration delay is an hour, and tasks take a while to stop. */
const longestDrainSeconds = 3900;

/**
 * State `RetireBlue`: the retention is over; the former blue runs nothing any more and its slot is free. The retention ends
 * last: until then a repeated call does what is left. `held`: a template would send traffic back to it; it is asked again later.
 * `draining`: tasks have not stopped yet; they are looked at again. `tasks`: it is
 * retired, and tasks of the spec come next.
 */
export async function retireBlue(
  { service, rolloutId }: RetirementOf,
  world: Needs,
): Promise<{ outcome: 'retired' | 'tasks' | 'draining' | 'held' | 'superseded' | 'busy' }> {
  const stored = await retirable({ service, rolloutId }, world);
  if (typeof stored === 'string') {
    const before = await world.store.load(rolloutId);
    if (before?.state.happened?.BlueRetired === undefined) return { outcome: stored };
    return { outcome: await drainedOf(rolloutId, world) };
  }
  if (await heldByTemplate(stored, world)) return { outcome: 'held' };
  const kept = await scaleRetired({ service, rolloutId }, stored, 0, world);
  if (kept !== undefined) return { outcome: kept };
  await recordOnce(world, stored, { type: 'BlueRetired' });
  await world.store.endRetention(service, rolloutId);
  return { outcome: await drainedOf(rolloutId, world) };
}

/** Measures how long the retired slot drains, as long as nothing else runs in it. */
async function drainedOf(rolloutId: string, world: Needs): Promise<'retired' | 'tasks' | 'draining'> {
  const stored = await world.store.load(rolloutId);
  const retiredAt = stored?.state.happened?.BlueRetired;
  if (stored === undefined || retiredAt === undefined) return 'retired';
  const { spec, blue, service } = stored.state;
  const slot = await world.runtime.describe(workloadOf(spec, blue));
  const isTaken = (slot?.desired ?? 0) > 0 || (await world.store.service(service)).lockedBy !== undefined;
  const retired = nextTask(stored.state, 'afterRetention') === undefined ? 'retired' : 'tasks';
  if (isTaken) return retired;
  const isLast = world.now().getTime() - Date.parse(retiredAt) > longestDrainSeconds * 1000;
  return (await observeDraining(stored, isLast, world)) ? retired : 'draining';
}
