import { describe, expect, test } from '@jest/globals';
import { openRequests } from '../../lib/specification/open-requests.ts';

describe('openRequests', () => {
  test.each([
    [{}, {}],
    [{ mode: 'cut' }, { mode: 'cut' }],
    [{ limit: '90s' }, { limit: 90 }],
    [
      { mode: 'drain', limit: '10m' },
      { mode: 'drain', limit: 600 },
    ],
  ])('%j is read as %j', (written, read) => {
    expect(openRequests.parse(written)).toEqual(read);
  });

  test.each([
    [{ mode: 'kill' }, 'expected drain or cut'],
    [{ mode: 'cut', limit: '10s' }, 'mode cut waits for nothing, expected no limit'],
    [{ limit: '11m' }, '10'],
    [{ limit: 0 }, '1'],
    [true, 'expected a map with mode and limit'],
  ])('%j is refused: %s', (written, message) => {
    const { success, error } = openRequests.safeParse(written);

    expect(success).toBe(false);
    expect(error?.issues.map((issue) => issue.message).join()).toContain(message);
  });
});
