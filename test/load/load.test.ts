import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { startLoad } from '../../local/load/load.ts';
import type { SentAnswer } from '../../local/load/load-options.ts';
import { eventually } from '../setup/eventually.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer(listener);
  // It closes no connection that a client may use again, however long the machine stalls.
  server.keepAliveTimeout = 0;
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return { url: `http://127.0.0.1:${address.port}/`, server };
}

describe('startLoad', () => {
  test('sends every request that is due, over connections that it uses again', async () => {
    let connections = 0;
    const { url, server } = await serve((_, response) => response.end('hello'));
    server.on('connection', () => (connections += 1));

    const report = await startLoad({ url, requestsPerSecond: 40, maxSeconds: 5 }).ended;

    expect(report).toMatchObject({ requests: 200, failed: 0, byStatus: { 200: 200 }, byVersion: {} });
    // Spread over seconds, so that a stall of this machine does not make all of them due at once; one for each request would be none used again.
    expect(connections).toBeLessThan(200);
  });

  test('keeps the rate while the server stalls, and counts the whole delay of each request that it stalled', async () => {
    // Stalls until the 60th request has come, 590 ms after the first was due. A generator that waits for answers sends no second one.
    const held: (() => void)[] = [];
    let over = false;
    const { url } = await serve((_, response) => {
      if (over) response.end();
      else held.push(() => response.end());
      if (held.length === 60) over = true;
      if (over) for (const answer of held.splice(0)) answer();
    });
    // A stall of this machine adds to the time that the server holds them.
    const load = startLoad({ url, requestsPerSecond: 100, maxSeconds: 1, timeoutSeconds: 60 });

    const { requests, failed, latencyMs } = await load.ended;

    expect({ requests, failed }).toEqual({ requests: 100, failed: 0 });
    // The first ten waited for half a second and more.
    expect(latencyMs.p95).toBeGreaterThan(500);
  });

  test('tells of each answer: when its request was sent, its status and its version', async () => {
    const { url } = await serve((_, response) => response.writeHead(503).end('{"version":"the page"}'));
    const told: SentAnswer[] = [];
    const before = Date.now();

    const onAnswer = (answer: SentAnswer) => told.push(answer);
    const { requests } = await startLoad({ url, requestsPerSecond: 20, maxSeconds: 0.5, onAnswer }).ended;

    expect(told).toHaveLength(requests);
    expect(new Set(told.map(({ status, version }) => `${status} ${version}`))).toEqual(new Set(['503 the page']));
    for (const { sentAt } of told) expect(sentAt).toBeGreaterThanOrEqual(before);
  });

  test('counts from the moment a request was due, not from when this process came to send it', async () => {
    const { url } = await serve((_, response) => response.end());
    const load = startLoad({ url, requestsPerSecond: 100, maxSeconds: 0.6 });
    const until = performance.now() + 400;
    while (performance.now() < until);

    const { requests, latencyMs, sendDelayP95Ms } = await load.ended;

    expect(requests).toBe(60);
    expect(latencyMs.p95).toBeGreaterThan(300);
    expect(sendDelayP95Ms).toBeGreaterThan(300);
  });

  test.each([
    [
      'an x-version header',
      (response: Parameters<RequestListener>[1]) => response.setHeader('x-version', 'v1').end('{'),
      'v1',
    ],
    ['a version in a JSON body', (response: Parameters<RequestListener>[1]) => response.end('{"version":"v2"}'), 'v2'],
    ['a number as version', (response: Parameters<RequestListener>[1]) => response.end('{"version":3}'), '3'],
  ])('counts by version where the answer has %s', async (_, answer, version) => {
    const { url } = await serve((request, response) => {
      response.statusCode = request.headers['x-fail'] === 'yes' ? 500 : 200;
      answer(response);
    });

    const report = await startLoad({ url, requestsPerSecond: 50, maxSeconds: 0.2, headers: { 'x-fail': 'yes' } }).ended;

    expect(report).toMatchObject({ failed: 10, byVersion: { [version]: { requests: 10, failed: 10 } } });
  });

  test.each([
    ['answers 404', 404, '404'],
    ['answers 503', 503, '503'],
  ])('a service that %s has failed', async (_, status, key) => {
    const { url } = await serve((_request, response) => response.writeHead(status).end('{ no JSON'));

    const report = await startLoad({ url, requestsPerSecond: 50, maxSeconds: 0.2 }).ended;

    expect(report).toMatchObject({ requests: 10, failed: 10, byStatus: { [key]: 10 }, byVersion: {} });
  });

  test('an answer that does not come in time, or is cut off, has failed', async () => {
    const { url } = await serve((request, response) => {
      if (request.headers['x-way'] !== 'cut') return;
      response.writeHead(200, { 'content-length': 100 });
      response.write('half of it');
      setTimeout(() => response.destroy(), 20);
    });
    const options = { url, requestsPerSecond: 50, maxSeconds: 0.2 };
    const late = await startLoad({ ...options, timeoutSeconds: 0.1 }).ended;
    const cut = await startLoad({ ...options, headers: { 'x-way': 'cut' } }).ended;

    expect(late).toMatchObject({ requests: 10, failed: 10, byStatus: { timeout: 10 } });
    // By its own time, not by the 5 s that it has where none is named.
    expect(late.latencyMs.p50).toBeLessThan(5000);
    expect(cut).toMatchObject({ requests: 10, failed: 10, byStatus: { ECONNRESET: 10 } });
  });

  test('a service that is not there has failed every request', async () => {
    const { url, server } = await serve((_, response) => response.end());
    await new Promise((resolve) => server.close(resolve));

    const report = await startLoad({ url, requestsPerSecond: 50, maxSeconds: 0.2 }).ended;

    expect(report).toMatchObject({ requests: 10, failed: 10, byStatus: { ECONNREFUSED: 10 } });
  });

  test('never has more requests under way than allowed', async () => {
    let underWay = 0;
    let most = 0;
    const answers: (() => void)[] = [];
    const { url } = await serve((_, response) => {
      most = Math.max(most, (underWay += 1));
      answers.push(() => {
        underWay -= 1;
        response.end();
      });
    });

    const load = startLoad({ url, requestsPerSecond: 200, maxSeconds: 0.2, maxInFlight: 7 });
    await eventually('all others were left out', () =>
      Promise.resolve(load.report().requests === 33 && answers.length === 7),
    );
    for (const answer of answers) answer();
    const report = await load.ended;

    expect(most).toBe(7);
    expect(report).toMatchObject({ requests: 40, failed: 33, byStatus: { 200: 7, notSent: 33 } });
  });

  test('stop waits for the answers that are still to come', async () => {
    const asked = Promise.withResolvers<unknown>();
    const { url } = await serve((request, response) => {
      asked.resolve(request.url);
      setTimeout(() => response.end(), 200);
    });
    const load = startLoad({ url, requestsPerSecond: 100, maxSeconds: 60 });
    await asked.promise;

    const report = await load.stop();

    expect(report.requests).toBeGreaterThan(0);
    expect(report).toMatchObject({ failed: 0, byStatus: { 200: report.requests } });
    expect(load.report().requests).toBe(report.requests);
  });
});

