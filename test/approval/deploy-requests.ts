import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { IamRequest } from '../../local/rights/request.ts';
import { account, nameIn, region, type Resource } from '../../local/rights/template.ts';

const handlers = z
  .object({ source: z.string(), types: z.record(z.string(), z.array(z.string())) })
  .parse(JSON.parse(readFileSync(new URL('fixtures/resource-handlers.json', import.meta.url), 'utf8'))).types;

const stack = 'sluice-production';
const here = (service: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`;
const api = `arn:aws:apigateway:${region}::`;
const code = `arn:aws:s3:::${stack}-serverlessdeploymentbucket-1a2b3c`;
const key = here('kms', 'key/0a1b2c3d-0000-1111-2222-333344445555');
const mapping = here('lambda', 'event-source-mapping:0a1b2c3d-0000-1111-2222-333344445555');
/** The stage's tag on a key, and on what is being tagged. */
const tagged = { 'aws:ResourceTag/stage': 'production', 'aws:RequestTag/stage': 'production' };
const bounded = { 'iam:PermissionsBoundary': `arn:aws:iam::${account}:policy/sluice-boundary` };

/** What handlers may ask for and do not for this template: `<type> <action>`, and why not. Whatever only reads a resource is asked for. */
export const unused: readonly (readonly [asked: RegExp, why: string])[] = [
  [/ (?:ec2|elasticfilesystem|s3files):/, 'no function is in a VPC or mounts a file system'],
  [/ (?:kinesis|firehose|s3tables):/, 'nothing streams to Kinesis or Firehose, or to tables of S3'],
  [/(?:Table|Mapping|Function|Machine) kms:/, 'keys of AWS; a customer key is allowed beside this policy'],
  [/Table (?:s3|logs|iam):/, 'no table is imported or replicated'],
  [/(?:RestApi|StateMachine) s3:/, 'definitions stand in the template'],
  [/(?:RestApi|Method|Stack|Rule|Bucket|Topic) iam:/, 'no role is handed over by these'],
  [/ iam:(?:Attach|Detach)RolePolicy$/, 'roles have their policies in themselves'],
  [/ iam:DeleteRolePermissionsBoundary$/, 'nobody takes a boundary away'],
  [/Key kms:(?:Enable|Disable)Key(?:Rotation)?$/, 'keys that sign cannot rotate, and none is disabled'],
  [
    / dynamodb:(?:Scan|Query|(?:Get|Put|Update|Delete)Item|BatchWriteItem)$/,
    'deployments do not touch what is recorded',
  ],
  [
    / dynamodb:(?:\w*Replica|(?:En|Dis)able\w+|UpdateKinesis\w+|ImportTable|UpdateContributorInsights)$/,
    'no such feature',
  ],
  [/ lambda:(?:Put|Delete)\w*(?:CodeSigning|Runtime\w+|Recursion|Scaling|Provisioned\w+)Config$/, 'none is set'],
  [
    / lambda:(?:PassCapacityProvider|GetLayerVersion|GetCodeSigningConfig)$/,
    'no capacity provider, layer or code signing',
  ],
  [/ logs:(?:Put|Create|Delete)(?:LogDelivery|LogGroupD|Data|Index|Resource|Bearer)\w*$/, 'groups have none of these'],
  [/ logs:DeleteRetentionPolicy$/, 'every group has a retention'],
  [/ s3:REST/, 'no action of IAM'],
  [
    / s3:(?:Put|Delete)\w*(?:Abac|Acl|Analytics\w+|Inventory\w+|CORS|Metrics\w+|Notification|Replication\w*)$/i,
    'not set',
  ],
  [/ s3:(?:Put|Delete)\w*(?:Website|Accelerate\w+|Logging|IntelligentTiering\w+)$/, 'not set'],
  [/ s3:(?:Create|Update|Delete)BucketMetadata\w+$/, 'no tables of metadata'],
  [
    / s3:(?:DeleteBucket(?:Encryption|Lifecycle|Tagging)|DeleteObject|PutObjectLockConfiguration)$/,
    'nothing takes these away',
  ],
  [/ scheduler:DeleteSchedule$/, 'schedules end with their rollouts, before the group goes'],
  [/ sns:(?:Subscribe|Unsubscribe|PutDataProtectionPolicy)$/, 'subscriptions are made beside the stack'],
  [/ cloudformation:(?:SetStackPolicy|UpdateTerminationProtection)$/, 'no nested stack has one'],
];

type Asks = (resource: Resource) => readonly string[];
const named =
  (property: string, arn: (name: string) => string): Asks =>
  (resource) => [arn(property in resource.properties ? nameIn(resource, property) : `${stack}-${resource.id}-1A2B3C`)];
const functions = named('FunctionName', (name) => here('lambda', `function:${name.replace(/^.*function:|:7$/g, '')}`));
const queue = here('sqs', `${stack}-deliveries.fifo`);
const topic = here('sns', `${stack}-transitions`);

/** ARNs that a resource's handlers work on. */
const arnsOf: Readonly<Record<string, Asks>> = {
  'AWS::ApiGateway::Deployment': () => [`${api}/restapis/a1b2c3d4e5/stages/production`],
  'AWS::ApiGateway::Method': () => [`${api}/restapis/a1b2c3d4e5/resources/1a2b3c/methods/POST`],
  'AWS::ApiGateway::Resource': () => [`${api}/restapis/a1b2c3d4e5/resources/1a2b3c`],
  'AWS::ApiGateway::RestApi': () => [`${api}/restapis`, `${api}/restapis/a1b2c3d4e5`, `${api}/tags/arn%3Aaws`],
  'AWS::CloudFormation::Stack': ({ id }) => [here('cloudformation', `stack/${stack}-${id}-1A2B3C/0a1b2c3d`)],
  'AWS::CloudWatch::Alarm': named('AlarmName', (name) => here('cloudwatch', `alarm:${name}`)),
  'AWS::CloudWatch::Dashboard': named('DashboardName', (name) => `arn:aws:cloudwatch::${account}:dashboard/${name}`),
  'AWS::DynamoDB::Table': named('TableName', (name) => here('dynamodb', `table/${name}`)),
  'AWS::Events::Rule': named('Name', (name) => here('events', `rule/${name}`)),
  'AWS::IAM::Role': named('RoleName', (name) => `arn:aws:iam::${account}:role/${name}`),
  'AWS::KMS::Alias': named('AliasName', (name) => here('kms', name)),
  'AWS::KMS::Key': () => [key],
  'AWS::Lambda::EventInvokeConfig': functions,
  'AWS::Lambda::EventSourceMapping': () => [mapping],
  'AWS::Lambda::Function': functions,
  'AWS::Lambda::Permission': functions,
  'AWS::Lambda::Version': functions,
  'AWS::Logs::LogGroup': named('LogGroupName', (name) => here('logs', `log-group:${name}`)),
  'AWS::S3::Bucket': named('BucketName', (name) => `arn:aws:s3:::${name.toLowerCase()}`),
  'AWS::S3::BucketPolicy': () => [code],
  'AWS::Scheduler::ScheduleGroup': named('Name', (name) => here('scheduler', `schedule-group/${name}`)),
  'AWS::SNS::Topic': named('TopicName', (name) => here('sns', name)),
  'AWS::SNS::TopicPolicy': () => [topic],
  'AWS::SQS::Queue': named('QueueName', (name) => here('sqs', name)),
  'AWS::SQS::QueuePolicy': () => [queue],
  'AWS::StepFunctions::StateMachine': named('StateMachineName', (name) => here('states', `stateMachine:${name}`)),
};

/** Services that roles of the stack are handed over to, by the type of resource that does it. */
const takers: Readonly<Record<string, string>> = {
  'AWS::Lambda::Function': 'lambda.amazonaws.com',
  'AWS::StepFunctions::StateMachine': 'states.amazonaws.com',
};

/** Actions that take no resource, or another than the one that they are for. */
function resourcesOf(action: string, resource: Resource, arns: readonly string[]): readonly string[] {
  if (action === 'iam:PassRole') return [`arn:aws:iam::${account}:role/${stack}-${resource.id}`];
  if (action.startsWith('s3:GetObject')) return [`${code}/serverless/code.zip`];
  if (/^(?:kms:(?:CreateKey|ListAliases)|logs:Describe\w+)$/.test(action)) return ['*'];
  // An alias is written by who may do that to the key, too.
  if (/^kms:\w+Alias$/.test(action)) return [...arns, key];
  return arns;
}

function contextOf(action: string, resource: Resource): IamRequest['context'] {
  const taker = takers[resource.type];
  if (action === 'iam:PassRole' && taker !== undefined) return { 'iam:PassedToService': taker };
  if (resource.type === 'AWS::IAM::Role') return bounded;
  if (resource.type === 'AWS::Lambda::EventSourceMapping')
    return { 'lambda:FunctionArn': here('lambda', `function:${stack}-Deliver`) };
  return action.startsWith('kms:') ? tagged : undefined;
}

/**
 * What CloudFormation asks of IAM, as who deploys, to create, read, change and remove the resources of a template.
 * @throws Error for a type of resource whose handlers or names are not known here
 */
export function requestsOfHandlers(resources: readonly Resource[]): readonly IamRequest[] {
  return resources.flatMap((resource) => {
    const { type } = resource;
    const [actions, arns] = [handlers[type], arnsOf[type]?.(resource)];
    if (actions === undefined || arns === undefined)
      throw new Error(
        `${type} is new: add its handlers to fixtures/resource-handlers.json, its names here, and both to docs/iam.md.`,
      );
    return actions
      .filter((action) => !unused.some(([asked]) => asked.test(`${type} ${action}`)))
      .flatMap((action) =>
        resourcesOf(action, resource, arns).map((each) => {
          const context = contextOf(action, resource);
          return { action, resource: each, by: `${type} ${action}`, ...(context && { context }) };
        }),
      );
  });
}

/** `<type> <action>` of every handler of the types that a template has. */
export const handled = (resources: readonly Resource[]): readonly string[] =>
  [...new Set(resources.map(({ type }) => type))].flatMap((type) =>
    (handlers[type] ?? []).map((action) => `${type} ${action}`),
  );

const own = here('cloudformation', `stack/${stack}/0a1b2c3d`);

/** What `sluice stack deploy` and `stack diff` send themselves, by the name of the SDK's command or page. */
export const sent: Readonly<Record<string, readonly (readonly [action: string, resource: string])[]>> = {
  ...Object.fromEntries(
    [
      ...[
        'CreateChangeSet',
        'DescribeChangeSet',
        'ExecuteChangeSet',
        'DeleteChangeSet',
        'DescribeStacks',
        'GetTemplate',
      ],
      ...['DescribeStackEvents', 'ListStackResources'],
    ].map((name) => [name, [[`cloudformation:${name}`, own]] as const]),
  ),
  ListStacks: [['cloudformation:ListStacks', '*']],
  UpdateStage: [['apigateway:PATCH', `${api}/restapis/a1b2c3d4e5/stages/production`]],
  // Where it lists, S3 says of an object that is not there that it is not.
  HeadObject: [
    ['s3:GetObject', `${code}/serverless/code.zip`],
    ['s3:ListBucket', code],
  ],
  PutObject: [['s3:PutObject', `${code}/serverless/code.zip`]],
  HeadBucket: [['s3:ListBucket', code]],
  DescribeTable: [['dynamodb:DescribeTable', here('dynamodb', `table/${stack}`)]],
};
