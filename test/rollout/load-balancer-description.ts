import type { RoutingAction } from '../../lib/drivers/rules/routing.ts';

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

/**
 * Written actions as ELB describes them afterwards: it tells a lone target group twice, completes weights and stickiness, and
 * keeps a client secret to itself.
 */
export function described(written: readonly RoutingAction[]): readonly RoutingAction[] {
  return written.map((action) => {
    if (action['Type'] === 'authenticate-oidc') {
      const { ClientSecret: _, UseExistingClientSecret: __, ...told } = record(action['AuthenticateOidcConfig']);
      return { ...action, AuthenticateOidcConfig: told };
    }
    if (action['Type'] !== 'forward') return action;
    const config = record(action['ForwardConfig']);
    const given = Array.isArray(config['TargetGroups']) ? config['TargetGroups'].map(record) : [];
    const groups = given.length > 0 ? given : [{ TargetGroupArn: action['TargetGroupArn'] }];
    const lone = groups.length === 1 ? { TargetGroupArn: groups[0]?.['TargetGroupArn'] } : {};
    return {
      ...action,
      ...lone,
      ForwardConfig: {
        TargetGroupStickinessConfig: { Enabled: false },
        ...config,
        TargetGroups: groups.map((group) => ({ Weight: 1, ...group })),
      },
    };
  });
}
