import { createHash } from 'node:crypto';
import { Refusal } from '../../rollout/refusal.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import type { WaitingRequest } from '../../ports/waiting.ts';
import type { Part } from '../../ports/world.ts';
import type { CalendarLook } from '../calendar/look-at-calendar.ts';
import { pinImage } from './pin-image.ts';
import type { AskedRollout } from './rollout-request.ts';

/**
 * Keeps a request that may not start now: the newest of each service waits. The periodic check starts it when its time has come.
 * @throws Refusal where it cannot wait
 */
export async function waitForCalendar(
  { kind, reason, opensAt }: Extract<CalendarLook, { open: false }>,
  asked: AskedRollout,
  { executionArn, startedAt }: { readonly executionArn: string; readonly startedAt: string },
  spec: RolloutSpec,
  world: Part<'store' | 'registry'>,
): Promise<{ readonly outcome: 'queued'; readonly reason: string }> {
  const { image, requestedBy, requester, reason: why, traceId, service, taskDefinition, pushedAt } = asked;
  if (image === undefined) {
    throw new Refusal(`No rollout of ${service} may start now: ${reason}. Start this one again then.`);
  }
  // What could never start is refused now, not in the middle of the night.
  await pinImage(image, spec, world);
  const waiting: WaitingRequest = {
    id: createHash('sha256').update(executionArn).digest('hex').slice(0, 16),
    at: new Date(pushedAt ?? startedAt).toISOString(),
    request: { service, image, requestedBy, requester, reason: why, traceId, taskDefinition, pushedAt },
    behind: 'the calendar',
    supersedes: false,
    closed: { kind, reason, opensAt },
  };
  const { refused, replaced } = await world.store.putWaiting(waiting);
  if (refused !== undefined) {
    throw new Refusal(`${refused.request.image} was asked for later and waits for ${refused.behind} already.`);
  }
  const instead = replaced === undefined ? '' : `, in place of ${replaced.request.image}`;
  return { outcome: 'queued', reason: `Waits${instead}: ${reason}.` };
}
