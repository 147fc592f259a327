import { Refusal } from '../../rollout/refusal.ts';
import type { RolloutRequest } from '../../ports/waiting.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import type { Part } from '../../ports/world.ts';
import { keepWaiting } from './keep-waiting.ts';

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
  { request, digest, ...asking }: Asked,
  { store, rollbacks }: Part<'store' | 'rollbacks'>,
): Promise<{ readonly outcome: 'queued'; readonly reason: string }> {
  const running = await store.load(lockedBy);
  if (running?.state.image.digest === digest && running.state.phase !== 'rollingBack') {
    throw new Refusal(`${request.image} is being rolled out already, by ${lockedBy}.`);
  }
  // A release, or a member of one, is not rolled back for a newer image: that waits until the release has ended.
  const isOfRelease = running === undefined || running.state.release !== undefined;
  const supersedes = spec.onBusy === 'supersede' && !isOfRelease;
  const instead = await keepWaiting({ request, behind: lockedBy, supersedes }, asking, { store });
  if (!supersedes || running.state.phase === 'rollingBack') {
    return { outcome: 'queued', reason: `Waits until ${lockedBy} has ended${instead}.` };
  }
  await rollbacks.start(`${lockedBy}-rb-1`, {
    rolloutId: lockedBy,
    by: request.requestedBy.slice(0, 200),
    reason: `superseded by ${request.image}`.slice(0, 600),
  });
  return { outcome: 'queued', reason: `Waits until ${lockedBy} is rolled back for it${instead}.` };
}
