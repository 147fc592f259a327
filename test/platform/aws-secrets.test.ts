import http from 'node:http';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { awsSecrets } from '../../lib/platform/aws-secrets.ts';

const there = 'ssm:/sluice/test/there';
const missing = 'ssm:/sluice/test/missing';

let server: http.Server;
let time: number;
/** Names that were asked for, in order. */
let calls: string[];
/** What the store has; it may change. */
let values: Record<string, string>;
let secrets: ReturnType<typeof awsSecrets>;

/** A Parameter Store that counts its calls. */
beforeEach(async () => {
  time = Date.parse('2026-03-01T10:00:00Z');
  calls = [];
  values = { '/sluice/test/there': 'secret' };
  server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      const name = /"Name":"([^"]+)"/.exec(body)?.[1] ?? '';
      calls.push(name);
      const value = values[name];
      response.setHeader('Content-Type', 'application/x-amz-json-1.1');
      response.statusCode = value === undefined ? 400 : 200;
      response.end(
        JSON.stringify(value === undefined ? { __type: 'ParameterNotFound' } : { Parameter: { Value: value } }),
      );
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const endpoint = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
  const settings = { endpoint, region: 'eu-west-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  secrets = awsSecrets(new SSMClient(settings), new SecretsManagerClient(settings), () => new Date(time));
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

test('a secret is read once in five minutes', async () => {
  for (let i = 0; i < 50; i += 1) expect(await secrets.read(there)).toBe('secret');
  expect(calls).toHaveLength(1);

  time += 301_000;
  values['/sluice/test/there'] = 'another';
  expect(await secrets.read(there)).toBe('another');
});

test('one that is not there costs one call in ten seconds, however often it is wanted', async () => {
  for (let i = 0; i < 50; i += 1) await expect(secrets.read(missing)).rejects.toThrow('ParameterNotFound');
  expect(calls).toHaveLength(1);

  values['/sluice/test/missing'] = 'written meanwhile';
  time += 10_001;
  expect(await secrets.read(missing)).toBe('written meanwhile');
});

test('one that is not there says nothing of another one, and is asked for at once where it is forgotten', async () => {
  await expect(secrets.read(missing)).rejects.toThrow('ParameterNotFound');
  expect(await secrets.read(there)).toBe('secret');

  values['/sluice/test/missing'] = 'written meanwhile';
  secrets.forget(missing);
  expect(await secrets.read(missing)).toBe('written meanwhile');
});
