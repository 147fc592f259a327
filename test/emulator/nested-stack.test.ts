import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
  waitUntilStackCreateComplete,
  waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as z from 'zod';
import { splitTemplate, type WholeTemplate } from '../../serverless/split-template.cjs';
import { emulatorUnderTest } from './emulator-under-test.ts';

const bucket = 'templates';
const StackName = 'sluice-divided';
const waiting = { maxWaitTime: 60, minDelay: 0.2, maxDelay: 0.5 };
let under: Awaited<ReturnType<typeof emulatorUnderTest>>;
let cloudFormation: CloudFormationClient;
let s3: S3Client;
let sqs: SQSClient;

beforeAll(async () => {
  under = await emulatorUnderTest();
  const settings = {
    endpoint: under.emulator.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  cloudFormation = new CloudFormationClient(settings);
  s3 = new S3Client({ ...settings, forcePathStyle: true });
  sqs = new SQSClient(settings);
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
});
afterAll(() => under.close());

/** Queues: `First` of the root; `Second` of a nested stack, whose failures go to the first; `Third` of the root again, likewise to the second. */
function template(seconds: number): WholeTemplate {
  const failuresTo = (id: string) => ({ deadLetterTargetArn: { 'Fn::GetAtt': [id, 'Arn'] }, maxReceiveCount: 3 });
  const queue = (name: string, more: object) => ({
    Type: 'AWS::SQS::Queue',
    Properties: { QueueName: { 'Fn::Sub': `\${Stage}-${name}` }, ...more },
  });
  return {
    Parameters: { Stage: { Type: 'String' } },
    Resources: {
      First: queue('first', {}),
      Second: queue('second', { VisibilityTimeout: seconds, RedrivePolicy: failuresTo('First') }),
      Third: queue('third', { RedrivePolicy: failuresTo('Second') }),
    },
    Outputs: { Last: { Value: { Ref: 'Third' } }, Inner: { Value: { 'Fn::Sub': '${Second.Arn}' } } },
  };
}

/** Divides the template and puts what is nested where the root finds it; returns the request of a deployment. */
async function divided(seconds: number) {
  const chapters = { Records: { functions: [], resources: ['Second'] } };
  const urlOf = (file: string) => `https://s3.us-east-1.amazonaws.com/${bucket}/${file}`;
  const { root, nested } = splitTemplate(template(seconds), chapters, urlOf);
  for (const [Key, Body] of Object.entries(nested)) await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  return {
    StackName,
    TemplateBody: JSON.stringify(root),
    Parameters: [{ ParameterKey: 'Stage', ParameterValue: 'here' }],
  };
}

const redrivePolicy = z.object({ deadLetterTargetArn: z.string().optional() });

async function attributesOf(name: string) {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: `${under.emulator.endpoint}/000000000000/here-${name}`,
      AttributeNames: ['All'],
    }),
  );
  const { RedrivePolicy: redrive = '{}', VisibilityTimeout: seconds } = Attributes;
  const { deadLetterTargetArn: failuresTo } = redrivePolicy.parse(JSON.parse(redrive));
  return { seconds, failuresTo };
}

test('a divided template is deployed and changed as one: references reach across its stacks', async () => {
  await cloudFormation.send(new CreateStackCommand(await divided(45)));
  await waitUntilStackCreateComplete({ client: cloudFormation, ...waiting }, { StackName });

  const arn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:here-${name}`;
  expect(await attributesOf('second')).toEqual({ seconds: '45', failuresTo: arn('first') });
  expect(await attributesOf('third')).toMatchObject({ failuresTo: arn('second') });
  const { Stacks: [stack] = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
  expect(stack?.Outputs).toEqual(
    expect.arrayContaining([expect.objectContaining({ OutputKey: 'Inner', OutputValue: arn('second') })]),
  );
  const resources = () => cloudFormation.send(new DescribeStackResourcesCommand({ StackName }));
  const before = await resources();
  expect(before.StackResources?.map(({ LogicalResourceId: id }) => id).sort()).toEqual([
    'First',
    'RecordsStack',
    'Third',
  ]);

  await cloudFormation.send(new UpdateStackCommand(await divided(60)));
  await waitUntilStackUpdateComplete({ client: cloudFormation, ...waiting }, { StackName });
  expect(await attributesOf('second')).toMatchObject({ seconds: '60' });
});
