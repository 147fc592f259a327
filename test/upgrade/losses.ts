import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import type { Resource } from '../serverless/packaged-stack.ts';
import { releasedStack, releasedTemplate } from './released-stack.ts';

type Resources = Readonly<Record<string, Resource>>;

/**
 * Properties with which CloudFormation replaces a resource (`createOnlyProperties` of the resource's schema). What is replaced has
 * another ARN afterwards, which a rollout under way does not know.
 */
const fixed: Readonly<Record<string, readonly string[]>> = {
  'AWS::ApiGateway::Method': ['HttpMethod', 'ResourceId', 'RestApiId'],
  'AWS::ApiGateway::Resource': ['ParentId', 'PathPart', 'RestApiId'],
  // Its name may change, but whatever makes CloudFormation replace it changes every link that was sent.
  'AWS::ApiGateway::RestApi': [],
  'AWS::CloudWatch::Alarm': ['AlarmName'],
  'AWS::CloudWatch::Dashboard': ['DashboardName'],
  'AWS::DynamoDB::Table': ['TableName', 'KeySchema'],
  'AWS::Events::Rule': ['Name', 'EventBusName'],
  'AWS::IAM::Role': ['RoleName', 'Path', 'AssumeRolePolicyDocument'],
  'AWS::KMS::Key': ['KeySpec', 'KeyUsage'],
  'AWS::Lambda::EventInvokeConfig': ['FunctionName', 'Qualifier'],
  'AWS::Lambda::EventSourceMapping': ['EventSourceArn', 'StartingPosition'],
  'AWS::Lambda::Function': ['FunctionName', 'PackageType'],
  'AWS::Lambda::Permission': ['Action', 'FunctionName', 'Principal', 'SourceArn'],
  'AWS::Logs::LogGroup': ['LogGroupName'],
  'AWS::S3::Bucket': ['BucketName'],
  'AWS::S3::BucketPolicy': ['Bucket'],
  'AWS::SNS::Topic': ['TopicName', 'FifoTopic'],
  'AWS::SNS::TopicPolicy': [],
  'AWS::SQS::Queue': ['QueueName', 'FifoQueue'],
  'AWS::SQS::QueuePolicy': [],
  'AWS::Scheduler::ScheduleGroup': ['Name'],
  'AWS::StepFunctions::StateMachine': ['StateMachineName', 'StateMachineType'],
};

/** New ones with each deployment: a version's id has the hash of its code in it, a deployment's the time. */
const everNew = ['AWS::Lambda::Version', 'AWS::ApiGateway::Deployment'];

const templateShape = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      DeletionPolicy: z.string().optional(),
      UpdateReplacePolicy: z.string().optional(),
      Properties: z.record(z.string(), z.unknown()).default({}),
    }),
  ),
});

/** What 0.1.0 would deploy as a stage. */
export async function releasedResources(stage: string): Promise<Resources> {
  const template = JSON.stringify(releasedTemplate(await releasedStack('0.1.0')));
  const ofStage = template
    .replaceAll('sluice-local', `sluice-${stage}`)
    .replaceAll('Sluicelocal', `Sluice${stage}`)
    .replaceAll('"local"', `"${stage}"`);
  return templateShape.parse(JSON.parse(ofStage)).Resources;
}

const oneOrMore = z.union([z.unknown().array(), z.unknown().transform((one) => [one])]);
const roleShape = z.object({
  Policies: z.array(
    z.object({
      PolicyDocument: z.object({
        Statement: z.array(
          z.object({
            Effect: z.literal('Allow'),
            Action: oneOrMore,
            Resource: oneOrMore,
            Condition: z.unknown().optional(),
          }),
        ),
      }),
    }),
  ),
});

interface Right {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
  readonly condition: string;
}

/** A value as text, the same whatever the order of its keys. */
function written(value: unknown): string {
  const sorted = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.map(sorted);
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(
      Object.entries(one)
        .map(([key, part]) => [key, sorted(part)] as const)
        .sort(byKey),
    );
  };
  return JSON.stringify(sorted(value ?? null));
}

