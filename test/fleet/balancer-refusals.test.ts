import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DeleteTargetGroupCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ModifyTargetGroupAttributesCommand,
  type Action,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { freePort } from '../../local/process/free-port.ts';
import { type FrontedFleet, startFrontedFleet } from './fronted-fleet.ts';
import { missing, nameOf } from './refused.ts';

let under: FrontedFleet['under'];
let loadBalancer: FrontedFleet['loadBalancer'];
let blue: FrontedFleet['blue'];
let green: FrontedFleet['green'];
let listener: FrontedFleet['listener'];

beforeAll(async () => {
  ({ under, loadBalancer, blue, green, listener } = await startFrontedFleet());
});

afterAll(() => under.stop());

const fixed = (StatusCode: string): Action => ({ Type: 'fixed-response', FixedResponseConfig: { StatusCode } });

describe('load balancers, listeners and target groups', () => {
  test.each<[string, () => Promise<unknown>, string]>([
    [
      'one subnet',
      () => under.elb.send(new CreateLoadBalancerCommand({ Name: 'x', Subnets: ['a'] })),
      'ValidationError',
    ],
    [
      'a name with a dot',
      () => under.elb.send(new CreateLoadBalancerCommand({ Name: 'x.y', Subnets: ['a', 'b'] })),
      'ValidationError',
    ],
    [
      'a name with other settings',
      () => under.elb.send(new CreateLoadBalancerCommand({ Name: 'front', Subnets: ['y', 'z'] })),
      'DuplicateLoadBalancerNameException',
    ],
    [
      'an unknown load balancer',
      () => under.elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [missing(loadBalancer)] })),
      'LoadBalancerNotFoundException',
    ],
    [
      'a port twice',
      () =>
        under.elb.send(
          new CreateListenerCommand({
            LoadBalancerArn: loadBalancer,
            Protocol: 'HTTP',
            Port: listener.port,
            DefaultActions: [fixed('200')],
          }),
        ),
      'DuplicateListenerException',
    ],
    [
      'HTTPS',
      async () =>
        under.elb.send(
          new CreateListenerCommand({
            LoadBalancerArn: loadBalancer,
            Protocol: 'HTTPS',
            Port: await freePort(),
            DefaultActions: [fixed('200')],
          }),
        ),
      'UnsupportedProtocolException',
    ],
    ['listeners of nobody', () => under.elb.send(new DescribeListenersCommand({})), 'ValidationError'],
    [
      'a group name twice',
      () => under.elb.send(new CreateTargetGroupCommand({ Name: 'blue', Protocol: 'HTTP', Port: 1 })),
      'DuplicateTargetGroupNameException',
    ],
    [
      'an interval below the timeout',
      () =>
        under.elb.send(
          new CreateTargetGroupCommand({
            Name: 'x',
            Protocol: 'HTTP',
            Port: 1,
            HealthCheckIntervalSeconds: 5,
            HealthCheckTimeoutSeconds: 6,
          }),
        ),
      'ValidationError',
    ],
    [
      'a threshold of 1',
      () =>
        under.elb.send(
          new CreateTargetGroupCommand({ Name: 'x', Protocol: 'HTTP', Port: 1, UnhealthyThresholdCount: 1 }),
        ),
      'ValidationError',
    ],
    [
      'an unknown group',
      () => under.elb.send(new DescribeTargetGroupsCommand({ Names: ['nobody'] })),
      'TargetGroupNotFoundException',
    ],
    [
      'health of an unknown group',
      () => under.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: missing(blue) })),
      'TargetGroupNotFoundException',
    ],
    [
      'a group in use',
      () => under.elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: green })),
      'ResourceInUseException',
    ],
    [
      'an unknown attribute',
      () =>
        under.elb.send(
          new ModifyTargetGroupAttributesCommand({
            TargetGroupArn: blue,
            Attributes: [{ Key: 'moon.phase', Value: 'full' }],
          }),
        ),
      'ValidationError',
    ],
    [
      'a delay of two hours',
      () =>
        under.elb.send(
          new ModifyTargetGroupAttributesCommand({
            TargetGroupArn: blue,
            Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '7200' }],
          }),
        ),
      'ValidationError',
    ],
  ])('refuses %s', async (_, call, name) => {
    expect(await nameOf(call())).toBe(name);
  });

  test('says of a port that is taken on this machine which one, and what to do', async () => {
    const port = Number(new URL(under.fleet.endpoint).port);
    const command = new CreateListenerCommand({
      LoadBalancerArn: loadBalancer,
      Protocol: 'HTTP',
      Port: port,
      DefaultActions: [fixed('200')],
    });

    await expect(under.elb.send(command)).rejects.toMatchObject({
      name: 'InvalidConfigurationRequestException',
      message: expect.stringContaining(`port ${port} is taken`),
    });
  });
});
