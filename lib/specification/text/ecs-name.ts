import * as z from 'zod';

/** Names of ECS clusters, services and containers. */
export const ecsName = z
  .string('expected the name of an ECS resource: letters, digits, - and _')
  .regex(/^[a-zA-Z0-9_-]{1,255}$/, 'expected the name of an ECS resource: letters, digits, - and _')
  .meta({ kind: 'name' });
