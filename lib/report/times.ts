import { restorationOf } from '../rollout/restoration.ts';
import type { RolloutState } from '../rollout/state.ts';

/** When things happened, ISO 8601; `undefined` for what has not, or is not known. */
export interface RolloutTimes {
  /** When the image was pushed, where a push started it. */
  readonly pushedAt: string | undefined;
  readonly openedAt: string;
  readonly approvalAskedAt: string | undefined;
  readonly approvedAt: string | undefined;
  /** When green got its first share of the traffic. */
  readonly firstTrafficAt: string | undefined;
  /** When it was decided to go back, and when all traffic was on blue again. */
  readonly rollbackAt: string | undefined;
  readonly restoredAt: string | undefined;
  readonly closedAt: string | undefined;
  /** From its opening to its end; `undefined` while it runs. */
  readonly seconds: number | undefined;
  /** For which people were waited for before anything changed. */
  readonly approvalSeconds: number | undefined;
  /** From the decision to go back until all traffic was on blue. */
  readonly restoreSeconds: number | undefined;
}

/** Returns the times of a rollout. */
export function timesOf(state: RolloutState): RolloutTimes {
  const { pushedAt, openedAt, approval, shifts, rollbackSince, closedAt } = state;
  const restoredAt = restorationOf(state);
  return {
    ...{ pushedAt, openedAt, approvalAskedAt: approval?.requestedAt, approvedAt: approval?.grantedAt },
    firstTrafficAt: shifts.find(({ weight }) => weight > 0)?.at,
    ...{ rollbackAt: rollbackSince, restoredAt, closedAt },
    seconds: secondsBetween(openedAt, closedAt),
    approvalSeconds: waitedSeconds(state),
    restoreSeconds: secondsBetween(rollbackSince, restoredAt),
  };
}

/**
 * Returns for how long people were waited for before anything changed; `undefined` where none were asked, or they are waited for
 * still.
 */
export function waitedSeconds({ approval, closedAt }: Pick<RolloutState, 'approval' | 'closedAt'>): number | undefined {
  return secondsBetween(approval?.requestedAt, approval?.grantedAt ?? closedAt);
}

/** Returns whole seconds between two times; `undefined` where one is not known. */
export function secondsBetween(from: string | undefined, to: string | undefined): number | undefined {
  if (from === undefined || to === undefined) return undefined;
  return Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
}
