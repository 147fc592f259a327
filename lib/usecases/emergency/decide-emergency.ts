import type { EmergencyAttempt, EmergencyRecord } from '../../ports/emergencies.ts';
import type { TargetHealth } from '../../drivers/traffic-router.ts';

/** How the rollout stands that brings a version back. */
export type AttemptStanding = 'none' | 'running' | 'succeeded' | 'failed' | 'notStarted';

/** What one look at an emergency saw. */
export interface EmergencySight {
  /** Of every target group that users are sent to; `undefined` where that could not be found out. */
  readonly groups: readonly TargetHealth[] | undefined;
  readonly attempt: AttemptStanding;
  /** The maintenance page of this emergency is up. */
  readonly isPageUp: boolean;
  readonly now: Date;
  /** How long capacity has before another version is brought back. */
  readonly waitSeconds: number;
}

/** What an emergency does next. */
export interface EmergencyDecision {
  readonly next: 'wait' | 'page' | 'capacity' | 'lastKnownGood' | 'pageDown' | 'end';
  /** Why, in words that people read. */
  readonly why: string;
  readonly outcome?: 'served' | 'timeOver';
  readonly healthySince: string | undefined;
}

/** Targets have to be healthy for so long before users are said to be served: two looks at least. */
const verifySeconds = 20;
/** Versions that are brought back in one emergency: the newest known good one, and the one before it. */
export const mostVersions = 2;

/**
 * Decides the next step of an emergency. Nothing is brought back while a target that users reach is healthy, and what could not be found
 * out is neither healthy nor down: it is waited for.
 */
export function decideEmergency(record: EmergencyRecord, sight: EmergencySight): EmergencyDecision {
  const { groups, now } = sight;
  const isWell =
    groups !== undefined &&
    groups.length > 0 &&
    groups.every(({ healthy, unhealthy }) => healthy > 0 && unhealthy === 0);
  const healthySince = isWell ? (record.healthySince ?? now.toISOString()) : undefined;
  const saw = seen(groups);
  const decided = (next: EmergencyDecision['next'], why: string, outcome?: EmergencyDecision['outcome']) => ({
    ...{ next, why, healthySince },
    ...(outcome !== undefined && { outcome }),
  });
  if (now.getTime() >= Date.parse(record.until))
    return decided('end', `its time is over, and users are not known to be served (${saw})`, 'timeOver');
  if (healthySince !== undefined) {
    const isVerified = secondsSince(healthySince, now) >= verifySeconds && sight.attempt !== 'running';
    if (!isVerified) return decided('wait', `users are served (${saw}); that is verified for ${verifySeconds} s`);
    if (sight.isPageUp) return decided('pageDown', `users are served (${saw})`);
    return decided('end', `all targets that users reach are healthy (${saw})`, 'served');
  }
  const isDown = groups?.some(({ healthy }) => healthy === 0) === true;
  return decided(...nextPart(record, sight, isDown, saw));
}

function nextPart(
  { parts, pageAt, capacityAt, attempts, exhausted, since }: EmergencyRecord,
  { groups, attempt, now, waitSeconds }: EmergencySight,
  isDown: boolean,
  saw: string,
): readonly [EmergencyDecision['next'], string] {
  if (groups === undefined) return ['wait', saw];
  if (isDown && parts.includes('maintenance') && pageAt === undefined) return ['page', saw];
  if (parts.includes('capacity') && capacityAt === undefined) return ['capacity', saw];
  if (!isDown) return ['wait', `some users are served (${saw}): no version is brought back while that is so`];
  if (!parts.includes('lastKnownGood'))
    return ['wait', `nothing serves users (${saw}); no other version is brought back`];
  if (attempt === 'running') return ['wait', `version ${attempts.at(-1)?.digest ?? ''} is being brought back (${saw})`];
  if (attempt === 'notStarted') return ['lastKnownGood', saw];
  if (exhausted !== undefined) return ['wait', `nothing serves users (${saw}), and ${exhausted}`];
  const readyAt = Math.max(Date.parse(capacityAt ?? since), succeededAt(attempts)) + waitSeconds * 1000;
  const hasWait = capacityAt !== undefined || succeededAt(attempts) > 0;
  if (hasWait && now.getTime() < readyAt)
    return ['wait', `new tasks have until ${new Date(readyAt).toISOString()} (${saw})`];
  return ['lastKnownGood', saw];
}

function succeededAt(attempts: readonly EmergencyAttempt[]): number {
  const last = attempts.at(-1);
  return last?.outcome === 'succeeded' ? Date.parse(last.endedAt ?? last.at) : 0;
}

function secondsSince(at: string, now: Date): number {
  return (now.getTime() - Date.parse(at)) / 1000;
}

function seen(groups: readonly TargetHealth[] | undefined): string {
  if (groups === undefined) return 'the health of the targets that users reach could not be found out';
  if (groups.length === 0) return 'users are sent to no target group';
  return groups.map(({ healthy, total }) => `${healthy} of ${total} targets healthy`).join(', ');
}
