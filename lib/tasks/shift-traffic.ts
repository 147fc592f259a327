import * as z from 'zod';
import { greenShare, withGreenWeight } from '../rollout/routing.ts';
import { assertLegal, type RolloutState } from '../rollout/state.ts';
import { type GuardNote, holdGuard, pushGuard } from './guard.ts';
import { assertOwned, decideRollback, ownedInput, ownedRollout, record } from './owned-rollout.ts';
import type { Part } from './world.ts';

export const shiftTrafficInput = ownedInput.extend({ step: z.int().min(0) });

type Output = GuardNote &
  (
    | { readonly outcome: 'shifted'; readonly weight: number; readonly waitSeconds: number }
    | { readonly outcome: 'rollBack' }
  );

/**
 * State `ShiftTraffic`: gives green the weight of a step on every rule, reads it back, and records it. Green gets weight only
 * with healthy targets, only where the rules still say what the record says, and only while the guard watches.
 */
export async function shiftTraffic(
  input: z.output<typeof shiftTrafficInput>,
  world: Part<'store' | 'router' | 'schedules' | 'now'>,
): Promise<Output> {
  const stored = await ownedRollout(world, input);
  const { state } = stored;
  const { spec } = state;
  if (state.phase === 'rollingBack') return { outcome: 'rollBack' };
  const step = spec.steps[input.step];
  if (step === undefined) throw new Error(`Rollout ${state.rolloutId} has no step ${input.step}.`);
  const waitSeconds = state.rollback?.to === 'kept' ? 1 : spec.period;
  const shifted = { outcome: 'shifted', weight: step.weight, waitSeconds } as const;
  if (state.step >= input.step) return shifted;
  assertLegal(state, 'TrafficShifted');

  const green = spec.slots[state.green].targetGroup;
  const health = await world.router.targetHealth(green);
  if (health.healthy === 0) return decideRollback(world, stored, 'Green has no healthy target to shift traffic to.');

  const before = await world.router.read(spec.traffic);
  const allowed = new Set([state.weight, step.weight]);
  const foreign = before.find(({ weights }) => !allowed.has(shareOf(state, weights)));
  if (foreign !== undefined) {
    const saw = JSON.stringify(foreign.weights);
    return decideRollback(
      world,
      stored,
      `Somebody else changed ${foreign.kind} ${foreign.arn}: it has ${saw}, the record says green ${state.weight} %.`,
    );
  }
  await holdGuard(state, world);
  for (const { kind, arn, actions } of before) {
    await assertOwned(world, input);
    await world.router.write(
      kind,
      arn,
      withGreenWeight(actions, spec.slots[state.blue].targetGroup, green, step.weight),
    );
  }
  for (const { arn, weights } of await world.router.read(spec.traffic)) {
    if (shareOf(state, weights) !== step.weight) {
      throw new Error(`${arn} says ${JSON.stringify(weights)} after green was given ${step.weight} %.`);
    }
  }
  await record(world, stored, { type: 'TrafficShifted', step: input.step, weight: step.weight });
  return { ...shifted, ...(await pushGuard(state, spec.period, world)) };
}

/** Green's share in percent; -1 where the rule forwards to anything but the two slots. */
function shareOf({ spec, blue, green }: RolloutState, weights: Readonly<Record<string, number>>): number {
  return greenShare(weights, spec.slots[blue].targetGroup, spec.slots[green].targetGroup) ?? -1;
}
