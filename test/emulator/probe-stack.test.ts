import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { httpProbe } from '../../lib/platform/http-probe.ts';
import { vpcProbe } from '../../lib/platform/vpc-probe.ts';
import type { Probe } from '../../lib/ports/probe.ts';
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
  if (!answer.ok) throw new Error(text);
  return text;
}

async function deploy(stage: string): Promise<string | undefined> {
  const StackName = `sluice-${stage}-probe`;
  const values = { Stage: stage, VpcId: vpcId, SubnetIds: 'subnet-0123456789abcdef0,subnet-0123456789abcdef1' };
  const parameters = Object.entries(values).flatMap(([key, value], index): [string, string][] => [
    [`Parameters.member.${index + 1}.ParameterKey`, key],
    [`Parameters.member.${index + 1}.ParameterValue`, value],
  ]);
  await cloudFormation({
    Action: 'CreateStack',
    StackName,
    TemplateBody: template,
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
