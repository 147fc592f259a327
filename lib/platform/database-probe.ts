import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type * as z from 'zod';
import { bucketAnswer, redisAnswer, sqlAnswer } from '../databases/question.ts';
import type { ServiceFacts } from '../ports/service-facts.ts';
import { parsedJson } from '../specification/text/parsed-json.ts';

/**
 * Asks databases, caches and buckets through the probe that is deployed for them in a VPC (`serverless/probe/data-probe.yml`).
 * @throws Error where the probe could not be called, which says nothing about what it should ask
 */
export function databaseProbe(
  client: LambdaClient,
  stage: string,
): Pick<ServiceFacts, 'database' | 'cache' | 'bucket'> {
  const nameIn = (vpcId: string) => `sluice-${stage}-probe-data-${vpcId}`;
  return {
    database: (vpcId, question) => ask(client, nameIn(vpcId), question, sqlAnswer),
    cache: (vpcId, question) => ask(client, nameIn(vpcId), question, redisAnswer),
    bucket: (vpcId, question) => ask(client, nameIn(vpcId), question, bucketAnswer),
  };
}

async function ask<Answer>(
  client: LambdaClient,
  FunctionName: string,
  question: object,
  answer: z.ZodType<Answer>,
): Promise<Answer> {
  const { FunctionError, Payload } = await client
    .send(new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(question)) }))
    .catch((error: unknown) => {
      throw explained(error, FunctionName);
    });
  if (FunctionError !== undefined)
    throw new Error(`the probe ${FunctionName} failed: see its log group, /aws/lambda/${FunctionName}`);
  const parsed = answer.safeParse(parsedJson(Buffer.from(Payload ?? []).toString()));
  if (parsed.success) return parsed.data;
  throw new Error(`the probe ${FunctionName} is of another version: deploy its stack again from dist/data-probe.yml`);
}

function explained(error: unknown, name: string): unknown {
  if (!(error instanceof Error) || error.name !== 'ResourceNotFoundException') return error;
  return new Error(
    `there is no probe ${name}: deploy dist/data-probe.yml for this VPC (docs/deploy.md says how), or take the check out of the spec`,
    { cause: error },
  );
}
