import { driverOf } from '../../drivers/registry.ts';
import { trafficOf, workloadOf } from '../../drivers/shapes/layout-of.ts';
import * as z from 'zod';
import { parked } from '../../rollout/autoscaling.ts';
import { type RetirementInput, retirementOf } from '../../rollout/retirement.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { confirmedReading } from '../ownership/confirmed-reading.ts';
import { disarmGuard, type GuardNote } from '../ownership/guard.ts';
import { closeHeaderRoutes } from '../green/header-routes.ts';
import { dueFinish, whyOthersRun, whyStrayed } from './decide-finish.ts';
import { lessonOfRollout } from './lesson-of-rollout.ts';
import {
  assertOwned,
  decideRollback,
  ownedInput,
  type OwnedInput,
  trustedRollout,
  record,
} from '../ownership/owned-rollout.ts';
import type { Part } from '../../ports/world.ts';

/** The machine that runs the checks of `after` says so; from others a rollout is finished without them. */
export const finishRolloutInput = ownedInput.extend({ checks: z.literal('run').optional() });

type Needs = Part<'store' | 'router' | 'runtime' | 'capacity' | 'schedules' | 'now' | 'sleep'>;

type Output = GuardNote &
  (
    { readonly outcome: 'succeeded'; readonly retirement: RetirementInput } | { readonly outcome: 'check' | 'rollBack' }
  );

/**
 * State `FinishRollout`: asserts that the pinned digest alone runs and that every rule gives green everything, removes the
 * header rule, lets green scale as blue did, and ends the rollout: lock released, blue's retention written, in one transaction.
 * A rollout whose events cannot be read ends without a lesson.
 */
export async function finishRollout(input: z.output<typeof finishRolloutInput>, world: Needs): Promise<Output> {
  const stored = await trustedRollout(world, input);
  const { state } = stored;
  const due = dueFinish(state, input.checks === 'run');
  if (due === 'succeeded') return { outcome: due, retirement: retirementOf(state) };
  if (due !== 'finish') return { outcome: due };

  const { spec, image, green } = state;
  const routings = await confirmedReading(
    () => world.router.read(trafficOf(spec)),
    (found) => whyStrayed(state, found) !== undefined,
    world,
  );
  const strayed = whyStrayed(state, routings);
  if (strayed !== undefined) return decideRollback(world, stored, strayed);
  const digests = await confirmedReading(
    () => world.runtime.runningDigests(workloadOf(spec, green), spec.container),
    (running) => whyOthersRun(state, running) !== undefined,
    world,
  );
  const others = whyOthersRun(state, digests);
  if (others !== undefined) return decideRollback(world, stored, others);

  await assertOwned(world, input);
  await closeHeaderRoutes(state, routings, world);
  await driverOf(spec).finish(state, world);
  await handOverAutoscaling(state, input, world);
  const lesson = await lessonOfRollout(state, world).catch(() => undefined);
  const now = world.now().getTime();
  await record(world, stored, {
    type: 'RolloutSucceeded',
    digest: image.digest,
    fullUntil: new Date(now + spec.retention.keepFullFor * 1000).toISOString(),
    keptUntil: new Date(now + spec.retention.keepFor * 1000).toISOString(),
    ...(lesson !== undefined && { lesson }),
  });
  return { outcome: 'succeeded', retirement: retirementOf(state), ...(await disarmGuard(input, world)) };
}

/** The slot that serves now gets the settings that were found on the one that served; that one is parked with the tasks it has. */
async function handOverAutoscaling(state: RolloutState, input: OwnedInput, world: Needs): Promise<void> {
  const { spec, blue, green, autoscaling: found } = state;
  const settings = [
    [green, found?.green && found.blue],
    [blue, found?.blue && parked(found.blue)],
  ] as const;
  for (const [slot, next] of settings) {
    if (next === undefined) continue;
    await assertOwned(world, input);
    await world.capacity.setAutoscaling(workloadOf(spec, slot), next);
  }
}
