import {
  type DeploymentLifecycleHook,
  DeploymentLifecycleHookStage,
  DescribeServicesCommand,
  type ECSClient,
  type Service,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { Refusal } from '../../rollout/refusal.ts';
import type { DeploymentHook, DeploymentHooks, DeploymentSettings } from '../deployment-settings.ts';

/** ECS's own defaults: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html */
const defaults = { linearPercent: 10, linearBake: 6, canaryPercent: 5, canaryBake: 10, timeoutMinutes: 1440 } as const;

/** Returns how ECS deploys a service that DescribeServices has answered. */
export function deploymentSettingsOf({ deploymentConfiguration, loadBalancers = [] }: Service): DeploymentSettings {
  const {
    strategy = 'ROLLING',
    linearConfiguration,
    canaryConfiguration,
    lifecycleHooks,
  } = deploymentConfiguration ?? {};
  const steps =
    strategy === 'LINEAR'
      ? {
          stepPercent: linearConfiguration?.stepPercent ?? defaults.linearPercent,
          stepBakeMinutes: linearConfiguration?.stepBakeTimeInMinutes ?? defaults.linearBake,
        }
      : strategy === 'CANARY'
        ? {
            stepPercent: canaryConfiguration?.canaryPercent ?? defaults.canaryPercent,
            stepBakeMinutes: canaryConfiguration?.canaryBakeTimeInMinutes ?? defaults.canaryBake,
          }
        : { stepPercent: 100, stepBakeMinutes: 0 };
  return {
    strategy,
    ...steps,
    hooks: (lifecycleHooks ?? []).map(hookOf),
    bindings: loadBalancers.flatMap(({ targetGroupArn, advancedConfiguration: advanced }) =>
      targetGroupArn === undefined
        ? []
        : [
            {
              targetGroup: targetGroupArn,
              alternate: advanced?.alternateTargetGroupArn,
              rule: advanced?.productionListenerRule,
              testRule: advanced?.testListenerRule,
              role: advanced?.roleArn,
            },
          ],
    ),
  };
}

/** Hooks of ECS services, written with the rights of the caller. */
export function ecsDeploymentHooks(client: ECSClient): DeploymentHooks {
  return {
    async replace({ cluster, service }, before, after) {
      const { services: [found] = [] } = await client.send(
        new DescribeServicesCommand({ cluster, services: [service] }),
      );
      if (found?.status !== 'ACTIVE') throw new Refusal(`Cluster ${cluster} has no active ECS service ${service}.`);
      const present = found.deploymentConfiguration?.lifecycleHooks ?? [];
      if (JSON.stringify(present.map(hookOf)) !== JSON.stringify(before))
        throw new Refusal(`Somebody else has changed the hooks of ${service} meanwhile; nothing was written.`);
      await client.send(
        new UpdateServiceCommand({
          cluster,
          service,
          // All of it: what is left out of a deployment configuration may become ECS's default.
          deploymentConfiguration: { ...found.deploymentConfiguration, lifecycleHooks: writtenHooks(present, after) },
        }),
      );
    },
  };
}

function hookOf({
  targetType,
  lifecycleStages,
  timeoutConfiguration,
  hookTargetArn,
}: DeploymentLifecycleHook): DeploymentHook {
  return {
    type: targetType ?? 'AWS_LAMBDA',
    stages: lifecycleStages ?? [],
    timeoutMinutes: timeoutConfiguration?.timeoutInMinutes ?? defaults.timeoutMinutes,
    atTimeout: timeoutConfiguration?.action ?? 'ROLLBACK',
    ...(hookTargetArn !== undefined && { target: hookTargetArn }),
  };
}

/** Takes the first hook that fits out of a list. */
function take(
  left: DeploymentLifecycleHook[],
  fits: (hook: DeploymentHook) => boolean,
): DeploymentLifecycleHook | undefined {
  const at = left.findIndex((one) => fits(hookOf(one)));
  return at === -1 ? undefined : left.splice(at, 1)[0];
}

/** Returns hooks in ECS's form: those that stay as they were written, so that nothing of them is lost. */
export function writtenHooks(
  before: readonly DeploymentLifecycleHook[],
  after: readonly DeploymentHook[],
): DeploymentLifecycleHook[] {
  const left = [...before];
  const kept = after.map((hook) => take(left, (one) => JSON.stringify(one) === JSON.stringify(hook)));
  return after.map((hook, index) => kept[index] ?? changed(left, hook));
}

/** A pause with other settings than before, or a new one. */
function changed(left: DeploymentLifecycleHook[], hook: DeploymentHook): DeploymentLifecycleHook {
  const { type, stages, timeoutMinutes, atTimeout } = hook;
  if (type !== 'PAUSE') throw new Error(`A hook of the type ${type} is kept or removed, and never written.`);
  const before = take(left, (one) => one.type === 'PAUSE' && one.stages.some((stage) => stages.includes(stage)));
  const known = [...new Set([...(before?.lifecycleStages ?? []), ...Object.values(DeploymentLifecycleHookStage)])];
  return {
    ...before,
    targetType: 'PAUSE',
    lifecycleStages: known.filter((stage) => stages.includes(stage)),
    timeoutConfiguration: {
      timeoutInMinutes: timeoutMinutes,
      action: atTimeout === 'CONTINUE' ? 'CONTINUE' : 'ROLLBACK',
    },
  };
}
