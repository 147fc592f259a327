import { loadBalancersOf } from '../balancer/target-registry.ts';
import type { ElbModel } from '../elb/model.ts';
import { targetKey, type HealthState } from '../elb/target-group.ts';
import type { Registration, Task } from './model.ts';
import { taskAddress } from './task-runner.ts';

/** Running, and healthy in each of its target groups that a load balancer uses. */
export function isReady(task: Task, elb: ElbModel): boolean {
  if (task.lastStatus !== 'RUNNING') return false;
  return task.registrations.every(
    (registration) => stateOf(registration) === 'healthy' || loadBalancersOf(elb, registration.group.arn).length === 0,
  );
}

/** Where a task fails its health checks. */
export function unhealthyRegistration(task: Task): Registration | undefined {
  return task.registrations.find((registration) => stateOf(registration) === 'unhealthy');
}

/** How many tasks in a row may fail before the circuit breaker fails a deployment: half of the count, at least 3, at most 200. */
export function breakerThreshold(desiredCount: number): number {
  return Math.min(200, Math.max(3, Math.ceil(desiredCount * 0.5)));
}

function stateOf({ group, port }: Registration): HealthState | undefined {
  return group.targets.get(targetKey(taskAddress, port))?.state;
}
