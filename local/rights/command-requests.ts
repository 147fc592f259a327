import { arn, at, describes, each, type Rule, samples, textAt } from './asks.ts';
import type { IamRequest } from './request.ts';
import { slotRules } from './slot-requests.ts';
import { onTable, transaction } from './table-requests.ts';
import { type Command, unknownPart } from './values.ts';

const queue = (url: string) => arn('sqs', url.slice(url.lastIndexOf('/') + 1));

const parameter = (name: string) => arn('ssm', `parameter${name}`);

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

/** A name of a probe ends with the id of its VPC. */
const ofProbe = (name: string) => name.replace(/(-probe-(?:data-)?).*$/, '$1vpc-0123456789abcdef0');

/** The key of its own that a bucket encrypts with: whoever puts or gets an object needs the use of it besides. */
const keyOfBucket: Readonly<Record<string, string>> = { archivebucket: 'archivekey' };
const onObject =
  (action: string, ofKey: string): Rule =>
  (input) =>
    textAt(input, 'Bucket').flatMap((bucket) => {
      const objects = textAt(input, 'Key').map((key) => `arn:aws:s3:::${bucket}/${key}`);
      const key = keyOfBucket[bucket];
      return [...each(action, objects), ...(key === undefined ? [] : each(ofKey, [arn('kms', `key/${key}`)]))];
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
  ...slotRules,
  'client-cloudformation': new Map<string, Rule>([
    ...describes('cloudformation', 'DescribeStackResources'),
    ['DescribeStackResource', () => each('cloudformation:DescribeStackResource', [samples.stack])],
    ['GetTemplate', () => each('cloudformation:GetTemplate', [samples.stack])],
  ]),
  'client-ecr': new Map<string, Rule>([
    ['DescribeImages', () => each('ecr:DescribeImages', [samples.repository])],
    ['DescribeRepositories', () => each('ecr:DescribeRepositories', [samples.repository])],
    ['BatchGetImage', () => each('ecr:BatchGetImage', [samples.repository])],
    ['GetDownloadUrlForLayer', () => each('ecr:GetDownloadUrlForLayer', [samples.repository])],
    // Of enhanced scanning Inspector has the findings.
    [
      'DescribeImageScanFindings',
      () => [
        ...each('ecr:DescribeImageScanFindings', [samples.repository]),
        { action: 'inspector2:ListFindings', resource: '*' },
      ],
    ],
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
    ['ListExecutions', (input) => each('states:ListExecutions', textAt(input, 'stateMachineArn'))],
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
    ['Sign', (input) => each('kms:Sign', textAt(input, 'KeyId'))],
    ['GetPublicKey', (input) => each('kms:GetPublicKey', textAt(input, 'KeyId'))],
  ]),
  'client-lambda': new Map<string, Rule>([
    [
      'Invoke',
      (input) =>
        each(
          'lambda:InvokeFunction',
          textAt(input, 'FunctionName').map((name) =>
            name.startsWith('arn:') ? name : arn('lambda', `function:${ofProbe(name)}`),
          ),
        ),
    ],
  ]),
  'client-s3': new Map<string, Rule>([
    ['PutObject', onObject('s3:PutObject', 'kms:GenerateDataKey')],
    ['GetObject', onObject('s3:GetObject', 'kms:Decrypt')],
    [
      'ListObjectsV2',
      (input) =>
        each(
          's3:ListBucket',
          textAt(input, 'Bucket').map((bucket) => `arn:aws:s3:::${bucket}`),
        ),
    ],
  ]),
  'client-cloudwatch': new Map<string, Rule>([
    ...describes('cloudwatch', 'GetMetricData', 'DescribeAlarms'),
    ['GetDashboard', () => each('cloudwatch:GetDashboard', [samples.dashboard])],
  ]),
  'client-cloudwatch-logs': new Map<string, Rule>([
    ['GetLogEvents', () => each('logs:GetLogEvents', [samples.logStream])],
    ...describes('logs', 'DescribeLogGroups'),
  ]),
  'client-iam': new Map<string, Rule>([['GetRole', () => each('iam:GetRole', [samples.role])]]),
  '@smithy/signature-v4': new Map<string, Rule>([
    [
      'Sign',
      (input) =>
        textAt(input, 'service').flatMap((service) =>
          service === 'aps' ? each('aps:QueryMetrics', [samples.workspace]) : [],
        ),
    ],
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
