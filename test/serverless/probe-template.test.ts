import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { parse } from 'yaml';

const template = readFileSync(new URL('../../serverless/probe/probe.yml', import.meta.url), 'utf8');
const probe = z.object({
  Resources: z.object({
    Probe: z.object({ Properties: z.looseObject({ Code: z.object({ ZipFile: z.string() }), Timeout: z.number() }) }),
    ProbeRole: z.object({ Properties: z.looseObject({ Policies: z.array(z.unknown()) }) }),
  }),
});
const resources = probe.parse(parse(template, { logLevel: 'silent' })).Resources;
const said = z.union([z.object({ error: z.string() }), z.looseObject({ status: z.number(), body: z.string() })]);
type Handler = (event: unknown) => Promise<unknown>;

let folder: string;
const servers: Server[] = [];

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'sluice-probe-'));
  for (const name of ['allowed', 'refused']) {
    writeFileSync(path.join(folder, `${name}.cjs`), resources.Probe.Properties.Code.ZipFile);
  }
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The template's function, as an environment of Lambda would load it. */
function handlerWith(loopback: 'allowed' | 'refused'): Handler {
  const load = createRequire(path.join(folder, 'index.cjs'));
  const before = process.env['LOOPBACK'];
  process.env['LOOPBACK'] = loopback;
  try {
    return z
      .object({ handler: z.custom<Handler>((value) => typeof value === 'function') })
      .parse(load(`./${loopback}.cjs`)).handler;
  } finally {
    if (before === undefined) delete process.env['LOOPBACK'];
    else process.env['LOOPBACK'] = before;
  }
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

const ask = async (event: object, loopback: 'allowed' | 'refused' = 'allowed') =>
  said.parse(await handlerWith(loopback)(event));

describe('the probe', () => {
  test('asks once, by GET, with the headers that it is given, and answers with what it got', async () => {
    const seen: unknown[] = [];
    const url = await serve(({ method, url: asked, headers }, response) => {
      seen.push([method, asked, headers.host, headers['x-sluice-verify']]);
      response.writeHead(204, { 'x-version': '412' }).end();
    });

    const answer = await ask({
      url: `${url}/health?deep=1`,
      headers: { host: 'shop.example.com', 'x-sluice-verify': 'w' },
    });

    expect(seen).toEqual([['GET', '/health?deep=1', 'shop.example.com', 'w']]);
    expect(answer).toMatchObject({ status: 204, body: '', headers: { 'x-version': '412' } });
  });

  test('follows no redirect', async () => {
    const seen: unknown[] = [];
    const url = await serve(({ url: asked }, response) => {
      seen.push(asked);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });

    expect(await ask({ url: `${url}/health` })).toMatchObject({ status: 302, headers: { location: '/elsewhere' } });
    expect(seen).toEqual(['/health']);
  });

  test('keeps the beginning of a body, and reads no more than a megabyte', async () => {
    const url = await serve((_, response) => {
      const write = () => {
        while (response.writable && response.write(Buffer.alloc(65_536, 'a'))) continue;
      };
      response.on('drain', write);
      response.writeHead(200);
      write();
    });

    const answer = await ask({ url, timeoutSeconds: 10 });

    expect(answer).toMatchObject({ status: 200, body: 'a'.repeat(16_384) });
  });

  test('waits for no answer longer than it is told, and never longer than ten seconds', async () => {
    const url = await serve(() => undefined);

    expect(await ask({ url, timeoutSeconds: 0.2 })).toEqual({ error: 'no whole answer within 0.2 s' });
    expect(resources.Probe.Properties.Timeout).toBeGreaterThan(10);
    expect(resources.Probe.Properties.Code.ZipFile).toContain('Math.min(');
  });

  test.each([
    ['metadata', 'http://169.254.169.254/latest/meta-data/'],
    ['credentials of a task', 'http://169.254.170.2/v2/credentials'],
    ['metadata over IPv6', 'http://[fd00:ec2::254]/latest/meta-data/'],
    ['an IPv4 address behind NAT64 of one network', 'http://[64:ff9b:1::a9fe:a9fe]/'],
    ['a link-local address', 'http://[fe80::1]/'],
    ['an IPv4 address written as IPv6', 'http://[::ffff:169.254.169.254]/'],
    ['an address that is written as a number', 'http://2852039166/'],
    ['no address at all', 'http://0.0.0.0/'],
    ['a multicast address', 'http://224.0.0.1/'],
    ['its own runtime', 'http://127.0.0.1:9001/2018-06-01/runtime/invocation/next'],
    ['its own runtime by name', 'http://localhost:9001/'],
    ['its own runtime over IPv6', 'http://[::1]:9001/'],
  ])('refuses %s', async (_, url) => {
    expect(await ask({ url }, 'refused')).toEqual({ error: expect.stringMatching(/which the probe does not ask$/) });
  });

  test('refuses an address to connect to that the URL does not show', async () => {
    expect(await ask({ url: 'http://shop.example.com/', address: '169.254.169.254' })).toEqual({
      error: '169.254.169.254 is 169.254.169.254, which the probe does not ask',
    });
  });

  test.each(['file:///etc/passwd', 'ftp://127.0.0.1/', 'gopher://127.0.0.1/', 'no url', undefined])(
    'refuses %s',
    async (url) => {
      expect(await ask({ url })).toEqual({ error: expect.any(String) });
    },
  );

  test('names a connection that is refused', async () => {
    const url = await serve(() => undefined);
    for (const server of servers.splice(0)) server.close();

    expect(await ask({ url })).toEqual({ error: expect.stringContaining('ECONNREFUSED') });
  });

  test('may do nothing but write its own log and keep its network interface, which its code may not', () => {
    const policy = JSON.stringify(resources.ProbeRole.Properties.Policies);
    const actions = [...policy.matchAll(/"(\w+:[A-Za-z*]+)"/g)].map(([, action = '']) => action);

    expect(
      actions.filter((action) => !/^(?:logs|ec2):/.test(action)).filter((one) => one !== 'lambda:SourceFunctionArn'),
    ).toEqual([]);
    expect(policy).toContain('"Effect":"Deny"');
  });
});
