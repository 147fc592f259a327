import type { NotifyingAlarm } from './alarm-admin.ts';

/** What applying a set does. */
export interface AlarmChanges {
  readonly create: readonly NotifyingAlarm[];
  readonly change: readonly NotifyingAlarm[];
  readonly same: readonly NotifyingAlarm[];
  /** Names of those that stand and are not of the set any more. */
  readonly remove: readonly string[];
}

/** Compares a set with the alarms that are there. */
export function alarmChanges(wanted: readonly NotifyingAlarm[], existing: readonly NotifyingAlarm[]): AlarmChanges {
  const known = new Map(existing.map((alarm) => [alarm.name, written(alarm)]));
  const names: ReadonlySet<string> = new Set(wanted.map(({ name }) => name));
  return {
    create: wanted.filter(({ name }) => !known.has(name)),
    change: wanted.filter((alarm) => known.has(alarm.name) && known.get(alarm.name) !== written(alarm)),
    same: wanted.filter((alarm) => known.get(alarm.name) === written(alarm)),
    remove: existing.map(({ name }) => name).filter((name) => !names.has(name)),
  };
}

/** The order in which CloudWatch tells queries and dimensions means nothing. */
function written({ description, queries, above, threshold, minutes, notifies }: NotifyingAlarm): string {
  const sorted = queries
    .map(({ id, expression, metric }) => {
      if (metric === undefined) return [id, expression ?? ''];
      const dimensions = Object.entries(metric.dimensions).toSorted(([one], [other]) => one.localeCompare(other));
      return [id, metric.namespace, metric.name, metric.statistic, JSON.stringify(dimensions)];
    })
    .toSorted(([one = ''], [other = '']) => one.localeCompare(other));
  return JSON.stringify([description, sorted, above, threshold, minutes, notifies.toSorted()]);
}
