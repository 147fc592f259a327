import * as z from 'zod';
import type { EcsModel } from './model.ts';

const order = z.strictObject({
  taskDefinition: z.string(),
  /** Tags whose prefix no caller may use, as CloudFormation sets them. */
  tags: z.record(z.string(), z.string()).default({}),
  /** Members that ECS describes and RegisterTaskDefinition does not read. */
  members: z.record(z.string(), z.unknown()).default({}),
});

/**
 * Puts on a registered task definition what only AWS itself can: reserved tags, and members of its description.
 * @throws Error where there is no such task definition
 */
export function setByAws(model: EcsModel, input: unknown): object {
  const { taskDefinition, tags, members } = order.parse(input);
  const found = [...model.taskDefinitions.values()].find(({ arn }) => arn === taskDefinition);
  if (found === undefined) throw new Error(`the fleet has no task definition ${taskDefinition}`);
  for (const [key, value] of Object.entries(tags)) found.tags.set(key, value);
  found.described = { ...found.described, ...members };
  for (const name of Object.keys(members)) model.describedOnly.add(name);
  return { taskDefinition, tags, members };
}
