import { ApplicationAutoScalingClient, RegisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling';
import {
  DescribeServicesCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import {
  AddTagsCommand,
  CreateRuleCommand,
  DeleteRuleCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  ModifyListenerCommand,
  ModifyRuleCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRole, type Statement } from '../../local/emulator/iam-roles.ts';
import { emulatorUnderTest } from '../emulator/emulator-under-test.ts';
import { allow, asRole, refusal, type RoleSettings } from '../emulator/as-role.ts';
import { cluster, createService, forward } from './fleet-under-test.ts';
import { everything, type FrontedFleet, startFrontedFleet } from './fronted-fleet.ts';

let iam: Awaited<ReturnType<typeof emulatorUnderTest>>;
let fleet: FrontedFleet;

beforeAll(async () => {
  iam = await emulatorUnderTest();
  fleet = await startFrontedFleet({ iamEndpoint: iam.emulator.endpoint });
  await createService(fleet.under, 'web-a', fleet.blue, 'one', 1);
});
afterAll(async () => {
  await fleet.under.stop();
  await iam.close();
});

const arn = (service: string, rest: string) => `arn:aws:${service}:us-east-1:000000000000:${rest}`;
const rules = 'elasticloadbalancing';
const anyRule = arn(rules, 'listener-rule/app/*');
const webA = arn('ecs', `service/${cluster}/web-a`);
const untagged = { Null: { 'aws:ResourceTag/sluice:rollout': 'false' } };

/** How a request of a role with just these rights to the fleet ends. */
const asking = (statements: readonly Statement[], ask: (settings: RoleSettings) => Promise<unknown>) =>
  refusal(iam.emulator.endpoint, statements, ask, fleet.under.fleet.endpoint);

const makeRule = (as: RoleSettings, priority: number, tagged: boolean) =>
  new ElasticLoadBalancingV2Client(as).send(
    new CreateRuleCommand({
      ListenerArn: fleet.listener.arn,
      Priority: priority,
      Conditions: everything,
      Actions: [forward([fleet.green, 1])],
      ...(tagged && { Tags: [{ Key: 'sluice:rollout', Value: 'web-1' }] }),
    }),
  );
const root = (): RoleSettings => ({
  ...{ endpoint: fleet.under.fleet.endpoint, region: 'us-east-1', maxAttempts: 1 },
  credentials: { accessKeyId: 'test', secretAccessKey: 'test', sessionToken: '' },
});
const elb = (as: RoleSettings) => new ElasticLoadBalancingV2Client(as);

describe('the fleet asks the emulator whether a request is allowed', () => {
  test.each<[string, (settings: RoleSettings) => Promise<unknown>, readonly Statement[], readonly Statement[]]>([
    [
      'to describe rules',
      (as) => elb(as).send(new DescribeRulesCommand({ ListenerArn: fleet.listener.arn })),
      [allow(`${rules}:DescribeRules`, '*')],
      [allow(`${rules}:DescribeRules`, anyRule)],
    ],
    [
      'to change a rule',
      (as) => elb(as).send(new ModifyRuleCommand({ RuleArn: fleet.rule, Actions: [forward([fleet.blue, 1])] })),
      [allow(`${rules}:ModifyRule`, anyRule)],
      [allow(`${rules}:ModifyListener`, '*')],
    ],
    [
      'to change the default actions of a listener',
      (as) =>
        elb(as).send(
          new ModifyListenerCommand({ ListenerArn: fleet.listener.arn, DefaultActions: [forward([fleet.blue, 1])] }),
        ),
      [allow(`${rules}:ModifyListener`, arn(rules, 'listener/app/*'))],
      [allow(`${rules}:ModifyListener`, anyRule)],
    ],
    [
      'to create a rule with tags',
      (as) => makeRule(as, 20, true),
      [
        allow(`${rules}:CreateRule`, arn(rules, 'listener/app/*')),
        allow(`${rules}:AddTags`, anyRule, { StringEquals: { 'elasticloadbalancing:CreateAction': 'CreateRule' } }),
      ],
      [allow(`${rules}:CreateRule`, arn(rules, 'listener/app/*'))],
    ],
    [
      'to describe a service',
      (as) => new ECSClient(as).send(new DescribeServicesCommand({ cluster, services: ['web-a'] })),
      [allow('ecs:DescribeServices', webA)],
      [allow('ecs:DescribeServices', arn('ecs', `service/${cluster}/web-b`))],
    ],
    [
      'to list tasks of a cluster',
      (as) => new ECSClient(as).send(new ListTasksCommand({ cluster, serviceName: 'web-a' })),
      [allow('ecs:ListTasks', '*', { ArnEquals: { 'ecs:cluster': arn('ecs', `cluster/${cluster}`) } })],
      [allow('ecs:ListTasks', '*', { ArnEquals: { 'ecs:cluster': arn('ecs', 'cluster/other') } })],
    ],
    [
      'to change a service',
      (as) => new ECSClient(as).send(new UpdateServiceCommand({ cluster, service: 'web-a', desiredCount: 1 })),
      [allow('ecs:UpdateService', webA)],
      [allow('ecs:DescribeServices', webA)],
    ],
    [
      'to register a task definition, and to pass the role that it names',
      (as) =>
        new ECSClient(as).send(
          new RegisterTaskDefinitionCommand({
            family: 'web',
            taskRoleArn: arn('iam', 'role/task').replace('us-east-1', ''),
            containerDefinitions: [{ name: 'app', image: 'registry.test/web:one' }],
          }),
        ),
      [
        allow('ecs:RegisterTaskDefinition', arn('ecs', 'task-definition/web:*')),
        allow('iam:PassRole', '*', { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } }),
      ],
      [allow('ecs:RegisterTaskDefinition', arn('ecs', 'task-definition/web:*'))],
    ],
    [
      'to scale a service, of which the caller may change the count as well',
      (as) =>
        new ApplicationAutoScalingClient(as).send(
          new RegisterScalableTargetCommand({
            ServiceNamespace: 'ecs',
            ResourceId: `service/${cluster}/web-a`,
            ScalableDimension: 'ecs:service:DesiredCount',
            MinCapacity: 1,
            MaxCapacity: 2,
          }),
        ),
      [
        allow('application-autoscaling:RegisterScalableTarget', arn('application-autoscaling', 'scalable-target/*'), {
          StringEquals: { 'application-autoscaling:service-namespace': 'ecs' },
        }),
        allow(['ecs:DescribeServices', 'ecs:UpdateService'], webA),
      ],
      [allow('application-autoscaling:RegisterScalableTarget', '*'), allow('ecs:DescribeServices', webA)],
    ],
  ])('%s', async (_what, ask, enough, other) => {
    expect(await asking(other, ask)).toMatchObject({
      name: expect.stringMatching(/^AccessDenied/),
      message: expect.stringContaining('is not authorized to perform: '),
    });
    expect(await asking(enough, ask)).toBeUndefined();
  });

  test('by the tags of the resource: only what a rollout made may be deleted', async () => {
    const statements = [allow(`${rules}:DeleteRule`, anyRule, untagged)];
    const [own, foreign] = await Promise.all(
      [true, false].map(async (tagged) => (await makeRule(root(), tagged ? 30 : 31, tagged)).Rules?.[0]?.RuleArn ?? ''),
    );
    const remove = (RuleArn: string | undefined) =>
      asking(statements, (as) => elb(as).send(new DeleteRuleCommand({ RuleArn })));

    expect(await remove(foreign)).toMatchObject({ name: 'AccessDenied' });
    expect(await remove(own)).toBeUndefined();
  });

  test('by the tags of the request', async () => {
    const statements = [
      allow(`${rules}:AddTags`, anyRule, { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['sluice:rollout'] } }),
    ];
    const tag = (Key: string) =>
      asking(statements, (as) =>
        elb(as).send(new AddTagsCommand({ ResourceArns: [fleet.rule], Tags: [{ Key, Value: 'x' }] })),
      );

    expect(await tag('owner')).toMatchObject({ name: 'AccessDenied' });
    expect(await tag('sluice:rollout')).toBeUndefined();
  });

  test('a rule that authenticates with Cognito needs the right to read the client of the pool', async () => {
    const login = {
      Type: 'authenticate-cognito' as const,
      Order: 1,
      AuthenticateCognitoConfig: {
        UserPoolArn: arn('cognito-idp', 'userpool/us-east-1_abcdefghi'),
        UserPoolClientId: 'client',
        UserPoolDomain: 'shop',
      },
    };
    const actions = [login, { ...forward([fleet.blue, 1]), Order: 2 }];
    const change = (...statements: readonly Statement[]) =>
      asking([allow(`${rules}:ModifyRule`, anyRule), ...statements], (as) =>
        elb(as).send(new ModifyRuleCommand({ RuleArn: fleet.rule, Actions: actions })),
      );

    expect(await change()).toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('cognito-idp:DescribeUserPoolClient'),
    });
    expect(await change(allow('cognito-idp:DescribeUserPoolClient', '*'))).toBeUndefined();
  });

  test('an action of which the fleet does not know the rights is refused, but to the root user', async () => {
    const register = (as: RoleSettings) =>
      elb(as).send(
        new RegisterTargetsCommand({ TargetGroupArn: fleet.loose, Targets: [{ Id: '127.0.0.1', Port: 9 }] }),
      );

    expect(await asking([allow('*', '*')], register)).toMatchObject({ name: 'AccessDenied' });
    await expect(register(root())).resolves.toBeDefined();
  });

  test('a wrong signature is refused in the words of each protocol', async () => {
    const wrong = async (as: RoleSettings, ask: (settings: RoleSettings) => Promise<unknown>) =>
      ask({ ...as, credentials: { ...as.credentials, secretAccessKey: 'wrong' } });

    expect(
      await asking([allow('*', '*')], (as) =>
        wrong(as, (it) => elb(it).send(new DescribeRulesCommand({ RuleArns: [fleet.rule] }))),
      ),
    ).toMatchObject({ name: 'SignatureDoesNotMatch' });
    expect(
      await asking([allow('*', '*')], (as) =>
        wrong(as, (it) => new ECSClient(it).send(new ListTasksCommand({ cluster }))),
      ),
    ).toMatchObject({ name: 'InvalidSignatureException' });
  });

  test('while the policies cannot be asked nothing is granted, but to the root user', async () => {
    const name = 'asks-in-vain';
    await createRole(iam.emulator.endpoint, name, [allow('*', '*')]);
    const as = { ...(await asRole(iam.emulator.endpoint, name)), endpoint: fleet.under.fleet.endpoint };
    await iam.emulator.stop();
    const ask = (it: RoleSettings) => elb(it).send(new DescribeRulesCommand({ RuleArns: [fleet.rule] }));

    await expect(ask(as)).rejects.toMatchObject({ name: 'ServiceUnavailable' });
    await expect(ask(root())).resolves.toBeDefined();
  });
});
