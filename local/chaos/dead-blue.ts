import { ListTasksCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RolloutState } from '../../lib/rollout/state.ts';
import { sample } from '../sample/sample-names.ts';
import type { LocalStack } from '../stack/local-stack.ts';
import { stopExecution } from './harm.ts';

/** For how long blue gets no task that stays. */
export const deadSeconds = 20;
const noticedWithinMs = 60_000;

/**
 * Ends every task of blue, stops the rollout's execution, and lets blue come back after a while; says when that began.
 * @throws Error where a rule gave blue more meanwhile
 */
export async function killBlue(stack: LocalStack, running: RolloutState): Promise<number> {
  const { clients, truth, service } = stack;
  const from = Date.now();
  const [cluster, serviceName] = [sample.cluster, sample.slots[running.blue]];
  await truth.misbehave({ fault: 'fail-to-start', service: serviceName });
  const { taskArns = [] } = await clients.ecs.send(new ListTasksCommand({ cluster, serviceName }));
  for (const task of taskArns) await clients.ecs.send(new StopTaskCommand({ cluster, task }));
  const blue = service.targetGroups[running.blue];
  await untilUnhealthy(stack, blue);
  const deadAt = Date.now();
  await stopExecution(stack, running);
  await sleep(deadSeconds * 1000);
  const ofRule = (await truth.changes()).filter(({ arn }) => arn === service.ruleArn);
  const before = ofRule.findLast(({ at }) => at < deadAt)?.weights[blue] ?? 100;
  const more = ofRule.find(({ at, weights }) => at >= deadAt && (weights[blue] ?? 0) > before);
  await truth.behave();
  if (more === undefined) return from;
  throw new Error(
    `blue was given ${String(more.weights[blue])} instead of ${String(before)} % while it had no healthy target`,
  );
}

/** Waits until a target group has no healthy target. @throws Error where it still has one after a minute */
export async function untilUnhealthy({ clients }: LocalStack, TargetGroupArn: string): Promise<void> {
  const deadline = performance.now() + noticedWithinMs;
  for (;;) {
    const { TargetHealthDescriptions = [] } = await clients.elb.send(
      new DescribeTargetHealthCommand({ TargetGroupArn }),
    );
    if (!TargetHealthDescriptions.some(({ TargetHealth }) => TargetHealth?.State === 'healthy')) return;
    if (performance.now() > deadline)
      throw new Error(`${TargetGroupArn} still has healthy targets after its tasks were stopped`);
    await sleep(100);
  }
}
