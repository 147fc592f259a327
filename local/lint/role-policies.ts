import * as z from 'zod';

const resource = z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) });
const templateShape = z.object({ Resources: z.record(z.string(), resource) });
type Resources = z.output<typeof templateShape>['Resources'];

const roleShape = z.object({ Policies: z.array(z.object({ PolicyDocument: z.unknown() })).default([]) });

/** A policy of a role with every reference replaced by an ARN of the right form. */
export interface RolePolicy {
  readonly role: string;
  readonly document: unknown;
}

const account = '111122223333';
const region = 'eu-west-1';
const pseudo: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': region,
  'AWS::AccountId': account,
  'AWS::StackName': 'stack',
};

/** ARN of a resource by its type; what a policy may name and is not here is a mistake that the caller hears of. */
const arns: Readonly<Record<string, (name: string) => string>> = {
  'AWS::DynamoDB::Table': (name) => `arn:aws:dynamodb:${region}:${account}:table/${name}`,
  'AWS::SNS::Topic': (name) => `arn:aws:sns:${region}:${account}:${name}`,
  'AWS::SQS::Queue': (name) => `arn:aws:sqs:${region}:${account}:${name}`,
  'AWS::StepFunctions::StateMachine': (name) => `arn:aws:states:${region}:${account}:stateMachine:${name}`,
  'AWS::Lambda::Function': (name) => `arn:aws:lambda:${region}:${account}:function:${name}`,
  'AWS::S3::Bucket': (name) => `arn:aws:s3:::${name.toLowerCase()}`,
  'AWS::KMS::Key': () => `arn:aws:kms:${region}:${account}:key/11111111-2222-3333-4444-555555555555`,
  'AWS::KMS::Alias': (name) => `arn:aws:kms:${region}:${account}:alias/${name}`,
  'AWS::IAM::Role': (name) => `arn:aws:iam::${account}:role/${name}`,
  'AWS::Events::EventBus': (name) => `arn:aws:events:${region}:${account}:event-bus/${name}`,
  'AWS::Scheduler::ScheduleGroup': (name) => `arn:aws:scheduler:${region}:${account}:schedule-group/${name}`,
  'AWS::Logs::LogGroup': (name) => `arn:aws:logs:${region}:${account}:log-group:${name}`,
  'AWS::SecretsManager::Secret': (name) => `arn:aws:secretsmanager:${region}:${account}:secret:${name}`,
};

/** What the roles of a CloudFormation template may do, in plain policies that a linter can read. */
export function rolePoliciesOf(template: unknown): readonly RolePolicy[] {
  const { Resources: resources } = templateShape.parse(template);
  return Object.entries(resources)
    .filter(([, { Type }]) => Type === 'AWS::IAM::Role')
    .flatMap(([role, { Properties }]) =>
      roleShape
        .parse(Properties)
        .Policies.map(({ PolicyDocument }) => ({ role, document: resolve(PolicyDocument, resources) })),
    );
}

function resolve(value: unknown, resources: Resources): unknown {
  if (Array.isArray(value)) return value.map((each) => resolve(each, resources));
  if (typeof value !== 'object' || value === null) return value;
  const [entry, ...others]: [string, unknown][] = Object.entries(value);
  if (entry !== undefined && others.length === 0) {
    const [key, argument] = entry;
    if (key === 'Ref') return arnOf(z.string().parse(argument), resources);
    if (key === 'Fn::GetAtt') return attributeOf(argument, resources);
    if (key === 'Fn::Sub') return substituted(argument, resources);
    if (key === 'Fn::Join') return joined(argument, resources);
  }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolve(each, resources)]));
}

function arnOf(name: string, resources: Resources): string {
  const known = pseudo[name];
  if (known !== undefined) return known;
  const type = resources[name]?.Type;
  const arn = type === undefined ? undefined : arns[type];
  if (arn === undefined)
    throw new Error(`A policy names ${name} (${type ?? 'no resource'}); add its ARN to role-policies.ts.`);
  return arn(name);
}

function attributeOf(argument: unknown, resources: Resources): string {
  const [name, attribute] = z.tuple([z.string(), z.string()]).parse(argument);
  const arn = arnOf(name, resources);
  if (attribute === 'Arn' || attribute.endsWith('Arn') || attribute === 'TopicArn') {
    return attribute === 'StreamArn' ? `${arn}/stream/label` : arn;
  }
  throw new Error(`A policy names ${name}.${attribute}; say in role-policies.ts what that looks like.`);
}

function substituted(argument: unknown, resources: Resources): string {
  const [text, values] =
    typeof argument === 'string'
      ? [argument, {}]
      : z.tuple([z.string(), z.record(z.string(), z.unknown())]).parse(argument);
  const known = new Map(Object.entries(values));
  return text.replaceAll(/\$\{([^}!]+)\}/g, (_, name: string) => {
    if (known.has(name)) return String(resolve(known.get(name), resources));
    const [resourceName, attribute] = name.split('.');
    return attribute === undefined ? arnOf(name, resources) : attributeOf([resourceName, attribute], resources);
  });
}

function joined(argument: unknown, resources: Resources): string {
  const [separator, parts] = z.tuple([z.string(), z.array(z.unknown())]).parse(argument);
  return parts.map((part) => String(resolve(part, resources))).join(separator);
}
