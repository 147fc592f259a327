import { leastHealthy, type TargetHealth } from '../../drivers/traffic-router.ts';
import { pairsInUse } from '../../drivers/rules/pairs.ts';
import { overrunOf } from '../../rollout/rollback-budget.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { GuardNote } from '../ownership/guard.ts';
import { ownedRollout, record } from '../ownership/owned-rollout.ts';
import {
  deadBluePatience,
  evaluateAgain,
  evaluationTime,
  type RollbackEvaluationInput,
  strayRule,
} from './rollback-evaluation.ts';
import type { Part } from '../../ports/world.ts';

interface Output extends GuardNote {
  readonly outcome: 'healthy' | 'waiting' | 'unhealthy';
  readonly cause: string;
  /** When this attempt looked first: the next evaluation is told. */
  readonly since: string;
}

/**
 * State `VerifyBlue`: every rule still sends everything to blue, and blue has a healthy target for each task that it had. More
 * time than its budget is announced; after ten minutes the attempt ends, green keeps running, and another attempt follows. Where the spec
 * wants an emergency, a blue without any healthy target ends the first attempt sooner: that declares it, and nothing serves. A rule
 * that somebody changed does not mend itself: it ends the attempt at once, so that the next one restores it.
 */
export async function verifyBlue(
  input: RollbackEvaluationInput,
  world: Part<'store' | 'router' | 'schedules' | 'now'>,
): Promise<Output> {
  const stored = await ownedRollout(world, input);
  const { state } = stored;
  const now = world.now();
  const [stray, seen] = await Promise.all([strayRule(state, world), seenOfBlue(state, world)]);
  const health = blueHealthIn(seen, state);
  const wrong = stray ?? health;
  const time = evaluationTime(input, now, seen.healthy === 0 ? deadBluePatience(state) : undefined);
  const output = { since: time.since.toISOString() };
  const overrun = overrunOf(state, 'verifyBlue', time.since, now);
  if (typeof wrong === 'number') {
    const verified = state.happened?.BlueVerified === undefined;
    const events = [...overrun, ...(verified ? [{ type: 'BlueVerified', healthy: wrong } as const] : [])];
    if (events.length > 0) await record(world, stored, ...events);
    return { ...output, outcome: 'healthy', cause: `${wrong} targets of blue are healthy` };
  }
  return { ...output, ...(await evaluateAgain('unhealthy', { cause: wrong, stray, overrun }, time, stored, world)) };
}

/** Returns how many of blue's targets are healthy, where that is enough; otherwise what is lacking, in words. */
export async function blueHealth(state: RolloutState, world: Part<'router'>): Promise<number | string> {
  return blueHealthIn(await seenOfBlue(state, world), state);
}

/** The target group of blue with the fewest healthy targets. */
async function seenOfBlue(state: RolloutState, { router }: Part<'router'>): Promise<TargetHealth> {
  return leastHealthy(await Promise.all(pairsInUse(state).map(({ blue }) => router.targetHealth(blue))));
}

function blueHealthIn(
  { healthy, total }: TargetHealth,
  { blueCount }: Pick<RolloutState, 'blueCount'>,
): number | string {
  if (healthy >= Math.max(1, blueCount)) return healthy;
  return `${healthy} of ${total} targets of blue are healthy, ${blueCount} expected`;
}
