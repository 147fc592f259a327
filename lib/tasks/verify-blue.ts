import { leastHealthy } from '../ports/traffic-router.ts';
import { pairsInUse, shareOf } from '../rollout/pairs.ts';
import { overrunOf } from '../rollout/rollback-budget.ts';
import type { RolloutState } from '../rollout/state.ts';
import { type GuardNote, pushGuard } from './guard.ts';
import { ownedRollout, record } from './owned-rollout.ts';
import { lookTime, pauseSeconds, type RollbackLookInput } from './rollback-look.ts';
import type { Part } from './world.ts';

interface Output extends GuardNote {
  readonly outcome: 'healthy' | 'waiting' | 'unhealthy';
  readonly cause: string;
  /** When this attempt looked first: the next look is told. */
  readonly since: string;
}

/** A rule that was restored and read back may be described as it was for some seconds; what it says later, somebody wrote. */
const staleSeconds = 30;

/**
 * State `VerifyBlue`: every rule still sends everything to blue, and blue has a healthy target for each task that it had. More
 * time than its budget is announced; after ten minutes the attempt ends, and green keeps running until a person decides. A rule
 * that somebody changed does not mend itself: it ends the attempt at once, so that the next one restores it.
 */
export async function verifyBlue(
  input: RollbackLookInput,
  world: Part<'store' | 'router' | 'schedules' | 'now'>,
): Promise<Output> {
  const stored = await ownedRollout(world, input);
  const { state } = stored;
  const now = world.now();
  const { since, isOver } = lookTime(input, now);
  const output = { since: since.toISOString() };
  const [stray, health] = await Promise.all([strayRule(state, world), healthOf(state, world)]);
  const wrong = stray ?? health;
  const overrun = overrunOf(state, 'verifyBlue', since, now);
  if (typeof wrong === 'number') {
    const verified = state.happened?.BlueVerified === undefined;
    const events = [...overrun, ...(verified ? [{ type: 'BlueVerified', healthy: wrong } as const] : [])];
    if (events.length > 0) await record(world, stored, ...events);
    return { ...output, outcome: 'healthy', cause: `${wrong} targets of blue are healthy` };
  }
  const isChanged = stray !== undefined && now.getTime() - since.getTime() > staleSeconds * 1000;
  if (!isOver && !isChanged) {
    if (overrun.length > 0) await record(world, stored, ...overrun);
    return { ...output, outcome: 'waiting', cause: wrong, ...(await pushGuard(state, pauseSeconds, world)) };
  }
  await record(world, stored, { type: 'BlueNotHealthy', reason: wrong });
  return { ...output, outcome: 'unhealthy', cause: `${wrong}; green keeps running until a person decides` };
}

/** A rule that sends something to another slot than blue, in words; `undefined` where none does. */
async function strayRule(state: RolloutState, { router }: Part<'router'>): Promise<string | undefined> {
  const stray = (await router.read(state.spec.traffic)).find(({ weights }) => shareOf(state, weights) !== 0);
  return stray && `${stray.arn} was changed after the restoration: it has ${JSON.stringify(stray.weights)}`;
}

/** How many of blue's targets are healthy, where that is enough; otherwise what is lacking. */
async function healthOf(state: RolloutState, { router }: Part<'router'>): Promise<number | string> {
  const { blueCount } = state;
  const { healthy, total } = leastHealthy(
    await Promise.all(pairsInUse(state).map(({ blue }) => router.targetHealth(blue))),
  );
  if (healthy >= Math.max(1, blueCount)) return healthy;
  return `${healthy} of ${total} targets of blue are healthy, ${blueCount} expected`;
}
