import * as z from 'zod';
import type { Actions } from '../api/action.ts';
import { page } from '../api/page.ts';
import { AwsError } from '../aws-error.ts';
import type { ScheduledAction } from './model.ts';
import { describeResource, narrowed, resource } from './resource.ts';
import { scalingAction, scalingError, type ScalingWorld, targetOf } from './world.ts';

const named = { ScheduledActionName: z.string().min(1).max(256), ...resource };
const scheduledAction = z.looseObject({
  ...named,
  Schedule: z.string().regex(/^(at|rate|cron)\(.+\)$/, 'Schedule expression must be at(...), rate(...) or cron(...)'),
  ScalableTargetAction: z
    .object({ MinCapacity: z.int().min(0).optional(), MaxCapacity: z.int().min(0).optional() })
    .optional(),
});

/** Put, describe and delete scheduled actions. `at(…)` comes true; `rate(…)` and `cron(…)` are kept only. */
export function scheduledActionActions(world: ScalingWorld): Actions {
  const { model, identity } = world;
  return {
    PutScheduledAction: scalingAction(scheduledAction, (input) => {
      targetOf(world, input.ResourceId);
      const key = `${input.ResourceId}/${input.ScheduledActionName}`;
      const before = model.scheduled.get(key);
      const id = identity.hex('scheduled-action', key, 32);
      const put: ScheduledAction = {
        arn:
          before?.arn ??
          identity.scalingArn(
            `scheduledAction:${id}:resource/ecs/${input.ResourceId}:scheduledActionName/${input.ScheduledActionName}`,
            'autoscaling',
          ),
        name: input.ScheduledActionName,
        resourceId: input.ResourceId,
        createdAt: before?.createdAt ?? new Date(),
        given: input,
        due: dueOf(input.Schedule),
        min: input.ScalableTargetAction?.MinCapacity,
        max: input.ScalableTargetAction?.MaxCapacity,
      };
      model.scheduled.set(key, put);
      return {};
    }),
    DescribeScheduledActions: scalingAction(
      z.object({ ...narrowed, ResourceId: z.string().optional() }),
      ({ ResourceId: id, NextToken, MaxResults }) => {
        const found = [...model.scheduled.values()].filter(({ resourceId }) => id === undefined || resourceId === id);
        const { items, next } = page(found, NextToken, MaxResults, scalingError);
        return {
          ScheduledActions: items.map(({ arn, resourceId, given, createdAt }) => ({
            ...given,
            ...describeResource(resourceId),
            ScheduledActionARN: arn,
            CreationTime: createdAt,
          })),
          NextToken: next,
        };
      },
    ),
    DeleteScheduledAction: scalingAction(z.object(named), ({ ResourceId: id, ScheduledActionName: name }) => {
      if (!model.scheduled.delete(`${id}/${name}`)) {
        throw new AwsError(
          'ObjectNotFoundException',
          `No scheduled action found for service namespace: ecs, resource ID: ${id}, scheduled action name: ${name}`,
        );
      }
      return {};
    }),
  };
}

function dueOf(schedule: string): number | undefined {
  const at = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(schedule)?.[1];
  return at === undefined ? undefined : Date.parse(`${at}Z`);
}
