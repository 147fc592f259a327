import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  CreateClusterCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DeleteRuleCommand,
  DeleteTargetGroupCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ModifyListenerCommand,
  ModifyRuleCommand,
  ModifyTargetGroupAttributesCommand,
  SetRulePrioritiesCommand,
  type Action,
  type RuleCondition,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { freePort } from '../../local/process/free-port.ts';
import {
  cluster,
  createGroup,
  createListener,
  createLoadBalancer,
  forward,
  named,
  registerVersion,
  startTestFleet,
  type FleetUnderTest,
} from './fleet-under-test.ts';

let under: FleetUnderTest;
let loadBalancer: string;
let blue: string;
let green: string;
let loose: string;
let listener: { arn: string; port: number; url: string };
let rule: string;
let defaultRule: string;

const everything: RuleCondition[] = [{ Field: 'path-pattern', Values: ['/*'] }];

beforeAll(async () => {
  under = await startTestFleet();
  [blue, green, loose] = [
    await createGroup(under, 'blue'),
    await createGroup(under, 'green'),
    await createGroup(under, 'loose'),
  ];
  loadBalancer = await createLoadBalancer(under);
  listener = await createListener(under, loadBalancer, forward([blue, 1], [green, 0]));
  const { Rules } = await under.elb.send(
    new CreateRuleCommand({
      ListenerArn: listener.arn,
      Priority: 10,
      Conditions: everything,
      Actions: [forward([blue, 100], [green, 0])],
    }),
  );
  rule = named(Rules?.[0]?.RuleArn);
  const { Rules: all } = await under.elb.send(new DescribeRulesCommand({ ListenerArn: listener.arn }));
  defaultRule = named(all?.find(({ IsDefault }) => IsDefault)?.RuleArn);
  await under.ecs.send(new CreateClusterCommand({ clusterName: cluster }));
  await registerVersion(under, 'one');
});

afterAll(async () => {
  await under.stop();
});

async function nameOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
  return 'accepted';
}

const modifyRule = (...actions: Action[]) => under.elb.send(new ModifyRuleCommand({ RuleArn: rule, Actions: actions }));
const createRule = (priority: number, conditions: RuleCondition[], ...actions: Action[]) =>
  under.elb.send(
    new CreateRuleCommand({ ListenerArn: listener.arn, Priority: priority, Conditions: conditions, Actions: actions }),
  );
const missing = (arn: string) => `${arn.slice(0, -4)}0000`;
const stickyWithoutDuration = (): Action => {
  const action = forward([blue, 1], [green, 1]);
  return { ...action, ForwardConfig: { ...action.ForwardConfig, TargetGroupStickinessConfig: { Enabled: true } } };
};
const fixed = (StatusCode: string): Action => ({ Type: 'fixed-response', FixedResponseConfig: { StatusCode } });

