import { account, region } from './template.ts';
import type { IamRequest } from './request.ts';
import { type Command, fieldsOf, textsOf, unknownPart, type Value } from './values.ts';

type Ask = Omit<IamRequest, 'by'>;
const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`;

/** What stands in a request where the product itself learns it from specs and answers only. */
const samples = {
  rule: arn('elasticloadbalancing', 'listener-rule/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee'),
  listener: arn('elasticloadbalancing', 'listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2'),
  service: arn('ecs', 'service/main/web-a'),
  task: arn('ecs', 'task/main/0123456789abcdef0123456789abcdef'),
  taskDefinition: arn('ecs', 'task-definition/web:*'),
  taskRole: `arn:aws:iam::${account}:role/web-task`,
  scalableTarget: arn('application-autoscaling', 'scalable-target/0ec51234567890abcdef'),
  repository: arn('ecr', 'repository/shop/web'),
  userPool: arn('cognito-idp', 'userpool/eu-west-1_abcdefghi'),
  logStream: arn('logs', 'log-group:/ecs/web:log-stream:app/app/0123456789abcdef0123456789abcdef'),
  // Specs are refused whose secrets are elsewhere.
  parameter: arn('ssm', 'parameter/sluice/production/secret'),
  secret: arn('secretsmanager', 'secret:sluice/production/secret-a1b2c3'),
};

const at = (values: Iterable<Value>, ...path: readonly string[]): readonly Value[] =>
  path.reduce<readonly Value[]>((held, key) => fieldsOf(held, key === '*' ? undefined : key), [...values]);
/** Texts at a path; a part of one that is not known is some word. */
const textAt = (values: Iterable<Value>, ...path: readonly string[]): readonly string[] => {
  const texts = textsOf(at(values, ...path));
  const known = texts.filter((text) => text !== unknownPart);
  return (known.length > 0 ? known : texts).map((text) => text.replaceAll(unknownPart, 'some'));
};
const anywhere = (action: string): readonly Ask[] => [{ action, resource: '*' }];
const each = (action: string, resources: readonly string[], context?: Ask['context']): readonly Ask[] =>
  resources.map((resource) => ({ action, resource, ...(context && { context }) }));
const queue = (url: string) => arn('sqs', url.slice(url.lastIndexOf('/') + 1));

const parameter = (name: string) => arn('ssm', `parameter${name}`);

type Rule = (input: Iterable<Value>) => readonly Ask[];

const describes = (service: string, ...operations: readonly string[]): readonly [string, Rule][] =>
  operations.map((operation) => [operation, () => anywhere(`${service}:${operation}`)]);

/** A key of a table, as `dynamodb:LeadingKeys` holds it. */
const leadingKeys = (values: Iterable<Value>): Ask['context'] => {
  const keys = ['Key', 'Item'].flatMap((part) => ['pk', 'id'].flatMap((name) => textAt(values, part, name)));
  return keys.length > 0 ? { 'dynamodb:LeadingKeys': keys } : undefined;
};
const onTable =
  (action: string): Rule =>
  (input) =>
    each(
      action,
      textAt(input, 'TableName').map((name) => arn('dynamodb', `table/${name}`)),
      leadingKeys(input),
    );
const inTransaction: readonly (readonly [string, string])[] = [
  ['Put', 'dynamodb:PutItem'],
  ['Delete', 'dynamodb:DeleteItem'],
  ['Update', 'dynamodb:UpdateItem'],
  ['ConditionCheck', 'dynamodb:ConditionCheckItem'],
];
const transaction: Rule = (input) =>
  inTransaction.flatMap(([part, action]) =>
    onTable(action)(
      at(input, 'TransactItems', '*', part).filter((value) => value.kind === 'thing' && value.fields.has('TableName')),
    ),
  );

/** Actions that are written back as they were read may authenticate with Cognito; ELB reads the pool's client as the caller. */
const withLogin = (input: Iterable<Value>, field: string): readonly Ask[] => {
  const types = at(input, field, '*', 'Type');
  const isForward = types.length > 0 && types.every((type) => type.kind === 'text' && type.text === 'forward');
  return isForward ? [] : each('cognito-idp:DescribeUserPoolClient', [samples.userPool]);
};

/** A schedule acts by a role of its own, which its maker hands over. */
const schedule =
  (action: string): Rule =>
  (input) => [
    ...textAt(input, 'GroupName').flatMap((group) => each(action, [arn('scheduler', `schedule/${group}/some`)])),
    ...(action === 'scheduler:DeleteSchedule'
      ? []
      : each('iam:PassRole', textAt(input, 'Target', 'RoleArn'), { 'iam:PassedToService': 'scheduler.amazonaws.com' })),
  ];

/** Where the record, and the rollback machine's copy of it, hold the execution of the rollout; `claimedBy` holds one of a rollback. */
const ofRollout = new Set(['state.executionArn', 'claim.executionArn', 'withoutTable.executionArn']);
/** Which machine an execution of the record belongs to is told by the field that it was read from. */
const onExecution =
  (action: string): Rule =>
  (input) =>
    at(input, 'executionArn').flatMap((value) => {
      // Texts of a record that is not followed may be any of its fields.
      if (value.kind === 'text' && !value.text.startsWith('arn:')) return [];
      if (value.kind === 'text') return each(action, [value.text.replaceAll(unknownPart, 'some')]);
      const isRollout = value.kind === 'unknown' && ofRollout.has(value.field ?? '');
      const machine = isRollout ? 'rollout' : 'rollback';
      return each(action, [arn('states', `execution:sluice-production-${machine}:some`)]);
    });

const rules: Readonly<Record<string, ReadonlyMap<string, Rule>>> = {
  'lib-dynamodb': new Map<string, Rule>([
    ['Get', onTable('dynamodb:GetItem')],
    ['Put', onTable('dynamodb:PutItem')],
    ['Update', onTable('dynamodb:UpdateItem')],
    ['Delete', onTable('dynamodb:DeleteItem')],
    ['Query', onTable('dynamodb:Query')],
    ['TransactWrite', transaction],
  ]),
  'client-elastic-load-balancing-v2': new Map<string, Rule>([
    ...describes(
      'elasticloadbalancing',
      'DescribeRules',
      'DescribeListeners',
      'DescribeLoadBalancers',
      'DescribeTargetHealth',
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
    // Only rules that a rollout made are ever deleted.
    [
      'DeleteRule',
      () => each('elasticloadbalancing:DeleteRule', [samples.rule], { 'aws:ResourceTag/sluice:rollout': 'web-1' }),
    ],
  ]),
  'client-ecs': new Map<string, Rule>([
    ...describes('ecs', 'ListTasks', 'DescribeTaskDefinition'),
    ['DescribeServices', () => each('ecs:DescribeServices', [samples.service])],
    ['DescribeTasks', () => each('ecs:DescribeTasks', [samples.task])],
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
  'client-ecr': new Map<string, Rule>([
    ['DescribeImages', () => each('ecr:DescribeImages', [samples.repository])],
    ['DescribeRepositories', () => each('ecr:DescribeRepositories', [samples.repository])],
  ]),
  'client-scheduler': new Map<string, Rule>([
    ['CreateSchedule', schedule('scheduler:CreateSchedule')],
    ['UpdateSchedule', schedule('scheduler:UpdateSchedule')],
    ['DeleteSchedule', schedule('scheduler:DeleteSchedule')],
    [
      'GetScheduleGroup',
      (input) =>
        each(
          'scheduler:GetScheduleGroup',
          textAt(input, 'Name').map((name) => arn('scheduler', `schedule-group/${name}`)),
        ),
    ],
  ]),
  'client-sfn': new Map<string, Rule>([
    ['StartExecution', (input) => each('states:StartExecution', textAt(input, 'stateMachineArn'))],
    ['DescribeStateMachine', (input) => each('states:DescribeStateMachine', textAt(input, 'stateMachineArn'))],
    ['DescribeExecution', onExecution('states:DescribeExecution')],
    ['StopExecution', onExecution('states:StopExecution')],
    ...describes('states', 'SendTaskSuccess'),
  ]),
  'client-sns': new Map<string, Rule>([['Publish', (input) => each('sns:Publish', textAt(input, 'TopicArn'))]]),
  'client-sqs': new Map<string, Rule>(
    [
      ['SendMessage', 'SendMessage'],
      ['SendMessageBatch', 'SendMessage'],
      ['ChangeMessageVisibility', 'ChangeMessageVisibility'],
      ['GetQueueAttributes', 'GetQueueAttributes'],
    ].map(([operation = '', action = '']) => [
      operation,
      (input) => each(`sqs:${action}`, textAt(input, 'QueueUrl').map(queue)),
    ]),
  ),
  'client-ssm': new Map<string, Rule>([
    ['GetParameter', () => each('ssm:GetParameter', [samples.parameter])],
    ['GetParameters', (input) => each('ssm:GetParameters', textAt(input, 'Names', '*').map(parameter))],
    ['PutParameter', (input) => each('ssm:PutParameter', textAt(input, 'Name').map(parameter))],
  ]),
  'client-secrets-manager': new Map<string, Rule>([
    ['GetSecretValue', () => each('secretsmanager:GetSecretValue', [samples.secret])],
  ]),
  'client-sesv2': new Map<string, Rule>([
    // An identity may have a default configuration set, which is asked for as well.
    [
      'SendEmail',
      () => each('ses:SendEmail', [arn('ses', 'identity/example.com'), arn('ses', 'configuration-set/default')]),
    ],
  ]),
  'client-eventbridge': new Map<string, Rule>([
    [
      'PutEvents',
      (input) =>
        textAt(input, 'Entries', '*', 'EventBusName').flatMap((bus) =>
          each('events:PutEvents', [arn('events', `event-bus/${bus}`)], {
            'events:source': textAt(input, 'Entries', '*', 'Source')[0] ?? '',
            'events:detail-type': textAt(input, 'Entries', '*', 'DetailType')[0] ?? '',
          }),
        ),
    ],
  ]),
  'client-kms': new Map<string, Rule>([
    ['GenerateMac', (input) => each('kms:GenerateMac', textAt(input, 'KeyId'))],
    ['VerifyMac', (input) => each('kms:VerifyMac', textAt(input, 'KeyId'))],
  ]),
  'client-lambda': new Map<string, Rule>([
    [
      'Invoke',
      (input) =>
        each(
          'lambda:InvokeFunction',
          textAt(input, 'FunctionName').map((name) =>
            name.startsWith('arn:') ? name : arn('lambda', `function:${name}`),
          ),
        ),
    ],
  ]),
  'client-s3': new Map<string, Rule>([
    [
      'PutObject',
      (input) =>
        textAt(input, 'Bucket').flatMap((bucket) =>
          each(
            's3:PutObject',
            textAt(input, 'Key').map((key) => `arn:aws:s3:::${bucket}/${key}`),
          ),
        ),
    ],
  ]),
  'client-cloudwatch': new Map<string, Rule>(describes('cloudwatch', 'GetMetricData', 'DescribeAlarms')),
  'client-cloudwatch-logs': new Map<string, Rule>([
    ['GetLogEvents', () => each('logs:GetLogEvents', [samples.logStream])],
  ]),
  'client-cloudtrail': new Map<string, Rule>(describes('cloudtrail', 'LookupEvents')),
};

/**
 * What IAM is asked when a command is sent, by the Service Authorization Reference and the pages of each service.
 * @throws Error for a command that no rule here knows: whoever uses a new one says here what AWS asks for it
 */
export function requestsOf(command: Command): readonly IamRequest[] {
  const rule = rules[command.client]?.get(command.operation);
  if (rule === undefined) {
    throw new Error(
      `${command.place} sends ${command.operation} of ${command.client}; say in local/rights/command-requests.ts which rights AWS asks for it.`,
    );
  }
  const asked = rule(command.input);
  if (asked.length === 0)
    throw new Error(`${command.place}: it could not be followed what ${command.operation} is asked for.`);
  return asked.map((one) => ({ ...one, by: command.place }));
}
