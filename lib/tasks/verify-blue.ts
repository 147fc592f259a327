import { greenShare } from '../rollout/routing.ts';
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

/**
 * State `VerifyBlue`: every rule still sends everything to blue, and blue has a healthy target for each task that it had. More
 * time than its budget is announced; after ten minutes the attempt ends, and green keeps running until a person decides.
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
  const wrong = await whatIsWrong(state, world);
  const overrun = overrunOf(state, 'verifyBlue', since, now);
  if (typeof wrong === 'number') {
    const verified = state.happened?.BlueVerified === undefined;
    const events = [...overrun, ...(verified ? [{ type: 'BlueVerified', healthy: wrong } as const] : [])];
    if (events.length > 0) await record(world, stored, ...events);
    return { ...output, outcome: 'healthy', cause: `${wrong} targets of blue are healthy` };
  }
  if (!isOver) {
    if (overrun.length > 0) await record(world, stored, ...overrun);
    return { ...output, outcome: 'waiting', cause: wrong, ...(await pushGuard(state, pauseSeconds, world)) };
  }
  await record(world, stored, { type: 'BlueNotHealthy', reason: wrong });
  return { ...output, outcome: 'unhealthy', cause: `${wrong}; green keeps running until a person decides` };
}

/** How many of blue's targets are healthy, where all is well; otherwise what is not. */
async function whatIsWrong(state: RolloutState, { router }: Part<'router'>): Promise<number | string> {
  const { spec, blue, green, blueCount } = state;
  const [{ healthy, total }, routings] = await Promise.all([
    router.targetHealth(spec.slots[blue].targetGroup),
    router.read(spec.traffic),
  ]);
  const stray = routings.find(
    ({ weights }) => greenShare(weights, spec.slots[blue].targetGroup, spec.slots[green].targetGroup) !== 0,
  );
  if (stray !== undefined)
    return `${stray.arn} was changed after the restoration: it has ${JSON.stringify(stray.weights)}`;
  if (healthy >= Math.max(1, blueCount)) return healthy;
  return `${healthy} of ${total} targets of blue are healthy, ${blueCount} expected`;
}
