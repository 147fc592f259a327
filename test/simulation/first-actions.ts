import type { RoutingAction } from '../../lib/drivers/rules/routing.ts';
import type { Scenario } from './scenario.ts';

/** Returns the actions that a team has put into a rule: all to slot a, with group stickiness or without. */
export function firstActions(group: string, { spec, stickySeconds }: Scenario): readonly RoutingAction[] {
  if (stickySeconds === 0 && spec.driver === 'slots') return [{ Type: 'forward', TargetGroupArn: group, Order: 1 }];
  const other = spec.slots.b.targetGroups[spec.slots.a.targetGroups.indexOf(group)] ?? '';
  const TargetGroups = [
    { TargetGroupArn: group, Weight: 100 },
    { TargetGroupArn: other, Weight: 0 },
  ];
  if (stickySeconds === 0) return [{ Type: 'forward', Order: 1, ForwardConfig: { TargetGroups } }];
  const TargetGroupStickinessConfig = { Enabled: true, DurationSeconds: stickySeconds };
  return [{ Type: 'forward', Order: 1, ForwardConfig: { TargetGroups, TargetGroupStickinessConfig } }];
}
