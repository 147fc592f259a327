import { isStartedByDeployments, pausesFor, weightsOfSteps } from '../../drivers/attachment.ts';
import type { DeploymentSettings } from '../../drivers/deployment-settings.ts';
import { layoutOf, trafficOf } from '../../drivers/shapes/layout-of.ts';
import type { StoredSpec } from '../../ports/rollout-store.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { CliFailure, type Stack } from '../cli-context.ts';

/**
 * Returns the spec in force whose rollouts the deployments of an ECS service start; `undefined` where none is.
 * @throws CliFailure where its rollouts begin the deployments, and write the hooks that they need
 */
export async function attachedSpec(
  where: { readonly cluster: string; readonly service: string },
  { store }: Pick<Stack, 'store'>,
): Promise<StoredSpec | undefined> {
  for (const service of await store.services()) {
    const stored = await store.spec(service);
    if (stored === undefined || !pausesFor(stored.spec, where)) continue;
    if (isStartedByDeployments(stored.spec)) return stored;
    throw new CliFailure(
      `Rollouts of ${service} begin the deployments of ECS service ${where.service} themselves, each with the hooks that it needs; nothing was written. To let CI begin them, apply its spec with driver: ecs-native, then run this again.`,
    );
  }
  return undefined;
}

/** Returns what of a spec is not as its ECS service has it, each as a path and a sentence. */
export function differences(
  spec: RolloutSpec,
  settings: DeploymentSettings,
): readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] {
  const { strategy, bindings } = settings;
  if (strategy === 'ROLLING')
    return [
      {
        path: ['driver'],
        message:
          'the ECS service has the deployment strategy ROLLING, expected LINEAR, CANARY or BLUE_GREEN: its deployments do not wait',
      },
    ];
  const written = spec.steps.map(({ weight }) => weight).join(', ');
  const weights = weightsOfSteps(settings);
  const steps = 'found' in weights ? `none: ${weights.found}` : weights.join(', ');
  const [binding] = bindings;
  const groups = [...layoutOf(spec).groupsOf('a'), ...layoutOf(spec).groupsOf('b')].toSorted();
  const pair = [binding?.targetGroup ?? '', binding?.alternate ?? ''].toSorted();
  const [traffic] = trafficOf(spec);
  const rule = traffic !== undefined && 'rule' in traffic ? traffic.rule : undefined;
  return [
    ...(written === steps
      ? []
      : [{ path: ['steps'], message: `the weights are ${written}, expected those of the ECS service (${steps})` }]),
    ...(groups.join() === pair.join()
      ? []
      : [
          {
            path: ['slots'],
            message: `the target groups are not the pair of the ECS service, expected ${pair.join(' and ')}`,
          },
        ]),
    ...(rule === binding?.rule
      ? []
      : [
          {
            path: ['traffic'],
            message: `the rule is not the one that ECS writes, expected ${binding?.rule ?? 'a service with one'}`,
          },
        ]),
  ];
}
