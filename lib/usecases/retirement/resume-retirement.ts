import type { StoredRollout } from '../../ports/rollout-store.ts';
import { type RetirementInput, retirementOf } from '../../rollout/retirement.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { Part } from '../../ports/world.ts';

export type RetiringWorld = Part<'store' | 'retirements' | 'now'>;

/** What remains of the retention of a former blue. */
export interface RemainingRetention {
  /** When to check it again, ISO 8601; absent where nothing remains. */
  readonly checkAt?: string | undefined;
  readonly started?: boolean | undefined;
}

/** How late the retirement machine may be: its waits for a newer rollout, and the retries of a busy service. */
const lateSeconds = 900;
/** Each of them tries for about an hour, fails with an alarm, and says how to start it by hand. */
const mostAttempts = 10;

/**
 * Starts the retirement of a former blue again where it is overdue and no retirement machine works for it: an outage kept it from being
 * started, or outlasted its retries. One that a person has stopped stays stopped, and so does one that a newer rollout has ended.
 */
export async function resumeRetirement({ state }: StoredRollout, world: RetiringWorld): Promise<RemainingRetention> {
  const due = dueAt(state);
  if (due === undefined) return {};
  const { retention, lockedBy } = await world.store.service(state.service);
  if (retention?.rolloutId !== state.rolloutId) return {};
  const now = world.now().getTime();
  const overdueAt = due + lateSeconds * 1000;
  if (now < overdueAt) return { checkAt: iso(overdueAt) };
  const checkAt = iso(now + lateSeconds * 1000);
  // A newer rollout may take the slot, or be rejected yet.
  if (lockedBy !== undefined) return { checkAt };
  for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
    const name = `${state.rolloutId}-retire${attempt === 1 ? '' : `-${attempt}`}`;
    const { executionArn, alreadyStarted } = await world.retirements.start(name, remaining(state, now));
    if (!alreadyStarted) return { checkAt, started: true };
    if (await world.retirements.isRunning(executionArn)) return { checkAt };
    if (await world.retirements.wasStopped(executionArn)) return {};
  }
  return {};
}

/** When the next part of a retirement is due: one task only, then none; `undefined` where the rollout keeps nothing. */
function dueAt({ phase, closedAt, happened, spec }: RolloutState): number | undefined {
  if (phase !== 'succeeded' || closedAt === undefined) return undefined;
  const { keepFullFor, keepFor } = spec.retention;
  return Date.parse(closedAt) + 1000 * (happened?.BlueScaledDown === undefined ? keepFullFor : keepFor);
}

/** What the machine is started with so late: what is left of each of its waits. */
function remaining(state: RolloutState, now: number): RetirementInput {
  const passed = Math.floor((now - Date.parse(state.closedAt ?? state.openedAt)) / 1000);
  const { keepFullFor, keepFor } = state.spec.retention;
  const keepFullSeconds = Math.max(0, keepFullFor - passed);
  return {
    ...retirementOf(state),
    keepFullSeconds,
    keepOneSeconds: Math.max(0, keepFor - Math.max(passed, keepFullFor)),
  };
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
