import type { EmergencyAttempt, EmergencyRecord } from '../../ports/emergencies.ts';
import type { TargetHealth } from '../../drivers/traffic-router.ts';

/** How the rollout stands that brings a version back. */
export type AttemptStatus = 'none' | 'running' | 'succeeded' | 'failed' | 'notStarted';

/** What one evaluation of an emergency saw. */
export interface EmergencySight {
  /** Of every target group that users are sent to; `undefined` where that could not be found out. */
  readonly groups: readonly TargetHealth[] | undefined;
  /** Why it could not be found out. */
  readonly unread?: string | undefined;
  /** Tasks that the service had before. */
  readonly usualTasks: number;
  readonly attempt: AttemptStatus;
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
  readonly outcome?: 'served';
  readonly healthySince: string | undefined;
}

/** Targets have to be healthy for so long before users are said to be served: two evaluations at least. */
const verifySeconds = 20;
/** Versions that are brought back in one emergency: the newest known good one, and the one before it. */
export const mostVersions = 2;

/** A page comes down, and no version is brought back, while users are served so: the rest may stay sick. */
const servedSeconds = 300;
/** A part that cannot be done for so long is given up, and the next one begins. */
export const partPatienceSeconds = 60;

/**
 * Decides the next step of an emergency. Nothing is brought back while a target that users reach is healthy, and what could not be found
 * out is neither healthy nor down: it is waited for. A part that cannot be done for a minute is given up.
 */
export function decideEmergency(record: EmergencyRecord, sight: EmergencySight): EmergencyDecision {
  const { groups, now } = sight;
  const healthySince = isServing(sight) ? (record.healthySince ?? now.toISOString()) : undefined;
  const saw = seen(sight);
  const decided = (next: EmergencyDecision['next'], why: string, outcome?: EmergencyDecision['outcome']) => ({
    ...{ next, why, healthySince },
    ...(outcome !== undefined && { outcome }),
  });
  if (healthySince === undefined) return decided(...nextPart(record, sight, saw));
  const seconds = secondsSince(healthySince, now);
  if (seconds < verifySeconds || sight.attempt === 'running')
    return decided('wait', `users are served (${saw}); that is verified for ${verifySeconds} s`);
  if (sight.isPageUp) return decided('pageDown', `users are served (${saw})`);
  if (groups?.every(isWhole) === true)
    return decided('end', `all targets that users reach are healthy (${saw})`, 'served');
  if (seconds >= servedSeconds)
    return decided(
      'end',
      `most targets that users reach are healthy for ${servedSeconds / 60} minutes (${saw})`,
      'served',
    );
  return decided('wait', `users are served, and some targets are not healthy (${saw})`);
}

const isWhole = ({ healthy, total }: TargetHealth) => healthy > 0 && healthy === total;

/** More than half of each target group, and half of the tasks that the service had. */
function isServing({ groups, usualTasks }: EmergencySight): boolean {
  if (groups === undefined || groups.length === 0) return false;
  const healthy = groups.reduce((sum, group) => sum + group.healthy, 0);
  return groups.every((group) => group.healthy * 2 > group.total) && healthy * 2 >= usualTasks;
}

function nextPart(
  record: EmergencyRecord,
  { groups, attempt, now, waitSeconds }: EmergencySight,
  saw: string,
): readonly [EmergencyDecision['next'], string] {
  const { parts, pageAt, capacityAt, attempts, exhausted, since } = record;
  if (groups === undefined || groups.length === 0) return ['wait', saw];
  const isDown = groups.every(({ healthy }) => healthy === 0);
  if (isDown && parts.includes('maintenance') && pageAt === undefined && !isGivenUp(record, 'page', now))
    return ['page', saw];
  if (parts.includes('capacity') && capacityAt === undefined && !isGivenUp(record, 'capacity', now))
    return ['capacity', saw];
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

/** Whether a part was asked for long ago, and is not done. */
export function isGivenUp({ askedAt }: EmergencyRecord, part: 'page' | 'capacity', now: Date): boolean {
  const since = askedAt?.[part];
  return since !== undefined && secondsSince(since, now) >= partPatienceSeconds;
}

function succeededAt(attempts: readonly EmergencyAttempt[]): number {
  const last = attempts.at(-1);
  return last?.outcome === 'succeeded' ? Date.parse(last.endedAt ?? last.at) : 0;
}

function secondsSince(at: string, now: Date): number {
  return (now.getTime() - Date.parse(at)) / 1000;
}

function seen({ groups, unread }: Pick<EmergencySight, 'groups' | 'unread'>): string {
  if (groups === undefined) return unread ?? 'the health of the targets that users reach could not be found out';
  if (groups.length === 0)
    return 'the rules of the service send users to no target group: put their forward action back, or run sluice rollback --direct';
  return groups.map(({ healthy, total }) => `${healthy} of ${total} targets healthy`).join(', ');
}
