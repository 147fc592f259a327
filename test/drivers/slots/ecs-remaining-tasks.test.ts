import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as z from 'zod';
import { ecsRemainingTasks } from '../../../lib/drivers/slots/ecs-remaining-tasks.ts';
import { ecsSlotRuntime } from '../../../lib/drivers/slots/ecs-slot-runtime.ts';
import {
  cluster,
  createGroup,
  createListener,
  createLoadBalancer,
  createService,
  type FleetUnderTest,
  forward,
  isSteady,
  serviceWhere,
  startTestFleet,
} from '../../fleet/fleet-under-test.ts';
import { eventually } from '../../setup/eventually.ts';

let under: FleetUnderTest;
let url: string;

beforeAll(async () => {
  under = await startTestFleet();
  const group = await createGroup(under, 'web-a', {}, 300);
  ({ url } = await createListener(under, await createLoadBalancer(under), forward([group, 1])));
  await createService(under, 'web-a', group, 'endless', 2);
  await serviceWhere(under, 'web-a', isSteady);
});

afterAll(() => under.stop());

test('a request that never ends lives on while its task drains, and ends when the task is stopped', async () => {
  const runtime = ecsSlotRuntime(under.ecs);
  const { remainingTasks, stopTasks } = ecsRemainingTasks(under.ecs);
  expect(await remainingTasks({ cluster, service: 'web-a' })).toEqual({ left: 2, lastStoppedAt: undefined });
  const begun = Date.now();
  let isOver = false;
  const open = fetch(url)
    .then(({ status }) => status)
    .finally(() => {
      isOver = true;
    });
  await eventually('the request is open', async () => (await requestsUnderWay()) === 1);

  await runtime.scale({ cluster, service: 'web-a' }, 0);
  await serviceWhere(under, 'web-a', ({ runningCount }) => runningCount === 0);
  expect(isOver).toBe(false);
  expect((await remainingTasks({ cluster, service: 'web-a' })).left).toBe(2);

  expect(await stopTasks({ cluster, service: 'web-a' }, 0)).toBe(2);
  expect(await open).toBe(502);
  await eventually('no task is left', async () => (await remainingTasks({ cluster, service: 'web-a' })).left === 0);
  const { lastStoppedAt = '' } = await remainingTasks({ cluster, service: 'web-a' });
  expect(Date.parse(lastStoppedAt)).toBeGreaterThan(begun);
  // Its deregistration delay is longer than this test may take: nothing but the stop ended it.
  expect(Date.parse(lastStoppedAt) - begun).toBeLessThan(300_000);
});

async function requestsUnderWay(): Promise<number> {
  const stats: unknown = await (await fetch(`${under.fleet.endpoint}/_fleet/stats`)).json();
  return z.object({ inFlight: z.number() }).parse(stats).inFlight;
}
