import type { RolloutStore, StoredRollout } from '../ports/rollout-store.ts';
import type { Drilled } from '../rollout/drilled.ts';
import { restorationOf } from '../rollout/restoration.ts';

/** How many rollouts back a restoration is looked for. */
export const rolloutsLookedThrough = 100;

/** The newest proof of whether a service can be brought back: a drill, or a rollback that users needed. */
export interface Rehearsal {
  readonly rolloutId: string;
  /** `rollback` where it was no drill. */
  readonly kind: 'drill' | 'rollback';
  /** ISO 8601. */
  readonly endedAt: string;
  /** All traffic came back to blue by the machine, and a drill went as it was ordered to. */
  readonly passed: boolean;
  /** From the decision to go back until all rules were at blue 100, read back. */
  readonly acceptedMilliseconds: number | undefined;
  /** Figures of a drill that came to its end. */
  readonly drilled: Drilled | undefined;
}

/**
 * Returns the newest restoration of a service's record; `undefined` where the newest rollouts show none. A rollback before any traffic
 * restored none, a drill that others ended says nothing of the restoration, and a record that was changed outside of the product proves nothing.
 * @throws Error where a record that could tell cannot be read or checked
 */
export async function lastRehearsal(
  service: string,
  store: Pick<RolloutStore, 'list' | 'load' | 'events'>,
): Promise<Rehearsal | undefined> {
  for (const { rolloutId, phase } of await store.list(service, rolloutsLookedThrough)) {
    if (phase !== 'rolledBack') continue;
    const stored = await store.load(rolloutId);
    const found = stored === undefined || stored.altered !== undefined ? undefined : rehearsalIn(stored);
    if (found !== undefined && !(await isEndedByOthers(found, store))) return found;
  }
  return undefined;
}

/** Who sends a drill back because something of it went wrong; everybody else ends one that might have passed. */
const itself: readonly string[] = ['the rollout', 'the guard', 'an alarm'];

/** Whether a person, a push, an emergency or the calendar ended a drill before it could pass or fail, and its rollback came to its end. */
async function isEndedByOthers(
  { rolloutId, kind, passed, drilled }: Rehearsal,
  store: Pick<RolloutStore, 'events'>,
): Promise<boolean> {
  if (kind !== 'drill' || passed || drilled === undefined) return false;
  const events = await store.events(rolloutId, 0);
  return events.some(
    ({ event }) =>
      event.type === 'RollbackRequested' &&
      event.gate === undefined &&
      (event.how !== undefined || !itself.includes(event.by)),
  );
}

function rehearsalIn({ state, unchecked }: StoredRollout): Rehearsal | undefined {
  const { rolloutId, drill, drilled, closing, closedAt, rollbackSince } = state;
  const restoredAt = restorationOf(state);
  const isDrill = drill !== undefined;
  const isClosedByPerson = closing?.closed === true;
  // A person who closes a rollback ends what the machine could not.
  const isGivenUp = isClosedByPerson && state.shifts.some(({ weight }) => weight > 0);
  if (closedAt === undefined || (restoredAt === undefined && !isDrill && !isGivenUp)) return undefined;
  if (unchecked !== undefined) throw new Error(`the record of ${rolloutId} could not be checked: ${unchecked}`);
  const restored =
    restoredAt === undefined || rollbackSince === undefined
      ? undefined
      : Math.max(0, Date.parse(restoredAt) - Date.parse(rollbackSince));
  return {
    rolloutId,
    kind: isDrill ? 'drill' : 'rollback',
    endedAt: closedAt,
    passed: isDrill ? drilled?.passed === true : !isClosedByPerson,
    acceptedMilliseconds: restored,
    drilled,
  };
}
