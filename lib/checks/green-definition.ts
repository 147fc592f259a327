import type { TaskDefinitionFacts } from '../drivers/slot-runtime.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { Part } from '../ports/world.ts';

/** The task definition that green's is a copy of, besides its image. */
export interface GreenDefinition {
  readonly facts: TaskDefinitionFacts;
  readonly containers: readonly string[];
  /** A setting of one container, by its path within it; `undefined` where the task definition does not say it. */
  readonly of: (container: string, path: string) => string | undefined;
}

/**
 * Reads what green's task definition will say.
 * @throws Error where ECS does not know it
 */
export async function greenDefinition(
  { greenBase, blueTaskDefinition }: Pick<RolloutState, 'greenBase' | 'blueTaskDefinition'>,
  { runtime }: Part<'runtime'>,
): Promise<GreenDefinition> {
  const arn = greenBase ?? blueTaskDefinition;
  const facts = await runtime.taskDefinition(arn);
  if (facts === undefined) throw new Error(`ECS knows no task definition ${arn}`);
  const { settings = {} } = facts;
  return {
    facts,
    containers: Object.keys(facts.containers),
    of: (container, path) =>
      Object.hasOwn(settings, `${container}.${path}`) ? settings[`${container}.${path}`] : undefined,
  };
}
