import { createServer, type Server } from 'node:http';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterEach, describe, expect, test } from '@jest/globals';
import { vpcProbe } from '../../lib/platform/vpc-probe.ts';
import { type Probe, ProbeFailed, ProbeNotReady } from '../../lib/ports/probe.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const outside: Probe = {
  get: () => Promise.reject(new Error('nothing is asked from outside')),
  addressesOf: (host) =>
    host === 'main.test' ? Promise.resolve(['10.0.0.1', '10.0.1.1']) : Promise.reject(new Error('ENOTFOUND')),
};

/** The adapter on a Lambda that gives one answer. */
async function probeOn({ status = 200, headers = {}, body }: Answer) {
  const seen: { readonly path: string | undefined; readonly event: unknown }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seen.push({ path: request.url, event: JSON.parse(Buffer.concat(chunks).toString()) });
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const client = new LambdaClient({
    endpoint: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  return { probe: vpcProbe(client, 'production', 'vpc-1', outside), seen };
}

const get = ({ probe }: { readonly probe: Probe }) =>
  probe.get('http://main.test/health', { 'x-sluice-verify': 'w' }, 2, '10.0.0.1');
const refusal = (type: string, Message: string, status: number): Answer => ({
  status,
  headers: { 'x-amzn-errortype': type },
  body: { Type: 'User', Message },
});

describe('a request that is no GET', () => {
  const post = { method: 'POST', body: '{}' };
  const send = ({ probe }: { readonly probe: Probe }) => probe.get('http://main.test/login', {}, 2, '10.0.0.1', post);

  test('is sent with its method and body', async () => {
    const on = await probeOn({ body: { status: 201, milliseconds: 3, method: 'POST' } });

    expect(await send(on)).toEqual({ status: 201, milliseconds: 3 });
    expect(on.seen).toMatchObject([{ event: post }]);
  });

  test('of a probe of before, which sent a GET, is no answer: it says what to deploy', async () => {
    const on = await probeOn({ body: { status: 200, milliseconds: 3 } });

    await expect(send(on)).rejects.toThrow('sends GET alone, not POST: deploy serverless/probe/probe.yml');
  });
});

describe('a probe in a VPC', () => {
  test('is asked by the name that stage and VPC give it, and answers as one outside does', async () => {
    const on = await probeOn({ body: { status: 200, milliseconds: 3, headers: { a: 'b' }, body: 'ok' } });

    expect(await get(on)).toEqual({ status: 200, milliseconds: 3, headers: { a: 'b' }, body: 'ok' });
    expect(on.seen).toEqual([
      {
        path: '/2015-03-31/functions/sluice-production-probe-vpc-1/invocations',
        event: {
          url: 'http://main.test/health',
          headers: { 'x-sluice-verify': 'w' },
          timeoutSeconds: 2,
          address: '10.0.0.1',
        },
      },
    ]);
  });

  test.each<[string, Answer]>([
    [
      'inactive',
      refusal(
        'ResourceNotReadyException',
        'The function is inactive and its VPC connection is no longer available.',
        502,
      ),
    ],
    ['pending', refusal('ResourceConflictException', 'The function is currently in the following state: Pending', 409)],
    [
      'without a network interface',
      refusal('ENILimitReachedException', 'The elastic network interface limit was reached.', 502),
    ],
  ])('that is %s is not ready, which says nothing of what is asked', async (_, answer) => {
    await expect(get(await probeOn(answer))).rejects.toThrow(ProbeNotReady);
    await expect(get(await probeOn(answer))).rejects.toThrow('sluice-production-probe-vpc-1 is not ready yet');
  });

  test.each<[string, boolean, Answer, string]>([
    [
      'is not there',
      true,
      refusal('ResourceNotFoundException', 'Function not found', 404),
      'deploy serverless/probe/probe.yml',
    ],
    [
      'could not connect',
      false,
      { body: { error: 'connect ECONNREFUSED 10.0.0.1:80' } },
      'connect ECONNREFUSED 10.0.0.1:80',
    ],
    [
      'failed',
      true,
      { headers: { 'x-amz-function-error': 'Unhandled' }, body: { errorMessage: 'Task timed out' } },
      'failed: {"errorMessage":"Task timed out"}',
    ],
    ['is throttled', true, refusal('TooManyRequestsException', 'Rate Exceeded', 429), 'Rate Exceeded'],
    [
      'may not be called',
      true,
      refusal('AccessDeniedException', 'not authorized to perform: lambda:InvokeFunction', 403),
      'AccessDeniedException: not authorized to perform: lambda:InvokeFunction',
    ],
  ])('that %s says so, and whether that tells of what was asked: %s', async (_, isOwn, answer, said) => {
    const asked = get(await probeOn(answer));
    const error: unknown = await asked.catch((thrown: unknown) => thrown);

    expect(error instanceof ProbeFailed).toBe(isOwn);

    await expect(asked).rejects.toThrow(said);
    await expect(asked).rejects.not.toThrow(ProbeNotReady);
  });

  test('finds the nodes of a load balancer from outside, and leaves a private name to the probe', async () => {
    const { probe } = await probeOn({ body: {} });

    expect(await probe.addressesOf('main.test')).toEqual(['10.0.0.1', '10.0.1.1']);
    expect(await probe.addressesOf('shop.internal')).toEqual(['shop.internal']);
  });
});
