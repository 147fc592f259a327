import { workloadOf } from '../../drivers/shapes/layout-of.ts';
import { checksLeft } from '../../rollout/after-checks.ts';
import { nextTask } from '../../rollout/task-runs.ts';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import { observeDraining } from './observe-draining.ts';
import { record, recordOnce } from '../ownership/owned-rollout.ts';
import { heldByTemplate } from './held-by-template.ts';
import { retirable, type RetirementOf, scaleRetired } from './retired-blue.ts';
import type { Part } from '../../ports/world.ts';

type Needs = Part<'store' | 'runtime' | 'capacity' | 'router' | 'templates' | 'now'>;

/** For so long after the end of the retention checks of `after` are tried; then people are notified that it is not known. */
const longestCheckSeconds = 3600;

/** Nobody waits longer for the former blue to be drained: the longest deregistration delay is an hour, and tasks take a while to stop. */
const longestDrainSeconds = 3900;

/**
 * State `RetireBlue`: the retention is over; the former blue runs nothing any more and its slot is free. The retention ends
 * last: until then a repeated call does what is left. `held`: a template would send traffic back to it; it is asked again later.
 * `check`: the checks of `after` run first. `draining`: tasks have not stopped yet; they are looked at again. `tasks`: it is
 * retired, and tasks of the spec come next.
 */
export async function retireBlue(
  { service, rolloutId }: RetirementOf,
  world: Needs,
): Promise<{ outcome: 'retired' | 'tasks' | 'check' | 'draining' | 'held' | 'superseded' | 'busy' }> {
  const stored = await retirable({ service, rolloutId }, world);
  if (typeof stored === 'string') {
    const before = await world.store.load(rolloutId);
    if (before?.state.happened?.BlueRetired === undefined) return { outcome: stored };
    return { outcome: await drainedOf(rolloutId, world) };
  }
  if (await heldByTemplate(stored, world)) return { outcome: 'held' };
  const checked = await checkedFirst(stored, world);
  if (checked === undefined) return { outcome: 'check' };
  const kept = await scaleRetired({ service, rolloutId }, checked, 0, world);
  if (kept !== undefined) return { outcome: kept };
  await recordOnce(world, checked, { type: 'BlueRetired' });
  await world.store.endRetention(service, rolloutId);
  return { outcome: await drainedOf(rolloutId, world) };
}

/**
 * The rollout, where its checks of `after` were made, or could not be made for an hour: that is recorded, as a former blue must not run
 * for ever. `undefined` where they come first.
 */
async function checkedFirst(stored: StoredRollout, world: Part<'store' | 'now'>): Promise<StoredRollout | undefined> {
  if (!checksLeft(stored.state)) return stored;
  const { retention } = await world.store.service(stored.state.service);
  const ended = Date.parse(retention?.keptUntil ?? world.now().toISOString());
  if (world.now().getTime() - ended <= longestCheckSeconds * 1000) return undefined;
  return record(world, stored, { type: 'RetentionChecksFailed', results: [] });
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
