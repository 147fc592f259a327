import type { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { afterAll, beforeAll, jest } from '@jest/globals';
import { applicationAutoScalingCapacity } from '../../lib/aws/application-auto-scaling-capacity.ts';
import { capacityContract } from '../contract/capacity.contract.ts';
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
} from '../fleet/fleet-under-test.ts';
import { register, resourceLabel, scalingClient, track } from '../fleet/scaling.ts';

jest.setTimeout(20_000);

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
