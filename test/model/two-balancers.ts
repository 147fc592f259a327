import type { Routing } from '../../lib/drivers/rules/routing.ts';
import { modelArns, modelSpec, type ModelWorld } from './model-world.ts';

const elb = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333';
const id = '0123456789abcdef';
const arns = {
  a1: modelArns.groupA,
  b1: modelArns.groupB,
  a2: `${elb}:targetgroup/web-a-internal/${id}`,
  b2: `${elb}:targetgroup/web-b-internal/${id}`,
  rule: modelArns.rule,
  listener: modelArns.listener,
  internal: `${elb}:listener/app/internal/${id}/${id}`,
} as const;

/** A service behind a public and an internal load balancer: two rules of one, the default action of the other. */
export const twoBalancers = {
  ...arns,
  spec: modelSpec({
    slots: {
      a: { service: 'web-a', targetGroups: [arns.a1, arns.a2] },
      b: { service: 'web-b', targetGroups: [arns.b1, arns.b2] },
    },
    traffic: [{ rule: arns.rule }, { listener: arns.listener }, { listener: arns.internal }],
  }),
  prepare: (world: ModelWorld): void => {
    world.groups.set(arns.a2, 'web-a');
    world.groups.set(arns.b2, 'web-b');
  },
  /** What a team has put there; each forwards to one target group. */
  route: (world: ModelWorld): void => {
    world.actions.set(arns.rule, [
      {
        Type: 'authenticate-oidc',
        Order: 1,
        AuthenticateOidcConfig: { ClientId: 'web', UseExistingClientSecret: true },
      },
      { Type: 'forward', Order: 2, TargetGroupArn: arns.a1 },
    ]);
    const sticky = { Enabled: true, DurationSeconds: 60 };
    world.actions.set(arns.listener, [
      {
        Type: 'forward',
        ForwardConfig: {
          TargetGroups: [
            { TargetGroupArn: arns.a1, Weight: 1 },
            { TargetGroupArn: arns.b1, Weight: 0 },
          ],
          TargetGroupStickinessConfig: sticky,
        },
      },
    ]);
    world.actions.set(arns.internal, [{ Type: 'forward', TargetGroupArn: arns.a2 }]);
  },
  /** Green's weights by rule and listener, as they are now. */
  greenWeights: async ({ router }: ModelWorld): Promise<readonly (number | undefined)[]> => {
    const routings: readonly Routing[] = await router.read(twoBalancers.spec.traffic);
    return routings.map(({ weights }) => weights[arns.b1] ?? weights[arns.b2]);
  },
};
