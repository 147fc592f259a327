import type { ServiceLook } from '../../drivers/service-look.ts';
import { layoutOf } from '../../drivers/shapes/layout-of.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';

/** What the tasks of a service are made of. */
export interface TasksOfService {
  /** Families of their task definitions. */
  readonly families: readonly string[];
  /** ARNs of their task and execution roles. */
  readonly roles: readonly string[];
}

/** Reads the task definitions that both slots of a service run. */
export async function tasksOf(
  spec: RolloutSpec,
  look: Pick<ServiceLook, 'services' | 'taskDefinition'>,
): Promise<TasksOfService> {
  const names = (['a', 'b'] as const).map((slot) => layoutOf(spec).workloadOf(slot).service);
  const services = await look.services(spec.cluster, names);
  const definitions = [...new Set(services.flatMap((facts) => facts?.taskDefinition ?? []))];
  const found = await Promise.all(definitions.map((arn) => look.taskDefinition(arn)));
  const roles = found.flatMap((definition) => [
    definition?.settings?.['taskRoleArn'] ?? [],
    definition?.settings?.['executionRoleArn'] ?? [],
  ]);
  return {
    families: [...new Set(definitions.map((arn) => arn.slice(arn.lastIndexOf('/') + 1).replace(/:\d+$/, '')))],
    roles: [...new Set(roles.flat())].filter((role) => /^arn:[a-z-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(role)),
  };
}
