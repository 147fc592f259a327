import { describe, expect, test } from '@jest/globals';
import { isNeedMet, needProblem } from '../../lib/releases/version-need.ts';

describe('a need', () => {
  test.each([
    ['>= 412', '412-9f8d111', 'met'],
    ['>= 412', '411-9f8d111', 'notMet'],
    ['>= 412', '1000-9f8d111', 'met'],
    ['> 412', '412-9f8d111', 'notMet'],
    ['<= 412', '412-9f8d111', 'met'],
    ['< 412', '412-9f8d111', 'notMet'],
    ['= 412', '412-9f8d111', 'met'],
    ['= 412', '413-9f8d111', 'notMet'],
    ['>= 1.4, < 2', 'v1.4.2', 'met'],
    ['>= 1.4 <2', '2.0', 'notMet'],
    ['>= 1.10', '1.9.9', 'notMet'],
    ['= 1.4', '1.4.0', 'met'],
    // A commit that begins with digits is no number of a build.
    ['>= 412', '9f8d111', 'unknown'],
    ['>= 412', '412abcd', 'unknown'],
    ['>= 412', 'latest', 'unknown'],
    ['>= 412', undefined, 'unknown'],
  ] as const)('%s is, by %s, %s', (need, tag, expected) => {
    expect(isNeedMet(need, tag)).toBe(expected);
  });

  test.each(['', '412', '>=', '>= 412x', '>= x', '=> 4', '>= 1..2', '>= 4 5', '>= -1'])('"%s" is none', (text) => {
    expect(needProblem(text)).toMatch(/^is no need, expected versions/);
  });
});
