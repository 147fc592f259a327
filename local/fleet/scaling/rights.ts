import * as z from 'zod';
import { type RightsAsked, withoutResource } from '../api/rights.ts';
import type { ScalingWorld } from './world.ts';

const registration = z.object({
  ServiceNamespace: z.string(),
  ScalableDimension: z.string(),
  ResourceId: z.string(),
});

/**
 * The rights that Application Auto Scaling asks for what Sluice does:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsapplicationautoscaling.html
 */
export function scalingRights({ model, identity }: Pick<ScalingWorld, 'model' | 'identity'>): RightsAsked {
  const service = 'application-autoscaling';
  return {
    ...withoutResource(service, [
      ...['DescribeScalableTargets', 'DescribeScalingPolicies', 'DescribeScheduledActions'],
      'DescribeScalingActivities',
    ]),
    RegisterScalableTarget: (input) => {
      const { ServiceNamespace, ScalableDimension, ResourceId } = registration.parse(input);
      const context = {
        [`${service}:service-namespace`]: ServiceNamespace,
        [`${service}:scalable-dimension`]: ScalableDimension,
      };
      const known = model.targets.get(ResourceId)?.arn;
      return [
        {
          action: `${service}:RegisterScalableTarget`,
          resource: known ?? identity.scalingArn('scalable-target/*'),
          context,
        },
        // Asked of the caller: https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_id-based-policy-examples.html
        ...['ecs:DescribeServices', 'ecs:UpdateService'].map((action) => ({
          action,
          resource: identity.ecsArn(ResourceId),
        })),
      ];
    },
  };
}
