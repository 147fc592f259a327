import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as cloudformation from '@aws-sdk/client-cloudformation';
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as ecr from '@aws-sdk/client-ecr';
import * as ecs from '@aws-sdk/client-ecs';
import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2';
import * as apigateway from '@aws-sdk/client-api-gateway';
import * as iam from '@aws-sdk/client-iam';
import * as kms from '@aws-sdk/client-kms';
import * as lambda from '@aws-sdk/client-lambda';
import * as scheduler from '@aws-sdk/client-scheduler';
import * as stepfunctions from '@aws-sdk/client-sfn';
import * as sqs from '@aws-sdk/client-sqs';
import * as sts from '@aws-sdk/client-sts';

const page = readFileSync(new URL('../../docs/aws-differences.md', import.meta.url), 'utf8');
const [, experiments = ''] = page.split('\n## What only an account can settle\n');

const services = {
  cloudformation,
  dynamodb,
  cloudwatch,
  logs,
  ecr,
  ecs,
  elbv2,
  apigateway,
  iam,
  kms,
  lambda,
  scheduler,
  stepfunctions,
  sqs,
  sts,
};

/** `aws ecs update-service` as `['ecs', 'update-service']`; waiters and settings of the AWS CLI itself left out. */
const commands = [...page.matchAll(/\baws (?:--profile \S+ )?(\w+) ([a-z0-9-]+)/g)].flatMap(([, service, operation]) =>
  service === undefined || operation === undefined || service === 'configure' || operation === 'wait'
    ? []
    : [[service, operation] as const],
);

describe('what only an account can settle', () => {
  test.each([
    'ECS and the load balancer',
    'EventBridge Scheduler',
    'Step Functions',
    'CloudFormation',
    'DynamoDB',
    'Lambda and its stream mappings',
    'CloudWatch',
    'Conditions of IAM',
    'KMS',
    'ECR',
    'API Gateway',
  ])('is listed for %s, each question with what to run', (service) => {
    const [, chapter = ''] = experiments.split(`\n### ${service}\n`);
    const [own = ''] = chapter.split('\n### ');

    expect(own.split('\n**').slice(1)).not.toHaveLength(0);
    expect(own).toMatch(/\b(aws|npx sluice|curl) /);
  });

  test('names operations of AWS alone', () => {
    const unknown = commands.filter(([service, operation]) => {
      const [, client] = Object.entries(services).find(([name]) => name === service) ?? [];
      const name = operation.replaceAll(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
      return client === undefined || !Object.hasOwn(client, `${name}Command`);
    });

    expect(commands.length).toBeGreaterThan(40);
    expect(unknown).toEqual([]);
  });
});
