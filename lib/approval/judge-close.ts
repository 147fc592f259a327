import type { Decider } from '../rollout/decider.ts';
import { isActive } from '../rollout/phase.ts';
import type { RolloutState } from '../rollout/state.ts';
import { howItEnded } from './how-it-ended.ts';
import { type Judged, refused } from './judge-approval.ts';

/** Judges a person's wish to close a rollback as it is. Only what is being rolled back can be closed, and a reason is needed. */
export function judgeClose(state: RolloutState, { reason, ...who }: Decider, traffic: readonly string[]): Judged {
  const { rolloutId, phase, closing } = state;
  if (!isActive(state))
    return refused(`Rollout ${rolloutId} has ended: ${howItEnded(phase)}. There is nothing to close.`);
  if (phase !== 'rollingBack') {
    return refused(
      `Rollout ${rolloutId} is ${phase}, not rolling back. Roll it back first: sluice abort ${rolloutId} --reason "…"`,
    );
  }
  if (reason === undefined || reason.trim() === '') return refused('Closing a rollback needs a reason: say why.');
  // A second request starts the machine again, as the first one may have died before it did.
  if (closing !== undefined) return { outcome: 'counts', events: [] };
  return { outcome: 'counts', events: [{ type: 'CloseRequested', ...who, reason, traffic }] };
}
