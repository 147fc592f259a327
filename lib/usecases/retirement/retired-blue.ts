import { driverOf } from '../../drivers/registry.ts';
import { layoutOf, trafficOf, workloadOf } from '../../drivers/shapes/layout-of.ts';
import * as z from 'zod';
import type { Retention, StoredRollout } from '../../ports/rollout-store.ts';
import { parked } from '../../rollout/autoscaling.ts';
import type { Routing } from '../../drivers/rules/routing.ts';
import { closeHeaderRoutes } from '../green/header-routes.ts';
import { assertTrue } from '../ownership/owned-rollout.ts';
import type { Part } from '../../ports/world.ts';

export const retirementInput = z.object({ service: z.string().min(1), rolloutId: z.string().min(1) });
export type RetirementOf = z.output<typeof retirementInput>;

/**
 * Why a former blue is not retired: `superseded` where a newer rollout took the slot, it runs something else, or it gets traffic
 * again; `busy` while a newer rollout has not taken the slot, and may be rejected yet, or the release of the rollout has not ended.
 */
type Kept = 'superseded' | 'busy';

/**
 * The rollout whose former blue may be retired now, or why it may not. Before, the header rules of that rollout go in any case: a
 * call that was given up may have added one after the rollout had removed them and ended, within seconds where somebody went back.
 * @throws RecordAltered where its record was changed outside of the product
 */
export async function retirable(
  { service, rolloutId }: RetirementOf,
  { store, runtime, router }: Part<'store' | 'runtime' | 'router'>,
): Promise<StoredRollout | Kept> {
  const stored = await store.load(rolloutId);
  if (stored === undefined) return 'superseded';
  assertTrue(stored);
  const { spec, blue } = stored.state;
  const digests = await runtime.runningDigests(workloadOf(spec, blue), spec.container);
  const routings = await router.read(trafficOf(spec));
  await closeHeaderRoutes(stored.state, routings, { router });
  const serves = (weights: Routing['weights']) =>
    layoutOf(spec)
      .groupsOf(blue)
      .some((group) => (weights[group] ?? 0) > 0);
  if (routings.some(({ weights }) => serves(weights))) return 'superseded';

  // Asked last: a rollout that opened during the evaluations has taken the slot.
  const retention = await retentionOf({ service, rolloutId }, { store });
  if (typeof retention === 'string') return retention;
  return digests.every((digest) => digest === retention.digest) ? stored : 'superseded';
}

/** The retention, while no newer rollout runs or has taken the slot. */
async function retentionOf({ service, rolloutId }: RetirementOf, { store }: Part<'store'>): Promise<Retention | Kept> {
  const { lockedBy, retention, hold } = await store.service(service);
  if (retention?.rolloutId !== rolloutId) return 'superseded';
  // Until its release ends, a member can go back at once.
  return lockedBy === undefined && hold === undefined ? retention : 'busy';
}

/**
 * Scales the former blue down. It is parked before: with its usual minimum, or a scheduled action, it would be scaled up again,
 * also where somebody has put those back since the rollout ended.
 * @returns why it was not to be scaled down any more; `undefined` where it was
 */
export async function scaleRetired(
  input: RetirementOf,
  { state }: StoredRollout,
  count: number,
  world: Part<'store' | 'runtime' | 'capacity'>,
): Promise<Kept | undefined> {
  const workload = workloadOf(state.spec, state.blue);
  const settings = await world.capacity.autoscalingOf(workload);
  if (settings !== undefined) {
    const before = await retentionOf(input, world);
    if (typeof before === 'string') return before;
    await world.capacity.setAutoscaling(workload, parked(settings));
  }
  const retention = await retentionOf(input, world);
  if (typeof retention === 'string') return retention;
  await driverOf(state.spec).resize(state, 'blue', count, world);
  if (state.spec.openRequests?.mode === 'cut') await driverOf(state.spec).cut(state, 'blue', count, world);
  return undefined;
}
