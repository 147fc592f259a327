import { deadMan, type Guarded, guardNames, limit } from './guard-schedules.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { nextWatch } from '../../rollout/traffic-watch.ts';
import type { OwnedInput } from './owned-rollout.ts';
import type { Part } from '../../ports/world.ts';
import { messageOf } from '../../specification/text/message-of.ts';

type Needs = Part<'schedules' | 'now'>;

/** A rollout with the fence of the owner that its guard watches. */
interface Owned {
  readonly state: Guarded;
  readonly fence: number;
}

/** Why the guard was not moved or removed; an empty object where it was. Goes into a function's log with its output. */
export type GuardNote = Readonly<{ guard?: string }>;

/** The fence of a rollout that was not taken over. */
const firstFence = 1;

/**
 * Sets both schedules of a rollout before it is opened, so that there is none without. Where the opening does not come about
 * they find nothing to roll back.
 */
export async function armGuard(rollout: Guarded, { schedules, now }: Needs): Promise<void> {
  await schedules.put(limit(rollout, now()));
  await schedules.put(deadMan(rollout, firstFence, now(), 0));
}

/**
 * Moves the dead-man's deadline before a change that must not be made without it.
 * @throws where it could not be moved
 */
export async function holdGuard({ state, fence }: Owned, { schedules, now }: Needs): Promise<void> {
  await schedules.put(deadMan(state, fence, now(), 0));
}

/**
 * Moves the owner's deadline: the rollout is alive and will be heard of in so many seconds. Where that fails the rollout
 * goes on, as the deadline before this one still stands and an outage of the scheduler alone is no fault of green's.
 */
export async function pushGuard(
  { state, fence }: Owned,
  waitSeconds: number,
  { schedules, now }: Needs,
): Promise<GuardNote> {
  return noted('not moved', () => schedules.put(deadMan(state, fence, now(), waitSeconds)));
}

/**
 * Moves the deadline of an attempt to roll back, and removes the schedules of the owners before it: each one that fired would start
 * an attempt beside this one's successors.
 */
export async function pushAttemptGuard(
  { state, fence }: Owned,
  waitSeconds: number,
  { schedules, now }: Needs,
): Promise<GuardNote> {
  const { former } = guardNames(state.rolloutId, fence);
  return noted('not moved', async () => {
    await schedules.put(deadMan(state, fence, now(), waitSeconds));
    await removeAll(former, schedules);
  });
}

/** Removes the schedules of a rollout that has ended. One that is left finds nothing to roll back, and is gone then. */
export async function disarmGuard(
  { rolloutId, fence }: OwnedInput,
  { schedules }: Part<'schedules'>,
): Promise<GuardNote> {
  const { deadMan: own, former, limit: atMost } = guardNames(rolloutId, fence);
  return noted('not removed', () => removeAll([own, ...former, atMost], schedules));
}

async function removeAll(names: readonly string[], schedules: Needs['schedules']): Promise<void> {
  await Promise.all(names.map((name) => schedules.remove(name)));
}

/**
 * Has the weights of a rollout that was rolled back looked at once more; false where they have been watched for long enough.
 * @throws where the schedule could not be set
 */
export async function armWatch(state: RolloutState, { schedules, now }: Needs): Promise<boolean> {
  const { rolloutId, spec, closedAt } = state;
  const next = closedAt === undefined ? undefined : nextWatch(rolloutId, spec, new Date(closedAt), now());
  if (next !== undefined) await schedules.put(next);
  return next !== undefined;
}

/** Turns the guard into a watch of the weights after a rollback: the first evaluation is set, then the guard's schedules are removed. */
export async function watchInstead(
  { state, fence }: { readonly state: RolloutState; readonly fence: number },
  world: Needs,
): Promise<GuardNote> {
  const { deadMan: own, former, limit: atMost } = guardNames(state.rolloutId, fence);
  return noted('not turned into a watch', async () => {
    await armWatch(state, world);
    await removeAll([own, ...former, atMost], world.schedules);
  });
}

async function noted(what: string, call: () => Promise<void>): Promise<GuardNote> {
  try {
    await call();
    return {};
  } catch (error) {
    return { guard: `${what}: ${messageOf(error)}` };
  }
}
