import * as z from 'zod';

const resourceId = z
  .string()
  .regex(/^service\/[\w-]+\/[\w-]+$/, 'Member must satisfy regular expression pattern: service/<cluster>/<service>');
const serviceNamespace = z.literal('ecs', 'Member must satisfy enum value set: [ecs] (the fleet scales nothing else)');
const scalableDimension = z.literal(
  'ecs:service:DesiredCount',
  'Member must satisfy enum value set: [ecs:service:DesiredCount]',
);

/** What names one scalable target in every request. */
export const resource = {
  ServiceNamespace: serviceNamespace,
  ResourceId: resourceId,
  ScalableDimension: scalableDimension,
};

/** What a list may be narrowed by. */
export const narrowed = {
  ServiceNamespace: serviceNamespace,
  ScalableDimension: scalableDimension.optional(),
  MaxResults: z.int().min(1).max(50).default(50),
  NextToken: z.string().optional(),
};

/** The same in every answer. */
export function describeResource(id: string): object {
  return { ServiceNamespace: 'ecs', ResourceId: id, ScalableDimension: 'ecs:service:DesiredCount' };
}
