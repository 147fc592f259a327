import * as z from 'zod';
import { invalidParameter } from '../aws-error.ts';
import type { DeploymentConfiguration, LoadBalancerBinding } from './model.ts';
import { checkHooks, lifecycleHooks } from './native/lifecycle-hooks.ts';

const minutes = z.int().min(0).max(1440);

/** How a service is deployed, as CreateService and UpdateService take it. */
export const deploymentConfiguration = z.looseObject({
  deploymentCircuitBreaker: z.looseObject({ enable: z.boolean(), rollback: z.boolean() }).optional(),
  maximumPercent: z.int().min(0).max(200).optional(),
  minimumHealthyPercent: z.int().min(0).max(100).optional(),
  strategy: z.enum(['ROLLING', 'BLUE_GREEN', 'LINEAR', 'CANARY']).optional(),
  bakeTimeInMinutes: minutes.optional(),
  lifecycleHooks: lifecycleHooks.optional(),
  canaryConfiguration: z
    .object({
      canaryPercent: z.number().min(0.1).max(100).default(5),
      canaryBakeTimeInMinutes: minutes.default(10),
    })
    .optional(),
  linearConfiguration: z
    .object({
      stepPercent: z.number().min(3).max(100).multipleOf(0.1).default(10),
      stepBakeTimeInMinutes: minutes.default(6),
    })
    .optional(),
});

/** A target group that a container is registered with; the rest is for strategies by which ECS moves traffic. */
export const binding = z.object({
  targetGroupArn: z.string(),
  containerName: z.string(),
  containerPort: z.int().min(0).max(65_535),
  advancedConfiguration: z
    .object({
      alternateTargetGroupArn: z.string().optional(),
      productionListenerRule: z.string().optional(),
      testListenerRule: z.string().optional(),
      roleArn: z.string().optional(),
    })
    .optional(),
});

/** What is given changes what was set before; ECS's defaults are the rest. Steps of another strategy than before go with that. */
export function configured(
  before: DeploymentConfiguration | undefined,
  given: z.output<typeof deploymentConfiguration> | undefined,
): DeploymentConfiguration {
  const strategy = given?.strategy ?? before?.strategy ?? 'ROLLING';
  const { canaryConfiguration, linearConfiguration, ...others } = before ?? {};
  return {
    ...others,
    ...(strategy === 'CANARY' && canaryConfiguration && { canaryConfiguration }),
    ...(strategy === 'LINEAR' && linearConfiguration && { linearConfiguration }),
    ...given,
    deploymentCircuitBreaker: given?.deploymentCircuitBreaker ??
      before?.deploymentCircuitBreaker ?? { enable: false, rollback: false },
    maximumPercent: given?.maximumPercent ?? before?.maximumPercent ?? 200,
    minimumHealthyPercent: given?.minimumHealthyPercent ?? before?.minimumHealthyPercent ?? 100,
    strategy,
  };
}

/**
 * Refuses a strategy that lacks what ECS moves traffic with:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-implementation.html
 * @throws AwsError InvalidParameterException
 */
export function checkStrategy(
  { strategy, ...configuration }: DeploymentConfiguration,
  bindings: readonly LoadBalancerBinding[],
): void {
  const settings = { CANARY: configuration.canaryConfiguration, LINEAR: configuration.linearConfiguration };
  for (const [of, setting] of Object.entries(settings)) {
    if (setting !== undefined && strategy !== of)
      throw invalidParameter(`${of.toLowerCase()}Configuration is only valid when the deployment strategy is ${of}.`);
  }
  checkHooks(strategy, configuration.lifecycleHooks ?? []);
  if (strategy === 'ROLLING') return;
  for (const { targetGroupArn, advancedConfiguration: advanced } of bindings) {
    const lacking = (['alternateTargetGroupArn', 'productionListenerRule', 'roleArn'] as const).filter(
      (name) => advanced?.[name] === undefined,
    );
    if (lacking.length > 0)
      throw invalidParameter(
        `advancedConfiguration of ${targetGroupArn} needs ${lacking.join(', ')} for the deployment strategy ${strategy}.`,
      );
  }
  if (strategy === 'BLUE_GREEN' && configuration.bakeTimeInMinutes === undefined)
    throw invalidParameter('bakeTimeInMinutes is required for the deployment strategy BLUE_GREEN.');
}
