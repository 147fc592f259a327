import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { SNSClient, PublishCommand } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clientSettings } from '../../lib/platform/client-settings.ts';

let server: http.Server;

beforeAll(async () => {
  server = http.createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('a service that never answers is an error, not a wait without end', async () => {
  const { port } = server.address() as AddressInfo;
  const client = new SNSClient({
    ...clientSettings,
    requestHandler: { ...clientSettings.requestHandler, requestTimeout: 100 },
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });

  await expect(client.send(new PublishCommand({ TopicArn: 'arn', Message: 'x' }))).rejects.toMatchObject({
    name: 'TimeoutError',
  });
});
