import { createServer, type RequestListener, type Server } from 'node:http';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterEach, describe, expect, test } from '@jest/globals';
import { databaseProbe } from '../../lib/platform/database-probe.ts';
import { signedSecrets } from '../../lib/platform/signed-secrets.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'planted-hunter2' };
const region = 'eu-west-1';

describe('a secret', () => {
  const read = (endpoint: string) =>
    signedSecrets({ region, endpoint, milliseconds: 5_000, keys: () => ({ ...credentials, sessionToken: 'token' }) });

  test('of Parameter Store is read decrypted, in a request that is signed for it', async () => {
    const seen: unknown[] = [];
    const url = await serve((request, response) => {
      request.on('data', (chunk: Buffer) => {
        const { authorization = '' } = request.headers;
        seen.push([/Credential=[^,]*/.exec(authorization)?.[0].split('/').slice(2), chunk.toString()]);
        response.end(JSON.stringify({ Parameter: { Value: 'kept' } }));
      });
    });

    expect(await read(url)('ssm:/orders')).toBe('kept');
    expect(seen).toEqual([[[region, 'ssm', 'aws4_request'], '{"Name":"/orders","WithDecryption":true}']]);
  });

  test.each([
    [
      'by its type',
      400,
      '{"__type":"com.amazonaws#ResourceNotFoundException","message":"hunter2"}',
      'ResourceNotFoundException',
    ],
    ['by its status', 500, 'hunter2', 'secretsmanager answers with 500'],
    ['by its status where its type is none', 400, '{"__type":"hunter2 <b>"}', 'secretsmanager answers with 400'],
  ])('that AWS does not give is refused %s alone', async (_, status, body, said) => {
    const url = await serve((_request, response) => response.writeHead(status).end(body));

    await expect(read(url)('secretsmanager:orders')).rejects.toThrow(new Error(said));
  });

  test('is not read where there is no way to AWS', async () => {
    const url = await serve((request) => request.socket.destroy());

    await expect(read(url)('secretsmanager:orders')).rejects.toThrow('an endpoint or a NAT gateway');
  });
});

describe('the data probe', () => {
  const question = { kind: 'redis', tls: true, timeoutSeconds: 1 } as const;
  const probeOn = async (listener: RequestListener) => {
    const endpoint = await serve(listener);
    return databaseProbe(new LambdaClient({ region, endpoint, credentials, maxAttempts: 1 }), 'production');
  };

  test('is called by its name', async () => {
    const seen: unknown[] = [];
    const probe = await probeOn(({ url }, response) => {
      seen.push(url);
      response.end(JSON.stringify({ refused: 'it asks for a password' }));
    });

    expect(await probe.cache('vpc-1', question)).toEqual({ refused: 'it asks for a password' });
    expect(seen).toEqual(['/2015-03-31/functions/sluice-production-probe-data-vpc-1/invocations']);
  });

  test('that failed says where to look, and nothing of what it was asked', async () => {
    const probe = await probeOn((_, response) =>
      response.writeHead(200, { 'x-amz-function-error': 'Unhandled' }).end('{"errorMessage":"hunter2"}'),
    );

    await expect(probe.cache('vpc-1', question)).rejects.toThrow(
      new Error(
        'the probe sluice-production-probe-data-vpc-1 failed: see its log group, /aws/lambda/sluice-production-probe-data-vpc-1',
      ),
    );
  });

  test.each(['{"sql":{}}', '{"redis":{"version":"7 <b>"}}', 'no JSON', '{}'])(
    'that answers with %s is one of another version',
    async (body) => {
      const probe = await probeOn((_, response) => response.end(body));

      await expect(probe.cache('vpc-1', question)).rejects.toThrow('is of another version: deploy its stack again');
    },
  );
});
