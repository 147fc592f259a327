import * as z from 'zod';
import { type Judged, refused } from '../../approval/judge-approval.ts';
import { neededApprovals, openApprovals, openText } from '../../approval/needed-approvals.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { formatDuration } from '../../specification/quantity.ts';
import { decide } from './decide.ts';
import type { Part } from '../../ports/world.ts';

export const expireApprovalInput = z.object({ rolloutId: z.string().min(1) });

/** Trigger `ExpireApproval`: the schedule at the end of the wait. What was not approved by then is rejected. */
export async function expireApproval(
  { rolloutId }: z.output<typeof expireApprovalInput>,
  world: Part<'store' | 'now'>,
): Promise<{ did: 'reject' | 'nothing' }> {
  const decided = await decide(rolloutId, rejectLate, world);
  return { did: decided.outcome === 'done' ? 'reject' : 'nothing' };
}

/** @throws Error where the time is not up yet, so that the trigger is tried again */
function rejectLate(state: RolloutState, now: Date): Judged {
  const { rolloutId, phase, approval, spec } = state;
  if (phase !== 'awaitingApproval' || approval?.until === undefined)
    return refused(`Rollout ${rolloutId} is ${phase}.`);
  if (now.getTime() < Date.parse(approval.until)) {
    throw new Error(`Rollout ${rolloutId} may be approved until ${approval.until}; this call is early.`);
  }
  const needed = neededApprovals(state);
  const open = openText(openApprovals(needed, approval.given));
  const why = open === '' ? needed.why : `${open} did not answer`;
  const reason = `Not approved within ${formatDuration(spec.approvals.within)}: ${why}.`;
  return { outcome: 'counts', events: [{ type: 'RolloutRejected', reason, results: [] }] };
}
