import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { databaseProbe } from '../../lib/platform/database-probe.ts';
import { httpProbe } from '../../lib/platform/http-probe.ts';
import { vpcProbe } from '../../lib/platform/vpc-probe.ts';
import type { Probe } from '../../lib/ports/probe.ts';
import { startRedis } from '../../local/databases/servers.ts';
import { dataProbe } from '../../scripts/package/data-probe.mjs';
import { eventually } from '../setup/eventually.ts';
import { emulatorUnderTest } from './emulator-under-test.ts';

const template = readFileSync(new URL('../../serverless/probe/probe.yml', import.meta.url), 'utf8');
const vpcId = 'vpc-0123456789abcdef0';
let under: Awaited<ReturnType<typeof emulatorUnderTest>>;
let server: Server;
let base = '';
let probe: Probe;

/** A call of CloudFormation, which has no SDK client here. */
async function cloudFormation(parameters: Readonly<Record<string, string>>): Promise<string> {
  const scope = 'Credential=test/20260101/us-east-1/cloudformation/aws4_request';
  const answer = await fetch(under.emulator.endpoint, {
    method: 'POST',
    headers: { authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=none` },
    body: new URLSearchParams({ Version: '2010-05-15', ...parameters }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text.slice(0, 1000));
  return text;
}

async function deploy(
  stage: string,
  where: Readonly<Record<string, string>> = { TemplateBody: template },
  name = 'probe',
  more: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
  const StackName = `sluice-${stage}-${name}`;
  const values = {
    Stage: stage,
    VpcId: vpcId,
    SubnetIds: 'subnet-0123456789abcdef0,subnet-0123456789abcdef1',
    ...more,
  };
  const parameters = Object.entries(values).flatMap(([key, value], index): [string, string][] => [
    [`Parameters.member.${index + 1}.ParameterKey`, key],
    [`Parameters.member.${index + 1}.ParameterValue`, value],
  ]);
  await cloudFormation({
    Action: 'CreateStack',
    StackName,
    ...where,
    'Capabilities.member.1': 'CAPABILITY_IAM',
    ...Object.fromEntries(parameters),
  });
  const statusOf = async () =>
    /<StackStatus>(\w+)</.exec(await cloudFormation({ Action: 'DescribeStacks', StackName }))?.[1];
  await eventually(`${StackName} is created`, async () => (await statusOf())?.endsWith('_IN_PROGRESS') === false);
  return statusOf();
}

beforeAll(async () => {
  under = await emulatorUnderTest();
  server = createServer((request, response) => {
    response.writeHead(200, { 'x-version': '412' }).end(`${request.method ?? ''} ${request.url ?? ''}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  probe = vpcProbe(under.lambda, 'local', vpcId, httpProbe({ isLocal: true }));
});
afterAll(async () => {
  server.close();
  await under.close();
});

test('before it is deployed, asking says what to deploy', async () => {
  await expect(probe.get(`${base}/health`, {}, 2)).rejects.toThrow('deploy serverless/probe/probe.yml for this VPC');
});

test('the probe is a stack of its own, which the stack of the stage finds by its name', async () => {
  expect(await deploy('local')).toBe('CREATE_COMPLETE');

  expect(await probe.get(`${base}/health`, { 'x-sluice-verify': 'w' }, 5)).toMatchObject({
    status: 200,
    body: 'GET /health',
    headers: { 'x-version': '412' },
  });
  const post = { method: 'POST', body: '{}' };
  expect(await probe.get(`${base}/login`, {}, 5, undefined, post)).toMatchObject({ body: 'POST /login' });
  await expect(probe.get('http://169.254.169.254/latest/meta-data/', {}, 2)).rejects.toThrow(
    'which the probe does not ask',
  );
});

test('of another stage than the local one refuses its own runtime', async () => {
  expect(await deploy('production')).toBe('CREATE_COMPLETE');
  const other = vpcProbe(under.lambda, 'production', vpcId, httpProbe({ isLocal: true }));

  await expect(other.get(`${base}/health`, {}, 2)).rejects.toThrow('127.0.0.1, which the probe does not ask');
});

test('the data probe is another stack, which reads its secrets itself and asks what they lead to', async () => {
  const password = 'planted-hunter2-secret';
  const redis = await startRedis({ password });
  try {
    const facts = databaseProbe(under.lambda, 'local');
    const question = { kind: 'redis', secret: 'secretsmanager:sessions', tls: false, timeoutSeconds: 5 } as const;
    await expect(facts.cache(vpcId, question)).rejects.toThrow('deploy dist/data-probe.yml for this VPC');

    const Buckets = 'arn:aws:s3:::templates,arn:aws:s3:::files,arn:aws:s3:::gone';
    const Objects = 'arn:aws:s3:::files/sluice-check/*';
    const Secrets = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:sessions*';
    const { template: built } = await dataProbe(path.resolve(import.meta.dirname, '../..'));
    expect(await deploy('local', { TemplateURL: await kept(built) }, 'data-probe', { Secrets, Buckets, Objects })).toBe(
      'CREATE_COMPLETE',
    );
    expect(await facts.cache(vpcId, question)).toEqual({
      error: 'the secret secretsmanager:sessions cannot be read: ResourceNotFoundException',
    });

    expect(await facts.cache(vpcId, { ...question, secret: 'secretsmanager:others' })).toEqual({
      error: 'the secret secretsmanager:others cannot be read: AccessDeniedException',
    });

    await keepSecret('sessions', { host: 'localhost', port: redis.port, password, tls: false });
    expect(await facts.cache(vpcId, question)).toMatchObject({ redis: { isLoading: false } });

    await put({ files: '', others: '' });
    const bucketSays = (bucket: string, writes = false) =>
      facts.bucket(vpcId, { kind: 's3', bucket, writes, timeoutSeconds: 5 });
    expect(await bucketSays('files', true)).toEqual({ bucket: { isWritten: true } });
    expect(await bucketSays('templates')).toEqual({ bucket: { isWritten: false } });
    expect(await bucketSays('templates', true)).toEqual({
      error: 'the probe may not write sluice-check/ there: S3 answers with 403',
    });
    expect(await bucketSays('gone')).toEqual({ refused: 'there is no bucket of this name' });
    expect(await bucketSays('others')).toMatchObject({
      error: expect.stringContaining('add it to Buckets of its stack'),
    });
  } finally {
    await redis.stop();
  }
});

/** A template of this size is read from a bucket alone. */
async function kept(body: string): Promise<string> {
  await put({ templates: '', 'templates/data-probe.yml': body });
  return `${under.emulator.endpoint}/templates/data-probe.yml`;
}

/** Makes buckets, and objects in them, by their paths. */
async function put(contents: Readonly<Record<string, string>>): Promise<void> {
  const headers = {
    authorization:
      'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=none',
  };
  for (const [where, body] of Object.entries(contents)) {
    const answer = await fetch(`${under.emulator.endpoint}/${where}`, { method: 'PUT', headers, body });
    if (!answer.ok) throw new Error(`${where} was answered with ${answer.status}`);
  }
}

async function keepSecret(Name: string, content: object): Promise<void> {
  const scope = 'Credential=test/20260101/us-east-1/secretsmanager/aws4_request';
  const answer = await fetch(under.emulator.endpoint, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=none`,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'secretsmanager.CreateSecret',
    },
    body: JSON.stringify({ Name, SecretString: JSON.stringify(content), ClientRequestToken: randomUUID() }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}
