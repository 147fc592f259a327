import type { MaintenanceRecord } from '../../ports/maintenances.ts';
import type { RolloutEvent } from '../../rollout/events.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import type { TargetsOfUsers } from './targets-of-users.ts';

/** A call that was given up may create a rule for as long as a function lives; nothing is taken for down before. */
const writersLiveSeconds = 60;

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

/** Decides what is done about the newest order of a service: its rules are written, or they are removed, or the order is ended first. */
export function decideOrder(
  record: Pick<MaintenanceRecord, 'wanted'> | undefined,
  spec: RolloutSpec | undefined,
): { readonly does: 'raise'; readonly spec: RolloutSpec } | { readonly does: 'lower' | 'end' } {
  if (record?.wanted !== 'on') return { does: 'lower' };
  return spec === undefined ? { does: 'end' } : { does: 'raise', spec };
}

/** What is known of a maintenance whose rules are there, after one evaluation. */
export interface UpFacts {
  readonly decision: MaintenanceDecision;
  /** Why its rules are not as they should be. */
  readonly trouble: string | undefined;
  /** Rollouts whose record says that it is on. */
  readonly toldIn: readonly string[];
  /** When all of its rules were there, ISO 8601. */
  readonly upAt: string;
  readonly now: Date;
}

/** Returns the record of a maintenance that is up. */
export function recordOfUp(
  record: MaintenanceRecord,
  { decision: { healthySince, reminder }, trouble, toldIn, upAt, now }: UpFacts,
): MaintenanceRecord {
  const { trouble: _, healthySince: __, ...rest } = record;
  return {
    ...rest,
    standing: 'up',
    upAt,
    toldIn: [...toldIn],
    ...(trouble !== undefined && { trouble }),
    ...(healthySince !== undefined && { healthySince }),
    ...(reminder !== undefined && { remindedAt: now.toISOString() }),
  };
}

/** Returns what people hear of a maintenance that is up: why it is not as it should be, once, and reminders. */
export function newsOfUp(
  { since, at, trouble: before }: MaintenanceRecord,
  { decision: { reminder }, trouble }: Pick<UpFacts, 'decision' | 'trouble'>,
): readonly RolloutEvent[] {
  const isNews = trouble !== undefined && trouble !== before;
  return [
    ...(isNews ? [{ type: 'MaintenanceTroubled', since, reason: trouble } as const] : []),
    ...(reminder === undefined ? [] : [{ type: 'MaintenanceReminded', since: since ?? at, state: reminder } as const]),
  ];
}

/** Whether nothing can write a rule of an order any more that was ended. */
export function isSettled({ at }: Pick<MaintenanceRecord, 'at'>, now: Date): boolean {
  return secondsSince(at, now) >= writersLiveSeconds;
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
