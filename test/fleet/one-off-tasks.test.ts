import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CreateClusterCommand, DescribeServicesCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { ecsOneOffTasks } from '../../lib/drivers/slots/ecs-one-off-tasks.ts';
import type { OneOffTask, OneOffTasks, TaskOrder } from '../../lib/drivers/one-off-tasks.ts';
import { judgeTask, stopReasons } from '../../lib/usecases/tasks/judge-task.ts';
import { eventually } from '../setup/eventually.ts';
import {
  cluster,
  createGroup,
  createListener,
  createLoadBalancer,
  createService,
  forward,
  type FleetUnderTest,
  named,
  startTestFleet,
} from './fleet-under-test.ts';

let under: FleetUnderTest;
let tasks: OneOffTasks;
let taskDefinition: string;

const define = async (...containers: readonly { readonly name: string; readonly essential?: boolean }[]) => {
  const { taskDefinition: registered } = await under.ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'web',
      containerDefinitions: containers.map((one) => ({ ...one, image: 'registry.test/web:one' })),
    }),
  );
  return named(registered?.taskDefinitionArn);
};

beforeEach(async () => {
  under = await startTestFleet();
  await under.ecs.send(new CreateClusterCommand({ clusterName: cluster }));
  const group = await createGroup(under, 'blue');
  await createListener(under, await createLoadBalancer(under), forward([group, 1]));
  await createService(under, 'web-b', group, 'one', 0);
  taskDefinition = await define({ name: 'app' });
  tasks = ecsOneOffTasks(under.ecs);
});

afterEach(async () => {
  await under.stop();
});

const order = (command: readonly string[], changes: Partial<TaskOrder> = {}): TaskOrder => ({
  workload: { cluster, service: 'web-b' },
  taskDefinition,
  container: 'app',
  command,
  token: command.join('-'),
  startedBy: 'sluice/web-1',
  ...changes,
});
const seenWhen = async (arn: string, holds: (task: OneOffTask) => boolean) => {
  let seen: OneOffTask | undefined;
  await eventually('the task is as expected', async () => {
    seen = await tasks.look(cluster, arn);
    return seen !== undefined && holds(seen);
  });
  return named(seen);
};
const hasStopped = ({ lastStatus }: OneOffTask) => lastStatus === 'STOPPED';
const judged = (seen: OneOffTask) => judgeTask(seen, { container: 'app', within: 600, seconds: 5 });

describe('one-off tasks in the fleet', () => {
  test('the command is run with the definition, and its exit code is told', async () => {
    const passed = await tasks.run(order(['exit', '0']));
    const failed = await tasks.run(order(['exit', '3']));

    expect(judged(await seenWhen(passed, hasStopped))).toEqual({ outcome: 'passed' });
    expect(judged(await seenWhen(failed, hasStopped))).toMatchObject({ outcome: 'failed', exitCode: 3 });
  });

  test('the same token starts nothing more, also where the service was changed meanwhile', async () => {
    const arn = await tasks.run(order(['wait']));
    expect(await tasks.run(order(['wait']))).toBe(arn);
    expect(await tasks.run(order(['wait', 'longer'], { token: 'wait' }))).toBe(arn);
    expect(await tasks.running(cluster, 'sluice/web-1')).toEqual([arn]);
    expect(await tasks.running(cluster, 'sluice/web-2')).toEqual([]);
  });

  test('one that never ends is stopped, and the reason stays', async () => {
    const arn = await tasks.run(order(['wait']));
    await seenWhen(arn, ({ lastStatus }) => lastStatus === 'RUNNING');

    await tasks.stop(cluster, arn, stopReasons.late);

    const seen = await seenWhen(arn, hasStopped);
    expect(seen).toMatchObject({ stopCode: 'UserInitiated', stoppedReason: stopReasons.late });
    expect(judged(seen)).toMatchObject({ outcome: 'unknown' });
    expect(await tasks.running(cluster, 'sluice/web-1')).toEqual([]);
  });

  test('a container that has ended is judged while another one keeps the task running', async () => {
    taskDefinition = await define({ name: 'proxy' }, { name: 'app', essential: false });
    const arn = await tasks.run(order(['exit', '0']));

    const seen = await seenWhen(arn, ({ containers }) => containers.some(({ exitCode }) => exitCode !== undefined));
    expect(seen.lastStatus).toBe('RUNNING');
    expect(judged(seen)).toEqual({ outcome: 'passed' });

    await tasks.stop(cluster, arn, stopReasons.ended);
    expect(judged(await seenWhen(arn, hasStopped))).toEqual({ outcome: 'passed' });
  });

  test('the service of the slot keeps its own count', async () => {
    await tasks.run(order(['wait']));
    const { services = [] } = await under.ecs.send(new DescribeServicesCommand({ cluster, services: ['web-b'] }));
    expect(services[0]).toMatchObject({ desiredCount: 0, runningCount: 0 });
  });

  test('a container and a service that are not there are refused', async () => {
    await expect(tasks.run(order(['wait'], { container: 'tool' }))).rejects.toThrow(
      'Override for container named tool',
    );
    const workload = { cluster, service: 'gone' };
    await expect(tasks.run(order(['wait'], { workload }))).rejects.toThrow('ECS service gone is not in cluster test');
  });

  test('what ECS does not know is not described', async () => {
    expect(await tasks.look(cluster, `arn:aws:ecs:us-east-1:000000000000:task/test/${'0'.repeat(32)}`)).toBeUndefined();
  });
});
