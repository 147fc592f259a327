import { type Deployment, liveTasks, type ServiceDeployment } from '../model.ts';
import { isReady } from '../readiness.ts';
import type { NativeWorld } from './native-world.ts';
import { until } from './waiting.ts';

/** Returns whether a target has all of its tasks, and they are healthy. */
export function isUp({ ecs, elb, faults }: NativeWorld, { service, target }: ServiceDeployment): boolean {
  const ready = liveTasks(ecs, service).filter((task) => task.deployment === target && isReady(task, elb.model));
  return ready.length >= service.desiredCount && !faults.take('slow-steady-state', service.name);
}

/** Waits until no task of a revision runs. @throws AbortError where the deployment ends meanwhile */
export async function gone(
  { ecs, scheduler }: NativeWorld,
  deployment: ServiceDeployment,
  revision: Deployment,
): Promise<void> {
  scheduler.look(deployment.service);
  await until(deployment, () =>
    [...ecs.tasks.values()].every((task) => task.deployment !== revision || task.stoppedAt !== undefined),
  );
}
