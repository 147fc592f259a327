import * as z from 'zod';
import type { IamRequest } from './request.ts';
import type { Resource } from './template.ts';

/** A request together with the role that makes it. */
export interface OfRole {
  readonly role: string;
  readonly request: IamRequest;
}

const lambda = z.object({
  FunctionName: z.string(),
  Role: z.string(),
  TracingConfig: z.object({ Mode: z.string() }).optional(),
});
const destinations = z
  .object({
    OnFailure: z.object({ Destination: z.string() }).optional(),
    OnSuccess: z.object({ Destination: z.string() }).optional(),
  })
  .optional();
const mapping = z.object({ EventSourceArn: z.string(), FunctionName: z.string(), DestinationConfig: destinations });
const invocation = z.object({ FunctionName: z.string(), DestinationConfig: destinations });
const machine = z.object({ RoleArn: z.string(), TracingConfiguration: z.object({ Enabled: z.boolean() }).optional() });

/** What Lambda asks of the role before it accepts a mapping: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html and with-sqs.html */
const toRead: readonly (readonly [string, readonly string[]])[] = [
  [
    ':dynamodb:',
    ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
  ],
  [':sqs:', ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']],
];
const toWrite: readonly (readonly [string, string])[] = [
  [':sqs:', 'sqs:SendMessage'],
  [':sns:', 'sns:Publish'],
  [':lambda:', 'lambda:InvokeFunction'],
  [':events:', 'events:PutEvents'],
];
const toTrace = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'];
/** https://docs.aws.amazon.com/step-functions/latest/dg/xray-iam.html */
const machinesTrace = [...toTrace, 'xray:GetSamplingRules', 'xray:GetSamplingTargets'];
/** AWSLambdaBasicExecutionRole: Lambda makes a log group again that somebody removed. */
const toLog = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

/** Types whose settings have AWS do something that a policy has to allow: here, and in `requestsOfServices`. */
const wired: ReadonlySet<string> = new Set([
  'AWS::ApiGateway::Method',
  'AWS::CloudWatch::Alarm',
  'AWS::Events::Rule',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::StepFunctions::StateMachine',
]);
/** Types that do nothing by themselves, and the policies of those that do. */
const still: ReadonlySet<string> = new Set([
  'AWS::ApiGateway::Deployment',
  'AWS::ApiGateway::Resource',
  'AWS::ApiGateway::RestApi',
  'AWS::CloudWatch::Dashboard',
  'AWS::DynamoDB::Table',
  'AWS::IAM::Role',
  'AWS::KMS::Alias',
  'AWS::KMS::Key',
  'AWS::Lambda::Permission',
  'AWS::Lambda::Version',
  'AWS::Logs::LogGroup',
  'AWS::S3::Bucket',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::Queue',
  'AWS::SQS::QueuePolicy',
  'AWS::Scheduler::ScheduleGroup',
]);

/**
 * A wiring that nobody looks at would pass for one that is granted.
 * @throws Error that names a resource of a type of which it is not known what AWS does with it
 */
export function assertKnown(resources: readonly Resource[]): void {
  const strange = resources.find(({ type }) => !wired.has(type) && !still.has(type));
  if (strange === undefined) return;
  throw new Error(
    `It is not known here what AWS does by the settings of ${strange.id}, a ${strange.type}; say it in local/rights/wiring.ts.`,
  );
}

/** What AWS itself does with the roles of a stack by the stack's own settings: logs, traces, sources and destinations of functions. */
export function requestsOfWiring(resources: readonly Resource[]): readonly OfRole[] {
  const roles = new Map<string, string>();
  for (const { properties } of ofType(resources, 'AWS::Lambda::Function')) {
    const { FunctionName: name, Role: role } = lambda.parse(properties);
    roles.set(name, role);
  }
  /** Of a function by its name or ARN. */
  const roleOf = (reference: string): string => {
    const role = roles.get(reference.slice(reference.lastIndexOf(':') + 1));
    if (role === undefined) throw new Error(`${reference} is no function of the template.`);
    return role;
  };
  const asked = (role: string, by: string, actions: readonly string[], resource: string): readonly OfRole[] =>
    actions.map((action) => ({ role, request: { action, resource, by } }));
  const destination = (role: string, by: string, target: string | undefined): readonly OfRole[] =>
    target === undefined ? [] : asked(role, by, [actionFor(target, toWrite)], target);

  return [
    ...ofType(resources, 'AWS::Lambda::Function').flatMap(({ id, properties }) => {
      const { FunctionName: name, Role: role, TracingConfig: tracing } = lambda.parse(properties);
      const group = role.replace(
        /^arn:aws:iam::(\d+):.*$/,
        `arn:aws:logs:eu-west-1:$1:log-group:/aws/lambda/${name}:log-stream:some`,
      );
      return [
        ...asked(role, `logs of ${id}`, toLog, group),
        ...(tracing?.Mode === 'Active' ? asked(role, `traces of ${id}`, toTrace, '*') : []),
      ];
    }),
    ...ofType(resources, 'AWS::Lambda::EventSourceMapping').flatMap(({ id, properties }) => {
      const { EventSourceArn: source, FunctionName, DestinationConfig } = mapping.parse(properties);
      const role = roleOf(FunctionName);
      return [
        ...asked(role, id, actionFor(source, toRead), source),
        ...destination(role, id, DestinationConfig?.OnFailure?.Destination),
      ];
    }),
    ...ofType(resources, 'AWS::Lambda::EventInvokeConfig').flatMap(({ id, properties }) => {
      const { FunctionName, DestinationConfig } = invocation.parse(properties);
      const { OnFailure, OnSuccess } = DestinationConfig ?? {};
      return [OnFailure, OnSuccess].flatMap((one) => destination(roleOf(FunctionName), id, one?.Destination));
    }),
    ...ofType(resources, 'AWS::StepFunctions::StateMachine').flatMap(({ id, properties }) => {
      const { RoleArn: role, TracingConfiguration: tracing } = machine.parse(properties);
      return tracing?.Enabled === true ? asked(role, `traces of ${id}`, machinesTrace, '*') : [];
    }),
  ];
}

export function ofType(resources: readonly Resource[], type: string): readonly Resource[] {
  return resources.filter((one) => one.type === type);
}

function actionFor<Action>(target: string, known: readonly (readonly [string, Action])[]): Action {
  const found = known.find(([part]) => target.includes(part));
  if (found === undefined)
    throw new Error(`It is not known here what AWS asks for ${target}; say it in local/rights/wiring.ts.`);
  return found[1];
}
