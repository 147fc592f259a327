import * as z from 'zod';
import type { StoredRollout } from '../ports/rollout-store.ts';
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
  if (routings.some(({ weights }) => (weights[slot.targetGroup] ?? 0) > 0)) return undefined;

  // Asked last: a rollout that opened during the looks has taken the slot.
  const { lockedBy, retention } = await store.service(service);
  if (lockedBy !== undefined || retention?.rolloutId !== rolloutId) return undefined;
  return digests.every((digest) => digest === retention.digest) ? stored : undefined;
}
