import http from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { guardedFetch } from '../../lib/network/guarded-fetch.ts';

let origin = '';
const seen: string[] = [];
const server = http.createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { method = '', url = '', headers } = request;
    seen.push(`${method} ${url} ${String(headers['x-a'])} ${Buffer.concat(chunks).toString()}`);
    if (url === '/moved') response.writeHead(302, { location: `${origin}/elsewhere` }).end();
    else if (url === '/none') response.writeHead(204).end();
    else if (url === '/odd') response.writeHead(999).end('no status of HTTP');
    else if (url === '/later') response.writeHead(429, { 'retry-after': '7' }).end('wait');
    else if (url === '/cut') request.socket.destroy();
    else if (url === '/flood') response.end('x'.repeat(4_200_000));
    else if (url !== '/silent') response.end('grüezi');
  });
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const post = (path: string, init: RequestInit = {}) =>
  guardedFetch({ isLocal: true })(`${origin}${path}`, {
    method: 'POST',
    headers: { 'X-A': 'b' },
    body: '{"c":1}',
    ...init,
  });

test('sends method, headers and body, and returns status and text', async () => {
  const answer = await post('/hook?q=1');

  expect([answer.status, await answer.text()]).toEqual([200, 'grüezi']);
  expect(seen.at(-1)).toBe('POST /hook?q=1 b {"c":1}');
});

test('follows no redirect', async () => {
  expect((await post('/moved')).status).toBe(302);
  expect(seen.join()).not.toContain('/elsewhere');
});

test('keeps what the other side asks to wait for, and takes an answer without a body', async () => {
  expect((await post('/later')).headers.get('retry-after')).toBe('7');
  expect((await post('/none')).status).toBe(204);
});

test.each([
  ['/cut', { code: 'ECONNRESET' }],
  ['/flood', { message: 'its answer is larger than 4 MiB' }],
  ['/odd', { message: expect.stringContaining('RangeError') }],
])('%s is a failure with its cause', async (path, cause) => {
  await expect(post(path)).rejects.toMatchObject({ message: 'fetch failed', cause });
});

test('a request under way ends when its signal does', async () => {
  const ending = new AbortController();
  server.once('request', () => {
    ending.abort();
  });

  await expect(post('/silent', { signal: ending.signal })).rejects.toMatchObject({
    ...{ message: 'fetch failed', cause: { name: 'AbortError' } },
  });
});

test('goes over TLS alone where it is not a local stack', async () => {
  await expect(guardedFetch({ isLocal: false })('http://shop.example.com/', {})).rejects.toMatchObject({
    cause: { message: expect.stringContaining('https:') },
  });
});
