import { beforeEach, describe, expect, test } from '@jest/globals';
import { lostNames } from '../../../lib/cli/stack/lost-names.ts';
import { MemoryRolloutStore } from '../../model/memory-rollout-store.ts';
import { webSpec } from '../cli-harness.ts';

const at = '2026-03-01T09:00:00.000Z';
const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
const facts = { active: true, desired: 2, bindings: [], controller: 'ECS', scheduling: 'REPLICA', onFargate: true };

/** Both slots run a version of the family `web`. */
const look = () =>
  Promise.resolve({
    services: (_: string, names: readonly string[]) =>
      Promise.resolve(
        names.map((service, n) => ({
          ...{ ...facts, service, rollsBackBy: [], otherTraffic: [] },
          taskDefinition: `arn:aws:ecs:eu-west-1:111122223333:task-definition/web:${n + 6}`,
        })),
      ),
    taskDefinition: (arn: string) =>
      Promise.resolve({
        ...{ arn, family: 'web', active: true, containers: {} },
        settings: { taskRoleArn: role('shop/web-task'), executionRoleArn: role('execution') },
      }),
  });

let store: MemoryRolloutStore;

beforeEach(async () => {
  store = new MemoryRolloutStore();
  await store.putSpec(webSpec(), 'ada', at);
});

describe('names of what tasks are made of', () => {
  test.each<[Record<string, string>, readonly string[]]>([
    [{ TaskDefinitions: 'other,web2' }, ['the tasks of web: task definition web (parameter TaskDefinitions)']],
    [
      { TaskRoles: 'other,services/*' },
      [
        'the tasks of web: role shop/web-task (parameter TaskRoles)',
        'the tasks of web: role execution (parameter TaskRoles)',
      ],
    ],
    [{ TaskRoles: 'shop/*' }, ['the tasks of web: role execution (parameter TaskRoles)']],
    [{ TaskRoles: 'execution,web-task' }, ['the tasks of web: role shop/web-task (parameter TaskRoles)']],
    [{ TaskDefinitions: 'web', TaskRoles: 'shop/*,execution' }, []],
    [{ TaskDefinitions: '*', TaskRoles: '*' }, []],
  ])('%j alone is held against the tasks that run', async (values, lost) => {
    expect(await lostNames(values, store, look)).toEqual(lost);
  });

  test('are not looked for where nothing limits them, and stay unknown where ECS does not answer', async () => {
    const fails = () => Promise.reject(new Error('ECS does not answer'));

    expect(await lostNames({ Balancers: 'public' }, store, fails)).toEqual([]);
    await expect(lostNames({ TaskRoles: 'web' }, store, fails)).rejects.toThrow('ECS does not answer');
  });
});
