import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatDuration, limit, parseDuration, parsePercentage } from '../../lib/specification/quantity.ts';

describe('parseDuration', () => {
  test.each([
    ['15m', 900],
    ['1h30m', 5400],
    ['1d2h3m4s5ms', 93_784.005],
    ['500ms', 0.5],
    ['1.5s', 1.5],
    ['0s', 0],
  ])('%s is %d seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  test.each([
    '',
    '15',
    'm',
    '15 m',
    '-1s',
    '1m1h',
    '1s1s',
    '1e3s',
    '.5s',
    '1.s',
    '15min',
    '٣s',
    '1s\n',
    `${'9'.repeat(400)}s`,
  ])('%j is no duration', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test('reads what formatDuration writes, to the millisecond', () => {
    fc.assert(
      fc.property(fc.nat({ max: 604_800_000 }), (milliseconds) => {
        expect(parseDuration(formatDuration(milliseconds / 1000))).toBe(milliseconds / 1000);
      }),
    );
  });
});

describe('parsePercentage', () => {
  test.each([
    ['1%', 0.01],
    ['1.1%', 0.011],
    ['0.5 %', 0.005],
    ['0%', 0],
    ['100%', 1],
  ])('%s is the share %d', (text, share) => {
    expect(parsePercentage(text)).toBe(share);
  });

  test.each(['', '%', '1', '-1%', '101%', '1e2%', '1%%', ' 1%'])('%j is no percentage', (text) => {
    expect(parsePercentage(text)).toBeUndefined();
  });
});

describe('limit', () => {
  test.each([
    ['1%', 0.01],
    ['500ms', 0.5],
    [0, 0],
    [3, 3],
  ])('%j is the number %d', (written, value) => {
    expect(limit.parse(written)).toBe(value);
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY, '3', 'many', true, null, [1]])('%j is refused', (written) => {
    expect(limit.safeParse(written).success).toBe(false);
  });
});
