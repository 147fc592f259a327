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
 * restored none, and a record that was changed outside of the product proves nothing.
 * @throws Error where a record that could tell cannot be read or checked
 */
export async function lastRehearsal(
  service: string,
  store: Pick<RolloutStore, 'list' | 'load'>,
): Promise<Rehearsal | undefined> {
  for (const { rolloutId, phase } of await store.list(service, rolloutsLookedThrough)) {
    if (phase !== 'rolledBack') continue;
    const stored = await store.load(rolloutId);
    const found = stored === undefined || stored.altered !== undefined ? undefined : rehearsalIn(stored);
    if (found !== undefined) return found;
  }
  return undefined;
}

function rehearsalIn({ state, unchecked }: StoredRollout): Rehearsal | undefined {
  const { rolloutId, drill, drilled, closing, closedAt, rollbackSince } = state;
  const restoredAt = restorationOf(state);
  const isDrill = drill !== undefined;
  if (closedAt === undefined || (restoredAt === undefined && !isDrill)) return undefined;
  if (unchecked !== undefined) throw new Error(`the record of ${rolloutId} could not be checked: ${unchecked}`);
  const isClosedByPerson = closing?.closed === true;
  // A person who closes a rollback ends what the machine could not.
  if (isClosedByPerson && !isDrill) return undefined;
  const restored =
    restoredAt === undefined || rollbackSince === undefined
      ? undefined
      : Math.max(0, Date.parse(restoredAt) - Date.parse(rollbackSince));
  return {
    rolloutId,
    kind: isDrill ? 'drill' : 'rollback',
    endedAt: closedAt,
    passed: isDrill ? drilled?.passed === true : true,
    acceptedMilliseconds: restored,
    drilled,
  };
}
