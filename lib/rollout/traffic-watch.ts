import type { RolloutSpec } from '../specification/rollout-spec.ts';
import { guardInput } from './guard.ts';
import type { OneTimeSchedule } from './one-time-schedule.ts';

/** How long the weights are watched after a rollback, and how soon first: EventBridge Scheduler knows no shorter time than a minute. */
const watchedSeconds = 600;
const mostFirstSeconds = 60;

/** What is due sooner than this is not worth an evaluation of its own. */
const leastAheadSeconds = 2;

/**
 * Returns the next evaluation of the weights after a rollback; `undefined` after the last one. Their times are fixed when the rollback
 * closes, and each has a name of its own: what fires twice, or is set again, leads to the same next one, and no name is used again
 * while the scheduler still deletes what has fired. Without the table an evaluation does nothing: the rules may be a newer rollout's by then.
 */
export function nextWatch(
  rolloutId: string,
  spec: RolloutSpec,
  closedAt: Date,
  now: Date,
): OneTimeSchedule | undefined {
  const passed = (now.getTime() - closedAt.getTime()) / 1000;
  const offset = watchOffsets(spec).find((seconds) => seconds >= passed + leastAheadSeconds);
  if (offset === undefined) return undefined;
  const second = Math.ceil(closedAt.getTime() / 1000 + offset);
  return {
    // An id of 55 characters, and six for a second of this century.
    name: `${rolloutId}-w${second.toString(36)}`,
    at: new Date(second * 1000),
    input: guardInput(rolloutId, 'Traffic is watched after a rollback.'),
  };
}

/**
 * Seconds after the closing at which the weights are evaluated: ever later ones, one when the limit of open requests is over, and the
 * last one at the end of the watch.
 */
function watchOffsets({ timeouts, openRequests }: RolloutSpec): readonly number[] {
  const first = Math.min(timeouts.guard, mostFirstSeconds);
  const offsets = [watchedSeconds];
  const limit = openRequests?.limit ?? 0;
  if (limit > 0 && limit < watchedSeconds) offsets.push(limit);
  for (let at = first; at < watchedSeconds; at += Math.max(first, at / 2)) offsets.push(at);
  return offsets.sort((left, right) => left - right);
}
