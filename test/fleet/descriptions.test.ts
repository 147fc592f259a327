import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import {
  AddTagsCommand,
  CreateRuleCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ModifyRuleCommand,
  RegisterTargetsCommand,
  RemoveTagsCommand,
  paginateDescribeRules,
  type Action,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  createGroup,
  createListener,
  createLoadBalancer,
  forward,
  named,
  startTestFleet,
  type FleetUnderTest,
} from './fleet-under-test.ts';

let under: FleetUnderTest;
let loadBalancer: string;
let blue: string;
let green: string;
let listener: { arn: string; port: number };

beforeAll(async () => {
  under = await startTestFleet({ region: 'eu-west-1', accountId: '123456789012' });
  [blue, green] = [await createGroup(under, 'blue'), await createGroup(under, 'green')];
  loadBalancer = await createLoadBalancer(under);
  listener = await createListener(under, loadBalancer, forward([blue, 1]));
});

afterAll(async () => {
  await under.stop();
});

async function createRule(Priority: number, ...Actions: Action[]): Promise<string> {
  const Conditions = [{ Field: 'path-pattern', Values: [`/${Priority}`] }];
  const { Rules } = await under.elb.send(
    new CreateRuleCommand({ ListenerArn: listener.arn, Priority, Conditions, Actions }),
  );
  return named(Rules?.[0]?.RuleArn);
}

async function actionsOf(rule: string): Promise<Action[] | undefined> {
  const { Rules } = await under.elb.send(new DescribeRulesCommand({ RuleArns: [rule] }));
  return Rules?.[0]?.Actions;
}

describe('ARNs', () => {
  test('are shaped as those of AWS, in the region and account that were asked for, and the same in each run', async () => {
    const { Rules } = await under.elb.send(new DescribeRulesCommand({ ListenerArn: listener.arn }));
    const prefix = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012';

    expect(loadBalancer).toMatch(new RegExp(`^${prefix}:loadbalancer/app/front/[0-9a-f]{16}$`));
    expect(blue).toMatch(new RegExp(`^${prefix}:targetgroup/blue/[0-9a-f]{16}$`));
    expect(listener.arn).toMatch(new RegExp(`^${prefix}:listener/app/front/[0-9a-f]{16}/[0-9a-f]{16}$`));
    expect(Rules?.[0]?.RuleArn).toMatch(
      new RegExp(`^${prefix}:listener-rule/app/front/[0-9a-f]{16}/[0-9a-f]{16}/[0-9a-f]{16}$`),
    );

    const again = await startTestFleet({ region: 'eu-west-1', accountId: '123456789012' });
    expect(await createGroup(again, 'blue')).toBe(blue);
    await again.stop();
  });
});

describe('a rule', () => {
  test('that names one group is described by its ARN and by its forward configuration', async () => {
    const rule = await createRule(1, { Type: 'forward', TargetGroupArn: blue });

    expect(await actionsOf(rule)).toEqual([
      {
        Type: 'forward',
        TargetGroupArn: blue,
        ForwardConfig: {
          TargetGroups: [{ TargetGroupArn: blue, Weight: 1 }],
          TargetGroupStickinessConfig: { Enabled: false },
        },
      },
    ]);
  });

  test('that names two groups has no single ARN', async () => {
    const rule = await createRule(2, forward([blue, 95], [green, 5]));

    expect(await actionsOf(rule)).toEqual([
      {
        Type: 'forward',
        ForwardConfig: {
          TargetGroups: [
            { TargetGroupArn: blue, Weight: 95 },
            { TargetGroupArn: green, Weight: 5 },
          ],
          TargetGroupStickinessConfig: { Enabled: false },
        },
      },
    ]);
  });

  test('keeps an action that authenticates, word for word, and can be restored from its description', async () => {
    const authenticate: Action = {
      Type: 'authenticate-oidc',
      Order: 1,
      AuthenticateOidcConfig: {
        Issuer: 'https://id.example.com',
        AuthorizationEndpoint: 'https://id.example.com/authorize',
        TokenEndpoint: 'https://id.example.com/token',
        UserInfoEndpoint: 'https://id.example.com/me',
        ClientId: 'shop & <more>',
        SessionTimeout: 3600,
        AuthenticationRequestExtraParams: { display: 'page' },
        UseExistingClientSecret: true,
      },
    };
    const rule = await createRule(3, authenticate, { ...forward([blue, 1]), Order: 2 });
    const before = named(await actionsOf(rule));
    expect(before[0]).toEqual(authenticate);

    await under.elb.send(new ModifyRuleCommand({ RuleArn: rule, Actions: [forward([green, 1])] }));
    await under.elb.send(new ModifyRuleCommand({ RuleArn: rule, Actions: before }));
    expect(await actionsOf(rule)).toEqual(before);
  });

  test('keeps an action that validates tokens, and can be restored from its description', async () => {
    const validate: Action = {
      Type: 'jwt-validation',
      Order: 1,
      JwtValidationConfig: {
        JwksEndpoint: 'https://id.example.com/jwks.json',
        Issuer: 'https://id.example.com',
        AdditionalClaims: [{ Format: 'single-string', Name: 'scope', Values: ['shop'] }],
      },
    };
    const rule = await createRule(4, validate, { ...forward([blue, 1]), Order: 2 });
    const before = named(await actionsOf(rule));
    expect(before[0]).toEqual(validate);

    await under.elb.send(new ModifyRuleCommand({ RuleArn: rule, Actions: [forward([green, 1])] }));
    await under.elb.send(new ModifyRuleCommand({ RuleArn: rule, Actions: before }));
    expect(await actionsOf(rule)).toEqual(before);
  });

  test('is listed page by page, the default rule last', async () => {
    const priorities: (string | undefined)[] = [];
    for await (const { Rules } of paginateDescribeRules(
      { client: under.elb },
      { ListenerArn: listener.arn, PageSize: 2 },
    )) {
      expect(named(Rules).length).toBeLessThanOrEqual(2);
      priorities.push(...named(Rules).map(({ Priority }) => Priority));
    }

    expect(priorities).toEqual(['1', '2', '3', '4', 'default']);
  });
});

