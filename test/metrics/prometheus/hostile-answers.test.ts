import http from 'node:http';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { httpPost } from '../../../lib/metrics/prometheus/http-post.ts';
import { type PrometheusAccess, prometheusMetricSource } from '../../../lib/metrics/prometheus/metric-source.ts';
import type { PrometheusServer } from '../../../lib/metrics/prometheus/shape/server.ts';
import type { PrometheusSlotMetric } from '../../../lib/metrics/prometheus/shape/shape.ts';
import type { MetricQuestion } from '../../../lib/metrics/source.ts';
import { questionAt } from '../cloudwatch/emulated-cloudwatch.ts';

interface Got {
  readonly path: string | undefined;
  readonly headers: http.IncomingHttpHeaders;
  readonly form: URLSearchParams;
}
type Answer = (response: http.ServerResponse, got: Got) => void;

let server: http.Server;
let origin = '';
let answer: Answer = () => undefined;
const got: Got[] = [];

beforeAll(async () => {
  server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const one = { path: request.url, headers: request.headers, form: new URLSearchParams(body) };
      got.push(one);
      answer(response, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  origin = `http://127.0.0.1:${String(address.port)}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const client = new CloudWatchClient({
  region: 'eu-west-1',
  credentials: { accessKeyId: 'AKID', secretAccessKey: 'key', sessionToken: 'session' },
});
const start = 1_700_000_040;
const byToken: PrometheusServer = {
  url: 'https://prometheus.example.com/base/',
  token: 'ssm:/sluice/x/prometheus/token',
};

function question(changes: Partial<PrometheusSlotMetric> = {}, more: Partial<MetricQuestion> = {}): MetricQuestion {
  const metric = (query: string): PrometheusSlotMetric => ({
    provider: 'prometheus',
    query,
    isCount: true,
    server: { url: 'https://prometheus.example.com' },
    region: 'eu-west-1',
    factor: 1,
    zeroWhenMissing: false,
    ...changes,
  });
  const custom = { failed: { blue: metric('of_blue'), green: metric('of_green') } };
  return questionAt(start, { metrics: ['failed'], custom, period: 60, to: start + 180, ...more });
}

const forgotten: string[] = [];

function ask(asked: MetricQuestion = question(), access: Partial<PrometheusAccess> = {}) {
  got.length = 0;
  return prometheusMetricSource({
    post: httpPost({ isLocal: true }),
    secrets: {
      read: (reference) => Promise.resolve(`of ${reference}`.replaceAll(' ', '-')),
      forget: (one) => forgotten.push(one),
    },
    signing: client.config,
    origin,
    ...access,
  }).read(asked);
}

const json =
  (content: unknown, status = 200): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(content));
  };
const matrix = (...result: readonly unknown[]) => json({ status: 'success', data: { resultType: 'matrix', result } });
const values = (...of: readonly (readonly [number, string])[]) => matrix({ metric: {}, values: of });

describe('what Prometheus is asked', () => {
  test('one query a slot, evaluated at the end of each period', async () => {
    answer = values([start + 60, '3'], [start + 180, '5']);
    const rows = await ask();

    expect(rows).toEqual([
      { at: start, blue: { failed: 3 }, green: { failed: 3 } },
      { at: start + 120, blue: { failed: 5 }, green: { failed: 5 } },
    ]);
    expect(got.map(({ form }) => Object.fromEntries(form))).toEqual(
      ['of_blue', 'of_green'].map((query) => ({
        query,
        start: String(start + 60),
        end: String(start + 180),
        step: '60',
      })),
    );
    expect(got.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
  });

  test('credentials of the spec go with it, below the path that it names', async () => {
    answer = matrix();
    await ask(question({ server: byToken }));

    expect(got[0]?.path).toBe('/base/api/v1/query_range');
    expect(got[0]?.headers.authorization).toBe('Bearer of-ssm:/sluice/x/prometheus/token');

    await ask(question({ server: { url: byToken.url, basic: 'ssm:/sluice/x/prometheus/pair' } }));
    const pair = Buffer.from('of-ssm:/sluice/x/prometheus/pair').toString('base64');

    expect(got[0]?.headers.authorization).toBe(`Basic ${pair}`);
  });

  test('a workspace of AWS, in the region of the service or its own, with a signature', async () => {
    answer = matrix();
    const workspace = 'ws-0123abcd-4567-89ab-cdef-0123456789ab';
    const urls: string[] = [];
    const post: PrometheusAccess['post'] = (url, headers, body, signal) => {
      urls.push(url.href);
      return httpPost({ isLocal: true })(new URL(url.pathname, origin), headers, body, signal);
    };
    await ask(question({ server: { workspace } }), { post, origin: undefined });

    expect(urls[0]).toBe(`https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/${workspace}/api/v1/query_range`);
    expect(got[0]?.headers).toMatchObject({
      host: 'aps-workspaces.eu-west-1.amazonaws.com',
      authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-west-1\/aps\/aws4_request, /),
      'x-amz-security-token': 'session',
    });

    await ask(question({ server: { workspace, region: 'us-east-1' } }), { post, origin: undefined });

    expect(urls.at(-1)).toContain('https://aps-workspaces.us-east-1.amazonaws.com/');
  });

  test('a secret that would be two headers is not sent', async () => {
    const secrets = { read: () => Promise.resolve('one\r\nx-other: two'), forget: () => undefined };

    await expect(ask(question({ server: byToken }), { secrets })).rejects.toThrow('is no bearer token');
    expect(got).toEqual([]);
  });

  test('more points than Prometheus gives at once are asked for in parts', async () => {
    answer = (response, { form }) => {
      values([Number(form.get('end')), '1'])(response, { path: '', headers: {}, form });
    };
    const rows = await ask(question({}, { to: start + 25_000 * 60 }));

    expect(got).toHaveLength(6);
    expect(rows.map(({ at }) => (at - start) / 60)).toEqual([9_999, 19_999, 24_999]);
  });

  test('at most eight queries at a time', async () => {
    let [now, most] = [0, 0];
    answer = (response) => {
      now += 1;
      most = Math.max(most, now);
      setTimeout(() => {
        now -= 1;
        response.end(JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: [] } }));
      }, 20);
    };
    const { failed } = question().custom ?? {};
    const names = Array.from({ length: 20 }, (_, index) => `m${String(index)}`);
    await ask(question({}, { custom: Object.fromEntries(names.flatMap((name) => (failed ? [[name, failed]] : []))) }));

    expect(got).toHaveLength(40);
    expect(most).toBe(8);
  });
});

describe('an answer that is no evidence', () => {
  test('no series, and no value, is no data', async () => {
    answer = matrix();
    expect(await ask()).toEqual([]);

    answer = matrix({ metric: {}, values: [] });
    expect(await ask()).toEqual([]);
  });

  test.each(['NaN', '+Inf', '-Inf', '', 'many'])('%s is no number, and known to be none', async (text) => {
    answer = values([start + 60, text]);

    expect((await ask())[0]?.green['failed']).toBeNaN();
  });

  test('the noise of adding in another order makes no bad requests', async () => {
    answer = values([start + 60, '60.00000000000001']);

    expect((await ask())[0]?.green).toEqual({ failed: 60 });
  });
});

describe('an answer that cannot be used is a failure, never an empty one', () => {
  const one = { metric: {}, values: [[start + 60, '1']] };

  test.each([
    ['several series', matrix(one, one), 'gives 2 series, expected one: put sum'],
    ['a time that was not asked for', values([start + 61, '1']), 'a time that was not asked for'],
    ['a time before', values([start, '1']), 'a time that was not asked for'],
    ['histograms', matrix({ metric: {}, histograms: [] }), 'histograms'],
    [
      'a part of the data',
      json({ status: 'success', warnings: ['store b\u0007 is away'], data: { resultType: 'matrix', result: [one] } }),
      'may not be whole: store b',
    ],
    [
      'an error of the query',
      json({ status: 'error', errorType: 'bad_data', error: 'parse error' }, 400),
      '400: parse error',
    ],
    ['an error that calls itself fine', json({ status: 'error', error: 'no' }), 'answers 200: no'],
    ['refused credentials', json({}, 403), 'refuses the credentials (403)'],
    [
      'another kind of result',
      json({ status: 'success', data: { resultType: 'vector', result: [] } }),
      'no result of a range query',
    ],
    ['numbers as numbers', matrix({ metric: {}, values: [[start + 60, 1]] }), 'no result of a range query'],
    ['a page', (response: http.ServerResponse) => response.end('<html>'), 'no result of a range query'],
    [
      'half an answer',
      (response: http.ServerResponse) => void response.writeHead(200, { 'content-length': '99' }).end('{'),
      '',
    ],
    ['a server error', json({}, 503), 'answers 503'],
    ['more than 1 MiB', (response: http.ServerResponse) => response.end('x'.repeat(1_100_000)), 'larger than 1 MiB'],
    [
      'a lost connection',
      (response: http.ServerResponse) => response.destroy(),
      'Prometheus could not be asked for failed of',
    ],
  ] as const)('%s', async (_, given, reason) => {
    answer = given;

    await expect(ask()).rejects.toThrow(reason);
    await expect(ask()).rejects.toThrow('Prometheus could not be asked for failed of');
  });

  test('a redirect is not followed', async () => {
    answer = (response) => response.writeHead(302, { location: `${origin}/elsewhere` }).end();

    await expect(ask(question({ server: byToken }))).rejects.toThrow('it redirects (302), which is not followed');
    expect(got.map(({ path }) => path)).not.toContain('/elsewhere');
  });

  test('credentials that are refused are read anew the next time', async () => {
    answer = json({}, 401);
    forgotten.length = 0;

    await expect(ask(question({ server: byToken }))).rejects.toThrow('refuses the credentials (401)');
    expect(forgotten).toContain('ssm:/sluice/x/prometheus/token');
  });

  test('a server that never answers ends with the time of the look', async () => {
    const post = httpPost({ isLocal: true });
    answer = () => undefined;

    await expect(
      ask(question(), { post: (url, headers, body) => post(url, headers, body, AbortSignal.timeout(100)) }),
    ).rejects.toThrow('it did not answer in time');
  });

  test('no server in the spec', async () => {
    await expect(ask(question({ server: undefined }))).rejects.toThrow('the spec names no server');
  });
});

describe('addresses', () => {
  test('a name that leads to this machine is not connected to', async () => {
    const post = httpPost({ isLocal: false });

    await expect(
      post(new URL(origin.replace('http://127.0.0.1', 'https://localhost')), {}, '', AbortSignal.timeout(5_000)),
    ).rejects.toThrow(/localhost leads to .*Sluice connects to no loopback/);
  });

  test('what is not local is asked over TLS alone', async () => {
    await expect(
      httpPost({ isLocal: false })(new URL('http://prometheus.example.com'), {}, '', AbortSignal.timeout(5_000)),
    ).rejects.toThrow('https:');
  });
});
