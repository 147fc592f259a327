import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { requestSteps } from '../../lib/checks/answers/request-steps.ts';
import { httpProbe } from '../../lib/platform/http-probe.ts';
import { type Probe, ProbeNotReady } from '../../lib/ports/probe.ts';
import { verify } from '../../lib/specification/verify.ts';
import { requestsToGreen } from '../../lib/specification/green-requests.ts';

interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface Got {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const token = 'planted-token-4711';
let server: Server;
let got: Got[];
let replies: (asked: Got, number: number) => Reply;

beforeEach(async () => {
  got = [];
  replies = () => ({});
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const asked = { method, url, headers, body: Buffer.concat(chunks).toString() };
      got.push(asked);
      const { status = 200, headers: given = {}, body = { status: 'up' } } = replies(asked, got.length);
      response.writeHead(status, given).end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const port = () => (server.address() as AddressInfo).port;

/** Time runs with the answers that a test times, never with the clock. */
async function run(
  written: object,
  { probe = httpProbe({ isLocal: true }), times = [1] }: { probe?: Probe; times?: number[] } = {},
) {
  let time = 0;
  let asked = 0;
  const timed: Probe = {
    addressesOf: (host) => probe.addressesOf(host),
    async get(...args) {
      const milliseconds = times[Math.min(asked++, times.length - 1)] ?? 0;
      const answer = await probe.get(...args);
      time += milliseconds;
      return { ...answer, milliseconds };
    },
  };
  const questionOf = (path: string) => ({
    url: `http://127.0.0.1:${String(port())}${path}`,
    headers: { 'x-sluice-verify': 'word' },
    connectTo: '127.0.0.1',
  });
  const world = { now: () => new Date(time), probe: timed };
  return requestSteps(requestsToGreen(verify.parse(written)), { questionOf }, world);
}

const one = (request: object) => ({ requests: [{ name: 'one', path: '/x', ...request }] });

describe('a request of the spec', () => {
  test('reaches the version that is asked, with what it sends', async () => {
    const sent = { method: 'POST', headers: { 'X-Team': 'shop' }, body: '{"a":"é"}' };

    const [result] = await run(one(sent));

    expect(result).toMatchObject({ name: 'one', passed: true, saw: 'status 200 in 1 ms' });
    expect(got).toEqual([expect.objectContaining({ method: 'POST', url: '/x', body: '{"a":"é"}' })]);
    expect(got[0]?.headers).toMatchObject({
      'x-sluice-verify': 'word',
      'x-team': 'shop',
      'content-type': 'application/json',
      'content-length': '10',
    });
  });

  test.each([
    ['a status', {}, { status: 500 }, 'status 500, expected 200 to 299'],
    ['a status that is named', { status: [401, 403] }, { status: 200 }, 'status 200, expected 401 or 403'],
    ['a header', { headers: { 'X-Frame-Options': '*' } }, {}, 'the header X-Frame-Options is missing'],
    [
      'the value of a header',
      { headers: { 'x-frame-options': 'DENY' } },
      { headers: { 'x-frame-options': 'ALLOW' } },
      'the header x-frame-options says "ALLOW", expected "DENY"',
    ],
    ['a part of the body', { body: 'welcome' }, { body: 'sorry' }, 'the body does not hold "welcome"'],
    [
      'a JSON field',
      { json: { 'checks.0.status': 'up' } },
      { body: { checks: [{ status: 'down' }] } },
      'the field checks.0.status says "down", expected "up"',
    ],
    ['a JSON field that is missing', { json: { queue: 0 } }, {}, 'the field queue is not in the JSON body'],
    ['a JSON body', { json: { queue: 0 } }, { body: '<html>' }, 'the field queue is not in the JSON body'],
    ['an own field of JSON', { json: { toString: 'x' } }, {}, 'toString is not in the JSON'],
  ] as const)('that expects %s fails where the answer has another', async (_, expected, reply, saw) => {
    replies = () => reply;

    const [result] = await run(one({ expect: expected }));

    expect(result).toMatchObject({ passed: false });
    expect(result?.saw).toContain(saw);
  });

  test('passes where all that it expects is there', async () => {
    replies = () => ({ status: 401, headers: { 'X-A': 'b' }, body: { error: { code: 7 }, ok: false } });
    const expected = { status: [401], headers: { 'x-a': 'b' }, body: '"code":7', json: { 'error.code': 7, ok: false } };

    expect(await run(one({ expect: expected }))).toMatchObject([{ passed: true }]);
  });

  test('that gets no answer says why, and the next one is sent', async () => {
    const probe: Probe = {
      addressesOf: (host) => httpProbe({ isLocal: true }).addressesOf(host),
      get: (url, ...rest) =>
        url.endsWith('/gone')
          ? Promise.reject(new Error('connection refused'))
          : httpProbe({ isLocal: true }).get(url, ...rest),
    };
    const requests = [
      { name: 'gone', path: '/gone' },
      { name: 'there', path: '/there' },
    ];

    expect(await run({ requests }, { probe })).toMatchObject([
      { name: 'gone', passed: false, saw: 'connection refused' },
      { name: 'there', passed: true },
    ]);
  });

  test('of a probe that is not ready yet is no answer', async () => {
    const probe: Probe = {
      addressesOf: () => Promise.resolve(['127.0.0.1']),
      get: () => Promise.reject(new ProbeNotReady('not yet')),
    };

    await expect(run(one({}), { probe })).rejects.toThrow(ProbeNotReady);
  });
});

describe('the time of an answer', () => {
  test('is that of the fastest of three for a GET', async () => {
    expect(await run(one({ expect: { within: '100ms' } }), { times: [400, 200, 90] })).toMatchObject([
      { passed: true, saw: 'status 200 in 90 ms' },
    ]);
    expect(got).toHaveLength(3);
  });

  test('fails a GET that is too slow three times', async () => {
    expect(await run(one({ expect: { within: '100ms' } }), { times: [400, 200, 101] })).toMatchObject([
      { passed: false, saw: '101 ms, the limit is 100 ms' },
    ]);
  });

  test('fails another method at once: it may not be repeated', async () => {
    await run(one({ method: 'POST', expect: { within: '100ms' } }), { times: [400, 1] });

    expect(got).toHaveLength(1);
  });

  test('of all requests together has an end, and those that were not sent have not passed', async () => {
    const requests = ['a', 'b', 'c'].map((name) => ({ name, path: '/x', method: 'POST', expect: { within: '5s' } }));

    const results = await run({ requests }, { times: [4500] });

    expect(results.map(({ passed }) => passed)).toEqual([true, true, false]);
    expect(results.map(({ isUnknown }) => isUnknown)).toEqual([false, false, true]);
    expect(results[2]?.saw).toContain('not sent');
  });

  test('that was cut short as others took most of it is unknown', async () => {
    let asked = 0;
    const probe: Probe = {
      addressesOf: (host) => httpProbe({ isLocal: true }).addressesOf(host),
      get: (...args) =>
        ++asked === 3 ? Promise.reject(new Error('no whole answer')) : httpProbe({ isLocal: true }).get(...args),
    };
    const requests = ['a', 'b', 'c'].map((name) => ({ name, path: '/x', method: 'POST', expect: { within: '5s' } }));

    const results = await run({ requests }, { probe, times: [4000] });

    expect(results[2]).toMatchObject({
      passed: false,
      isUnknown: true,
      saw: 'no whole answer, which was all the time that was left',
    });
  });
});

test.each([
  ['EAI_AGAIN', true],
  ['ENOTFOUND', false],
])('a name that gives %s is unknown: %s', async (code, isUnknown) => {
  const probe: Probe = {
    addressesOf: () => Promise.reject(Object.assign(new Error(`getaddrinfo ${code}`), { code })),
    get: () => Promise.reject(new Error('not asked')),
  };

  expect(await run(one({}), { probe })).toMatchObject([{ passed: false, isUnknown }]);
});

describe('a rate limit', () => {
  const limited = one({ upTo: 5, expect: { status: [429] } });

  test('passes at the request that it answers', async () => {
    replies = (_, number) => ({ status: number < 3 ? 200 : 429 });

    expect(await run(limited)).toMatchObject([{ passed: true, saw: 'status 429 in 1 ms, at request 3' }]);
    expect(got).toHaveLength(3);
  });

  test('that is not there fails after so many requests', async () => {
    expect(await run(limited)).toMatchObject([
      { passed: false, saw: 'status 200, expected 429, at each of up to 5 requests' },
    ]);
    expect(got).toHaveLength(5);
  });

  test('is unknown where there was no time to send them all', async () => {
    expect(await run(limited, { times: [4500] })).toMatchObject([
      { passed: false, isUnknown: true, saw: expect.stringContaining('at 2 of up to 5 requests') },
    ]);
  });
});

describe('what a request captures', () => {
  const requests = [
    {
      name: 'log-in',
      path: '/login',
      method: 'POST',
      body: '{}',
      capture: { token: { json: 'auth.token' }, id: { header: 'X-Id' } },
    },
    { name: 'me', path: '/users/{{id}}', headers: { authorization: 'Bearer {{token}}' } },
    { name: 'say', path: '/say', method: 'POST', body: '{"said":"{{id}}"}' },
  ];

  test('is sent by later ones: encoded in a path, escaped in a body', async () => {
    replies = () => ({ headers: { 'x-id': 'a"/b' }, body: { auth: { token } } });

    expect((await run({ requests })).map(({ passed }) => passed)).toEqual([true, true, true]);
    expect(got[1]).toMatchObject({ url: '/users/a%22%2Fb', headers: { authorization: `Bearer ${token}` } });
    expect(JSON.parse(got[2]?.body ?? '')).toEqual({ said: 'a"/b' });
  });

  test('stands in no result, also where an answer repeats it', async () => {
    replies = ({ url }) =>
      url === '/login' ? { headers: { 'x-id': '1' }, body: { auth: { token } } } : { headers: { 'x-echo': token } };
    const echoed = { ...requests[1], expect: { headers: { 'x-echo': 'other' } } };

    const results = await run({ requests: [requests[0], echoed] });

    expect(results[1]?.saw).toBe('the header x-echo says "{{token}}", expected "other"');
    expect(JSON.stringify(results)).not.toContain(token);
  });

  test('and is not there keeps later ones from being sent', async () => {
    const results = await run({ requests });

    expect(results.map(({ saw }) => saw)).toEqual([
      'nothing to capture as token: field auth.token is missing',
      'not sent: no earlier answer gave {{id}}',
      'not sent: no earlier answer gave {{id}}',
    ]);
    expect(got).toHaveLength(1);
  });
});

test('health paths are asked first, each within 100 ms, and those of database and cache may be asked for', async () => {
  replies = ({ url }) => ({ body: url === '/detailed' ? { database: 'up', cache: 'down' } : {} });
  const health = {
    ready: { path: '/ready' },
    detailed: { path: '/detailed', within: '500ms', json: { database: 'up', cache: 'up' } },
  };

  const results = await run({ health, requests: [{ name: 'home', path: '/' }] });

  expect(results).toMatchObject([
    { name: 'health-ready', passed: true, expected: 'status 200 to 299, within 100 ms' },
    { name: 'health-detailed', passed: false, saw: 'the field cache says "down", expected "up"' },
    { name: 'home', passed: true, expected: 'status 200 to 299, within 500 ms' },
  ]);
});

test('every kind of health path is asked, from what costs nothing to what asks everything', async () => {
  const kinds = ['basic', 'live', 'ready', 'detailed', 'queue'];
  const health = {
    queue: { path: '/queue' },
    basic: { path: '/basic', within: '50ms', json: { status: 'up' } },
    live: { path: '/live' },
    ready: { path: '/ready' },
    detailed: { path: '/detailed' },
  };

  expect((await run({ health })).map(({ name, passed }) => [name, passed])).toEqual(
    kinds.map((kind) => [`health-${kind}`, true]),
  );
  expect(got.map(({ url }) => url)).toEqual(kinds.map((kind) => `/${kind}`));
});

describe('what a spec may not ask for', () => {
  test.each([
    [
      'a name twice',
      [
        { name: 'a', path: '/' },
        { name: 'a', path: '/' },
      ],
      'named twice',
    ],
    ['what nothing captures', [{ name: 'a', path: '/{{id}}' }], 'captured by no request before'],
    [
      'what is captured later',
      [{ name: 'a', path: '/{{id}}', capture: { id: { json: 'id' } } }],
      'captured by no request',
    ],
    ['another host', [{ name: 'a', path: '//other.example' }], 'starts with one /'],
    ['the private header', [{ name: 'a', path: '/', headers: { 'X-Sluice-Verify': 'w' } }], 'set by Sluice'],
    ['a second request in a header', [{ name: 'a', path: '/', headers: { 'x-a': 'b\r\nx: y' } }], 'expected a map'],
    ['its own length', [{ name: 'a', path: '/', headers: { 'Content-Length': '0' } }], 'set by Sluice'],
    ['a capture from nowhere', [{ name: 'a', path: '/', capture: { id: {} } }], 'neither'],
  ])('%s', (_, requests, message) => {
    const { error } = verify.safeParse({ requests });

    expect(error?.issues.map((issue) => JSON.stringify(issue)).join()).toContain(message);
  });

  test('requests where none is sent', () => {
    const { error } = verify.safeParse({ by: 'targetHealth', health: { live: { path: '/live' } } });

    expect(error?.issues[0]?.message).toContain('health asks nothing');
  });
});