describe('what is refused before anything is sent', () => {
  const options = { url: 'http://127.0.0.1:1/', requestsPerSecond: 10, maxSeconds: 1 };

  test.each([
    'http://example.com/',
    'http://10.0.0.1/',
    'http://0.0.0.0/',
    'http://127.0.0.1.example.com/',
    'http://localhost.example.com/',
    'http://[::ffff:8.8.8.8]/',
    'http://user@example.com:80/127.0.0.1',
  ])('%s: it is not this machine', (url) => {
    expect(() => startLoad({ ...options, url })).toThrow(
      /is not this machine: load goes to 127\.0\.0\.1, \[::1\] and localhost only/,
    );
  });

  test.each([
    ['a URL that is none', { url: 'nonsense' }, '"nonsense" is no URL, expected one such as http://127.0.0.1:8080/'],
    [
      'https',
      { url: 'https://127.0.0.1/' },
      'https://127.0.0.1/ is not http, expected a URL such as http://127.0.0.1:8080/',
    ],
    ['a rate of nothing', { requestsPerSecond: 0 }, 'requestsPerSecond is 0, expected 0.1 to 5000'],
    ['a rate that is no number', { requestsPerSecond: Number.NaN }, 'requestsPerSecond is NaN, expected 0.1 to 5000'],
    ['a time without end', { maxSeconds: Number.POSITIVE_INFINITY }, 'maxSeconds is Infinity, expected 0.1 to 28800'],
  ])('%s', (_, wrong, message) => {
    expect(() => startLoad({ ...options, ...wrong })).toThrow(message);
  });
});
