import * as z from 'zod';

const resourceShape = z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) });
const templateShape = z.object({ Resources: z.record(z.string(), resourceShape) });

export const account = '111122223333';
export const region = 'eu-west-1';

const pseudo: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': region,
  'AWS::AccountId': account,
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'sluice',
};

/** The property that names a resource, by its type. */
const nameProperties: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::StepFunctions::StateMachine': 'StateMachineName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::Scheduler::ScheduleGroup': 'Name',
};

const here = (service: string) => `arn:aws:${service}:${region}:${account}`;
const arns: Readonly<Record<string, (name: string) => string>> = {
  'AWS::DynamoDB::Table': (name) => `${here('dynamodb')}:table/${name}`,
  'AWS::SNS::Topic': (name) => `${here('sns')}:${name}`,
  'AWS::SQS::Queue': (name) => `${here('sqs')}:${name}`,
  'AWS::StepFunctions::StateMachine': (name) => `${here('states')}:stateMachine:${name}`,
  'AWS::Lambda::Function': (name) => `${here('lambda')}:function:${name}`,
  'AWS::Lambda::Version': (name) => `${here('lambda')}:function:${name}`,
  'AWS::S3::Bucket': (name) => `arn:aws:s3:::${name}`,
  'AWS::KMS::Key': (name) => `${here('kms')}:key/${name}`,
  'AWS::IAM::Role': (name) => `arn:aws:iam::${account}:role/${name}`,
  'AWS::Events::Rule': (name) => `${here('events')}:rule/${name}`,
  'AWS::Scheduler::ScheduleGroup': (name) => `${here('scheduler')}:schedule-group/${name}`,
  'AWS::Logs::LogGroup': (name) => `${here('logs')}:log-group:${name}`,
};
/** Types whose `Ref` is an ARN. */
const referredByArn = new Set(['AWS::SNS::Topic', 'AWS::StepFunctions::StateMachine', 'AWS::Lambda::Version']);

export interface Resource {
  readonly id: string;
  readonly type: string;
  /** With every reference replaced by what it would be in an account. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** A packaged template as it would be once deployed: with names and ARNs in place of references. */
export function deployed(template: unknown): readonly Resource[] {
  const { Resources: resources } = templateShape.parse(template);
  const nameOf = (id: string): string => {
    const found = resources[id];
    if (found === undefined) throw new Error(`The template refers to ${id}, which it does not have.`);
    if (found.Type === 'AWS::Lambda::Version') return `${String(resolve(found.Properties['FunctionName']))}:7`;
    const given = found.Properties[nameProperties[found.Type] ?? 'Name'];
    return given === undefined ? id.toLowerCase() : String(resolve(given));
  };
  const arnOf = (id: string): string => {
    const type = resources[id]?.Type ?? '';
    const arn = arns[type];
    if (arn === undefined)
      throw new Error(`The template names the ARN of ${id} (${type}); say in template.ts what it looks like.`);
    return arn(nameOf(id));
  };
  const reference = (id: string): string => {
    const known = pseudo[id];
    if (known !== undefined) return known;
    const type = resources[id]?.Type ?? '';
    if (type === 'AWS::SQS::Queue') return `https://sqs.${region}.amazonaws.com/${account}/${nameOf(id)}`;
    return referredByArn.has(type) ? arnOf(id) : nameOf(id);
  };
  const attribute = (id: string, name: string): string => {
    if (name === 'StreamArn') return `${arnOf(id)}/stream/2026-01-01T00:00:00.000`;
    return name.endsWith('Arn') ? arnOf(id) : nameOf(id);
  };
  const substituted = (argument: unknown): string => {
    const [text, values] =
      typeof argument === 'string'
        ? [argument, {}]
        : z.tuple([z.string(), z.record(z.string(), z.unknown())]).parse(argument);
    return text.replaceAll(/\$\{([^}!]+)\}/g, (_, name: string) => {
      if (name in values) return String(resolve(values[name]));
      const [id = '', part] = name.split('.');
      return part === undefined ? reference(id) : attribute(id, part);
    });
  };
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const entries: [string, unknown][] = Object.entries(value);
    const [[key, argument] = ['', undefined], ...others] = entries;
    if (others.length === 0) {
      if (key === 'Ref') return reference(z.string().parse(argument));
      if (key === 'Fn::GetAtt') return attribute(...z.tuple([z.string(), z.string()]).parse(argument));
      if (key === 'Fn::Sub') return substituted(argument);
      if (key === 'Fn::Join') {
        const [separator, parts] = z.tuple([z.string(), z.array(z.unknown())]).parse(argument);
        return parts.map((part) => String(resolve(part))).join(separator);
      }
    }
    return Object.fromEntries(entries.map(([name, each]) => [name, resolve(each)]));
  };
  return Object.entries(resources).map(([id, { Type: type, Properties }]) => ({
    id,
    type,
    properties: Object.fromEntries(Object.entries(Properties).map(([name, value]) => [name, resolve(value)])),
  }));
}

/** Name of a resource: the one that it is given by a property, or one that CloudFormation makes. */
export function nameIn({ id, properties }: Resource, property: string): string {
  const given = properties[property];
  return typeof given === 'string' ? given : id.toLowerCase();
}

/** ARN of a role of the template. */
export function roleArn(role: Resource): string {
  return `arn:aws:iam::${account}:role/${nameIn(role, 'RoleName')}`;
}
