import http from 'node:http';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { s3EvidenceArchive } from '../../lib/storage/s3-evidence-archive.ts';

/** As S3 does: a write on condition that nothing is there. */
const kept = new Map<string, string>();
let refusal: number | undefined;
let conflicts = 0;
const server = http.createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { url = '', headers } = request;
    if (refusal !== undefined) response.writeHead(refusal).end('<Error><Code>AccessDenied</Code></Error>');
    else if (conflicts > 0) {
      conflicts -= 1;
      response.writeHead(409).end('<Error><Code>ConditionalRequestConflict</Code></Error>');
    } else if (headers['if-none-match'] === '*' && kept.has(url))
      response.writeHead(412).end('<Error><Code>PreconditionFailed</Code></Error>');
    else {
      kept.set(url, Buffer.concat(chunks).toString());
      response.end();
    }
  });
});
let client: S3Client;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  client = new S3Client({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    forcePathStyle: true,
    maxAttempts: 1,
  });
});
afterAll(async () => {
  client.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('evidence that lies there is not written over, and a repeated call says where it is', async () => {
  const archive = s3EvidenceArchive(client, 'evidence');

  expect(await archive.keep('rollouts/web/a/evidence.json', { reason: 'first' })).toBe(
    's3://evidence/rollouts/web/a/evidence.json',
  );
  expect(await archive.keep('rollouts/web/a/evidence.json', { reason: 'forged' })).toBe(
    's3://evidence/rollouts/web/a/evidence.json',
  );
  expect([...kept.values()].join()).toContain('first');
  expect([...kept.values()].join()).not.toContain('forged');
});

test('a write that another one came between is tried once more, and is not taken for done', async () => {
  const archive = s3EvidenceArchive(client, 'evidence');
  conflicts = 1;
  await archive.keep('rollouts/web/b/evidence.json', { reason: 'second try' });
  expect([...kept.values()].join()).toContain('second try');

  conflicts = 2;
  await expect(archive.keep('rollouts/web/c/evidence.json', {})).rejects.toMatchObject({
    name: 'ConditionalRequestConflict',
  });
});

test('a write that is refused for another reason is an error', async () => {
  refusal = 403;

  await expect(s3EvidenceArchive(client, 'evidence').keep('x', {})).rejects.toMatchObject({ name: 'AccessDenied' });
});
