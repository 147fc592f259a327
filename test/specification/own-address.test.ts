import { expect, test } from '@jest/globals';
import { isOwnAddress } from '../../lib/specification/text/own-address.ts';
import { parsedJson } from '../../lib/specification/text/parsed-json.ts';

test.each([
  ...['localhost', 'LOCALHOST.', 'a.localhost', '127.0.0.1', '127.9.9.9', '0.0.0.0', '169.254.169.254', '224.0.0.1'],
  ...['239.255.255.250', '240.0.0.1', '255.255.255.255', '[::]', '[::1]', '[fe80::1]', '[febf::1]', '[ff02::1]'],
  ...['[::ffff:7f00:1]', '[::ffff:a9fe:a9fe]', '[64:ff9b::a9fe:a9fe]', '[64:ff9b:1::a9fe:a9fe]', '[fd00:ec2::254]'],
])('%s is no address of a service', (host) => {
  expect(isOwnAddress(host)).toBe(true);
});

test.each([
  ...['shop.example.com', 'localhost.example.com', '10.0.0.1', '192.168.0.1', '172.31.0.1', '169.253.0.1', '223.0.0.1'],
  ...[
    '1270.example.com',
    '[2001:db8::1]',
    '[::2]',
    '[::1:0:0]',
    '[::ffff:a00:1]',
    '[fec0::1]',
    '[fd00::254]',
    '[fd01:ec2::1]',
  ],
  // Half of what stands before an address behind NAT64 says nothing.
  ...['[64::1]', '[65:ff9b::1]', '[2001:ff9b:1::1]', '[64:ff9b:2::1]', '[64:ff9b:0:1::1]'],
])('%s may be one', (host) => {
  expect(isOwnAddress(host)).toBe(false);
});

test('what is no JSON has no value', () => {
  expect(parsedJson('{"a":1}')).toEqual({ a: 1 });
  expect(parsedJson('{"a":')).toBeUndefined();
});