describe('a load balancer', () => {
  test("answers under its DNS name and its listener's port", async () => {
    const { LoadBalancers } = await under.elb.send(new DescribeLoadBalancersCommand({ Names: ['front'] }));
    const { Listeners } = await under.elb.send(new DescribeListenersCommand({ LoadBalancerArn: loadBalancer }));

    expect(LoadBalancers?.[0]).toMatchObject({
      State: { Code: 'active' },
      Type: 'application',
      CreatedTime: expect.any(Date),
    });
    const answer = await fetch(`http://${LoadBalancers?.[0]?.DNSName ?? ''}:${Listeners?.[0]?.Port ?? 0}`);
    expect(answer.status).toBe(503);
  });
});

describe('a target group', () => {
  test('names the load balancers that use it', async () => {
    await createGroup(under, 'unused');
    const { TargetGroups } = await under.elb.send(new DescribeTargetGroupsCommand({ Names: ['blue', 'unused'] }));

    expect(TargetGroups?.map(({ LoadBalancerArns }) => LoadBalancerArns)).toEqual([[loadBalancer], []]);
  });

  test('calls its targets unused while no load balancer uses it, and unknown ones not registered', async () => {
    const idle = await createGroup(under, 'idle');
    const Targets = [{ Id: '127.0.0.1', Port: 9 }];
    await under.elb.send(new RegisterTargetsCommand({ TargetGroupArn: idle, Targets }));
    const health = async (Port: number) => {
      const { TargetHealthDescriptions } = await under.elb.send(
        new DescribeTargetHealthCommand({ TargetGroupArn: idle, Targets: [{ Id: '127.0.0.1', Port }] }),
      );
      return TargetHealthDescriptions?.[0]?.TargetHealth;
    };

    expect(await health(9)).toMatchObject({ State: 'unused', Reason: 'Target.NotInUse' });
    expect(await health(10)).toMatchObject({ State: 'unused', Reason: 'Target.NotRegistered' });
  });
});

describe('tags', () => {
  test('are added, described and removed', async () => {
    await under.elb.send(
      new AddTagsCommand({
        ResourceArns: [blue, listener.arn],
        Tags: [
          { Key: 'team', Value: 'shop' },
          { Key: 'slot', Value: 'a' },
        ],
      }),
    );
    await under.elb.send(new RemoveTagsCommand({ ResourceArns: [blue], TagKeys: ['slot'] }));
    const { TagDescriptions } = await under.elb.send(new DescribeTagsCommand({ ResourceArns: [blue, listener.arn] }));

    expect(TagDescriptions?.map(({ Tags }) => Tags?.map(({ Key }) => Key))).toEqual([['team'], ['team', 'slot']]);
  });
});

describe('a task definition', () => {
  const containerDefinitions = [
    {
      name: 'app',
      image: 'registry.test/web:one',
      user: '1000',
      secrets: [{ name: 'TOKEN', valueFrom: 'arn:aws:ssm:::parameter/t' }],
      logConfiguration: { logDriver: 'awslogs' as const, options: { 'awslogs-group': '/web' } },
    },
  ];
  const registration = {
    family: 'full',
    cpu: '256',
    memory: '512',
    networkMode: 'awsvpc' as const,
    requiresCompatibilities: ['FARGATE' as const],
    executionRoleArn: 'arn:aws:iam::1:role/x',
    containerDefinitions,
    tags: [{ key: 'team', value: 'shop' }],
  };

  test('comes back with every field, by family, revision and ARN, and with its tags when asked', async () => {
    await under.ecs.send(new RegisterTaskDefinitionCommand(registration));
    const { taskDefinition } = await under.ecs.send(new RegisterTaskDefinitionCommand(registration));
    expect(taskDefinition?.taskDefinitionArn).toBe('arn:aws:ecs:eu-west-1:123456789012:task-definition/full:2');

    for (const reference of ['full', 'full:2', named(taskDefinition?.taskDefinitionArn)]) {
      const found = await under.ecs.send(
        new DescribeTaskDefinitionCommand({ taskDefinition: reference, include: ['TAGS'] }),
      );
      const { tags, ...fields } = registration;
      expect(found.taskDefinition).toMatchObject({ ...fields, revision: 2, status: 'ACTIVE' });
      expect(found.tags).toEqual(tags);
    }
  });

  test('is inactive once it is deregistered, and no longer what its family means', async () => {
    await under.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'full:2' }));
    const { taskDefinition } = await under.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'full' }));
    const { taskDefinitionArns } = await under.ecs.send(new ListTaskDefinitionsCommand({ familyPrefix: 'full' }));

    expect(taskDefinition?.revision).toBe(1);
    expect(taskDefinitionArns).toEqual(['arn:aws:ecs:eu-west-1:123456789012:task-definition/full:1']);
  });
});
