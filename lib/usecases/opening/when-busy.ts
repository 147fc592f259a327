import { createHash } from 'node:crypto';
import { Refusal } from '../../rollout/refusal.ts';
import type { RolloutRequest, WaitingRequest } from '../../ports/waiting.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import type { Part } from '../../ports/world.ts';

/** The request of an execution, and which image it turned out to ask for. */
interface Asked {
  readonly request: RolloutRequest;
  readonly digest: string;
  readonly executionArn: string;
  readonly startedAt: string;
}

/** The refusal of a request that may not wait. */
export function busy(service: string, lockedBy: string, isGoingBack = false): Refusal {
  const which = isGoingBack ? `${lockedBy}, which had lost its execution and is being rolled back now` : lockedBy;
  return new Refusal(
    `Service ${service} is busy with rollout ${which}; wait until it ends, then start this one again.`,
  );
}

/**
 * What becomes of a request while another rollout runs, as the spec says. A request that waits is kept before anything else
 * happens, so that a call that dies half-way can be repeated; the stream of the table starts it when its time has come.
 * @throws Refusal where it may not wait
 */
export async function whenBusy(
  spec: RolloutSpec,
  lockedBy: string,
  { request, digest, executionArn, startedAt }: Asked,
  { store, rollbacks }: Part<'store' | 'rollbacks'>,
): Promise<{ readonly outcome: 'queued'; readonly reason: string }> {
  const running = await store.load(lockedBy);
  if (running?.state.image.digest === digest && running.state.phase !== 'rollingBack') {
    throw new Refusal(`${request.image} is being rolled out already, by ${lockedBy}.`);
  }
  const supersedes = spec.onBusy === 'supersede';
  const id = createHash('sha256').update(executionArn).digest('hex').slice(0, 16);
  const at = new Date(request.pushedAt ?? startedAt).toISOString();
  const waiting: WaitingRequest = { id, at, request, behind: lockedBy, supersedes };
  const { refused, replaced } = await store.putWaiting(waiting);
  if (refused !== undefined) {
    throw new Refusal(`${refused.request.image} was asked for later and waits for ${lockedBy} already.`);
  }
  const instead = replaced === undefined ? '' : `, in place of ${replaced.request.image}`;
  if (!supersedes || running?.state.phase === 'rollingBack') {
    return { outcome: 'queued', reason: `Waits until ${lockedBy} has ended${instead}.` };
  }
  await rollbacks.start(`${lockedBy}-rb-1`, {
    rolloutId: lockedBy,
    by: request.requestedBy.slice(0, 200),
    reason: `superseded by ${request.image}`.slice(0, 600),
  });
  return { outcome: 'queued', reason: `Waits until ${lockedBy} is rolled back for it${instead}.` };
}
