import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { awsServiceLook } from '../../lib/drivers/slots/aws-service-look.ts';
import type { ServiceLook } from '../../lib/drivers/service-look.ts';
import { cluster, createListener, forward } from '../fleet/fleet-under-test.ts';
import { addService, type LiveService, startLiveService } from './live-service.ts';

let live: LiveService;
let look: ServiceLook;

beforeAll(async () => {
  live = await startLiveService();
  look = awsServiceLook(live.under.ecs, live.under.elb, live.scaling);
});

afterAll(() => live.under.stop());

describe('looking at services', () => {
  test('finds all of a cluster, however many', async () => {
    await Promise.all(Array.from({ length: 12 }, (_, index) => addService(live.under, `more-${index}`, undefined)));
    const names = await look.serviceNames(cluster);

    expect(names).toEqual(expect.arrayContaining(['web-a', 'web-b', 'more-11']));
    expect((await look.services(cluster, names)).map((facts) => facts?.service)).toEqual(names);
  });

  test('knows what is not there', async () => {
    expect(await look.services(cluster, ['none'])).toEqual([undefined]);
    expect(await look.rulesOf(`${live.listener.slice(0, -16)}${'0'.repeat(16)}`)).toBeUndefined();
    expect(await look.listenersOf(`${live.balancer.slice(0, -16)}${'0'.repeat(16)}`)).toEqual([]);
    await expect(look.services('none', ['web-a'])).rejects.toThrow('ECS cluster none is not there');
    await expect(look.serviceNames('none')).rejects.toThrow('ECS cluster none is not there');
  });

  test('tells of a listener its rules in order and its default action', async () => {
    const { arn } = await createListener(live.under, live.balancer, forward([live.groups.a, 1], [live.groups.b, 0]));

    expect(await look.rulesOf(arn)).toEqual([
      {
        arn: expect.stringContaining('listener-rule/app/'),
        isDefault: true,
        priority: 0,
        conditions: [],
        actions: expect.anything(),
      },
    ]);
  });
});
