import { actionMaker } from '../api/action.ts';
import { AwsError } from '../aws-error.ts';
import type { EcsModel, Service } from '../ecs/model.ts';
import type { Scheduler } from '../ecs/scheduler.ts';
import type { Identity } from '../identity.ts';
import type { ScalableTarget, ScalingModel } from './model.ts';

/** What the actions of Application Auto Scaling work on. */
export interface ScalingWorld {
  readonly model: ScalingModel;
  readonly ecs: EcsModel;
  readonly identity: Identity;
  readonly scheduler: Scheduler;
}

export function scalingError(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

/** Defines an action of Application Auto Scaling; input that does not fit is a `ValidationException`. */
export const scalingAction = actionMaker(scalingError);

const mostActivities = 200;

/** @throws AwsError ValidationException where there is no such ECS service */
export function serviceOf({ ecs }: ScalingWorld, resourceId: string): Service {
  const [, cluster, name] = resourceId.split('/');
  const found = [...ecs.services.values()].find(
    (service) => service.cluster.name === cluster && service.name === name && service.status === 'ACTIVE',
  );
  if (found === undefined) throw scalingError(`ECS service doesn't exist: ${resourceId}`);
  return found;
}

/** @throws AwsError ObjectNotFoundException */
export function targetOf({ model }: ScalingWorld, resourceId: string): ScalableTarget {
  const found = model.targets.get(resourceId);
  if (found === undefined) {
    throw new AwsError(
      'ObjectNotFoundException',
      `No scalable target registered for service namespace: ecs, resource ID: ${resourceId}, scalable dimension: ecs:service:DesiredCount`,
    );
  }
  return found;
}

/** Sets a service's count and keeps why; nothing where it is that already. */
export function setCount(world: ScalingWorld, resourceId: string, count: number, cause: string): void {
  const service = serviceOf(world, resourceId);
  if (service.desiredCount === count) return;
  service.desiredCount = count;
  world.scheduler.look(service);
  const { model, identity } = world;
  model.activities.unshift({
    id: identity.hex('scaling-activity', resourceId, 32),
    resourceId,
    at: new Date(),
    cause,
    description: `Setting desired count to ${String(count)}.`,
  });
  model.activities.splice(mostActivities);
}

/** Puts the count between the limits, as registering and scheduled actions do. */
export function putWithinLimits(world: ScalingWorld, target: ScalableTarget, cause: string): void {
  const { desiredCount } = serviceOf(world, target.resourceId);
  setCount(world, target.resourceId, Math.min(target.max, Math.max(target.min, desiredCount)), cause);
}
