import net from 'node:net';
import tls from 'node:tls';
import { afterEach, describe, expect, test } from '@jest/globals';
import { certificateChain } from '../../lib/checks/certificate-chain.ts';
import { certificateDays } from '../../lib/checks/certificate-days.ts';
import type { Check } from '../../lib/checks/check.ts';
import { runCheck } from '../../lib/checks/run-check.ts';
import { tls13 } from '../../lib/checks/tls-1-3.ts';
import { tlsFacts } from '../../lib/platform/tls-facts.ts';
import { modelSpec } from '../model/model-world.ts';
import { journeyTo } from '../usecases/journey.ts';
import { altered } from '../usecases/watched-world.ts';
import { type Certificate, certificate } from '../../local/databases/certificates.ts';

const day = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * day);

const authority = certificate({ name: 'Test Authority', until: inDays(3650), isAuthority: true });
const other = certificate({ name: 'Other Authority', until: inDays(3650), isAuthority: true });

const servers: net.Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

/** A real TLS server on this machine; returns its port. */
async function serve({ cert, key }: Certificate, options: tls.TlsOptions = {}): Promise<number> {
  const server = tls.createServer({ cert, key, ...options }, (socket) => {
    socket.on('error', () => undefined);
    socket.resume().end();
  });
  return listening(server);
}

async function listening(server: net.Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return address.port;
}

const leaf = (days: number, name = 'localhost', issuer = authority) =>
  certificate({ name, until: inDays(days), issuer });
const facts = tlsFacts({ isLocal: true, ca: [authority.cert] });

/** What a check says of a server, in a rollout whose clock is this machine's. */
async function said(check: Check, port: number) {
  const host = `localhost:${String(port)}`;
  const checks = { 'certificate-chain': { host }, 'certificate-days': { host }, 'tls-1-3': { host } };
  const journey = await journeyTo('opened', { spec: modelSpec({ checks }) });
  const world = { ...altered(journey.world, { facts }), now: () => new Date() };
  const { result, saw } = await runCheck(check, (await journey.stored()).state, world, { severity: 'block' });
  return [result, saw];
}

describe('a TLS server', () => {
  test('that is good passes all three checks', async () => {
    const port = await serve(leaf(90));

    expect(await said(certificateChain, port)).toEqual(['passed', 'localhost is accepted']);
    expect(await said(certificateDays, port)).toEqual([
      'passed',
      expect.stringMatching(/: (?:89|90) days left, at least 14$/),
    ]);
    expect(await said(tls13, port)).toEqual(['passed', 'localhost agreed on TLSv1.3']);
  });

  test.each([
    ['has expired', () => leaf(-1), 'it has expired'],
    ['is for another name', () => leaf(90, 'shop.example.com'), 'it is for another name'],
    ['is of an authority that is not public', () => leaf(90, 'localhost', other), /^its chain/],
    ['is self-signed', () => certificate({ name: 'localhost', until: inDays(90) }), 'it is self-signed'],
  ])('whose certificate %s is not accepted', async (_, make, why) => {
    const [result, saw = ''] = await said(certificateChain, await serve(make()));

    expect(result).toBe('failed');
    expect(saw.replace('localhost is not accepted: ', '')).toMatch(why);
  });

  test.each([
    ['ends in 10 days', 10, /: (?:9|10) days left/],
    ['ended yesterday', -1, /: -[12] days left/],
  ])('whose certificate %s fails the check of days', async (_, days, why) => {
    expect(await said(certificateDays, await serve(leaf(days)))).toEqual(['failed', expect.stringMatching(why)]);
  });

  test('that offers TLS 1.2 alone fails the check of TLS 1.3', async () => {
    const port = await serve(leaf(90), { maxVersion: 'TLSv1.2' });

    expect(await said(tls13, port)).toEqual(['failed', 'localhost agreed on TLSv1.2']);
  });

  test('that speaks no TLS makes every check unknown, as does a port that refuses', async () => {
    const plain = await listening(
      net.createServer((socket) => {
        socket.on('error', () => undefined);
        socket.resume().end('HTTP/1.1 400 Bad Request\r\n\r\n');
      }),
    );
    const gone = await listening(net.createServer());
    await new Promise((resolve) => servers.pop()?.close(resolve));

    for (const check of [certificateChain, certificateDays, tls13]) {
      expect(await said(check, plain)).toEqual(['unknown', expect.stringContaining('could not find out: ')]);
      expect(await said(check, gone)).toEqual(['unknown', expect.stringContaining('ECONNREFUSED')]);
    }
  });
});
