import * as z from 'zod';

/** What green's task definition is made of; its image is always the rollout's. */
export const taskDefinitionBase = z
  .enum(['blue', 'latest-of-family', 'from-event'], 'expected blue, latest-of-family or from-event')
  .default('blue')
  .describe(
    "What green's task definition is a copy of, with the new image: the one that blue runs, the newest active revision of its family (what infrastructure code registered), or the one that the request names (`taskDefinition`, an ARN)",
  );

export type TaskDefinitionBase = z.output<typeof taskDefinitionBase>;

/** How a request names a task definition. */
export const taskDefinitionArn = /^arn:aws[a-z-]*:ecs:[a-z0-9-]+:\d{12}:task-definition\/[\w-]{1,255}:\d{1,9}$/;
