import * as z from 'zod';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import { leastHealthy } from '../../drivers/traffic-router.ts';
import { pairsInUse, shareOf } from '../../rollout/pairs.ts';
import { assertLegal } from '../../rollout/rule-book.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { endDelay } from '../green/delay-rollout.ts';
import { type GuardNote, holdGuard, pushGuard } from '../ownership/guard.ts';
import { type AlarmLook, lookAtAlarms } from './look-at-alarms.ts';
import { checkDrift, refreshOf } from './drift.ts';
import { decideRollback, ownedInput, ownedRollout, record } from '../ownership/owned-rollout.ts';
import { provisionPollSeconds } from '../green/provision-green.ts';
import { stopped, writeWeights } from './write-weights.ts';
import type { Part } from '../../ports/world.ts';

export const shiftTrafficInput = ownedInput.extend({ step: z.int().min(0) });

type Needs = Part<'store' | 'router' | 'runtime' | 'alarms' | 'trail' | 'schedules' | 'now' | 'sleep'>;
type Output = GuardNote &
  (
    | { readonly outcome: 'shifted'; readonly weight: number; readonly waitSeconds: number }
    /** Not now: somebody else interferes, or blue is not whole. */
    | { readonly outcome: 'held'; readonly waitSeconds: number }
    /** A person has paused it. */
    | { readonly outcome: 'paused'; readonly waitSeconds: number }
    | { readonly outcome: 'rollBack' }
  );

/**
 * State `ShiftTraffic`: gives green the weight of a step on every rule, reads it back, and records it. Green gets weight only
 * with healthy targets, only where rules and slots are as the rollout left them, only while blue could carry everything again,
 * only while the guard watches, and only while nobody has paused it or asked for it to go back, which is read anew right before
 * each rule. What is missing is waited for, up to `timeouts.interference`.
 */
export async function shiftTraffic(input: z.output<typeof shiftTrafficInput>, world: Needs): Promise<Output> {
  let stored = await ownedRollout(world, input);
  const { state } = stored;
  const { spec } = state;
  const stop = stopped(state);
  if (stop !== undefined) {
    if (stop.outcome === 'paused') await endDelay(stored, world);
    return { ...stop, ...(stop.outcome === 'paused' && (await pushGuard(state, spec.period, world))) };
  }
  const step = spec.steps[input.step];
  if (step === undefined) throw new Error(`Rollout ${state.rolloutId} has no step ${input.step}.`);
  const waitSeconds = state.rollback?.to === 'kept' ? 1 : spec.period;
  const shifted = { outcome: 'shifted', weight: step.weight, waitSeconds } as const;
  if (state.step >= input.step) return shifted;
  assertLegal(state, 'TrafficShifted');

  const around = await checkDrift(state, [state.weight, step.weight], world);
  if (around.outcome === 'rollBack') return decideRollback(world, stored, around.reason);
  if (around.events.length > 0) stored = await record(world, stored, ...around.events);
  if (around.outcome === 'held') return held(stored, world);

  const health = await Promise.all(pairsInUse(state).map(({ green }) => world.router.targetHealth(green)));
  if (health.some(({ healthy }) => healthy === 0)) {
    return decideRollback(world, stored, 'Green has no healthy target to shift traffic to.');
  }
  const alarms = await lookAtAlarms(state, world);
  if (alarms.outcome === 'ringing' && state.weight > 0) return decideRollback(world, stored, alarms.reason);
  // Whoever goes back to a version leaves one that is bad already: it is not waited for.
  const lacking =
    state.rollback === undefined
      ? (lackingOfAlarms(alarms) ?? (await lackingOfBlue(state, world)) ?? (await lackingOfSlots(state, world)))
      : undefined;
  if (lacking !== undefined) return waitUntilReady(stored, input.step, lacking, world);

  const before = await world.router.read(spec.traffic);
  await holdGuard(state, world);
  const written = await writeWeights(state, before, step.weight, input, world);
  if (written !== undefined) return written;
  const after = await world.router.read(spec.traffic);
  for (const { arn, weights } of after) {
    if (shareOf(state, weights) !== step.weight) {
      throw new Error(`${arn} says ${JSON.stringify(weights)} after green was given ${step.weight} %.`);
    }
  }
  const shift = { type: 'TrafficShifted', step: input.step, weight: step.weight } as const;
  await record(world, stored, ...refreshOf(stored.state, after), shift);
  return { ...shifted, ...(await pushGuard(state, spec.period, world)) };
}

/** What rings before green has any traffic is not green's doing, but no time to begin. */
function lackingOfAlarms(alarms: AlarmLook): string | undefined {
  return alarms.outcome === 'quiet' ? undefined : alarms.reason;
}

/** A slot that ECS deploys by a way of its own, in words: it writes the rule's weights beside the rollout. */
async function lackingOfSlots({ spec }: RolloutState, { runtime }: Part<'runtime'>): Promise<string | undefined> {
  const slots = await Promise.all(
    [spec.slots.a, spec.slots.b].map(({ service }) => runtime.describe(spec.cluster, service)),
  );
  const wrong = slots.find((slot) => slot?.movesTraffic !== undefined);
  return (
    wrong && `${wrong.service} has ${wrong.movesTraffic ?? ''}, by which ECS moves traffic itself; expected ROLLING`
  );
}

/** Why blue could not carry everything at once, in words; `undefined` where it could. */
async function lackingOfBlue(state: RolloutState, { router }: Part<'router'>): Promise<string | undefined> {
  const { blueCount } = state;
  const { healthy, total } = leastHealthy(
    await Promise.all(pairsInUse(state).map(({ blue }) => router.targetHealth(blue))),
  );
  if (healthy >= Math.max(1, blueCount)) return undefined;
  return `${healthy} of ${total} targets of blue are healthy, ${blueCount} expected: it could not carry everything if green failed`;
}

async function waitUntilReady(stored: StoredRollout, step: number, reason: string, world: Needs): Promise<Output> {
  const { spec, unreadySince } = stored.state;
  const now = world.now();
  const since = unreadySince === undefined ? now.getTime() : Date.parse(unreadySince);
  const until = new Date(since + spec.timeouts.interference * 1000);
  if (now >= until) {
    return decideRollback(world, stored, `Step ${step + 1} waited ${spec.timeouts.interference} s: ${reason}`);
  }
  if (unreadySince === undefined) {
    await record(world, stored, { type: 'ShiftHeld', step, reason, until: until.toISOString() });
  }
  return held(stored, world);
}

async function held(stored: StoredRollout, world: Needs): Promise<Output> {
  const { state } = await endDelay(stored, world);
  const waitSeconds = provisionPollSeconds(state);
  return { outcome: 'held', waitSeconds, ...(await pushGuard(state, waitSeconds, world)) };
}
