import http from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { httpProbe } from '../../lib/platform/http-probe.ts';
import { freePort } from '../../local/process/free-port.ts';

let server: http.Server;
let base: string;
const seen: http.IncomingMessage[] = [];

beforeAll(async () => {
  server = http.createServer((request, response) => {
    seen.push(request);
    if (request.url === '/moved') response.writeHead(302, { location: `${base}/elsewhere` }).end();
    else if (request.url === '/broken') response.writeHead(503).end('no');
    else if (request.url === '/cut') request.socket.destroy();
    else if (request.url === '/half') response.writeHead(200, { 'content-length': '10' }).write('12345');
    else if (request.url !== '/silent') response.end('well');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const get = (path: string, headers = {}, timeoutSeconds = 5) =>
  httpProbe({ isLocal: true }).get(`${base}${path}`, headers, timeoutSeconds);

describe('an answer', () => {
  test('is a status and how long it took', async () => {
    const { status, milliseconds } = await get('/health', { 'x-sluice-verify': 'word' });

    expect(status).toBe(200);
    expect(milliseconds).toBeGreaterThanOrEqual(0);
    expect(Number.isInteger(milliseconds)).toBe(true);
    expect(seen.at(-1)).toMatchObject({ method: 'GET', url: '/health', headers: { 'x-sluice-verify': 'word' } });
  });

  test('of an ill service is an answer too', async () => {
    expect(await get('/broken')).toMatchObject({ status: 503 });
  });

  test('that redirects is not followed: where it leads is not green', async () => {
    expect(await get('/moved')).toMatchObject({ status: 302 });
    expect(seen.map(({ url }) => url)).not.toContain('/elsewhere');
  });
});

describe('no answer is an error that says', () => {
  test.each([
    ['that none came in time', '/silent'],
    ['that it stopped half-way', '/half'],
  ])('%s', async (_, path) => {
    await expect(get(path, {}, 0.1)).rejects.toThrow('no whole answer within 0.1 s');
  });

  test('that the connection was cut', async () => {
    await expect(get('/cut')).rejects.toThrow(/the connection failed: .*(other side closed|ECONNRESET)/);
  });

  test('that nobody listens, and where', async () => {
    const port = await freePort();

    await expect(httpProbe({ isLocal: true }).get(`http://127.0.0.1:${port}/health`, {}, 5)).rejects.toThrow(
      `the connection failed: connect ECONNREFUSED 127.0.0.1:${port}`,
    );
  });

  test('that the address is none', async () => {
    await expect(httpProbe({ isLocal: true }).get('http://', {}, 5)).rejects.toThrow(/failed: .*URL/);
  });
});
