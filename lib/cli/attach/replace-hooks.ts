import { hasSameHooks } from '../../drivers/attachment.ts';
import type { DeploymentHook } from '../../drivers/deployment-settings.ts';
import { Refusal } from '../../rollout/refusal.ts';
import { CliFailure, type CliContext } from '../cli-context.ts';

interface Where {
  readonly cluster: string;
  readonly service: string;
  readonly region?: string | undefined;
}

/**
 * Writes the hooks of an ECS service and reads them back.
 * @throws CliFailure where others have changed them meanwhile, or ECS does not show what was written
 */
export async function replaceHooks(
  { cluster, service, region }: Where,
  before: readonly DeploymentHook[],
  after: readonly DeploymentHook[],
  context: Pick<CliContext, 'hooks' | 'look'>,
): Promise<void> {
  const hooks = await context.hooks({ region });
  try {
    await hooks.replace({ cluster, service }, before, after);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new CliFailure(`${error.message} Look at the service, then run the same again.`);
  }
  const look = await context.look({ region });
  const [found] = await look.services(cluster, [service]);
  if (found?.deploys === undefined || !hasSameHooks(inOrder(found.deploys.hooks), inOrder(after)))
    throw new CliFailure(
      `ECS has taken the hooks of ${service}, and shows others. Look with aws ecs describe-services --cluster ${cluster} --services ${service}, then run the same again.`,
    );
}

/** Hooks of one stage run at the same time: their order says nothing. */
function inOrder(hooks: readonly DeploymentHook[]): readonly DeploymentHook[] {
  return hooks
    .map((hook) => ({ ...hook, stages: hook.stages.toSorted() }))
    .toSorted((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)));
}
