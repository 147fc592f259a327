import { type ApplicationAutoScalingClient, PutScheduledActionCommand } from '@aws-sdk/client-application-auto-scaling';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { applicationAutoScalingCapacity } from '../../../lib/drivers/slots/application-auto-scaling-capacity.ts';
import { capacityContract } from '../../contract/capacity.contract.ts';
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
import { register, resourceLabel, scalable, scalingClient, track } from '../../fleet/scaling.ts';

let under: FleetUnderTest;
let scaling: ApplicationAutoScalingClient;

beforeAll(async () => {
  under = await startTestFleet();
  scaling = scalingClient(under);
  const [a, b] = [await createGroup(under, 'web-a'), await createGroup(under, 'web-b')];
  const balancer = await createLoadBalancer(under);
  await createListener(under, balancer, forward([a, 1], [b, 0]));
  await createService(under, 'web-a', a, 'one', 2);
  await createService(under, 'web-b', b, 'one', 0);
  await register(scaling, 'web-a', [1, 6]);
  await track(scaling, 'web-a', resourceLabel(balancer, a), 600);
  await serviceWhere(under, 'web-a', isSteady);
});

afterAll(async () => {
  scaling.destroy();
  await under.stop();
});

capacityContract('Application Auto Scaling', () => ({
  capacity: applicationAutoScalingCapacity(scaling),
  cluster,
  scaled: 'web-a',
  fixed: 'web-b',
  countOf: async (service) => (await serviceWhere(under, service, () => true)).desiredCount ?? Number.NaN,
}));

test('tells the scheduled actions of one service, with their time zone, limits and validity', async () => {
  const StartTime = new Date('2026-03-01T00:00:00.000Z');
  await scaling.send(
    new PutScheduledActionCommand({
      ...scalable('web-a'),
      ScheduledActionName: 'night',
      Schedule: 'cron(0 20 * * ? *)',
      Timezone: 'Europe/Berlin',
      StartTime,
      ScalableTargetAction: { MinCapacity: 1, MaxCapacity: 2 },
    }),
  );
  const capacity = applicationAutoScalingCapacity(scaling);

  expect(await capacity.scheduledActions({ cluster, service: 'web-a' })).toEqual([
    {
      name: 'night',
      schedule: 'cron(0 20 * * ? *)',
      timezone: 'Europe/Berlin',
      min: 1,
      max: 2,
      start: StartTime.toISOString(),
      end: undefined,
    },
  ]);
  expect(await capacity.scheduledActions({ cluster, service: 'web-b' })).toEqual([]);
});
