import { trafficOf, workloadOf } from '../../drivers/shapes/layout-of.ts';
import * as z from 'zod';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import { pairsInUse } from '../../drivers/rules/pairs.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { endDelay } from '../green/delay-rollout.ts';
import { type GuardNote, holdGuard, pushGuard } from '../ownership/guard.ts';
import {
  decideReadBack,
  decideShift,
  decideWait,
  dueShift,
  type ShiftDecision,
  type ShiftFacts,
} from './decide-shift.ts';
import { holdForCalendar } from './hold-for-calendar.ts';
import { checkDrift, refreshOf } from './drift.ts';
import { readAlarms } from './read-alarms.ts';
import { decideRollback, ownedInput, trustedRollout, record } from '../ownership/owned-rollout.ts';
import { provisionPollSeconds } from '../green/provision-green.ts';
import { whyUnproven } from './unproven.ts';
import { stopped, writeWeights } from './write-weights.ts';
import type { Part } from '../../ports/world.ts';

export const shiftTrafficInput = ownedInput.extend({ step: z.int().min(0) });

type Needs = Part<
  'store' | 'router' | 'runtime' | 'alarms' | 'trail' | 'schedules' | 'installation' | 'now' | 'sleep'
> &
  Part<'emergencies' | 'incidents'>;
type Output = GuardNote &
  (
    | { readonly outcome: 'shifted'; readonly weight: number; readonly waitSeconds: number }
    /** Not now: somebody else interferes, or blue is not whole. */
    | { readonly outcome: 'held'; readonly waitSeconds: number }
    /** A person has paused it, or windows, a freeze or a stop keep it from the step. */
    | { readonly outcome: 'paused'; readonly waitSeconds: number }
    | { readonly outcome: 'rollBack' }
  );

/**
 * State `ShiftTraffic`: gives green the weight of a step on every rule, reads it back, and records it. Green gets weight only
 * with healthy targets, only where rules and slots are as the rollout left them, only while blue could carry everything again,
 * only while the guard watches, only while no window, freeze or stop keeps it, and only while nobody has paused it or asked for it
 * to go back, which is read anew right before each rule. What is missing is waited for, up to `timeouts.interference`.
 */
export async function shiftTraffic(input: z.output<typeof shiftTrafficInput>, world: Needs): Promise<Output> {
  let stored = await trustedRollout(world, input);
  const { state } = stored;
  const { spec } = state;
  const stop = stopped(state);
  if (stop !== undefined) {
    if (stop.outcome === 'paused') await endDelay(stored, world);
    return { ...stop, ...(stop.outcome === 'paused' && (await pushGuard(stored, spec.period, world))) };
  }
  const { isDue, ...shifted } = dueShift(state, input.step);
  if (!isDue) return shifted;

  const calendar = await holdForCalendar(stored, input.step, world);
  if (calendar.outcome === 'rollBack') {
    const { reason, by = 'the rollout' } = calendar;
    await record(world, stored, { type: 'RollbackRequested', reason, by });
    return { outcome: 'rollBack' };
  }
  stored = calendar.stored;
  if (calendar.outcome === 'held') {
    await endDelay(stored, world);
    return { outcome: 'paused', waitSeconds: spec.period, ...(await pushGuard(stored, spec.period, world)) };
  }

  const unproven = input.step === 0 ? await whyUnproven(state, world) : undefined;
  if (unproven !== undefined) return decideRollback(world, stored, unproven);

  const drift = await checkDrift(state, [state.weight, shifted.weight], world);
  if (drift.outcome === 'rollBack') return decideRollback(world, stored, drift.reason);
  if (drift.events.length > 0) stored = await record(world, stored, ...drift.events);
  if (drift.outcome === 'held') return held(stored, world);

  const decision = await observed(state, world);
  if (decision.outcome === 'rollBack') return decideRollback(world, stored, decision.reason);
  if (decision.outcome === 'wait') return waitUntilReady(stored, input.step, decision.reason, world);

  const stoppedBy = await writeAndReadBack(state, stored, { ...input, weight: shifted.weight }, world);
  return stoppedBy ?? { ...shifted, ...(await pushGuard(stored, spec.period, world)) };
}

/** Gives green the weight on every rule, reads it back and records it. Answers what stopped it; `undefined` where nothing did. */
async function writeAndReadBack(
  state: RolloutState,
  stored: StoredRollout,
  input: z.output<typeof shiftTrafficInput> & { readonly weight: number },
  world: Needs,
): Promise<Output | undefined> {
  const traffic = trafficOf(state.spec);
  const { weight } = input;
  const before = await world.router.read(traffic);
  await holdGuard(stored, world);
  const stoppedBy = await writeWeights(state, before, weight, input, world);
  if (stoppedBy !== undefined) return stoppedBy;
  const after = await world.router.read(traffic);
  if (decideReadBack(state, weight, after) === 'later') return held(stored, world);
  await record(world, stored, ...refreshOf(stored.state, after), { type: 'TrafficShifted', step: input.step, weight });
  return undefined;
}

/** Observes one fact after the other until one of them speaks against the shift: AWS is asked for no more than that. */
async function observed(state: RolloutState, world: Needs): Promise<ShiftDecision> {
  const { spec } = state;
  const pairs = pairsInUse(state);
  const healthOf = (groups: readonly string[]) => Promise.all(groups.map((group) => world.router.targetHealth(group)));
  const looks: readonly (() => Promise<ShiftFacts>)[] = [
    async () => ({ green: await healthOf(pairs.map(({ green }) => green)) }),
    async () => ({ alarms: await readAlarms(state, world) }),
    async () => ({ blue: await healthOf(pairs.map(({ blue }) => blue)) }),
    async () => ({
      slots: await Promise.all((['a', 'b'] as const).map((slot) => world.runtime.describe(workloadOf(spec, slot)))),
    }),
  ];
  let facts: ShiftFacts = {};
  // A rollout that goes back to a former version waits for neither blue nor ECS.
  for (const look of state.rollback === undefined ? looks : looks.slice(0, 2)) {
    facts = { ...facts, ...(await look()) };
    const decision = decideShift(state, facts);
    if (decision.outcome !== 'shift') return decision;
  }
  return { outcome: 'shift' };
}

async function waitUntilReady(stored: StoredRollout, step: number, reason: string, world: Needs): Promise<Output> {
  const decision = decideWait(stored.state, step, reason, world.now());
  if (decision.outcome === 'rollBack') return decideRollback(world, stored, decision.reason);
  if (decision.events.length > 0) await record(world, stored, ...decision.events);
  return held(stored, world);
}

async function held(stored: StoredRollout, world: Needs): Promise<Output> {
  const { state } = await endDelay(stored, world);
  const waitSeconds = provisionPollSeconds(state);
  return { outcome: 'held', waitSeconds, ...(await pushGuard(stored, waitSeconds, world)) };
}
