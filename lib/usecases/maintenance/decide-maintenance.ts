import type { MaintenanceRecord } from '../../ports/maintenances.ts';
import type { TargetsOfUsers } from './targets-of-users.ts';

/** How often people are reminded that users get the page. */
const reminderSeconds = 1800;

/** What one evaluation of a maintenance that is up saw: the targets that users would reach without the page. */
export interface MaintenanceSight extends TargetsOfUsers {
  readonly now: Date;
  readonly endAfterSeconds: number;
}

/** What follows from an evaluation. */
export interface MaintenanceDecision {
  /** `undefined` where a target is not healthy, or nobody knows. */
  readonly healthySince: string | undefined;
  /** Why it ends now by itself. */
  readonly ends: string | undefined;
  /** What people are reminded of now. */
  readonly reminder: string | undefined;
}

/** Decides whether a maintenance that is up ends by itself, and whether people are reminded of it. What is not known is never healthy. */
export function decideMaintenance(
  record: Pick<MaintenanceRecord, 'keep' | 'at' | 'upAt' | 'healthySince' | 'remindedAt'>,
  { groups, unread, now, endAfterSeconds }: MaintenanceSight,
): MaintenanceDecision {
  const isHealthy =
    groups !== undefined &&
    groups.length > 0 &&
    groups.every(({ healthy, unhealthy }) => healthy > 0 && unhealthy === 0);
  const healthySince = isHealthy ? (record.healthySince ?? now.toISOString()) : undefined;
  const healthyFor = healthySince === undefined ? 0 : secondsSince(healthySince, now);
  const isOver = record.keep !== true && healthySince !== undefined && healthyFor >= endAfterSeconds;
  const ends = isOver ? `all targets were healthy for ${String(Math.round(healthyFor))} s` : undefined;
  const isDue = secondsSince(record.remindedAt ?? record.upAt ?? record.at, now) >= reminderSeconds;
  const reminder = ends === undefined && isDue ? stateOf(record, { groups, unread }, healthyFor) : undefined;
  return { healthySince, ends, reminder };
}

function secondsSince(at: string, now: Date): number {
  return (now.getTime() - Date.parse(at)) / 1000;
}

function stateOf(
  { keep }: Pick<MaintenanceRecord, 'keep'>,
  { groups, unread = 'the health of its targets could not be found out' }: TargetsOfUsers,
  healthyFor: number,
): string {
  if (groups === undefined) return unread;
  const healthy = groups.map((group) => `${String(group.healthy)} of ${String(group.total)}`).join(', ');
  const kept = keep === true ? '; it stays until a person ends it' : '';
  if (healthyFor > 0) return `all targets are healthy for ${String(Math.round(healthyFor))} s (${healthy})${kept}`;
  return `targets are not healthy (${healthy} healthy)${kept}`;
}
