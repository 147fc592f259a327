import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer, type RequestListener, type Server } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import * as z from 'zod';
import { startRedis } from '../../local/databases/servers.ts';
import type { DatabaseServer } from '../../local/databases/place.ts';
import { dataProbe } from '../../scripts/package/data-probe.mjs';

const projectRoot = path.resolve(import.meta.dirname, '../..');
const shape = z.object({
  Resources: z.object({
    Probe: z.object({ Properties: z.looseObject({ Code: z.object({ ZipFile: z.string() }), Timeout: z.number() }) }),
    ProbeRole: z.object({ Properties: z.looseObject({ Policies: z.array(z.unknown()) }) }),
  }),
});
type Handler = (event: unknown) => Promise<unknown>;
const password = 'planted-hunter2-secret';

let template = '';
let folder = '';
let redis: DatabaseServer;
const servers: Server[] = [];

beforeAll(async () => {
  ({ template } = await dataProbe(projectRoot));
  folder = mkdtempSync(path.join(os.tmpdir(), 'sluice-data-probe-'));
  redis = await startRedis({ password });
}, 300_000);
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});
afterAll(async () => {
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
});

const resources = () => shape.parse(parse(template, { logLevel: 'silent' })).Resources;

/** The template's function, as an environment of Lambda would load it. */
function handlerWith(name: string, environment: Readonly<Record<string, string>>): Handler {
  const file = path.join(folder, `${name}.cjs`);
  writeFileSync(file, resources().Probe.Properties.Code.ZipFile);
  const before = { ...process.env };
  Object.assign(process.env, environment);
  try {
    return z
      .object({ handler: z.custom<Handler>((value) => typeof value === 'function') })
      .parse(createRequire(file)(file)).handler;
  } finally {
    for (const key of Object.keys(environment)) {
      // The keys of the role are read at each call, as Lambda may renew them.
      if (before[key] === undefined && !key.startsWith('AWS_')) Reflect.deleteProperty(process.env, key);
    }
  }
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

const role = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };

test('the template is one that CloudFormation takes from a bucket, and its function one that it takes inline', () => {
  expect(Buffer.byteLength(template)).toBeLessThan(1_000_000);
  expect(resources().Probe.Properties.Code.ZipFile).toContain('exports');
  expect(resources().Probe.Properties.Timeout).toBeGreaterThan(10);
});

test('the function may read the secrets that its stack names, and nothing else', () => {
  const policy = JSON.stringify(resources().ProbeRole.Properties.Policies);
  const actions = [...policy.matchAll(/"((?!lambda:SourceFunctionArn)\w+:[A-Za-z*]+)"/g)].map(([, action]) => action);

  expect(actions.filter((action) => !/^(?:logs|ec2):/.test(action ?? ''))).toEqual([
    'secretsmanager:GetSecretValue',
    'ssm:GetParameter',
    's3:ListBucket',
    's3:PutObject',
    's3:DeleteObject',
    'kms:Decrypt',
  ]);
  expect(policy).toContain('"Effect":"Deny"');
});

describe('the function', () => {
  const event = { kind: 'redis', secret: 'secretsmanager:prod/sessions', tls: false, timeoutSeconds: 5 };

  test('reads a secret with its own keys, and asks what it leads to', async () => {
    const seen: unknown[] = [];
    const url = await serve((request, response) => {
      seen.push([request.headers['x-amz-target'], request.headers.authorization?.split(' ')[0]]);
      const kept = { host: 'localhost', port: redis.port, password, tls: false };
      response.end(JSON.stringify({ SecretString: JSON.stringify(kept) }));
    });
    const handler = handlerWith('asks', { ...role, AWS_ENDPOINT_URL: url, LOOPBACK: 'allowed', HOSTS: '' });

    expect(await handler(event)).toMatchObject({ redis: { isLoading: false } });
    expect(seen).toEqual([['secretsmanager.GetSecretValue', 'AWS4-HMAC-SHA256']]);
  });

  test('asks nothing on its own machine but in the local stage', async () => {
    const kept = JSON.stringify({ host: 'localhost', port: redis.port, password, tls: false });
    const url = await serve((_, response) => response.end(JSON.stringify({ SecretString: kept })));
    const handler = handlerWith('refuses', { ...role, AWS_ENDPOINT_URL: url, LOOPBACK: 'refused' });

    expect(await handler(event)).toEqual({
      refused: 'its name leads to a loopback, link-local, metadata or reserved address',
    });
  });

  test('names what AWS says of a secret that it may not read, and nothing of its words', async () => {
    const url = await serve((_, response) =>
      response.writeHead(400).end(JSON.stringify({ __type: 'AccessDeniedException', Message: password })),
    );
    const handler = handlerWith('denied', { ...role, AWS_ENDPOINT_URL: url, LOOPBACK: 'allowed' });

    expect(await handler(event)).toEqual({
      error: 'the secret secretsmanager:prod/sessions cannot be read: AccessDeniedException',
    });
  });
});