function byKey([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1;
}

/** Each right of each role, one by one. */
export function rightsIn(resources: Resources): readonly Right[] {
  return Object.entries(resources)
    .filter(([, { Type }]) => Type === 'AWS::IAM::Role')
    .flatMap(([role, { Properties }]) =>
      roleShape.parse(Properties).Policies.flatMap(({ PolicyDocument }) =>
        PolicyDocument.Statement.flatMap(({ Action, Resource: on, Condition }) =>
          Action.flatMap((action) =>
            on.map((resource) => ({
              ...{ role, action: String(action), resource: written(resource) },
              condition: Condition === undefined ? '' : written(Condition),
            })),
          ),
        ),
      ),
    );
}

/** Whether a pattern of resources takes in another one. */
function isWithin(narrow: string, wide: string): boolean {
  // An ARN of these has parts below the name always, so it takes in as much. That of an ECS service or task may have no cluster.
  const all = wide
    .replace(/(:listener(?:-rule)?\/app)\/\*\/\*"/, '$1/*"')
    .replace(/:task-definition\/\*:\*/, ':task-definition/*');
  const parts = all.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return wide === '"*"' || new RegExp(`^${parts.join('.*')}$`).test(narrow);
}

function covers(now: Right, before: Right): boolean {
  return (
    now.role === before.role &&
    now.action === before.action &&
    isWithin(before.resource, now.resource) &&
    (now.condition === before.condition || now.condition === '')
  );
}

/**
 * Rights that 0.1.0 gave and none of its calls uses, by role: its source was followed, like that of today in `local/rights`, and every
 * call that it can make is allowed without them.
 */
const unused = z
  .record(z.string(), z.array(z.string()))
  .parse(JSON.parse(readFileSync(path.join(import.meta.dirname, 'fixtures', 'unused-rights-of-0.1.0.json'), 'utf8')));

function isUsed({ role, action, resource }: Right): boolean {
  return !(unused[role] ?? []).some((one) => {
    const [name, on = ''] = one.split(' on ');
    return name === action && resource.includes(on);
  });
}

/** Rights that were narrowed on purpose, each with why a rollout under way misses nothing. */
const narrowed: readonly { readonly action: string; readonly on: string; readonly as: RegExp; readonly why: string }[] =
  [
    {
      ...{ action: 'elasticloadbalancing:CreateRule', on: 'listener-rule/app/*', as: /:listener\/app/ },
      why: 'AWS asks for the listener alone',
    },
    {
      ...{ action: 'elasticloadbalancing:AddTags', on: 'listener', as: /:listener-rule\/app.*CreateAction/ },
      why: '0.1.0 tags a rule in the request that makes it, and never a listener',
    },
    {
      ...{ action: 'events:PutEvents', on: 'event-bus/default', as: /Sluice Rollout Transition/ },
      why: '0.1.0 puts no event of another type',
    },
    {
      ...{ action: 'dynamodb:PutItem', on: 'RolloutTable', as: /RolloutTable.*(?:EnclosingOperation|Attributes)/ },
      why: '0.1.0 writes in transactions, but for marks and requests that wait, whose attributes and keys are allowed where they were',
    },
    {
      ...{ action: 'dynamodb:DeleteItem', on: 'RolloutTable', as: /RolloutTable.*EnclosingOperation/ },
      why: 'outside of a transaction 0.1.0 deletes requests that wait alone, by functions that have the right to that',
    },
    {
      ...{ action: 'dynamodb:DeleteItem', on: 'RolloutTable', as: /RolloutTable.*SERVICE#\*/ },
      why: 'a delete names the key of its item always, and 0.1.0 deletes alone what waits for a service',
    },
    {
      ...{ action: 'dynamodb:UpdateItem', on: 'RolloutTable', as: /RolloutTable.*claimedBy/ },
      why: 'the machine of 0.1.0 claims a rollout by the same attributes',
    },
    {
      ...{ action: 'lambda:InvokeFunction', on: 'function:sluice-', as: /FinishRollout|ScaleDownBlue/ },
      why: 'each machine may invoke every version of what its definition of 0.1.0 calls (test/serverless/template)',
    },
    {
      ...{ action: 'lambda:InvokeFunction', on: '-probe-*', as: /-probe-vpc-\*/ },
      why: 'the id of a VPC, which ends the name of a probe, begins with vpc-',
    },
    {
      ...{ action: 'ssm:GetParameter', on: 'sluice/*', as: /parameter\/sluice\/production\/\*/ },
      why: 'a deployment is refused while a rollout or a spec needs a secret elsewhere (test/serverless/refuse-lost-access)',
    },
    {
      ...{ action: 'secretsmanager:GetSecretValue', on: 'sluice/*', as: /secret:sluice\/production\/\*/ },
      why: 'the same',
    },
  ];

function isNarrowed(before: Right, now: readonly Right[]): boolean {
  return narrowed.some(
    ({ action, on, as }) =>
      before.action === action &&
      before.resource.includes(on) &&
      now.some(
        (one) => one.role === before.role && one.action === action && as.test(`${one.resource} ${one.condition}`),
      ),
  );
}

/** Returns what a deployment of a later template would take away from a rollout that started under an earlier one. */
export function losses(before: Resources, now: Resources): readonly string[] {
  const known = Object.entries(before).filter(([, { Type }]) => !everNew.includes(Type));
  const gone = known.filter(([id, { Type }]) => now[id]?.Type !== Type).map(([id]) => `${id} is gone`);
  const replaced = known.flatMap(([id, { Type, Properties }]) =>
    (fixed[Type] ?? [`no list of what replaces ${Type}`])
      .filter((name) => written(Properties[name]) !== written(now[id]?.Properties[name]))
      .map((name) => `${id} has another ${name}`),
  );
  const rights = rightsIn(now);
  const taken = rightsIn(before)
    .filter((right) => isUsed(right) && !rights.some((one) => covers(one, right)) && !isNarrowed(right, rights))
    .map(({ role, action, resource }) => `${role} may not ${action} on ${resource}`);
  return [...gone, ...replaced, ...taken];
}
