import http from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exchange } from '../../lib/channels/http-exchange.ts';
import { httpPost } from '../../lib/metrics/prometheus/http-post.ts';
import { guardedFetch } from '../../lib/network/guarded-fetch.ts';
import { httpProbe } from '../../lib/platform/http-probe.ts';
import { tlsFacts } from '../../lib/platform/tls-facts.ts';

// What a function finds on its own machine: credentials at the runtime's port, on AWS. Nothing of it may be asked.
let asked = 0;
let port = '';
const server = http.createServer((_, response) => {
  response.end('secret');
});
server.on('connection', () => {
  asked += 1;
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const address = server.address();
  port = typeof address === 'object' && address !== null ? String(address.port) : '';
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Every spelling of an address of one's own that a URL knows, and a name that leads there. */
const spellings = [
  '127.0.0.1',
  '127.1',
  '2130706433',
  '0x7f000001',
  '0177.0.0.1',
  '0.0.0.0',
  'localhost',
  'LOCALHOST.',
  'any.localhost',
  '[::1]',
  '[::ffff:127.0.0.1]',
  '[0:0:0:0:0:ffff:7f00:1]',
  '169.254.169.254',
  '[::ffff:169.254.169.254]',
  '[fe80::1]',
];
const signal = () => AbortSignal.timeout(5_000);
const refused = /Sluice connects to no loopback|ENOTFOUND|EAI_AGAIN/;

describe.each(spellings)('%s', (host) => {
  test.each([
    ['the question for a version', () => httpProbe({ isLocal: false }).get(`http://${host}:${port}/`, {}, 5)],
    ['over TLS', () => httpProbe({ isLocal: false }).get(`https://${host}:${port}/`, {}, 5)],
    ['a query of metrics', () => httpPost({ isLocal: false })(new URL(`https://${host}:${port}/`), {}, '', signal())],
    [
      'a look at a certificate',
      () =>
        tlsFacts({ isLocal: false }).tls(new URL(`https://${host}`).hostname.replace(/^\[(.*)\]$/, '$1'), Number(port)),
    ],
  ])('%s is not connected to', async (_, ask) => {
    await expect(ask()).rejects.toThrow(refused);
    expect(asked).toBe(0);
  });

  test('a webhook is not connected to, and nobody is told what was there', async () => {
    const url = `https://${host}:${port}/`;

    await expect(guardedFetch({ isLocal: false })(url, { method: 'POST', body: '{}' })).rejects.toMatchObject({
      cause: { message: expect.stringMatching(refused) },
    });
    await expect(
      exchange(guardedFetch({ isLocal: false }), 'The webhook', url, { method: 'POST', body: '{}' }),
    ).rejects.toThrow(/^The webhook gave no answer: (?:ERR_ADDRESS_REFUSED|ENOTFOUND|EAI_AGAIN)$/);
    expect(asked).toBe(0);
  });

  test('an address that a name had before is checked again where it is connected to', async () => {
    const address = new URL(`http://${host}`).hostname;

    await expect(httpProbe({ isLocal: false }).get('http://shop.example.com/', {}, 5, address)).rejects.toThrow(
      refused,
    );
    expect(asked).toBe(0);
  });
});
