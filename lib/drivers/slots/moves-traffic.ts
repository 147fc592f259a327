import type { Service } from '@aws-sdk/client-ecs';

/** What to change of such a service. */
export const rollingFix =
  'set deploymentConfiguration.strategy to ROLLING, or create the service with the deployment controller ECS';

/** How a service is deployed where that is not ECS's rolling deployment, in words: such a way moves traffic by itself. */
export function movesTraffic({ deploymentController, deploymentConfiguration }: Service): string | undefined {
  const controller = deploymentController?.type ?? 'ECS';
  if (controller !== 'ECS') return `the deployment controller ${controller}`;
  const strategy = deploymentConfiguration?.strategy ?? 'ROLLING';
  return strategy === 'ROLLING' ? undefined : `the deployment strategy ${strategy}`;
}
