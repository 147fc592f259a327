import * as z from 'zod';
import type { StoredRollout } from '../ports/rollout-store.ts';
import { parked } from '../rollout/autoscaling.ts';
import type { Routing } from '../rollout/routing.ts';
import type { Part } from './world.ts';

export const retirementInput = z.object({ service: z.string().min(1), rolloutId: z.string().min(1) });
export type RetirementOf = z.output<typeof retirementInput>;

/**
 * The rollout whose former blue may be retired now; `undefined` where it may not: a newer rollout took the slot, is running,
 * the slot runs something else, or it gets traffic again.
 */
export async function retirable(
  { service, rolloutId }: RetirementOf,
  { store, runtime, router }: Part<'store' | 'runtime' | 'router'>,
): Promise<StoredRollout | undefined> {
  const stored = await store.load(rolloutId);
  if (stored === undefined) return undefined;
  const { spec, blue } = stored.state;
  const slot = spec.slots[blue];
  const digests = await runtime.runningDigests(spec.cluster, slot.service, spec.container);
  const routings = await router.read(spec.traffic);
  const serves = (weights: Routing['weights']) => slot.targetGroups.some((group) => (weights[group] ?? 0) > 0);
  if (routings.some(({ weights }) => serves(weights))) return undefined;

  // Asked last: a rollout that opened during the looks has taken the slot.
  const retention = await retentionOf({ service, rolloutId }, { store });
  return retention !== undefined && digests.every((digest) => digest === retention.digest) ? stored : undefined;
}

/** The retention, while no newer rollout has taken the slot. */
async function retentionOf({ service, rolloutId }: RetirementOf, { store }: Part<'store'>) {
  const { lockedBy, retention } = await store.service(service);
  return lockedBy === undefined && retention?.rolloutId === rolloutId ? retention : undefined;
}

/**
 * Scales the former blue down. It is parked before: with its usual minimum, or a scheduled action, it would be scaled up again,
 * also where somebody has put those back since the rollout ended.
 * @returns whether it still was to be scaled down at the end
 */
export async function scaleRetired(
  input: RetirementOf,
  { state }: StoredRollout,
  count: number,
  world: Part<'store' | 'runtime' | 'capacity'>,
): Promise<boolean> {
  const { cluster, slots } = state.spec;
  const { service } = slots[state.blue];
  const settings = await world.capacity.autoscalingOf(cluster, service);
  if (settings !== undefined) {
    if ((await retentionOf(input, world)) === undefined) return false;
    await world.capacity.setAutoscaling(cluster, service, parked(settings));
  }
  if ((await retentionOf(input, world)) === undefined) return false;
  await world.runtime.scale(cluster, service, count);
  return true;
}
