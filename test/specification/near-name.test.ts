import { describe, expect, test } from '@jest/globals';
import { nearName } from '../../lib/specification/near-name.ts';

const names = ['service', 'steps', 'slots', 'minimumRequests', 'healthPath', 'lag'];

describe('nearName', () => {
  test.each([
    ['serivce', 'service'],
    ['step', 'steps'],
    ['minimum-requests', 'minimumRequests'],
    ['HEALTH_PATH', 'healthPath'],
    ['lags', 'lag'],
  ])('%s was meant to be %s', (written, meant) => {
    expect(nearName(written, names)).toBe(meant);
  });

  test('of two that are as near the one that begins with the same letter is meant', () => {
    expect(nearName('fsh', ['bash', 'zsh', 'fish'])).toBe('fish');
  });

  test.each(['', 'x', 'frequency', 'log2', 'service'.repeat(10_000)])(
    '%# a name of another kind is near to none',
    (written) => {
      expect(nearName(written, names)).toBeUndefined();
    },
  );
});