describe('routing that AWS refuses is refused, and nothing changes', () => {
  test.each<[string, () => Promise<unknown>, string]>([
    ['a weight of 1000', () => modifyRule(forward([blue, 1000], [green, 0])), 'ValidationError'],
    ['a negative weight', () => modifyRule(forward([blue, -1], [green, 0])), 'ValidationError'],
    ['a weight that is no whole number', () => modifyRule(forward([blue, 99.5], [green, 0.5])), 'ValidationError'],
    ['a group twice', () => modifyRule(forward([blue, 1], [blue, 2])), 'ValidationError'],
    ['no group', () => modifyRule(forward()), 'ValidationError'],
    ['no action', () => modifyRule(), 'ValidationError'],
    [
      'neither actions nor conditions',
      () => under.elb.send(new ModifyRuleCommand({ RuleArn: rule })),
      'ValidationError',
    ],
    ['an unknown group', () => modifyRule(forward([missing(blue), 1])), 'TargetGroupNotFoundException'],
    [
      'an unknown rule',
      () => under.elb.send(new ModifyRuleCommand({ RuleArn: missing(rule), Actions: [forward([blue, 1])] })),
      'RuleNotFoundException',
    ],
    [
      'the default rule',
      () => under.elb.send(new ModifyRuleCommand({ RuleArn: defaultRule, Actions: [forward([blue, 1])] })),
      'OperationNotPermittedException',
    ],
    [
      'two actions that answer',
      () => modifyRule({ ...fixed('503'), Order: 1 }, { ...forward([blue, 1]), Order: 2 }),
      'InvalidLoadBalancerActionException',
    ],
    ['stickiness without a duration', () => modifyRule(stickyWithoutDuration()), 'ValidationError'],
    ['a status no balancer may answer', () => modifyRule(fixed('302')), 'ValidationError'],
    [
      'a redirect to itself',
      () => modifyRule({ Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301' } }),
      'InvalidLoadBalancerActionException',
    ],
    ['a priority in use', () => createRule(10, everything, fixed('200')), 'PriorityInUseException'],
    ['a priority of 0', () => createRule(0, everything, fixed('200')), 'ValidationError'],
    ['no condition', () => createRule(20, [], fixed('200')), 'ValidationError'],
    [
      'an unknown condition',
      () => createRule(20, [{ Field: 'moon-phase', Values: ['full'] }], fixed('200')),
      'ValidationError',
    ],
    [
      'six condition values',
      () => createRule(20, [{ Field: 'path-pattern', Values: ['/1', '/2', '/3', '/4', '/5', '/6'] }], fixed('200')),
      'ValidationError',
    ],
    [
      'a taken priority',
      () => under.elb.send(new SetRulePrioritiesCommand({ RulePriorities: [{ RuleArn: rule, Priority: 0 }] })),
      'ValidationError',
    ],
    [
      'deleting the default rule',
      () => under.elb.send(new DeleteRuleCommand({ RuleArn: defaultRule })),
      'OperationNotPermittedException',
    ],
    [
      'a listener without actions',
      () => under.elb.send(new ModifyListenerCommand({ ListenerArn: listener.arn, DefaultActions: [] })),
      'ValidationError',
    ],
    [
      'an unknown listener',
      () =>
        under.elb.send(
          new ModifyListenerCommand({ ListenerArn: missing(listener.arn), DefaultActions: [fixed('200')] }),
        ),
      'ListenerNotFoundException',
    ],
  ])('%s', async (_, call, name) => {
    const before = await under.elb.send(new DescribeRulesCommand({ ListenerArn: listener.arn }));

    expect(await nameOf(call())).toBe(name);

    const after = await under.elb.send(new DescribeRulesCommand({ ListenerArn: listener.arn }));
    expect(after.Rules).toEqual(before.Rules);
  });

  test('a group that another load balancer uses', async () => {
    const second = await createLoadBalancer(under, 'second');
    const command = new CreateListenerCommand({
      LoadBalancerArn: second,
      Protocol: 'HTTP',
      Port: await freePort(),
      DefaultActions: [forward([blue, 1])],
    });

    expect(await nameOf(under.elb.send(command))).toBe('TargetGroupAssociationLimitException');
  });
});

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

describe('ECS', () => {
  const service = { cluster, serviceName: 'web', taskDefinition: 'web', desiredCount: 0 };
  const binding = (targetGroupArn: string, containerName = 'app', containerPort = 8080) => ({
    ...service,
    loadBalancers: [{ targetGroupArn, containerName, containerPort }],
  });

  test.each<[string, () => Promise<unknown>, string]>([
    [
      'an unknown cluster',
      () => under.ecs.send(new DescribeServicesCommand({ cluster: 'nowhere', services: ['web'] })),
      'ClusterNotFoundException',
    ],
    [
      'an unknown service',
      () => under.ecs.send(new UpdateServiceCommand({ cluster, service: 'nobody', desiredCount: 1 })),
      'ServiceNotFoundException',
    ],
    [
      'an unknown task definition',
      () => under.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'nothing:1' })),
      'ClientException',
    ],
    [
      'a service of an unknown task definition',
      () => under.ecs.send(new CreateServiceCommand({ ...service, taskDefinition: 'nothing' })),
      'ClientException',
    ],
    [
      'a task definition without containers',
      () => under.ecs.send(new RegisterTaskDefinitionCommand({ family: 'x', containerDefinitions: [] })),
      'ClientException',
    ],
    [
      'a container without an image',
      () => under.ecs.send(new RegisterTaskDefinitionCommand({ family: 'x', containerDefinitions: [{ name: 'app' }] })),
      'ClientException',
    ],
    [
      'a group without a load balancer',
      () => under.ecs.send(new CreateServiceCommand(binding(loose))),
      'InvalidParameterException',
    ],
    [
      'an unknown container',
      () => under.ecs.send(new CreateServiceCommand(binding(blue, 'nobody'))),
      'InvalidParameterException',
    ],
    [
      'an unknown port',
      () => under.ecs.send(new CreateServiceCommand(binding(blue, 'app', 81))),
      'InvalidParameterException',
    ],
    [
      'a negative count',
      () => under.ecs.send(new CreateServiceCommand({ ...service, desiredCount: -1 })),
      'InvalidParameterException',
    ],
  ])('refuses %s', async (_, call, name) => {
    expect(await nameOf(call())).toBe(name);
  });

  test('refuses a service of the same name, deleting one that has tasks, and changing a deleted one', async () => {
    await under.ecs.send(new CreateServiceCommand({ ...service, serviceName: 'once' }));
    expect(await nameOf(under.ecs.send(new CreateServiceCommand({ ...service, serviceName: 'once' })))).toBe(
      'InvalidParameterException',
    );

    await under.ecs.send(new UpdateServiceCommand({ cluster, service: 'once', desiredCount: 1 }));
    expect(await nameOf(under.ecs.send(new DeleteServiceCommand({ cluster, service: 'once' })))).toBe(
      'InvalidParameterException',
    );

    await under.ecs.send(new DeleteServiceCommand({ cluster, service: 'once', force: true }));
    expect(await nameOf(under.ecs.send(new UpdateServiceCommand({ cluster, service: 'once', desiredCount: 1 })))).toBe(
      'ServiceNotActiveException',
    );
  });

  test('names what it does not find among the failures of a describe call', async () => {
    const failures = [expect.objectContaining({ reason: 'MISSING' })];

    expect((await under.ecs.send(new DescribeServicesCommand({ cluster, services: ['nobody'] }))).failures).toEqual(
      failures,
    );
    expect((await under.ecs.send(new DescribeTasksCommand({ cluster, tasks: ['0000'] }))).failures).toEqual(failures);
    expect((await under.ecs.send(new DescribeClustersCommand({ clusters: ['nowhere'] }))).failures).toEqual(failures);
  });
});
