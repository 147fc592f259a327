import { driverOf } from '../../drivers/registry.ts';
import { trafficOf } from '../../drivers/shapes/layout-of.ts';
import type * as z from 'zod';
import { StaleWrite, type StoredRollout } from '../../ports/rollout-store.ts';
import type { RolloutEvent } from '../../rollout/events.ts';
import { movesTraffic, refreshedItems, restorationFor } from '../../drivers/rules/restoration.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { type GuardNote, pushAttemptGuard } from '../ownership/guard.ts';
import { ownedInput, ownedRollout, record } from '../ownership/owned-rollout.ts';
import { requestEvents, rollbackRequest } from './rollback-request.ts';
import { servingSides } from './serving-sides.ts';
import type { Part } from '../../ports/world.ts';

export const planRestorationInput = ownedInput.extend({ request: rollbackRequest });

type Input = z.output<typeof planRestorationInput>;
type Needs = Part<'store' | 'router' | 'schedules' | 'now'>;

interface Output extends GuardNote {
  readonly outcome: 'restore' | 'held' | 'heldTooLong';
  /**
   * What the machine writes; empty where nothing has to be. Where traffic is held: the newest plan with what is known of blue, which the
   * machine goes by where this function does not answer any more.
   */
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
 * then it is held, people are notified, and it is planned again until blue has a healthy target. A blue that was seen to have none
 * is taken to have none until it can be asked again.
 */
export async function planRestoration(input: Input, world: Needs): Promise<Output> {
  const stored = await ownedRollout(world, input);
  const { state } = stored;
  let read: Awaited<ReturnType<typeof readAll>>;
  try {
    read = await readAll(state, world);
  } catch (error) {
    const held = stillHeld(state, input.fence, error, world.now());
    // What was not held before is restored without this function: users must not wait for what cannot be read.
    if (held === undefined) throw error;
    return hold(stored, input, held, [], world);
  }
  const { live, serving } = read;
  const refreshed = refreshedItems(state, live);
  const held = movesTraffic(state, live) ? heldBy(serving, state, world.now()) : undefined;
  const events: RolloutEvent[] = [
    ...(held !== undefined || refreshed.length > 0 ? requestEvents(stored, input.request) : []),
    ...planned(refreshed),
  ];
  if (held !== undefined) return hold(stored, input, held, events, world);
  // What cannot be recorded now keeps no user waiting; the restoration's read-back records it.
  if (events.length > 0) await record(world, stored, ...events).catch(unlessStale);
  return { outcome: 'restore', items: restorationFor(state, live), waitSeconds: 0, cause: '' };
}

async function readAll(state: RolloutState, world: Needs) {
  const [live, serving] = await Promise.all([world.router.find(trafficOf(state.spec)), servingSides(state, world)]);
  return { live, serving };
}

/** Records that traffic is held, where that is news, and says how long to wait. */
async function hold(
  from: StoredRollout,
  input: Input,
  held: Held,
  before: readonly RolloutEvent[],
  world: Needs,
): Promise<Output> {
  const known = from.state.restorationHeld;
  const isNews = known?.why !== held.why || known.attempt !== input.fence;
  const events = isNews ? [...before, announcement(from.state, input.fence, held)] : before;
  const stored = events.length > 0 ? await record(world, from, ...events) : from;
  const isOver = !isNews && secondsSince(known.since, world.now()) > patienceSeconds;
  const note = await pushAttemptGuard(stored, isOver ? 0 : held.waitSeconds, world);
  return {
    outcome: isOver ? 'heldTooLong' : 'held',
    items: driverOf(stored.state.spec).restorationOf(stored.state),
    waitSeconds: held.waitSeconds,
    cause: held.reason.slice(0, longestCause),
    ...note,
  };
}

/**
 * Traffic that is held stays held when the load balancer cannot be asked: for a while, and where blue was seen not to serve, in this
 * attempt or in one before it, until blue can be asked again.
 */
function stillHeld({ restorationHeld }: RolloutState, attempt: number, error: unknown, now: Date): Held | undefined {
  const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  if (restorationHeld?.why === 'blueDown') return sinceSeenDown(`the load balancer cannot be asked (${why})`);
  if (restorationHeld?.attempt !== attempt) return undefined;
  return whileUnknown(restorationHeld, `The load balancer cannot be asked: ${why}.`, now);
}

/** "Could not ask" is not "can serve": what was seen last counts, for as long as blue cannot be asked. */
function sinceSeenDown(saw: string): Held {
  const reason = `Blue had no healthy target when it could be asked last, and by now ${saw}.`;
  return { why: 'blueDown', reason, waitSeconds: unknownPauseSeconds };
}

/** Waits for what cannot be read; `undefined` where it was waited for long enough. */
function whileUnknown(known: RolloutState['restorationHeld'], reason: string, now: Date): Held | undefined {
  const isOver = known?.why === 'unknown' && secondsSince(known.since, now) >= unknownPatienceSeconds;
  return isOver ? undefined : { why: 'unknown', reason, waitSeconds: unknownPauseSeconds };
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
    case 'unknown':
      if (restorationHeld?.why === 'blueDown') return sinceSeenDown(serving.saw);
      // A green that failed a gate is known to be bad; nothing is known of blue.
      return failedGate === undefined ? whileUnknown(restorationHeld, `${serving.saw}.`, now) : undefined;
  }
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
