import * as z from 'zod';
import type { Actions } from '../api/action.ts';
import { page } from '../api/page.ts';
import { AwsError } from '../aws-error.ts';
import type { ScalingPolicy, TargetTracking } from './model.ts';
import { describeResource, narrowed, resource } from './resource.ts';
import { scalingAction, scalingError, type ScalingWorld, targetOf } from './world.ts';

/** ECS services cool down for five minutes where a policy says nothing. */
const cooldownSeconds = 300;

const tracking = z.looseObject({
  TargetValue: z.number().positive(),
  PredefinedMetricSpecification: z
    .object({ PredefinedMetricType: z.string(), ResourceLabel: z.string().optional() })
    .optional(),
  ScaleInCooldown: z.int().min(0).default(cooldownSeconds),
  ScaleOutCooldown: z.int().min(0).default(cooldownSeconds),
  DisableScaleIn: z.boolean().default(false),
});

const named = { PolicyName: z.string().min(1).max(256), ...resource };
const policy = z.looseObject({
  ...named,
  PolicyType: z.enum(['TargetTrackingScaling', 'StepScaling']),
  TargetTrackingScalingPolicyConfiguration: tracking.optional(),
});

/** Put, describe and delete scaling policies. */
export function policyActions(world: ScalingWorld): Actions {
  const { model } = world;
  return {
    PutScalingPolicy: scalingAction(policy, (input) => {
      targetOf(world, input.ResourceId);
      const key = `${input.ResourceId}/${input.PolicyName}`;
      const before = model.policies.get(key);
      const put: ScalingPolicy = {
        arn: before?.arn ?? arnOf(world, input.ResourceId, input.PolicyName),
        name: input.PolicyName,
        resourceId: input.ResourceId,
        createdAt: before?.createdAt ?? new Date(),
        given: input,
        tracking: input.PolicyType === 'TargetTrackingScaling' ? trackingOf(input) : undefined,
        samples: [],
        waitIn: 0,
        waitOut: 0,
      };
      model.policies.set(key, put);
      return { PolicyARN: put.arn, Alarms: [] };
    }),
    DescribeScalingPolicies: scalingAction(
      z.object({ ...narrowed, ResourceId: z.string().optional(), PolicyNames: z.array(z.string()).optional() }),
      ({ ResourceId: id, PolicyNames: names, NextToken, MaxResults }) => {
        const found = [...model.policies.values()].filter(
          ({ resourceId, name }) => (id === undefined || resourceId === id) && (names?.includes(name) ?? true),
        );
        const { items, next } = page(found, NextToken, MaxResults, scalingError);
        return {
          ScalingPolicies: items.map(({ arn, resourceId, given, createdAt }) => ({
            ...given,
            ...describeResource(resourceId),
            PolicyARN: arn,
            CreationTime: createdAt,
            Alarms: [],
          })),
          NextToken: next,
        };
      },
    ),
    DeleteScalingPolicy: scalingAction(z.object(named), ({ ResourceId: id, PolicyName: name }) => {
      if (!model.policies.delete(`${id}/${name}`)) {
        throw new AwsError(
          'ObjectNotFoundException',
          `No scaling policy found for service namespace: ecs, resource ID: ${id}, scalable dimension: ecs:service:DesiredCount, policy name: ${name}`,
        );
      }
      return {};
    }),
  };
}

function arnOf({ identity }: ScalingWorld, resourceId: string, name: string): string {
  const id = identity.hex('scaling-policy', `${resourceId}/${name}`, 32);
  return identity.scalingArn(`scalingPolicy:${id}:resource/ecs/${resourceId}:policyName/${name}`, 'autoscaling');
}

/** What the fleet can measure is the requests for each target; a policy by anything else would never act, so it is refused. */
function trackingOf({ TargetTrackingScalingPolicyConfiguration: given }: z.output<typeof policy>): TargetTracking {
  const { PredefinedMetricType: type, ResourceLabel: label = '' } = given?.PredefinedMetricSpecification ?? {};
  if (given === undefined || type !== 'ALBRequestCountPerTarget') {
    throw scalingError(
      `the fleet tracks ALBRequestCountPerTarget and nothing else, not ${type ?? 'a customised metric'}`,
    );
  }
  const [, loadBalancer, targetGroup] = /^(app\/[^/]+\/\w+)\/(targetgroup\/[^/]+\/\w+)$/.exec(label) ?? [];
  if (loadBalancer === undefined || targetGroup === undefined) {
    throw scalingError(
      `Resource label is not valid: '${label}', expected app/<load balancer>/<id>/targetgroup/<target group>/<id>`,
    );
  }
  return {
    targetValue: given.TargetValue,
    loadBalancer,
    targetGroup,
    scaleInCooldownSeconds: given.ScaleInCooldown,
    scaleOutCooldownSeconds: given.ScaleOutCooldown,
    disableScaleIn: given.DisableScaleIn,
  };
}
