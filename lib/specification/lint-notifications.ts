import type { Doubt } from './doubt.ts';
import type { RolloutSpec } from './rollout-spec.ts';

/** Returns a hint where a key has its former name; it counts all the same. */
export function lintNotifications({ notifications }: Pick<RolloutSpec, 'notifications'>): readonly Doubt[] {
  if (notifications.maintenance.length === 0) return [];
  const message = 'notifications.maintenance is the former name of quietHours, expected notifications.quietHours';
  return [{ path: ['notifications', 'maintenance'], severity: 'warning', message }];
}
