import { isIPv4 } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { guarded, isRefused } from '../../lib/network/guarded-lookup.ts';
import { isOwnAddress } from '../../lib/specification/text/own-address.ts';

const own = [
  '127.0.0.1',
  '127.8.8.8',
  '169.254.169.254',
  '169.254.170.2',
  '0.0.0.0',
  '255.255.255.255',
  '224.0.0.1',
  '::1',
  '::',
  'fe80::1',
  'ff02::1',
  '::ffff:169.254.170.2',
  '::ffff:7f00:1',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b:1::a9fe:a9fe',
  'fd00:ec2::254',
];
const others = ['10.0.3.7', '192.168.1.1', '100.64.0.1', '52.95.110.1', '2a05:d018::1', '::ffff:10.0.0.1', 'fd00::1'];

test.each(own)('no connection goes to %s', (address) => {
  expect(isRefused(address)).toBe(true);
  expect(() => guarded(address, false)).toThrow(`${address}: Sluice connects to no loopback`);
});

test.each(others)('a service may be at %s', (address) => {
  expect(isRefused(address)).toBe(false);
  expect(guarded(address, false)).toEqual({ lookup: expect.any(Function) });
});

test('a local stack has nothing but addresses of this machine', () => {
  expect(guarded('127.0.0.1', true)).toEqual({});
});

test('a name is refused by the addresses that it leads to', async () => {
  const { lookup } = guarded('localhost', false);
  const [error, found] = await new Promise<readonly [unknown, unknown]>((resolve) => {
    lookup?.('localhost', { all: true }, (reason, addresses) => {
      resolve([reason, addresses]);
    });
  });

  expect(String(error)).toMatch(
    /^AddressRefused: localhost leads to (?:127\.0\.0\.1|::1): Sluice connects to no loopback/,
  );
  expect(found).toEqual([]);
});

describe('isOwnAddress', () => {
  const inUrl = (address: string) => new URL(isIPv4(address) ? `http://${address}` : `http://[${address}]`).hostname;

  test.each(own)('%s', (address) => {
    expect(isOwnAddress(inUrl(address))).toBe(true);
  });

  test.each(others)('not %s', (address) => {
    expect(isOwnAddress(inUrl(address))).toBe(false);
  });

  test('says of every address what a connection finds', () => {
    const group = fc.oneof(
      fc.constantFrom(0, 1, 0x64, 0xff9b, 0xffff, 0xfe80, 0xfebf, 0xff02, 0xfd00, 0xec2, 0x7f00, 0xa9fe),
      fc.integer({ min: 0, max: 0xffff }),
    );
    const byte = fc.oneof(fc.constantFrom(0, 127, 169, 254, 223, 224), fc.integer({ min: 0, max: 255 }));
    const address = fc.oneof(
      fc.array(byte, { minLength: 4, maxLength: 4 }).map((bytes) => bytes.join('.')),
      fc
        .tuple(fc.constantFrom(0, 4, 5, 6, 7), fc.array(group, { minLength: 8, maxLength: 8 }))
        .map(([zeros, groups]) => groups.map((part, at) => (at < zeros ? 0 : part).toString(16)).join(':')),
    );

    fc.assert(
      fc.property(address, (text) => {
        expect(isOwnAddress(inUrl(text))).toBe(isRefused(text));
      }),
      { numRuns: 2000 },
    );
  });
});
