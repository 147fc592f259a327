import { type Ask, at, describes, each, type Rule, samples, textAt } from './asks.ts';
import type { Value } from './values.ts';

/** Actions that are written back as they were read may authenticate with Cognito; ELB reads the pool's client as the caller. */
const withLogin = (input: Iterable<Value>, field: string): readonly Ask[] => {
  const types = at(input, field, '*', 'Type');
  const isForward = types.length > 0 && types.every((type) => type.kind === 'text' && type.text === 'forward');
  return isForward ? [] : each('cognito-idp:DescribeUserPoolClient', [samples.userPool]);
};

/** Tags of the rules that the product makes; each role that deletes rules is held to one of them. */
const ofOwnRules = {
  'aws:ResourceTag/sluice:rollout': 'web-1',
  'aws:ResourceTag/sluice:maintenance': 'production/web',
};

/** What IAM is asked by commands to load balancers, ECS and autoscaling. */
export const slotRules: Readonly<Record<string, ReadonlyMap<string, Rule>>> = {
  'client-elastic-load-balancing-v2': new Map<string, Rule>([
    ...describes(
      'elasticloadbalancing',
      'DescribeRules',
      'DescribeListeners',
      'DescribeLoadBalancers',
      'DescribeTargetHealth',
      'DescribeTargetGroupAttributes',
    ),
    ...describes(
      'elasticloadbalancing',
      'DescribeTags',
      'DescribeTargetGroups',
      'DescribeAccountLimits',
      'DescribeLoadBalancerAttributes',
    ),
    ...describes(
      'elasticloadbalancing',
      'DescribeTargetGroupAttributes',
      'DescribeListenerAttributes',
      'DescribeListenerCertificates',
    ),
    [
      'ModifyRule',
      (input) => [...each('elasticloadbalancing:ModifyRule', [samples.rule]), ...withLogin(input, 'Actions')],
    ],
    [
      'ModifyListener',
      (input) => [
        ...each('elasticloadbalancing:ModifyListener', [samples.listener]),
        ...withLogin(input, 'DefaultActions'),
      ],
    ],
    [
      'CreateRule',
      (input) => [
        ...each('elasticloadbalancing:CreateRule', [samples.listener]),
        ...(at(input, 'Tags').length > 0
          ? each('elasticloadbalancing:AddTags', [samples.rule], { 'elasticloadbalancing:CreateAction': 'CreateRule' })
          : []),
        ...withLogin(input, 'Actions'),
      ],
    ],
    // Only rules that a rollout or a maintenance made are ever deleted.
    ['DeleteRule', () => each('elasticloadbalancing:DeleteRule', [samples.rule], ofOwnRules)],
  ]),
  'client-ecs': new Map<string, Rule>([
    ...describes('ecs', 'ListTasks', 'DescribeTaskDefinition'),
    ['DescribeServices', () => each('ecs:DescribeServices', [samples.service])],
    ['ListServiceDeployments', () => each('ecs:ListServiceDeployments', [samples.service])],
    // The service is asked beside: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment-permissions.html
    ['DescribeServiceDeployments', () => each('ecs:DescribeServiceDeployments', [samples.service, samples.deployment])],
    ['DescribeServiceRevisions', () => each('ecs:DescribeServiceRevisions', [samples.service, samples.revision])],
    ['ContinueServiceDeployment', () => each('ecs:ContinueServiceDeployment', [samples.deployment])],
    ['StopServiceDeployment', () => each('ecs:StopServiceDeployment', [samples.deployment])],
    ['DescribeClusters', () => each('ecs:DescribeClusters', [samples.cluster])],
    ['DescribeTasks', () => each('ecs:DescribeTasks', [samples.task])],
    [
      'RunTask',
      () => [
        ...each('ecs:RunTask', [samples.taskDefinition], { 'ecs:cluster': samples.cluster }),
        ...each('iam:PassRole', [samples.taskRole], { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' }),
      ],
    ],
    ['StopTask', () => each('ecs:StopTask', [samples.task])],
    ['UpdateService', () => each('ecs:UpdateService', [samples.service])],
    [
      'RegisterTaskDefinition',
      () => [
        ...each('ecs:RegisterTaskDefinition', [samples.taskDefinition]),
        ...each('ecs:TagResource', [samples.taskDefinition]),
        ...each('iam:PassRole', [samples.taskRole], { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' }),
      ],
    ],
  ]),
  'client-application-auto-scaling': new Map<string, Rule>([
    ...describes(
      'application-autoscaling',
      'DescribeScalableTargets',
      'DescribeScalingPolicies',
      'DescribeScheduledActions',
    ),
    [
      'RegisterScalableTarget',
      (input) => [
        ...each('application-autoscaling:RegisterScalableTarget', [samples.scalableTarget], {
          'application-autoscaling:service-namespace': textAt(input, 'ServiceNamespace')[0] ?? '',
          'application-autoscaling:scalable-dimension': textAt(input, 'ScalableDimension')[0] ?? '',
        }),
        // Asked of the caller: https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_id-based-policy-examples.html
        ...each('ecs:DescribeServices', [samples.service]),
        ...each('ecs:UpdateService', [samples.service]),
      ],
    ],
  ]),
};
