import { describe, expect, test } from '@jest/globals';
import { readableTimes } from '../../lib/specification/text/readable-times.ts';
import { sentence } from '../../lib/specification/text/sentence.ts';

describe('times in sentences', () => {
  test.each([
    ['held until 2026-03-01T10:51:00.000Z at the latest', 'held until 2026-03-01 10:51 UTC at the latest'],
    ['at 2026-03-01T10:51:07Z.', 'at 2026-03-01 10:51:07 UTC.'],
    ['from 2026-03-01T10:51:00.123456Z to 2026-03-02T00:00:00Z', 'from 2026-03-01 10:51 UTC to 2026-03-02 00:00 UTC'],
    // A command takes the time as it is.
    ['sluice freeze web --until 2026-03-01T10:51:00Z', 'sluice freeze web --until 2026-03-01T10:51:00Z'],
    ['backup-2026-03-01T10:51:00+02:00 and 2026-03-01', 'backup-2026-03-01T10:51:00+02:00 and 2026-03-01'],
  ])('%s', (written, read) => {
    expect(readableTimes(written)).toBe(read);
  });
});

test.each([
  ['logins fail', 'logins fail.'],
  ['logins fail.', 'logins fail.'],
  ['do they fail? ', 'do they fail?'],
  ['"all of them fail."', '"all of them fail."'],
  ['', ''],
])('"%s" is followed by another sentence as "%s"', (said, whole) => {
  expect(sentence(said)).toBe(whole);
});
