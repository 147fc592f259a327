import { driverOf } from '../../drivers/registry.ts';
import { trafficOf } from '../../drivers/shapes/layout-of.ts';
import type * as z from 'zod';
import { leastHealthy } from '../../drivers/traffic-router.ts';
import { presentRules } from '../../drivers/rules/deleted-rules.ts';
import { pairsInUse, shareOf } from '../../drivers/rules/pairs.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { nextWeightBack } from '../../rollout/going-back.ts';
import { type GuardNote, pushAttemptGuard } from '../ownership/guard.ts';
import { assertOwned, ownedInput, ownedRollout, record } from '../ownership/owned-rollout.ts';
import { requestEvents, rollbackRequest } from './rollback-request.ts';
import { servingSides } from './serving-sides.ts';
import type { Part } from '../../ports/world.ts';

export const stepBackInput = ownedInput.extend({ request: rollbackRequest });

type Output = GuardNote & { readonly outcome: 'steppedBack' | 'restore'; readonly waitSeconds: number };

/**
 * State `StepBack`: during a rollback to a blue that has to warm up, green keeps a smaller weight for a moment. Whatever stands
 * against it leads straight to the restoration: a green without a healthy target, or the time that has passed.
 */
export async function stepBack(
  input: z.output<typeof stepBackInput>,
  world: Part<'store' | 'router' | 'schedules' | 'now'>,
): Promise<Output> {
  const stored = await ownedRollout(world, input);
  const { state } = stored;
  const { spec } = state;
  const restore = { outcome: 'restore', waitSeconds: 0 } as const;
  const left = pauseLeft(state, world.now());
  if (left > 0) return { outcome: 'steppedBack', waitSeconds: left };
  const weight = nextWeightBack(state, world.now());
  if (weight === undefined) return restore;
  const healths = await Promise.all(pairsInUse(state).map((pair) => world.router.targetHealth(pair.green)));
  if (leastHealthy(healths).healthy === 0) return restore;
  // A blue that cannot serve gets no traffic here: the restoration decides what becomes of it.
  if ((await servingSides(state, world)).outcome !== 'blueServes') return restore;

  const routings = presentRules(await world.router.find(trafficOf(spec)));
  // The rollback leads down only: where somebody has given green less already, all of it goes back now.
  if (routings.some(({ weights }) => (shareOf(state, weights) ?? 0) < weight)) return restore;
  for (const routing of routings) {
    await assertOwned(world, input);
    await driverOf(spec).lower(state, routing, weight, world);
  }
  const request = requestEvents(stored, input.request);
  await record(world, stored, ...request, { type: 'TrafficSteppedBack', weight });
  const waitSeconds = spec.rollback.stepped.pause;
  return { outcome: 'steppedBack', waitSeconds, ...(await pushAttemptGuard(stored, waitSeconds, world)) };
}

/** What is left of the pause of the step before, where a call is repeated; whole seconds. */
function pauseLeft({ rollbackSince, shifts, spec }: RolloutState, now: Date): number {
  const last = shifts.at(-1);
  if (last === undefined || last.weight === 0 || rollbackSince === undefined || last.at < rollbackSince) return 0;
  return Math.max(0, Math.ceil(spec.rollback.stepped.pause - (now.getTime() - Date.parse(last.at)) / 1000));
}
