import { ECSClient } from '@aws-sdk/client-ecs';
import { ecsDeploymentHooks } from '../drivers/ecs-native/ecs-deployment-settings.ts';
import type { DeploymentHooks } from '../drivers/deployment-settings.ts';
import type { StackOptions } from './cli-context.ts';
import { clientSettings } from './client-settings.ts';

/** The hooks of the account's ECS services, with the rights of the caller. Calls nothing yet. */
export function connectHooks({ region }: Pick<StackOptions, 'region'>): DeploymentHooks {
  return ecsDeploymentHooks(new ECSClient({ ...clientSettings, ...(region === undefined ? {} : { region }) }));
}
