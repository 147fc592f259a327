import { beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { packageStack, type PackagedStack, type Resource } from './packaged-stack.ts';

const boundary = 'arn:aws:iam::111122223333:policy/platform/boundary';
const key = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

let stack: PackagedStack;
beforeAll(async () => {
  const values = { PermissionsBoundary: boundary, RolePath: '/platform/', CustomerKey: key, MailSender: 'example.com' };
  stack = await packageStack('production', [], values);
}, 1_200_000);

const ofType = (type: string): [string, Resource][] =>
  Object.entries(stack.resources).filter(([, { Type }]) => Type === type);
/** Logical ids of a type whose properties are not of a shape. */
const without = (type: string, shape: z.ZodType) =>
  ofType(type).flatMap(([id, { Properties }]) => (shape.safeParse(Properties).success ? [] : [id]));

/** Kinds of resources that keep what passes through the stack, and how each names its key. */
const storing = {
  'AWS::Logs::LogGroup': z.object({ KmsKeyId: z.literal(key) }),
  'AWS::SQS::Queue': z.object({ KmsMasterKeyId: z.literal(key), SqsManagedSseEnabled: z.never().optional() }),
  'AWS::SNS::Topic': z.object({ KmsMasterKeyId: z.literal(key) }),
  'AWS::DynamoDB::Table': z.object({
    SSESpecification: z.object({
      SSEEnabled: z.literal(true),
      SSEType: z.literal('KMS'),
      KMSMasterKeyId: z.literal(key),
    }),
  }),
  'AWS::S3::Bucket': z.object({
    BucketEncryption: z.object({
      ServerSideEncryptionConfiguration: z.tuple([
        z.object({
          ServerSideEncryptionByDefault: z.object({
            SSEAlgorithm: z.literal('aws:kms'),
            KMSMasterKeyID: z.literal(key),
          }),
        }),
      ]),
    }),
  }),
};
const role = z.object({
  Policies: z.array(z.object({ PolicyName: z.unknown(), PolicyDocument: z.object({ Statement: z.array(z.json()) }) })),
});

describe('in a landing zone', () => {
  test('every role has the boundary and the path', () => {
    const asked = z.object({ PermissionsBoundary: z.literal(boundary), Path: z.literal('/platform/') });

    expect(ofType('AWS::IAM::Role').length).toBeGreaterThan(50);
    expect(without('AWS::IAM::Role', asked)).toEqual([]);
  });

  test.each(Object.entries(storing))('every %s is under the key, but for the bucket of the code', (type, shape) => {
    expect(ofType(type)).not.toEqual([]);
    expect(without(type, shape).filter((id) => id !== 'ServerlessDeploymentBucket')).toEqual([]);
  });

  test('every role may use the key through the services that store with it, and in no other way', () => {
    const services = ['dynamodb', 'sqs', 'sns', 's3'].map((name) => `${name}.\${AWS::Region}.amazonaws.com*`);
    for (const [, { Properties }] of ofType('AWS::IAM::Role')) {
      const ofKey = role
        .parse(Properties)
        .Policies.flatMap(({ PolicyDocument: { Statement } }) => Statement)
        .filter((statement) => JSON.stringify(statement).includes(key));

      expect(ofKey).toEqual([
        expect.objectContaining({
          Effect: 'Allow',
          Resource: key,
          Condition: { StringLike: { 'kms:ViaService': services.map((name) => ({ 'Fn::Sub': name })) } },
        }),
      ]);
    }
  });

  test('mail is sent from the identity that is named alone', () => {
    const identities = ofType('AWS::IAM::Role').flatMap(([, { Properties }]) =>
      [...JSON.stringify(Properties).matchAll(/:identity\/([^"]*)"/g)].map(([, name]) => name),
    );

    expect(identities).toEqual(['example.com', 'example.com']);
  });

  test('the policies of a role are no longer than IAM takes, 10,240 characters', () => {
    const lengths = ofType('AWS::IAM::Role').map(([, { Properties }]) =>
      role
        .parse(Properties)
        .Policies.map(({ PolicyDocument }) => JSON.stringify(PolicyDocument).length)
        .reduce((sum, length) => sum + length, 0),
    );

    expect(Math.max(...lengths)).toBeLessThan(10_240);
  });
});
