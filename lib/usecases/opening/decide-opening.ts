import { createHash } from 'node:crypto';
import type { Hold } from '../../ports/releases.ts';
import { Refusal } from '../../rollout/refusal.ts';
import type { CalendarReading } from '../calendar/read-calendar.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import type { AskedRollout } from './rollout-request.ts';

/** What was observed of a service that a rollout is requested of; absent what was not observed yet, or does not count. */
export interface ServiceFacts {
  /** The rollout that has the service's lock. */
  readonly lockedBy?: string | undefined;
  /** The release that holds the service. */
  readonly hold?: Hold | undefined;
  readonly calendar?: CalendarReading | undefined;
}

export type OpeningDecision =
  | { readonly outcome: 'open' }
  | { readonly outcome: 'busy'; readonly lockedBy: string }
  | { readonly outcome: 'closed'; readonly look: Extract<CalendarReading, { open: false }> };

/**
 * Decides whether a rollout may open, by the facts that are known. A rollout that has the lock goes first, then a release that holds
 * the service, then the calendar. A rollback to a former version waits for the lock alone. A drill waits for nothing.
 * @throws Refusal for a rollout of a release that holds the service no longer, and for a drill that could not open now
 */
export function decideOpening(
  { release, rollback, service, drill, preset }: AskedRollout,
  { lockedBy, hold, calendar }: ServiceFacts,
): OpeningDecision {
  if (drill !== undefined) refuseBusy(service, { lockedBy, hold, calendar });
  if (lockedBy !== undefined) return { outcome: 'busy', lockedBy };
  if (release !== undefined && release !== hold?.releaseId) {
    throw new Refusal(`Release ${release} does not hold ${service} any more.`);
  }
  if (rollback !== undefined) return { outcome: 'open' };
  if (release === undefined && hold !== undefined) return { outcome: 'busy', lockedBy: hold.releaseId };
  // Under maintenance it may open: its image may be what ends it.
  const isClosed = calendar?.open === false && calendar.kind !== 'maintenance';
  if (!isClosed || preset === undefined) return isClosed ? { outcome: 'closed', look: calendar } : { outcome: 'open' };
  // It gets no traffic before a second person has approved it, and that is what goes on in spite of the calendar.
  if (calendar.kind !== 'unknown') return { outcome: 'open' };
  throw new Refusal(`No hotfix of ${service} may start now: ${calendar.reason}.`);
}

/** A drill that starts when nobody expects it any more is none that somebody ordered. */
function refuseBusy(service: string, { lockedBy, hold, calendar }: ServiceFacts): void {
  const holder = lockedBy ?? hold?.releaseId;
  if (holder !== undefined) {
    throw new Refusal(
      `${service} is busy with ${holder}, and a drill waits for nothing: order it once that has ended.`,
    );
  }
  if (calendar?.open !== false) return;
  const when = calendar.opensAt === undefined ? 'once that is over' : `at ${calendar.opensAt} or later`;
  throw new Refusal(`No drill of ${service} may start now: ${calendar.reason}. Order it ${when}.`);
}

/** Returns whether a request may wait for the rollout that runs; a rollback, a hotfix and a member of a release ask again themselves. */
export function mayWait(
  { rollback, image, release, preset }: AskedRollout,
  { onBusy }: Pick<RolloutSpec, 'onBusy'>,
): boolean {
  const isPlain = rollback === undefined && release === undefined && preset === undefined;
  return isPlain && image !== undefined && onBusy !== 'reject';
}

/** Returns the names that a rollout has from its execution, so that a repeated call opens the same one. */
export function namesOf(
  service: string,
  { executionArn, startedAt }: { readonly executionArn: string; readonly startedAt: string },
): { readonly rolloutId: string; readonly traceId: string } {
  const id = createHash('sha256').update(executionArn).digest('hex');
  const time = startedAt.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  return { rolloutId: `${service}-${time}-${id.slice(0, 6)}`, traceId: id.slice(0, 32) };
}
