import { Refusal } from '../../rollout/refusal.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import type { Part } from '../../ports/world.ts';
import type { CalendarReading } from '../calendar/read-calendar.ts';
import { keepWaiting } from './keep-waiting.ts';
import { pinImage } from './pin-image.ts';
import type { AskedRollout } from './rollout-request.ts';

/**
 * Keeps a request that may not start now: the newest of each service waits. The periodic check starts it when its time has come.
 * @throws Refusal where it cannot wait
 */
export async function waitForCalendar(
  { kind, reason, opensAt }: Extract<CalendarReading, { open: false }>,
  asked: AskedRollout,
  asking: { readonly executionArn: string; readonly startedAt: string },
  spec: RolloutSpec,
  world: Part<'store' | 'registry'>,
): Promise<{ readonly outcome: 'queued'; readonly reason: string }> {
  const { image, requestedBy, requester, reason: why, traceId, service, taskDefinition, pushedAt, askedAt } = asked;
  // A release asks again itself.
  if (image === undefined || asked.release !== undefined) {
    throw new Refusal(`No rollout of ${service} may start now: ${reason}. Start this one again then.`);
  }
  // What could never start is refused now, not in the middle of the night.
  await pinImage(image, spec, world);
  const waiting = {
    request: { service, image, requestedBy, requester, reason: why, traceId, taskDefinition, pushedAt, askedAt },
    behind: 'the calendar',
    supersedes: false,
    closed: { kind, reason, opensAt },
  };
  const instead = await keepWaiting(waiting, asking, world);
  return { outcome: 'queued', reason: `Waits${instead}: ${reason}.` };
}
