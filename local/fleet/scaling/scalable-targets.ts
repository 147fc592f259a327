import * as z from 'zod';
import type { Actions } from '../api/action.ts';
import { page } from '../api/page.ts';
import type { ScalableTarget } from './model.ts';
import { describeResource, narrowed, resource } from './resource.ts';
import { putWithinLimits, scalingAction, scalingError, type ScalingWorld, serviceOf, targetOf } from './world.ts';

const capacity = z.int().min(0).optional();
const flag = z.boolean().optional();

const registration = z.object({
  ...resource,
  MinCapacity: capacity,
  MaxCapacity: capacity,
  RoleARN: z.string().optional(),
  SuspendedState: z
    .object({ DynamicScalingInSuspended: flag, DynamicScalingOutSuspended: flag, ScheduledScalingSuspended: flag })
    .optional(),
});

/** Register (which also updates), describe and deregister scalable targets, and what was done to them. */
export function scalableTargetActions(world: ScalingWorld): Actions {
  const { model } = world;
  return {
    RegisterScalableTarget: scalingAction(registration, (input) => ({ ScalableTargetARN: register(world, input).arn })),
    DescribeScalableTargets: scalingAction(
      z.object({ ...narrowed, ResourceIds: z.array(z.string()).optional() }),
      ({ ResourceIds: ids, NextToken, MaxResults }) => {
        const found = [...model.targets.values()].filter(({ resourceId }) => ids?.includes(resourceId) ?? true);
        const { items, next } = page(found, NextToken, MaxResults, scalingError);
        return { ScalableTargets: items.map(describe), NextToken: next };
      },
    ),
    DeregisterScalableTarget: scalingAction(z.object(resource), ({ ResourceId: id }) => {
      targetOf(world, id);
      model.targets.delete(id);
      for (const kept of [model.policies, model.scheduled]) {
        for (const [key, { resourceId }] of kept) if (resourceId === id) kept.delete(key);
      }
      return {};
    }),
    DescribeScalingActivities: scalingAction(
      z.object({ ...narrowed, ResourceId: z.string().optional() }),
      ({ ResourceId: id, NextToken, MaxResults }) => {
        const found = model.activities.filter(({ resourceId }) => id === undefined || resourceId === id);
        const { items, next } = page(found, NextToken, MaxResults, scalingError);
        return {
          ScalingActivities: items.map(({ id: ActivityId, resourceId, at, cause, description }) => ({
            ActivityId,
            ...describeResource(resourceId),
            Cause: cause,
            Description: description,
            StartTime: at,
            EndTime: at,
            StatusCode: 'Successful',
          })),
          NextToken: next,
        };
      },
    ),
  };
}

/** As AWS: what is not given stays, and the service's count is put within the limits whatever was given. */
function register(world: ScalingWorld, input: z.output<typeof registration>): ScalableTarget {
  const { model, identity } = world;
  const { ResourceId: resourceId, SuspendedState: given = {} } = input;
  serviceOf(world, resourceId);
  const before = model.targets.get(resourceId);
  const min = input.MinCapacity ?? before?.min;
  const max = input.MaxCapacity ?? before?.max;
  if (min === undefined || max === undefined) {
    throw scalingError('Max capacity and min capacity cannot be null when registering a new scalable target');
  }
  if (min > max) throw scalingError(`Maximum capacity cannot be less than minimum capacity: ${max} < ${min}`);
  const target: ScalableTarget = before ?? {
    arn: identity.scalingArn(`scalable-target/${identity.hex('scalable-target', resourceId, 32)}`),
    resourceId,
    createdAt: new Date(),
    min,
    max,
    suspended: {
      DynamicScalingInSuspended: false,
      DynamicScalingOutSuspended: false,
      ScheduledScalingSuspended: false,
    },
  };
  target.min = min;
  target.max = max;
  target.suspended = {
    DynamicScalingInSuspended: given.DynamicScalingInSuspended ?? target.suspended.DynamicScalingInSuspended,
    DynamicScalingOutSuspended: given.DynamicScalingOutSuspended ?? target.suspended.DynamicScalingOutSuspended,
    ScheduledScalingSuspended: given.ScheduledScalingSuspended ?? target.suspended.ScheduledScalingSuspended,
  };
  model.targets.set(resourceId, target);
  putWithinLimits(world, target, 'the scalable target was registered with other limits');
  return target;
}

function describe({ arn, resourceId, min, max, suspended, createdAt }: ScalableTarget): object {
  return {
    ...describeResource(resourceId),
    MinCapacity: min,
    MaxCapacity: max,
    RoleARN:
      'arn:aws:iam::000000000000:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService',
    CreationTime: createdAt,
    SuspendedState: suspended,
    ScalableTargetARN: arn,
  };
}
