import type { UnsettledRollout } from '../../ports/unsettled.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { mayStillAddRules } from './close-late-rules.ts';
import type { Revived } from './revive-rollout.ts';

/** For so long an announcement is left to those who announce at once: the table's stream, and the end of each machine. */
const announcedWithinSeconds = 60;

/** Returns whether a rollout of the list has to be looked after now; the time before which it has not may be absent. */
export function isDue({ notBefore }: UnsettledRollout, now: Date): boolean {
  return !(Date.parse(notBefore ?? '') > now.getTime());
}

/**
 * Returns the rollouts of the list that have to be checked now. Each sweep begins at another place, so that those that take long do not
 * keep the same ones from their turn for ever.
 */
export function dueNow(list: readonly UnsettledRollout[], now: Date): readonly UnsettledRollout[] {
  const due = list.filter((one) => isDue(one, now));
  const first = due.length === 0 ? 0 : Math.floor(now.getTime() / 60_000) % due.length;
  return [...due.slice(first), ...due.slice(0, first)];
}

/**
 * Decides whether events are announced by the sweep.
 * @param oldestAt when the oldest event was recorded that is not announced, ISO 8601; `undefined` where there is none
 * @returns `early` while it may still be announced by those whose work it is
 */
export function decideLate(oldestAt: string | undefined, now: Date): 'none' | 'early' | 'late' {
  if (oldestAt === undefined) return 'none';
  const ageSeconds = (now.getTime() - Date.parse(oldestAt)) / 1000;
  return ageSeconds < announcedWithinSeconds ? 'early' : 'late';
}

/** What a sweep did for a rollout, whether it has ended or not. */
export interface SweepWork {
  /** Transitions that the sweep had to announce. */
  readonly announced?: number | undefined;
  /** What an active rollout needed that nobody else had done. */
  readonly revived?: Revived | undefined;
  /** Whether it was found out who requested a rollout that waits for approval. */
  readonly requester?: 'found' | 'unknown' | 'sought' | undefined;
}

/** What the sweep found and did before it asks whether a rollout is over. */
export interface SettlingFacts {
  /** An execution that waited for an approval goes on. */
  readonly isWaking: boolean;
  readonly revived: SweepWork['revived'];
  readonly requester: SweepWork['requester'];
  /** How many events this sweep announced late; `early` while those whose work it is may still announce them. */
  readonly announcing: number | 'early';
  readonly now: Date;
}

/** Decides whether a rollout is over: then only cleanup remains. */
export function decideEnd(
  state: RolloutState,
  { isWaking, revived, requester, announcing, now }: SettlingFacts,
): { readonly isOver: boolean; readonly did: SweepWork } {
  const did: SweepWork = {
    ...(revived !== undefined && { revived }),
    ...(requester !== undefined && { requester }),
    ...(announcing !== 'early' && announcing > 0 && { announced: announcing }),
  };
  return { isOver: announcing !== 'early' && !isWaking && !mayStillAddRules(state, now), did };
}
