import * as z from 'zod';
import { neededApprovals } from '../../approval/needed-approvals.ts';
import { type GuardNote, pushGuard } from '../ownership/guard.ts';
import { ownedInput, trustedRollout, record } from '../ownership/owned-rollout.ts';
import type { Part } from '../../ports/world.ts';

export const awaitApprovalInput = ownedInput.extend({ taskToken: z.string().min(1) });

/** Name of the schedule that ends the wait. A rollout's id has up to 55 characters, a schedule's name up to 64. */
function approvalDeadline(rolloutId: string): string {
  return `${rolloutId}-approve`;
}

/** A schedule may fire a minute late; the guard must not come before it. */
const lateSeconds = 120;

/**
 * State `AwaitApproval`: keeps the token that lets the execution go on, sets the deadline and asks. The execution waits until
 * `ResumeRollout` answers; the token itself goes to nobody.
 */
export async function awaitApproval(
  input: z.output<typeof awaitApprovalInput>,
  world: Part<'store' | 'taskTokens' | 'deadlines' | 'schedules' | 'now'>,
): Promise<GuardNote & { outcome: 'asked' | 'answered' }> {
  const stored = await trustedRollout(world, input);
  const { rolloutId, phase, approval, spec } = stored.state;
  await world.taskTokens.keep(rolloutId, input.taskToken);
  if (phase !== 'awaitingApproval') {
    // Answered before this call, or a repeated one after the answer: nobody else would wake it.
    await world.taskTokens.wake(rolloutId);
    return { outcome: 'answered' };
  }
  const { within, people } = spec.approvals;
  const asked = approval?.until;
  const until = asked === undefined ? new Date(world.now().getTime() + within * 1000) : new Date(asked);
  await world.deadlines.put({ name: approvalDeadline(rolloutId), at: until, input: { rolloutId } });
  const note = await pushGuard(stored, within + lateSeconds, world);
  if (asked === undefined) {
    const { roles: required, more, why } = neededApprovals(stored.state);
    const names = people.map(({ name }) => name);
    await record(world, stored, {
      type: 'ApprovalRequested',
      required,
      ...(more > 0 && { more }),
      ...(why !== '' && { moreBecause: why }),
      asked: names,
      until: until.toISOString(),
    });
  }
  return { outcome: 'asked', ...note };
}
