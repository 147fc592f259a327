import type { Actions } from '../api/action.ts';
import { clusterActions } from './clusters.ts';
import { nativeActions } from './native/actions.ts';
import { serviceActions } from './services.ts';
import { taskDefinitionActions } from './task-definitions.ts';
import { runTaskActions } from './run-task.ts';
import { taskActions } from './tasks.ts';
import type { EcsWorld } from './world.ts';

/** All actions of ECS that the fleet knows. */
export function ecsActions(world: EcsWorld): Actions {
  return {
    ...clusterActions(world),
    ...taskDefinitionActions(world),
    ...serviceActions(world),
    ...nativeActions(world),
    ...taskActions(world),
    ...runTaskActions(world),
  };
}
