import type * as z from 'zod';
import { StaleWrite } from '../ports/rollout-store.ts';
import type { RolloutEvent } from '../rollout/events.ts';
import { movesTraffic, refreshedItems, restorationFor } from '../rollout/restoration.ts';
import type { RolloutState } from '../rollout/state.ts';
import { type GuardNote, pushGuard } from './guard.ts';
import { ownedInput, ownedRollout, record } from './owned-rollout.ts';
import { rollbackRequest } from './rollback-request.ts';
import { servingSides } from './serving-sides.ts';
import type { Part } from './world.ts';

export const planRestorationInput = ownedInput.extend({ request: rollbackRequest });

type Input = z.output<typeof planRestorationInput>;
type Needs = Part<'store' | 'router' | 'schedules' | 'now'>;

interface Output extends GuardNote {
  readonly outcome: 'restore' | 'held' | 'heldTooLong';
  /** What the machine writes; empty where nothing has to be. */
  readonly items: ReturnType<typeof restorationFor>;
  readonly waitSeconds: number;
  /** Why traffic is held; empty where it is not. */
  readonly cause: string;
}

/** One attempt waits so long for a blue that cannot serve; the next one begins then, before the history of this one is full. */
const patienceSeconds = 3_600;
const blueDownPauseSeconds = 10;

/** So long traffic waits for health that cannot be read. */
const unknownPatienceSeconds = 60;
const unknownPauseSeconds = 5;

/**
 * State `PlanRestoration`: reads the rules as they are now and says what the machine writes, so that what others added is kept
 * and a rule that sends green nothing is not touched. Traffic never moves from a green that can serve to a blue that cannot:
 * then it is held, people are notified, and it is planned again until blue has a healthy target.
 */
export async function planRestoration(input: Input, world: Needs): Promise<Output> {
  let stored = await ownedRollout(world, input);
  const { state } = stored;
  const [live, serving] = await Promise.all([world.router.find(state.spec.traffic), servingSides(state, world)]);
  const refreshed = refreshedItems(state, live);
  const items = restorationFor(state, live);
  const plan = { outcome: 'restore', items, waitSeconds: 0, cause: '' } as const;
  const held = movesTraffic(state, live) ? heldBy(serving, state, world.now()) : undefined;
  const events: RolloutEvent[] = [
    ...requested(state, held !== undefined || refreshed.length > 0, input),
    ...planned(refreshed),
  ];
  if (held === undefined) {
    // What cannot be recorded now keeps no user waiting; the restoration's read-back records it.
    if (events.length > 0) await record(world, stored, ...events).catch(unlessStale);
    return plan;
  }
  const known = state.restorationHeld;
  const isNews = known?.why !== held.why || known.attempt !== input.fence;
  if (isNews) events.push(announcement(state, input.fence, held));
  if (events.length > 0) stored = await record(world, stored, ...events);
  const isOver = !isNews && secondsSince(known.since, world.now()) > patienceSeconds;
  const note = await pushGuard(stored.state, isOver ? 0 : held.waitSeconds, world);
  return {
    ...plan,
    outcome: isOver ? 'heldTooLong' : 'held',
    waitSeconds: held.waitSeconds,
    cause: held.reason.slice(0, longestCause),
    ...note,
  };
}

const longestCause = 300;

function unlessStale(error: unknown): void {
  if (error instanceof StaleWrite) throw error;
}

interface Held {
  readonly why: 'blueDown' | 'unknown';
  readonly reason: string;
  readonly waitSeconds: number;
}

/** Why traffic stays where it is for now; `undefined` where it goes to blue. */
function heldBy(
  serving: Awaited<ReturnType<typeof servingSides>>,
  { restorationHeld, failedGate }: RolloutState,
  now: Date,
): Held | undefined {
  switch (serving.outcome) {
    case 'blueServes':
    case 'neitherServes':
      return undefined;
    case 'onlyGreenServes':
      return { why: 'blueDown', reason: `${serving.saw}.`, waitSeconds: blueDownPauseSeconds };
    case 'unknown': {
      // A green that failed a gate is known to be bad; nothing is known of blue.
      if (failedGate !== undefined) return undefined;
      const isWaiting = restorationHeld?.why === 'unknown';
      if (isWaiting && secondsSince(restorationHeld.since, now) >= unknownPatienceSeconds) return undefined;
      return { why: 'unknown', reason: `${serving.saw}.`, waitSeconds: unknownPauseSeconds };
    }
  }
}

function requested({ phase }: RolloutState, isNeeded: boolean, { request }: Input): readonly RolloutEvent[] {
  return isNeeded && phase !== 'rollingBack' ? [{ type: 'RollbackRequested', ...request }] : [];
}

function planned(items: ReturnType<typeof refreshedItems>): readonly RolloutEvent[] {
  return items.length > 0 ? [{ type: 'RestorePlanRefreshed', items }] : [];
}

function secondsSince(since: string, now: Date): number {
  return (now.getTime() - Date.parse(since)) / 1000;
}

function announcement({ service }: RolloutState, attempt: number, { why, reason }: Held): RolloutEvent {
  return { type: 'RestorationHeld', attempt, why, reason, command: `sluice rollback ${service} --direct` };
}
