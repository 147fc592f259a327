import { deadMan, type Guarded, guardNames, limit, nextWatch } from '../../rollout/guard.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { Part } from '../../ports/world.ts';

type Needs = Part<'schedules' | 'now'>;

/** Why the guard was not moved or removed; an empty object where it was. Goes into a function's log with its output. */
export type GuardNote = Readonly<{ guard?: string }>;

/**
 * Sets both schedules of a rollout before it is opened, so that there is none without. Where the opening does not come about
 * they find nothing to roll back.
 */
export async function armGuard(rollout: Guarded, { schedules, now }: Needs): Promise<void> {
  await schedules.put(limit(rollout, now()));
  await schedules.put(deadMan(rollout, now(), 0));
}

/**
 * Moves the dead-man's deadline before a change that must not be made without it.
 * @throws where it could not be moved
 */
export async function holdGuard(rollout: Guarded, { schedules, now }: Needs): Promise<void> {
  await schedules.put(deadMan(rollout, now(), 0));
}

/**
 * Moves the dead-man's deadline: the rollout is alive and will be heard of in so many seconds. Where that fails the rollout
 * goes on, as the deadline before this one still stands and an outage of the scheduler alone is no fault of green's.
 */
export async function pushGuard(rollout: Guarded, waitSeconds: number, { schedules, now }: Needs): Promise<GuardNote> {
  return noted('not moved', () => schedules.put(deadMan(rollout, now(), waitSeconds)));
}

/** Removes both schedules of a rollout that has ended. One that is left finds nothing to roll back, and is gone then. */
export async function disarmGuard(rolloutId: string, { schedules }: Part<'schedules'>): Promise<GuardNote> {
  const names = guardNames(rolloutId);
  return noted('not removed', async () => {
    await schedules.remove(names.deadMan);
    await schedules.remove(names.limit);
  });
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

/** What becomes of the guard after a rollback: nobody moves the limit any more, and the other one watches the weights. */
export async function watchInstead(state: RolloutState, world: Needs): Promise<GuardNote> {
  return noted('not turned into a watch', async () => {
    await armWatch(state, world);
    await world.schedules.remove(guardNames(state.rolloutId).limit);
  });
}

async function noted(what: string, call: () => Promise<void>): Promise<GuardNote> {
  try {
    await call();
    return {};
  } catch (error) {
    return { guard: `${what}: ${error instanceof Error ? error.message : String(error)}` };
  }
}
