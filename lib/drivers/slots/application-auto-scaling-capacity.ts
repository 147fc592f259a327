import type { Workload } from '../layout/layout.ts';
import {
  type ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  DescribeScheduledActionsCommand,
  RegisterScalableTargetCommand,
  type ScalableTarget,
  type ScalingPolicy,
  type ScheduledAction as Described,
} from '@aws-sdk/client-application-auto-scaling';
import type { ScheduledAction } from '../../rollout/scheduled-scaling.ts';
import type { Capacity } from '../capacity.ts';

const scalableDimension = 'ecs:service:DesiredCount' as const;
const ecs = { ServiceNamespace: 'ecs', ScalableDimension: scalableDimension } as const;

/** The task count of ECS services as Application Auto Scaling scales it. */
export function applicationAutoScalingCapacity(client: ApplicationAutoScalingClient): Capacity {
  const find = async (resourceId: string): Promise<ScalableTarget | undefined> => {
    const { ScalableTargets = [] } = await client.send(
      new DescribeScalableTargetsCommand({ ...ecs, ResourceIds: [resourceId] }),
    );
    return ScalableTargets.find((target) => target.ResourceId === resourceId);
  };

  return {
    async autoscalingOf(workload) {
      // Of two versions in one service neither is pinned: it is scaled as one.
      if (workload.targetGroup !== undefined) return undefined;
      const found = await find(resourceIdOf(workload));
      if (found === undefined) return undefined;
      const { MinCapacity: min = 0, MaxCapacity: max = 0, SuspendedState: suspended = {} } = found;
      return {
        min,
        max,
        suspended: {
          scaleIn: suspended.DynamicScalingInSuspended ?? false,
          scaleOut: suspended.DynamicScalingOutSuspended ?? false,
          scheduled: suspended.ScheduledScalingSuspended ?? false,
        },
      };
    },

    async setAutoscaling(workload, { min, max, suspended }) {
      const resourceId = resourceIdOf(workload);
      // Registering would create what somebody has removed.
      if ((await find(resourceId)) === undefined) return;
      await client.send(
        new RegisterScalableTargetCommand({
          ...ecs,
          ResourceId: resourceId,
          MinCapacity: min,
          MaxCapacity: max,
          SuspendedState: {
            DynamicScalingInSuspended: suspended.scaleIn,
            DynamicScalingOutSuspended: suspended.scaleOut,
            ScheduledScalingSuspended: suspended.scheduled,
          },
        }),
      );
    },

    scalesBy: scalesBy(client),

    scheduledActions: scheduledActions(client),
  };
}

function resourceIdOf({ cluster, service }: Workload): string {
  return `service/${cluster}/${service}`;
}

function actionOf({
  ScheduledActionName: name = '',
  Schedule: schedule = '',
  Timezone: timezone,
  StartTime: start,
  EndTime: end,
  ScalableTargetAction: target,
}: Described): ScheduledAction {
  return {
    name,
    schedule,
    timezone,
    min: target?.MinCapacity,
    max: target?.MaxCapacity,
    start: start?.toISOString(),
    end: end?.toISOString(),
  };
}

function kindOf({ PolicyType: type, TargetTrackingScalingPolicyConfiguration: tracking }: ScalingPolicy): string {
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: custom } = tracking ?? {};
  return predefined?.PredefinedMetricType ?? custom?.MetricName ?? type ?? 'a policy';
}

function scalesBy(client: ApplicationAutoScalingClient): Capacity['scalesBy'] {
  return async (workload) => {
    const policies: ScalingPolicy[] = [];
    let nextToken: string | undefined;
    do {
      const page = await client.send(
        new DescribeScalingPoliciesCommand({
          ...ecs,
          ResourceId: resourceIdOf(workload),
          NextToken: nextToken,
        }),
      );
      policies.push(...(page.ScalingPolicies ?? []));
      nextToken = page.NextToken;
    } while (nextToken !== undefined);
    return [...new Set(policies.map(kindOf))].sort();
  };
}

function scheduledActions(client: ApplicationAutoScalingClient): Capacity['scheduledActions'] {
  return async (workload) => {
    const found: ScheduledAction[] = [];
    let nextToken: string | undefined;
    do {
      const page = await client.send(
        new DescribeScheduledActionsCommand({
          ...ecs,
          ResourceId: resourceIdOf(workload),
          NextToken: nextToken,
        }),
      );
      found.push(...(page.ScheduledActions ?? []).map(actionOf));
      nextToken = page.NextToken;
    } while (nextToken !== undefined);
    return found;
  };
}
